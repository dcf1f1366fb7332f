"""A text whose strings and comments are blanked, so that what is left is code. Pure; by `literals`, not by a grammar.

Every character keeps its place, and every line its end.
"""

from __future__ import annotations

import re

from inglenook_server.completion.syntax.brackets import Scan
from inglenook_server.completion.syntax.literals import literals_of

_INK = re.compile(r"[^\n]")


def blanked(text: str, language: str, *, strings: bool = True) -> str:
    """`text` with its comments blanked, and its strings unless `strings` is false. Prose stays as it is."""
    rows = literals_of(language)
    if rows is None:
        return text
    openers = [row.opener for row in rows.literals if row.kind == "comment"] + list(rows.comments)
    comment = re.compile("|".join(openers), re.MULTILINE) if openers else None
    scan = Scan(text, language)
    parts: list[str] = []
    last = 0
    for start, end in sorted((*scan.passed, *scan.literals)):
        start, end = max(start, last), min(end, len(text))
        if start >= end or not (strings or (comment is not None and comment.match(text, start))):
            continue
        parts += [text[last:start], _INK.sub(" ", text[start:end])]
        last = end
    return "".join([*parts, text[last:]])
