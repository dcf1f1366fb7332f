"""Values in Kubernetes manifests of the kind Secret: all of them are secret, whatever their names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from inglenook_indexer.secrets.placeholders import is_secret_value
from inglenook_indexer.secrets.ranges import Span

_KIND = re.compile(r"kind[\"']?:[ \t]*[\"']?Secret[\"']?[ \t]*,?[ \t]*\r?$", re.MULTILINE)
_BETWEEN = re.compile(r"^(?:---|[ \t]*```)", re.MULTILINE)
_DATA = re.compile(r"([ \t]*)[\"']?(data|stringData)[\"']?:[ \t]*\{?[ \t]*\r?$")
_ENTRY = re.compile(
    r"[ \t]*[\"']?[\w.-]{1,253}[\"']?:[ \t]*(?:[|>][+-]?|[\"']?(?P<value>[^\s\"']{4,}+)[\"']?,?)[ \t]*\r?$"
)
_LINE = re.compile(r"[ \t]*(?P<value>[A-Za-z0-9+/]{16,}+={0,2})[ \t]*\r?$")
"""Of a value that goes over several: `key: |` and base64 below."""
_BASE64 = re.compile(
    r"(?:[A-Za-z0-9+/]{4}){2,}+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|[A-Za-z0-9+/]{6}==|[A-Za-z0-9+/]{7}="
)


def kubernetes_secrets(text: str) -> Iterator[Span]:
    """Ranges of the values under `data` and `stringData` of every document that is a Secret."""
    if "Secret" not in text or "kind" not in text or _KIND.search(text) is None:
        return
    starts = [0, *(match.start() for match in _BETWEEN.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        if _KIND.search(text, start, end) is not None:
            yield from _values(text, start, end)


def _values(text: str, start: int, end: int) -> Iterator[Span]:
    depth = level = -1  # columns: of the key whose entries these are, and of the entries; -1 outside
    encoded = False
    for line in text[start:end].split("\n"):
        indent = len(line) - len(line.lstrip())
        if depth < 0 or (indent <= depth and line.strip()):
            depth, level = -1, -1
            if opened := _DATA.match(line):
                depth, encoded = len(opened[1]), opened[2] == "data"
        elif line.strip():
            level = indent if level < 0 else level
            found = _ENTRY.match(line) if indent == level else _LINE.match(line) if encoded else None
            if found is not None and found["value"] and _is_secret(found["value"], encoded):
                yield Span(start + found.start("value"), start + found.end("value"), "a value of a Kubernetes secret")
        start += len(line) + 1


def _is_secret(value: str, encoded: bool) -> bool:
    return _BASE64.fullmatch(value) is not None if encoded else is_secret_value("password", value)
