"""Passwords in addresses: `scheme://user:password@host`, but for those that manuals and tests have. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inglenook_indexer.secrets.placeholders import is_placeholder, is_random_value, is_sample
from inglenook_indexer.secrets.ranges import Span

_PASSWORD = re.compile(r"://[^\s:/@'\"<>{}$]{0,80}:((?:[^\s/'\"<>{}$%]|%[0-9A-Fa-f]{2}){3,120})@(?=[\w.-])")
_NOBODYS = re.compile(r"(?:[\w-]{1,60}\.){0,8}(?:example\.(?:com|org|net)|example|invalid|test)\b(?![.-])")
"""Hosts that nobody can have: what is said to them is no secret, unless it is random."""


def address_secrets(text: str) -> Iterator[Span]:
    """Ranges of passwords, in their order."""
    if "://" not in text or "@" not in text:
        return
    for match in _PASSWORD.finditer(text):
        if is_sample(match[1]) or is_placeholder(match[1]):
            continue
        if _NOBODYS.match(text, match.end()) is None or is_random_value(match[1]):
            yield Span(match.start(1), match.end(1), "a password in a URL")


def is_sample_address(text: str) -> bool:
    """Whether `text` is a password that manuals have, or an address with such a one."""
    found = _PASSWORD.search(text)
    return is_sample(text if found is None else found[1])
