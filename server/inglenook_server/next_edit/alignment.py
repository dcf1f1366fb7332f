"""Two runs of tokens, laid side by side: what they share, and holes where they differ. Pure.

Brackets lie against brackets and arguments against arguments, so that a hole is what a person would call one thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher

from inglenook_server.next_edit.tokens import is_blank, is_line_end, is_value

_OPEN, _CLOSE = ("(", "[", "{"), (")", "]", "}")

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """A place where the examples differ. `word` is one word or number, otherwise it is any text of a line."""

    number: int
    word: bool


Element = str | Hole


@dataclass(slots=True)
class Holes:
    """Pairs of texts that differ -> holes; the same pair is the same hole."""

    known: dict[tuple[Tokens, Tokens], Hole] = field(default_factory=dict)

    def of(self, one: Tokens, other: Tokens, *, argument: bool = False) -> Hole:
        """The hole of a pair of texts; a whole `argument` may be any text elsewhere, not a word alone."""
        word = not argument and len(one) == len(other) == 1 and is_value(one[0]) and is_value(other[0])
        return self.known.setdefault((one, other), Hole(len(self.known), word))


def aligned(one: Tokens, other: Tokens, holes: Holes) -> tuple[Element, ...] | None:
    """What is replaced, with holes where the examples differ; None where they have no words in common."""
    if one == other:
        return one
    found = _in_step(one, other, holes)
    if found is None and _in_step(one[1:-1], other[1:-1], Holes()) is None:
        found = _by_blocks(one, other, holes)
    if found is None or not any(isinstance(part, str) and not part.isspace() for part in found):
        return None
    return found


def _in_step(one: Tokens, other: Tokens, holes: Holes) -> tuple[Element, ...] | None:
    """Two runs walked side by side: brackets against brackets, argument against argument."""
    found: list[Element] = []
    here, there = 0, 0
    while here < len(one) and there < len(other):
        a, b = one[here], other[there]
        if a in _OPEN and a == b:
            end, stop = _close(one, here), _close(other, there)
            inner = _arguments(one[here + 1 : end], other[there + 1 : stop], holes)
            if inner is None or end >= len(one) or stop >= len(other):
                return None
            found += [a, *inner, one[end]]
            here, there = end + 1, stop + 1
            continue
        if a == b or same_blank(a, b):
            found.append(a)
        elif is_value(a) and is_value(b):
            found.append(holes.of((a,), (b,)))
        else:
            return None
        here, there = here + 1, there + 1
    return tuple(found) if here == len(one) and there == len(other) else None


def _arguments(one: Tokens, other: Tokens, holes: Holes) -> tuple[Element, ...] | None:
    """What stands between two pairs of brackets: as many arguments, of which each is the same, alike, or a hole."""
    mine, yours = _split(one), _split(other)
    if len(mine) != len(yours):
        return None
    found: list[Element] = []
    for a, b in zip(mine, yours, strict=True):
        trial = Holes(dict(holes.known))
        alone = len(_bare(a)) == len(_bare(b)) == 1
        inner = a if a == b else None if alone else _in_step(a, b, trial)
        if inner is not None:
            holes.known = trial.known
            found += inner
            continue
        blank = [part for part in a[:1] if part.isspace()]
        a, b = _bare(a), _bare(b)
        if not a or not b or any(map(is_line_end, (*a, *b))):
            return None
        found += [*blank, holes.of(a, b, argument=True)]
    return tuple(found)


def _by_blocks(one: Tokens, other: Tokens, holes: Holes) -> tuple[Element, ...] | None:
    found: list[Element] = []
    for tag, low, high, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            found += one[low:high]
        elif tag == "replace" and not any(map(is_line_end, (*one[low:high], *other[first:last]))):
            found.append(holes.of(one[low:high], other[first:last]))
        else:
            return None
    return tuple(found)


def _split(run: Tokens) -> list[Tokens]:
    """A run cut behind its outermost commas."""
    cut, depth, start = [], 0, 0
    for index, one in enumerate(run):
        depth += (one in _OPEN) - (one in _CLOSE)
        if one == "," and depth == 0:
            cut += [run[start:index], run[index : index + 1]]
            start = index + 1
    return [*cut, run[start:]]


def _close(run: Tokens, at: int) -> int:
    depth = 0
    for index in range(at, len(run)):
        depth += (run[index] in _OPEN) - (run[index] in _CLOSE)
        if depth == 0:
            return index
    return len(run)


def _bare(run: Tokens) -> Tokens:
    """A run without blanks at its ends."""
    low, high = 0, len(run)
    while low < high and run[low].isspace():
        low += 1
    while high > low and run[high - 1].isspace():
        high -= 1
    return run[low:high]


def same_blank(a: str, b: str) -> bool:
    """Whether both are blanks, or both line ends, however long."""
    return (is_blank(a) and is_blank(b)) or (is_line_end(a) and is_line_end(b))
