"""Values in Kubernetes manifests of the kind Secret: all of them are secret, whatever their names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inglenook_indexer.masks import Span
from inglenook_indexer.placeholders import is_placeholder

_KIND = re.compile(r"^[ \t]*[\"']?kind[\"']?:[ \t]*[\"']?Secret[\"']?[ \t]*,?[ \t]*\r?$", re.MULTILINE)
_BETWEEN = re.compile(r"^---", re.MULTILINE)
_DATA = re.compile(r"([ \t]*)[\"']?(?:data|stringData)[\"']?:[ \t]*\{?[ \t]*\r?$")
_ENTRY = re.compile(r"[ \t]*[\"']?[\w.-]{1,253}[\"']?:[ \t]*[\"']?(?P<value>[^\s\"']{4,}+)[\"']?,?[ \t]*\r?$")
_BLOCK_LINE = re.compile(r"[ \t]*(?P<value>[^\s:]{16,}+)[ \t]*\r?$")
"""A line of a value that goes over several: `key: |` and base64 below."""


def cluster_secrets(text: str) -> Iterator[Span]:
    """Ranges of the values under `data` and `stringData` of every document that is a Secret."""
    if "Secret" not in text or "ata" not in text or _KIND.search(text) is None:
        return
    starts = [0, *(match.start() for match in _BETWEEN.finditer(text)), len(text)]
    for start, end in zip(starts, starts[1:], strict=False):
        if _KIND.search(text, start, end) is not None:
            yield from _values(text, start, end)


def _values(text: str, start: int, end: int) -> Iterator[Span]:
    depth = -1  # of the key whose entries these are; -1 outside
    for line in text[start:end].split("\n"):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if opened := _DATA.match(line):
            depth = len(opened[1])
        elif stripped and indent <= depth:
            depth = -1
        elif depth >= 0 and (found := _ENTRY.match(line) or _BLOCK_LINE.match(line)) is not None:
            if not _refers(found["value"]):
                yield Span(start + found.start("value"), start + found.end("value"), "a value of a Kubernetes secret")
        start += len(line) + 1


def _refers(value: str) -> bool:
    return value.startswith(("{", "$", "<", "%", "#", "*")) or is_placeholder(value)
