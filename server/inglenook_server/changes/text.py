"""Changes as a diff of bounded size, for a prompt: what touches most definitions comes in first. Secrets are masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inglenook_server.changes.lines import split
from inglenook_server.changes.symbols import TouchedSymbol
from inglenook_server.changes.types import Changes, FileChange, Hunk

CONTEXT = 2
"""Lines shown around a hunk."""
MAX_LINES = 60  # of one side of a hunk
MAX_WIDTH = 240  # characters of a line


@dataclass(frozen=True, slots=True)
class _Piece:
    """One hunk as text."""

    change: FileChange
    place: int
    weight: tuple[int, int]
    """How many definitions it touches, and how many lines it has."""
    text: str


def diff_text(changes: Changes, symbols: Mapping[str, Sequence[TouchedSymbol]], max_characters: int) -> str:
    """A unified diff of at most `max_characters`; `symbols` are those touched, by path. Empty where nothing changed.

    Where it does not hold everything, its last line says so. Hunks are cut, too: this is for reading, not for patching.
    """
    pieces = [
        _piece(change, place, hunk, symbols.get(change.path, ()))
        for change in changes.files
        for place, hunk in enumerate(change.hunks)
    ]
    bare = [_head(change) for change in changes.files if not change.hunks]
    left = max_characters - _LAST
    kept: list[_Piece] = []
    opened: set[str] = set()
    for piece in sorted(pieces, key=lambda one: (-one.weight[0], -one.weight[1], one.change.path, one.place)):
        path = piece.change.path
        cost = len(piece.text) + 1 + (0 if path in opened else len(_head(piece.change)) + 1)
        if cost <= left:
            left -= cost
            opened.add(path)
            kept.append(piece)
    lines: list[str] = []
    for change in changes.files:
        own = sorted((one for one in kept if one.change.path == change.path), key=lambda one: one.place)
        if own:
            lines += [_head(change), *(one.text for one in own)]
    for head in bare:
        if len(head) + 1 <= left:
            left -= len(head) + 1
            lines.append(head)
    missing = len(pieces) - len(kept) + len(bare) - (len(lines) - len(kept) - len(opened))
    if missing:
        last = "(One more change is not shown.)" if missing == 1 else f"({missing} more changes are not shown.)"
        lines.append(last if lines or max_characters >= len(last) else "")
    return "\n".join(filter(None, lines))[: max(0, max_characters)]


_LAST = 48  # characters that are kept for the last line


def _head(change: FileChange) -> str:
    if change.status == "renamed":
        return f"rename from {change.old_path}\nrename to {change.path}"
    old = "/dev/null" if change.status == "added" else f"a/{change.path}"
    new = "/dev/null" if change.status == "deleted" else f"b/{change.path}"
    return f"--- {old}\n+++ {new}" + (f"\n({change.unread})" if change.unread else "")


def _piece(change: FileChange, place: int, hunk: Hunk, symbols: Sequence[TouchedSymbol]) -> _Piece:
    old, new = split(change.old), split(change.new)
    names = [one.full_name for one in symbols if _meets(one, hunk)]
    first, last = max(1, hunk.new_start - CONTEXT), hunk.new_start + hunk.new_lines
    before = new[first - 1 : hunk.new_start - 1]
    after = new[last - 1 : last - 1 + CONTEXT]
    size = len(before) + len(after)
    lines = [
        f"@@ -{max(1, hunk.old_start - len(before))},{hunk.old_lines + size} +{first},{hunk.new_lines + size} @@"
        + (f" {', '.join(names[:3])}" if names else ""),
        *(f" {line}" for line in before),
        *_side("-", old[hunk.old_start - 1 : hunk.old_start - 1 + hunk.old_lines]),
        *_side("+", new[hunk.new_start - 1 : last - 1]),
        *(f" {line}" for line in after),
    ]
    text = "\n".join(line if len(line) <= MAX_WIDTH else f"{line[:MAX_WIDTH]}…" for line in lines)
    return _Piece(change, place, (len(names), hunk.old_lines + hunk.new_lines), text)


def _side(mark: str, lines: Sequence[str]) -> list[str]:
    shown = [f"{mark}{line}" for line in lines[:MAX_LINES]]
    return shown if len(lines) <= MAX_LINES else [*shown, f"{mark}… {len(lines) - MAX_LINES} more lines"]


def _meets(symbol: TouchedSymbol, hunk: Hunk) -> bool:
    """Whether a definition and a hunk have a line in common."""
    start, count = (hunk.old_start, hunk.old_lines) if symbol.how == "removed" else (hunk.new_start, hunk.new_lines)
    return symbol.line < start + max(1, count) and start <= symbol.end_line
