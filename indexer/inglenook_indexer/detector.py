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
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer import private
from inglenook_indexer.location import cache_root
from inglenook_indexer.masks import Span

if TYPE_CHECKING:
    from kingfisher_sdk import Scanner

_LOCK_S = 60  # how long to wait for another process that compiles the rules, which takes some seconds, once
_HELPER = re.compile(r"secret|key|token|pass")
"""Parts of a pair of credentials are masked if their rule's name says so; account names and hosts are not."""

_LOADING = threading.Lock()

_log = logging.getLogger(__name__)


def warm() -> None:
    """Load the rules on a thread of its own, which needs no Python for it, while the caller imports and reads."""
    threading.Thread(target=_scanner, name="inglenook-detector", daemon=True).start()


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
    folder = Path(os.environ.get("KF_RULE_CACHE_DIR") or cache_root() / "detector")
    try:
        from filelock import FileLock, Timeout

        private.make(folder)
        try:
            with FileLock(folder / "lock", timeout=_LOCK_S, mode=0o600):
                rules = Rules(cache_dir=folder)
                private.settle(folder)
        except Timeout:
            rules = Rules(cache=False)
    except OSError:
        rules = Rules(cache=False)
    return Scanner(rules, base64=True)


def vendor_secrets(text: str) -> list[Span]:
    """Ranges in `text` that have the form of a known credential, base64 of one included."""
    scanner = _scanner()
    if scanner is None or len(text) < 8:
        return []
    data = text.encode("utf-8", "surrogatepass")
    spans = []
    for found in scanner.scan(data):
        rule = found.rule_id.split(".", 1)[-1].split("/", 1)[-1]
        if found.visible or _HELPER.search(rule):
            place = found.location
            start, end = place["start_offset"], place["end_offset"]
            if len(data) != len(text):
                start, end = _characters(data, start), _characters(data, end)
            spans.append(Span(start, end, f"it looks like: {re.sub(r'[.-]', ' ', rule.rstrip('.0123456789'))}"))
    return spans


def _characters(data: bytes, offset: int) -> int:
    """How many characters begin before a byte offset."""
    return len(data[:offset].decode("utf-8", "surrogatepass"))
