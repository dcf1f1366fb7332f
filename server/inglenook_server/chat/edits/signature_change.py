"""What a proposed change does to the heads of definitions, in sentences: small models change them unasked. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inglenook_server.chat.edits.edit import Edit
from inglenook_server.chat.edits.placing import name_on
from inglenook_server.chat.known.markdown import MAX_CODE, code
from inglenook_server.chat.signature import head_end, signature

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

MOST = 3
"""Definitions that are spoken of."""
KINDS = frozenset(("function", "method", "class", "interface", "struct", "constructor"))
_ASKED = re.compile(
    r"async|await|param|argument|signature|annotat|type|renam|default|return|option|keyword|name|typ|umbenenn|renomm"
    r"|parám|parâm|asincr|assíncr|参数|签名|引数|非同期|异步",
    re.IGNORECASE,
)

Callers = Callable[["Symbol"], str]
"""How many places call a definition, in a sentence; empty where that is not known."""


def signature_notes(edit: Edit, lines: Sequence[str], outline: Sequence[Symbol], wish: str, callers: Callers) -> str:
    """What changes in the heads of the definitions that an edit replaces; empty where nothing does."""
    after = edit.applied(lines)
    last = edit.start_line + len(edit.new_lines) - 1
    starts: dict[str, list[int]] = {}
    for at in range(edit.start_line, last + 1):
        if (name := name_on(after[at - 1])) and not lines_before(after, at):
            starts.setdefault(name, []).append(at)
    said: list[str] = []
    for one in outline:
        if one.kind not in KINDS or not (edit.start_line <= one.line and one.end_line <= edit.end_line):
            continue
        places = starts.get(one.name)
        if not places:
            said.append(f"{code(one.name, MAX_CODE)} is not there any more. {callers(one)}".strip())
            continue
        at = places.pop(0) if len(places) > 1 else places[0]
        old = signature(lines, one.line, one.end_line, one.language)
        new = signature(after, at, last, one.language)
        if old and new and old != new:
            said.append(_changed(one, old, new, callers(one)))
            if not _ASKED.search(wish) and _same_body(one, lines, after, at, last):
                said.append("Nothing else in it changes, and you did not ask for this.")
    return " ".join(said[:MOST])


def lines_before(lines: Sequence[str], at: int) -> bool:
    """Whether a line goes on with the one above it, so that it begins nothing."""
    return at > 1 and lines[at - 2].rstrip().endswith(("\\", ",", "("))


def _changed(one: Symbol, old: str, new: str, callers: str) -> str:
    return f"The signature changes: {code(old, MAX_CODE)} becomes {code(new, MAX_CODE)}. {callers}".strip()


def _same_body(one: Symbol, lines: Sequence[str], after: Sequence[str], at: int, last: int) -> bool:
    """Whether all but the head is as it was."""
    old_head, old_at = head_end(lines, one.line, one.end_line, one.language)
    new_head, new_at = head_end(after, at, last, one.language)
    size = one.end_line - old_head
    old = [lines[old_head - 1][old_at:], *lines[old_head : one.end_line]]
    new = [after[new_head - 1][new_at:], *after[new_head : new_head + size]]
    return [line.strip() for line in old] == [line.strip() for line in new]
