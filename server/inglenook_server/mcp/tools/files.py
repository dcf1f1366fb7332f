"""`outline`, `span` and `importers`: what a file defines, lines of it, and which files import it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inglenook_server.chat.known.asked import MOST
from inglenook_server.chat.known.places_of_tests import is_test
from inglenook_server.documents import bare_lines
from inglenook_server.errors import RequestError
from inglenook_server.mcp.budget import first_lines, fit, tokens
from inglenook_server.mcp.source import code, place, words

if TYPE_CHECKING:
    from inglenook_server.mcp.served import Served

_WITH_LINES = re.compile(r"(.+?):(\d{1,9})(?:-(\d{1,9}))?$")
_MASKED_SHOWN = 10
"""Lines with masks that are named, at most."""
_LAST_LINES = 110
"""Tokens kept for what is said below the lines: which are masked, and where they go on."""


def outline(served: Served, *, path: str, budget: int) -> str:
    """Every symbol that a file defines, in order, indented by what it stands in. Raises RequestError, IndexerError."""
    found = served.file(path)
    symbols = served.folders.outline(found.shown)
    count = len(_lines(served, found.shown))
    head = f"{words(found.shown)}, {count:,} lines, {len(symbols):,} symbols:"
    if not symbols:
        return (
            f"{words(found.shown)}, {count:,} lines, defines no symbols that the index knows. `span` shows its lines."
        )
    blocks = []
    for one in symbols:
        depth = one.parent.count(" > ") + 1 if one.parent else 0
        doc = f"  {words(one.doc)}" if one.doc else ""
        lines = f"{one.line}-{one.end_line}" if one.end_line > one.line else f"{one.line}"
        blocks.append(f"{'  ' * depth}{lines}  {one.kind} {words(one.name)}{doc}")
    return fit(head, blocks, budget, lambda left: f"… {left:,} more symbols: raise budget, or `search` with this path.")


def span(served: Served, *, path: str, start_line: int = 0, end_line: int = 0, budget: int) -> str:
    """Lines of a file, numbered, as they are on the disk now. `path` may end with `:line` or `:start-end`.

    Raises RequestError, IndexerError.
    """
    if not start_line and not end_line and (written := _WITH_LINES.match(path.strip())):
        path, start_line, end_line = written[1], int(written[2]), int(written[3] or 0)
    found = served.file(path)
    lines = _lines(served, found.shown)
    start = max(start_line, 1)
    end = min(end_line or len(lines), len(lines))
    if start > len(lines):
        raise RequestError(f"{words(found.shown)} has {len(lines):,} lines; line {start:,} is none of them.")
    if end < start:
        raise RequestError(f"Line {end:,} is before line {start:,}: give start_line, then end_line.")
    head = f"{place(found.shown, start, end)} of {len(lines):,} lines"
    numbered = code(lines[start - 1 : end], start)
    kept = first_lines(numbered, budget - tokens(head) - _LAST_LINES)
    last = start + kept.count("\n") if kept else start - 1
    masked = sorted(one for one in served.folders.withheld(found.shown) if start <= one <= last)
    named = ", ".join(map(str, masked[:_MASKED_SHOWN])) + (", …" if len(masked) > _MASKED_SHOWN else "")
    said = [f"Masked, because it looks like a secret: {'line' if len(masked) == 1 else 'lines'} {named}."]
    more = [f"… cut at {budget:,} tokens: lines {last + 1}-{end} follow; ask with start_line {last + 1}."]
    parts = [head, *([kept] if kept else []), *(said if masked else []), *(more if last < end else [])]
    return "\n".join(parts)


def importers(served: Served, *, path: str, budget: int) -> str:
    """Which files import a file, tests last. Raises RequestError, IndexerError."""
    found = served.file(path)
    imports = served.folders.importers(found.shown, limit=MOST)
    if not imports:
        return f"Nothing in the index imports {words(found.shown)}."
    count = f"{imports.total:,}{'' if imports.exact else ' or more'}"
    ordered = sorted(imports, key=lambda one: (is_test(one.path), one.path, one.line))
    blocks = []
    for one in ordered:
        names = f": {words(', '.join(one.names))}" if one.names else ""
        blocks.append(f"{place(one.path, one.line)}  {words(one.module)}{names}")
    left_out = max(0, imports.total - len(imports))
    return fit(
        f"{count} imports of {words(found.shown)}:",
        blocks,
        budget,
        lambda left: f"… {left + left_out:,} more: raise budget.",
    )


def _lines(served: Served, shown: str) -> list[str]:
    """The lines of a file; a line end at its end begins no further one."""
    lines = bare_lines(served.folders.text(shown))
    return lines[:-1] if lines and not lines[-1] else lines
