"""Secrets by the place they stand in, with no name beside them: headers, command lines, calls. Pure.

Each place has a form that begins with fixed letters, which are searched for fast, and is looked for only in texts that
hold one of its needles. What stands there must look like a secret as well.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

from inglenook_indexer.secrets.placeholders import is_random_value, is_secret_value
from inglenook_indexer.secrets.ranges import Span


@dataclass(frozen=True, slots=True)
class Place:
    """One place where credentials stand."""

    what: str
    gate: str
    """What must occur, looked for once for all places that share it: every search costs."""
    needles: tuple[str, ...]
    """And one of these as well; either may be empty."""
    form: re.Pattern[str]
    """The group `value` is what may be secret."""
    password: bool
    """Whether it can only be a password; else it has to be random."""


def _place(what: str, gate: str, needles: str, form: str, *, password: bool = False) -> Place:
    return Place(what, gate, tuple(needles.split("|")), re.compile(form), password)


_ARGUMENT = r"[\"'](?P<value>[^\s\"'`\r\n]{6,256}+)[\"']\s{0,8}[,)]"
_USER_BEFORE = r"\(\s{0,20}(?:\w{1,20}\s?=\s?)?[\"'][^\"'\s/]{1,80}[\"']\s{0,4},\s{0,20}(?:\w{1,20}\s?=\s?)?"
_SHELL = r"(?P<value>[^\s\"'`$<>{}()|;&-][^\s\"'`$<>{}]{5,127}+)"
_LINE = r"[^\r\n|;&]{0,120}?[ \t]"

PLACES = (
    _place("credentials of an HTTP header", "asic ", "", r"[Bb]asic (?P<value>[A-Za-z0-9+/]{8,512}+={0,2})"),
    _place("a token of an HTTP header", "uth", "uthorization",
           r"uthorization[\"']?\s{0,2}[:=,]\s{0,4}[\"']?(?:[A-Za-z-]{1,20}\s)?(?P<value>[\w.~+/=-]{16,2048}+)"),
    _place("a registry's credentials", "uth", "auth\"|auth'|_auth",
           r"auth(?<=[\"'_]auth)[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?P<value>[A-Za-z0-9+/]{8,512}+={0,2})"),
    _place("a password of a command", " -u", "",
           r" -u[ =]?[\"']?[\w.@+-]{1,64}:(?P<value>[^\s\"'`$<>{}]{6,128}+)"),
    _place("a password of a command", "-user", " --",
           r" --(?:proxy-)?user[ =]?[\"']?[\w.@+-]{1,64}:(?P<value>[^\s\"'`$<>{}]{6,128}+)"),
    # auth=("user", "V"), HTTPBasicAuth("user", "V"), authenticate("user", "V")
    _place("a password beside a user", "uth", "",
           r"uth\w{0,24}\s{0,2}(?:[=:]\s{0,2}[\w.]{0,40})?" + _USER_BEFORE + _ARGUMENT),
    _place("a password beside a user", "ogin", "", r"ogin\s?" + _USER_BEFORE + _ARGUMENT),
    _place("a password of a command", "", "mysql|mariadb",
           r"(?:mysql|mariadb)[\w-]{0,12}" + _LINE + r"-p[\"']?" + _SHELL, password=True),
    _place("a password of a command", "", "sshpass",
           r"sshpass" + _LINE + r"-p[ \t]{0,4}[\"']?" + _SHELL, password=True),
    _place("a password of a command", "", "docker login",
           r"docker login" + _LINE + r"-p[ \t]{0,4}[\"']?" + _SHELL, password=True),
    _place("a password of a command", "", "redis-cli", r"redis-cli" + _LINE + r"-a[ \t]{1,4}[\"']?" + _SHELL,
           password=True),
)  # fmt: skip
_BY_GATE = {one: [place for place in PLACES if place.gate == one] for one in dict.fromkeys(p.gate for p in PLACES)}


def placed_secrets(text: str) -> Iterator[Span]:
    """Ranges of credentials, in no order."""
    for gate, places in _BY_GATE.items():
        for place in places if gate in text else ():
            if any(needle in text for needle in place.needles):
                for found in place.form.finditer(text):
                    if _is_credential(place, found["value"]):
                        yield Span(*found.span("value"), place.what)


def _is_credential(place: Place, value: str) -> bool:
    """Whether a value is what its place is for, or base64 of a name and a password."""
    if place.password:
        return is_secret_value("password", value, bare=True)
    try:
        _, colon, password = base64.b64decode(value, validate=True).decode(errors="ignore").partition(":")
    except ValueError:
        return is_random_value(value)
    return is_secret_value("password", password) if colon else is_random_value(value)
