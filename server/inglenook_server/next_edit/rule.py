"""Two edits that do the same -> the rule they have in common: the least general one that makes both. Pure.

After Blue-Pencil (Miltner et al., OOPSLA 2019), on tokens instead of trees: what differs between two examples becomes a
hole, and a hole's text may stand in the new text. A rule that explains only one of the two is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inglenook_server.next_edit.alignment import Element, Hole, Holes, Tokens, aligned, same_blank
from inglenook_server.next_edit.edit import Example
from inglenook_server.next_edit.tokens import is_blank, is_line_end, is_value, is_word, weight

CONTEXT = 14
"""Tokens on each side that a rule may hold on to."""
_HOLES = 3
"""Words that may differ in what is around a change."""
_RUNS = 3
"""Texts of any length that a rule may carry over."""
_STEPS = 4_000
"""Pairs of places that are looked at to explain a new text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`left old right` becomes `left new right`, with holes filled as they are found."""

    left: tuple[Element, ...]
    old: tuple[Element, ...]
    new: tuple[Element, ...]
    right: tuple[Element, ...]
    indent: str = ""
    """The indentation that line ends in `new` begin with."""

    def narrowed(self, context: int) -> Rule:
        """The same with at most so many telling tokens of context on each side; holes of `new` stay bound."""
        needed = {one.number for one in self.new if isinstance(one, Hole)}
        bound = {one.number for one in self.old if isinstance(one, Hole)}
        within = context < CONTEXT and (bool(self.old) or not self.adds_lines)
        left = _nearest(self.left[::-1], context, needed - bound, within)[::-1]
        right = _nearest(self.right, context, needed - bound, within)
        return Rule(left, self.old, self.new, right, self.indent)

    @property
    def adds_lines(self) -> bool:
        """Whether the new text has lines of its own."""
        return any(isinstance(one, str) and is_line_end(one) for one in self.new)

    @property
    def literals(self) -> Tokens:
        """The tokens that must be there."""
        return tuple(one for one in (*self.left, *self.old, *self.right) if isinstance(one, str))

    @property
    def telling(self) -> int:
        """How many tokens that say something it wants to see."""
        return weight(self.literals)


def generalise(one: Example, other: Example) -> Rule | None:
    """The rule that two examples share; None where they have nothing to do with each other."""
    if not one.old and not one.new:
        return None
    holes = Holes()
    old = aligned(one.old, other.old, holes)
    if old is None or sum(1 for part in old if isinstance(part, Hole) and not part.word) > _RUNS:
        return None
    left = _context(one.left[::-1], other.left[::-1], holes)[::-1]
    right = _context(one.right, other.right, holes)
    new = _filled(one.new, other.new, holes)
    if new is None:
        return None
    rule = Rule(_trimmed(left[::-1], new)[::-1], old, new, _trimmed(right, new), one.indent)
    return rule if _says_enough(rule) else None


def alone(example: Example) -> Rule:
    """The rule of one example: exactly that change, in exactly that place's surroundings."""
    left = example.left[-CONTEXT:]
    return Rule(left, example.old, example.new, example.right[:CONTEXT], example.indent)


def _context(one: Tokens, other: Tokens, holes: Holes) -> tuple[Element, ...]:
    """What two surroundings share, from the inside outward."""
    found: list[Element] = []
    differing = 0
    for a, b in zip(one[:CONTEXT], other[:CONTEXT], strict=False):
        if a == b or same_blank(a, b):
            found.append(a)
        elif is_value(a) and is_value(b) and differing < _HOLES:
            differing += 1
            found.append(holes.of((a,), (b,)))
        else:
            break
    return tuple(found)


def _filled(one: Tokens, other: Tokens, holes: Holes) -> tuple[Element, ...] | None:
    """The new text with holes where the examples differ; None where a difference is no hole's."""
    if one == other:
        return one
    known = sorted(holes.known.items(), key=lambda item: -len(item[0][0]))
    dead: set[tuple[int, int]] = set()
    stack: list[tuple[int, int, tuple[Element, ...]]] = [(0, 0, ())]
    while stack and len(dead) < _STEPS:
        here, there, found = stack.pop()
        if here == len(one) and there == len(other):
            return found
        if (here, there) in dead:
            continue
        dead.add((here, there))
        if here < len(one) and there < len(other):
            a, b = one[here], other[there]
            if a == b or same_blank(a, b):
                stack.append((here + 1, there + 1, (*found, a)))
            for (mine, yours), hole in reversed(known):
                if one[here : here + len(mine)] == mine and other[there : there + len(yours)] == yours:
                    stack.append((here + len(mine), there + len(yours), (*found, hole)))
    return None


def _trimmed(outward: Sequence[Element], new: Sequence[Element]) -> tuple[Element, ...]:
    """Without holes and blanks at the outer end that nothing needs."""
    kept = list(outward)
    while kept and (
        (isinstance(kept[-1], Hole) and kept[-1] not in new) or (isinstance(kept[-1], str) and is_blank(kept[-1]))
    ):
        kept.pop()
    return tuple(kept)


def _nearest(outward: Sequence[Element], context: int, needed: set[int], within_line: bool) -> tuple[Element, ...]:
    kept: list[Element] = []
    open_ones = {one.number for one in outward if isinstance(one, Hole)} & needed
    for one in outward:
        if not open_ones and (context <= 0 or (within_line and isinstance(one, str) and is_line_end(one))):
            break
        kept.append(one)
        if isinstance(one, Hole):
            open_ones.discard(one.number)
        context -= not (isinstance(one, str) and one.isspace())
    while kept and _idle(kept[-1], needed):
        kept.pop()
    return tuple(kept)


def _idle(one: Element, needed: set[int]) -> bool:
    """Whether an element at the outer end says nothing."""
    return one.number not in needed if isinstance(one, Hole) else is_blank(one)


def _says_enough(rule: Rule) -> bool:
    """Whether what it looks for is more than signs: some word, and of an insertion what stands around it."""
    words = [one for one in rule.literals if is_word(one) and len(one) > 1]
    return bool(words) and (rule.telling >= 2 or swaps_words(rule))


def swaps_words(rule: Rule) -> bool:
    """Whether it makes one word another one."""
    ends = [part[0] for part in (rule.old, rule.new) if len(part) == 1]
    return len(ends) == 2 and all(isinstance(one, str) and is_word(one) and len(one) > 1 for one in ends)


def escaped(element: Element, seen: set[int], indent_free: bool = True) -> str:
    """An element as a regular expression; a hole's second appearance wants the same text again."""
    if isinstance(element, Hole):
        if element.number in seen:
            return f"(?P=h{element.number})"
        seen.add(element.number)
        return rf"(?P<h{element.number}>{_VALUE if element.word else _RUN})"
    if is_line_end(element):
        return r"\r?\n[ \t]*"
    return r"[ \t]+" if is_blank(element) else re.escape(element)


_VALUE = r"(?<!\w)(?:[^\W\d]\w*|\d[\w.]*)(?!\w)"
_FLAT = r"[^()\[\]{}\n]"
_NESTED = rf"[(\[{{](?:{_FLAT}|[(\[{{](?:{_FLAT}|[(\[{{]{_FLAT}*[)\]}}])*[)\]}}])*[)\]}}]"
_RUN = rf"(?:[^,()\[\]{{}}\n]|{_NESTED}){{1,200}}?"
"""One argument: brackets within it are closed, to the third level, and no comma stands outside them."""
