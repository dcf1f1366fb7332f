"""An edit as data: lines as they were and as they are, with the lines around them. Pure; knows no clock, no editor.

Lines are bare, without their ends, and numbered from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from inglenook_server.next_edit.tokens import tokens

AROUND = 3
"""Lines kept above and below an edit: what a rule may look at."""
_MOST_TOKENS = 160
"""Of one line that are compared; a longer one is data."""
_MOST_LINES = 60
"""Of an edit that are compared with one another; more were not typed."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One run of lines that was replaced by another."""

    path: str
    line: int
    """The first line of `new`, in the text after the edit."""
    old: tuple[str, ...]
    new: tuple[str, ...]
    above: tuple[str, ...] = ()
    """Up to three lines above it, after the edit."""
    below: tuple[str, ...] = ()
    at: float = 0.0
    """Seconds, on the clock of whoever keeps edits."""

    @property
    def end(self) -> int:
        """The line behind the last one of `new`."""
        return self.line + len(self.new)


@dataclass(frozen=True, slots=True)
class Example:
    """One substitution within an edit, in tokens: between `left` and `right`, `old` became `new`."""

    left: tuple[str, ...]
    """Nearest last."""
    old: tuple[str, ...]
    new: tuple[str, ...]
    right: tuple[str, ...]
    indent: str = ""
    """The indentation of the line it begins in."""


def edits_between(path: str, before: Sequence[str], after: Sequence[str], at: float = 0.0) -> list[Edit]:
    """The runs of lines in which two versions of a file differ, from the top. For texts that were not typed."""
    found = []
    for tag, low, high, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            found.append(_edit(path, before[low:high], after, first, last, at))
    return found


def edit_at(path: str, before: Sequence[str], after: Sequence[str], at: float = 0.0) -> Edit | None:
    """The one run of lines in which two versions differ: what typing changes. None where they are the same."""
    low, most = 0, min(len(before), len(after))
    while low < most and before[low] == after[low]:
        low += 1
    high = 0
    while high < most - low and before[-1 - high] == after[-1 - high]:
        high += 1
    old, end = before[low : len(before) - high], len(after) - high
    return None if not old and low == end else _edit(path, old, after, low, end, at)


def parts(edit: Edit) -> list[Edit]:
    """The edit cut at lines that stayed as they were, and line by line where as many lines replace as many."""
    if len(edit.old) > _MOST_LINES or len(edit.new) > _MOST_LINES:
        return []
    found: list[Edit] = []
    whole = (*edit.above, *edit.new, *edit.below)
    shift = len(edit.above)
    for tag, low, high, first, last in SequenceMatcher(None, edit.old, edit.new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = [(low, high, first, last)]
        if high - low == last - first:
            pairs = [(low + n, low + n + 1, first + n, first + n + 1) for n in range(high - low)]
        for a, b, c, d in pairs:
            above = whole[max(0, shift + c - AROUND) : shift + c]
            below = whole[shift + d : shift + d + AROUND]
            found.append(Edit(edit.path, edit.line + c, edit.old[a:b], edit.new[c:d], above, below, edit.at))
    return found


def examples(part: Edit) -> Iterator[Example]:
    """What a part of an edit did, as substitutions: one, or the same one at several places of a line."""
    lead = "\n" if part.above else ""
    left, right = tokens("\n".join(part.above)), tokens("".join(f"\n{one}" for one in part.below))
    if not part.old:
        if part.new and part.above:
            yield Example(left, (), tokens("\n" + "\n".join(part.new)), right, _indent(part.above[-1]))
        return
    old, new = tokens(lead + "\n".join(part.old)), tokens(lead + "\n".join(part.new) if part.new else "")
    if max(len(old), len(new)) > _MOST_TOKENS or old == new:
        return
    indent = _indent(part.old[0])
    same = _repeated(old, new)
    if same:
        for low, high, first, last in same:
            yield Example(left + old[:low], old[low:high], new[first:last], old[high:] + right, indent)
        return
    low, high = _differing(old, new)
    cut = len(old) - high
    yield Example(left + old[:low], old[low:cut], new[low : len(new) - high], old[cut:] + right, indent)


def _edit(path: str, old: Sequence[str], after: Sequence[str], first: int, last: int, at: float) -> Edit:
    above, below = tuple(after[max(0, first - AROUND) : first]), tuple(after[last : last + AROUND])
    return Edit(path, first, tuple(old), tuple(after[first:last]), above, below, at)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _differing(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many tokens are the same at the beginning and at the end, such that both middles close their brackets."""
    low, most = 0, min(len(old), len(new))
    while low < most and old[low] == new[low]:
        low += 1
    high = 0
    while high < most - low and old[-1 - high] == new[-1 - high]:
        high += 1
    kept = high
    while high and not (_closed(old[low : len(old) - high]) and _closed(new[low : len(new) - high])):
        high -= 1
    return (low, high) if _closed(old[low : len(old) - high]) else (low, kept)


def _closed(run: Sequence[str]) -> bool:
    depth = 0
    for one in run:
        depth += (one in "([{") - (one in ")]}")
        if depth < 0:
            return False
    return depth == 0


def _repeated(old: tuple[str, ...], new: tuple[str, ...]) -> list[tuple[int, int, int, int]]:
    """Where one and the same run was replaced by one and the same other, twice or more; else nothing."""
    ops = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [op[1:] for op in ops if op[0] != "equal"]
    kinds = {(old[a:b], new[c:d]) for a, b, c, d in changed}
    return changed if len(changed) > 1 and len(kinds) == 1 and all(b > a for a, b, _, _ in changed) else []
