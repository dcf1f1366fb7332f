"""Secrets by their own form: the commonest vendors' tokens, key blocks, passwords in addresses. Pure.

The floor under `detector`: a token whose digits look too regular for that one, or a machine without it, is still
masked. When in doubt about a token, it is one.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections.abc import Iterator

from inglenook_indexer.masks import Span
from inglenook_indexer.placeholders import is_placeholder, is_random_value, is_secret_value

TOKENS: dict[str, tuple[str, str]] = {
    "an AWS access key": ("AKIA ASIA", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a GitHub token": ("gho_ ghp_ ghs_ ghu_", r"\bgh[opsu]_[A-Za-z0-9]{30,255}\b"),
    "a fine-grained GitHub token": ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{22,255}\b"),
    "a GitLab token": ("glpat- gldt-", r"\bgl(?:pat|dt|rt)-[\w-]{20,}"),
    "a Slack token": ("xox xapp-", r"\b(?:xox[abprse]|xapp)-[\w.-]{10,}"),
    "a Slack webhook": ("hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/+-]{20,}"),
    "a Discord webhook": ("/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,}"),
    "a Google API key": ("AIza", r"\bAIza[\w-]{35}"),
    "a Google access token": ("ya29.", r"\bya29\.[\w-]{20,}"),
    "a Google client secret": ("GOCSPX-", r"\bGOCSPX-[\w-]{20,}"),
    "a Stripe key": ("k_live_ k_test_", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    "an API key": ("sk-", r"sk-(?<!\wsk-)(?:(?:proj|ant|svcacct|or)-|(?=[\w-]{0,60}\d))[\w-]{20,}"),
    "an npm token": ("npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
    "a PyPI token": ("pypi-AgE", r"\bpypi-AgE[\w-]{50,}"),
    "a Hugging Face token": ("hf_", r"hf_(?<!\whf_)[A-Za-z]{34}\b"),
    "a SendGrid key": ("SG.", r"\bSG\.[\w-]{16,32}\.[\w-]{16,64}"),
    "a DigitalOcean token": ("_v1_", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
    "a Shopify token": ("shp", r"\bshp(?:at|ss)_[a-fA-F0-9]{32}\b"),
    "a Vault token": ("hvs.", r"\bhv[sb]\.[\w-]{24,}"),
    "an age key": ("AGE-SECRET-KEY-", r"\bAGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    "an Azure storage key": ("AccountKey=", r"AccountKey=([A-Za-z0-9+/=]{40,})"),
    "a Telegram token": (":AA", r"\b\d{8,10}:AA[\w-]{32,33}\b"),
    "a signature of shared access": ("sig=", r"sig=(?<=[?&;]sig=)([\w%+/-]{30,}={0,2})"),
    # A part ends where another token may begin: so no stretch of `eyJ-eyJ-eyJ-` is read twice.
    "a JSON web token": ("eyJ", r"\beyJ(?:\w|-(?!eyJ)){10,}+\.eyJ(?:\w|-(?!eyJ)){10,}+\.[\w-]{10,}"),
}
"""What it is -> (texts of which one must occur, the form; a group in it is the secret, else all of it is). A form that
begins with a literal is searched for fast; what may not stand before it is looked at behind it."""
_TOKENS = tuple((tuple(needles.split()), what, re.compile(form)) for what, (needles, form) in TOKENS.items())
_IN_NAMES = re.compile("|".join(re.escape(needle) for needles, _ in TOKENS.values() for needle in needles.split()))

_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,6}PRIVATE KEY(?: BLOCK)?-----|Private-Lines:\s{0,4}\d{1,4}\b")
_END = re.compile(r"-----END (?:[A-Z0-9]{1,20} ){0,6}PRIVATE KEY(?: BLOCK)?-----|Private-MAC:[^\r\n]{0,200}")
_CUT_OFF = re.compile(r"[A-Za-z0-9+/=\s\\\"',:>#|*-]{0,20000}+")
"""What a key without an end is made of."""
_LONGEST_BLOCK = 20_000  # characters
_URL_PASSWORD = re.compile(r"://[^\s:/@'\"<>{}$]{0,80}:((?:[^\s/'\"<>{}$%]|%[0-9A-Fa-f]{2}){3,120})@[\w.-]")
_CREDENTIALS = {
    "credentials of an HTTP header": (
        ("asic ",), r"[Bb]asic (?P<value>[A-Za-z0-9+/]{8,512}+={0,2})",
    ),
    "a token of an HTTP header": (
        ("uthorization",),
        r"uthorization[\"']?\s{0,2}[:=,]\s{0,4}[\"']?(?:[A-Za-z-]{1,20}\s)?(?P<value>[\w.~+/=-]{16,2048}+)",
    ),
    "a registry's credentials": (
        ('auth"', "auth'", "_auth"),
        r"auth(?<=[\"'_]auth)[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?P<value>[A-Za-z0-9+/]{8,512}+={0,2})",
    ),
    "a password of a command": (
        (" -u", "-user"),
        r" (?:-u|--user|--proxy-user)[ =]?[\"']?[\w.@+-]{1,64}:(?P<value>[^\s\"'`$<>{}]{6,128}+)",
    ),
}  # fmt: skip
"""What it is -> (texts of which one must occur, the form); the value's looks must agree."""
_IN_PLACE = tuple((needles, what, re.compile(form)) for what, (needles, form) in _CREDENTIALS.items())
_NO_PASSWORD = frozenset({"password", "passwd", "pass", "pwd", "secret", "user", "username", "port", "token"})


def formed_secrets(text: str) -> list[Span]:
    """Ranges that have the form of a secret, in no order; they may overlap."""
    spans: list[Span] = []
    if "PRIVATE KEY" in text or "Private-Lines" in text:
        spans += _key_blocks(text)
    for needles, what, form in _TOKENS:
        if any(needle in text for needle in needles):
            spans += [Span(*match.span(form.groups), what) for match in form.finditer(text)]
    if "://" in text and "@" in text:
        for match in _URL_PASSWORD.finditer(text):
            if not is_placeholder(match[1]) and match[1].lower() not in _NO_PASSWORD:
                spans.append(Span(match.start(1), match.end(1), "a password in a URL"))
    for needles, what, form in _IN_PLACE:
        if any(needle in text for needle in needles):
            spans += [Span(*match.span("value"), what) for match in form.finditer(text) if _is_credential(match)]
    return spans


def _is_credential(found: re.Match[str]) -> bool:
    """Whether a value is random, or base64 of a name and a password."""
    value = found["value"]
    try:
        _, colon, password = base64.b64decode(value, validate=True).decode(errors="ignore").partition(":")
    except ValueError:
        return is_random_value(value)
    return is_secret_value("password", password) if colon else is_random_value(value)


def _key_blocks(text: str) -> Iterator[Span]:
    """From each line that begins a key to the one that ends it; where there is none, as far as it may be a key."""
    ends = [match.end() for match in _END.finditer(text)]
    position = 0
    while (begin := _BEGIN.search(text, position)) is not None:
        number = bisect_right(ends, begin.end())
        position = ends[number] if number < len(ends) else len(text)
        if number == len(ends) or position - begin.end() > _LONGEST_BLOCK:
            run = _CUT_OFF.match(text, begin.end())
            position = run.end() if run is not None else begin.end()
        yield Span(begin.start(), position, "a private key")


def name_secrets(path: str) -> list[Span]:
    """Tokens in a path: a file may be named after the key that it holds."""
    if _IN_NAMES.search(path) is None:
        return []
    return [Span(*match.span(form.groups), what) for _, what, form in _TOKENS for match in form.finditer(path)]
