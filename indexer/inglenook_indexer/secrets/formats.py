"""Secrets by their own form: the commonest vendors' tokens, key blocks. Pure.

The fallback of `detector`: a token whose digits look too regular for that one is still masked, and so is every token on
a machine without it. A doubtful match is masked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from inglenook_indexer.secrets.ranges import Span

TOKENS: dict[str, tuple[str, str]] = {
    "an AWS access key": ("AKIA ASIA", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a GitHub token": ("gh", r"gh(?<!\wgh)[opsu]_[A-Za-z0-9]{30,255}\b"),
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
begins with a literal is searched for fast; what may not stand before it is looked at behind it. A text of
five letters and more is found twice as fast as one of four."""
_TOKENS = tuple((tuple(needles.split()), what, re.compile(form)) for what, (needles, form) in TOKENS.items())
_IN_NAMES = re.compile("|".join(re.escape(needle) for needles, _ in TOKENS.values() for needle in needles.split()))

_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,6}PRIVATE KEY(?: BLOCK)?-----|Private-Lines:\s{0,4}\d{1,4}\b")
_END = re.compile(r"-----END (?:[A-Z0-9]{1,20} ){0,6}PRIVATE KEY(?: BLOCK)?-----|Private-MAC:[^\r\n]{0,200}")
_CUT_OFF = re.compile(r"[A-Za-z0-9+/=\s\\\"',:>#|*-]{0,20000}+")
"""What a key without an end is made of."""
_LONGEST_BLOCK = 20_000  # characters


def formed_secrets(text: str) -> list[Span]:
    """Ranges that have the form of a secret, in no order; they may overlap."""
    spans: list[Span] = []
    if "PRIVATE KEY" in text or "Private-Lines" in text:
        spans += _key_blocks(text)
    for needles, what, form in _TOKENS:
        if any(needle in text for needle in needles):
            spans += [Span(*match.span(form.groups), what) for match in form.finditer(text)]
    return spans


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
