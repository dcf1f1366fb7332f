"""Secrets by their vendors' formats: Kingfisher, MongoDB's scanner, as a library. Never uses the network.

Chosen by `python -m tests.benchmarks secrets`: several hundred rules in one pass of a native engine, which costs a
fifth of a second on the Django source; no comment in a file can switch it off here. It knows formats, not passwords:
those are for `assignments`. Where there is no build of it for a machine, the patterns in `formats` stand alone.
"""

from __future__ import annotations

import functools
import logging
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.secrets.addresses import is_sample_address
from inglenook_indexer.secrets.plain_words import is_plain
from inglenook_indexer.secrets.ranges import Span
from inglenook_indexer.system import permissions
from inglenook_indexer.system.location import cache_root

if TYPE_CHECKING:
    from kingfisher_sdk import Finding, Scanner

FORMATS = Path(__file__).parents[1] / "assets" / "vendors.yml"
"""Formats of our own, in the notation of the detector: looked for in its one pass, they cost nothing."""
_LOCK_S = 60  # how long to wait for another process that compiles the rules, which takes some seconds, once
_HELPER = re.compile(r"secret|key|token|pass")
"""Parts of a pair of credentials are masked if their rule's name says so; account names and hosts are not."""

_SHORTEST = 8  # characters of a credential
_PIECE = 32_000  # characters shown to the scanner at once
_SHARED = 8_000  # characters that two pieces have in common: longer credentials are key blocks, for `formats`
_CONTINUED = bytes(range(0x80, 0xC0))  # bytes that go on with a character of UTF-8

_LOADING = threading.Lock()

_log = logging.getLogger(__name__)


def warm() -> None:
    """Load the rules on a thread of its own, which needs no Python for it, while the caller imports and reads."""
    threading.Thread(target=load, name="inglenook-detector", daemon=True).start()


def load() -> None:
    """Load the rules now, if they are not."""
    _scanner()


def _scanner() -> Scanner | None:
    with _LOADING:
        return _loaded()


@functools.cache
def _loaded() -> Scanner | None:
    """The rules, compiled: 0.3 s from the cache, some seconds the first time on a machine, 60 MB."""
    try:
        from kingfisher_sdk import Rules, Scanner
    except ImportError:
        _log.warning("The secret detector is not installed; only the built-in patterns hold. Install Inglenook anew.")
        return None
    named = os.environ.get("KF_RULE_CACHE_DIR")  # may have other things in it, which are left as they are
    folder = Path(named or cache_root() / "detector")
    try:
        from filelock import FileLock, Timeout

        if named:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            permissions.make(folder)
        try:
            with FileLock(folder / "lock", timeout=_LOCK_S, mode=0o600):
                rules = Rules([FORMATS], cache_dir=folder)
                if not named:
                    permissions.settle(folder)
        except Timeout:
            rules = Rules([FORMATS], cache=False)
    except OSError:
        rules = Rules([FORMATS], cache=False)
    return Scanner(rules, base64=True)


def vendor_secrets(text: str) -> list[Span]:
    """Ranges in `text` that have the form of a known credential, base64 of one included."""
    if len(text) < _SHORTEST or is_plain(text) or (scanner := _scanner()) is None:
        return []
    return [
        Span(start + span.start, start + span.end, span.reason)
        for start, piece in _pieces(text)
        for span in _scanned(scanner, piece)
    ]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Where each piece begins, and it: the scanner's cost grows with the square of what it finds in one text.

    A piece begins where a line does, if one does in the stretch that two pieces share.
    """
    start = 0
    while len(text) - start > _PIECE:
        yield start, text[start : start + _PIECE]
        shared = start + _PIECE - _SHARED
        line = text.find("\n", shared, shared + _SHARED // 2)
        start = line + 1 if line >= 0 else shared
    yield start, text[start:]


def _scanned(scanner: Scanner, text: str) -> Iterator[Span]:
    data = text.encode("utf-8", "surrogatepass")
    found = [(one, _rule(one)) for one in scanner.scan(data)]
    kept = [(one.location, rule) for one, rule in found if one.visible or _HELPER.search(rule)]
    ends = {place[end] for place, _ in kept for end in ("start_offset", "end_offset")}
    characters = _characters(data, sorted(ends))
    for place, rule in kept:
        reason = f"it looks like: {re.sub(r'[.-]', ' ', rule.rstrip('.0123456789'))}"
        span = Span(characters[place["start_offset"]], characters[place["end_offset"]], reason)
        if not is_sample_address(text[span.start : span.end]):
            yield span


def _rule(found: Finding) -> str:
    return found.rule_id.split(".", 1)[-1].split("/", 1)[-1]


def _characters(data: bytes, offsets: list[int]) -> dict[int, int]:
    """Byte offset, ascending -> how many characters begin before it."""
    before = dict(zip(offsets, offsets, strict=True))
    if not data.isascii():
        position = count = 0
        for offset in offsets:
            count += len(data[position:offset].translate(None, _CONTINUED))
            before[offset], position = count, offset
    return before
