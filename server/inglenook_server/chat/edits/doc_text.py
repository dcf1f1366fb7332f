"""From a model's words to plain sentences that may stand as documentation. Pure.

A sentence that marks a name as code which the code itself does not have is left out: small models make parameters up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SENTENCES = 4
"""That a small definition's documentation has, at most."""

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}\s")
_BULLET = re.compile(r"(?:[-*+]|\d{1,2}[.)])\s")
_CITED = re.compile(r" ?(?:\( ?)?(?:\[\d{1,3}\]|`[^`\n]{1,200}\.\w{1,8}:\d{1,7}(?:-\d{1,7})?`)(?: ?\))?")
_BOLD = re.compile(r"\*\*([^*\n]{1,200})\*\*")
_SPAN = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"[^\W\d]\w*")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+(?=[^\Wa-z]|`)")
_PREFACE = re.compile(r"^(?:here(?:'s| is)|sure|certainly|documentation)\b[^.\n]*:\s*", re.IGNORECASE)
_LITERALS = frozenset(("None", "True", "False", "null", "true", "false", "nil", "undefined", "this", "self"))
_WORDS = frozenset(("int", "str", "string", "bool", "boolean", "float", "list", "dict", "tuple", "set", "object"))


def doc_text(text: str, code: str) -> str:
    """The sentences of `text` that speak of `code` in its own names, in one line; empty where there are none."""
    flat = _CITED.sub("", " ".join(" ".join(_prose(text)).split()))
    flat = _PREFACE.sub("", _BOLD.sub(r"\1", flat), count=1)
    known = {*_NAME.findall(code), *_LITERALS, *_WORDS}
    kept = [one for one in _SENTENCE.split(flat) if len(one.split()) > 1 and _known(one, known)]
    return " ".join(dict.fromkeys(kept[:SENTENCES]))


def _prose(text: str) -> Iterator[str]:
    """The lines of a text that are words: no code, no headings; bullets without their mark."""
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
        elif not _HEADING.match(line):
            bare = line.strip()
            bullet = _BULLET.match(bare)
            yield bare[bullet.end() :] if bullet else bare


def _known(sentence: str, names: set[str]) -> bool:
    return all(name in names for span in _SPAN.findall(sentence) for name in _NAME.findall(span))
