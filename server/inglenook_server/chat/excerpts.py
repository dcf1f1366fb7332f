"""Places as a model is shown them: numbered, and cut to the lines that matter. Pure.

A definition is shown by its head, and of its body by the lines that hold the question's words with a line around each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inglenook_indexer.text.printable import one_line

from inglenook_server.chat.addressed import without_orders, without_orders_in_path
from inglenook_server.chat.places import Place
from inglenook_server.completion.prompting.prompt import defuse
from inglenook_server.generation.prompts.token_budget import TokenCounter

WHOLE = 10
"""Lines of a definition that is short enough to be shown whole."""
HEAD = 3
"""Lines of a longer one that are always shown: its signature, and where its documentation begins."""
AROUND = 1
"""Lines shown before and after one that holds the question's words."""
MOST_LINES = 400
"""Lines of a definition that are looked at."""
LONGEST_LINE = 240
"""Characters of a line that are shown."""
SMALLEST = 12
"""Tokens below which an excerpt says nothing; it is left out."""
GAP = "..."

_FENCE = re.compile(r"`{3,}")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span shown to the model, in part or whole. Lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int
    text: str
    """Its lines; what is left out between two of them is a line of dots."""
    score: float = 0.0
    symbol: str = ""
    """What it defines, outermost first."""

    @property
    def place(self) -> str:
        """`path:start-end`."""
        return f"{self.path}:{self.start_line}-{self.end_line}"


def cut_excerpts(
    places: Sequence[Place],
    lines_of: Callable[[str], Sequence[str]],
    held: Callable[[str], set[str]],
    tokens: int,
    each: int,
    counter: TokenCounter,
) -> tuple[Excerpt, ...]:
    """What is shown of the places, best first: `tokens` in all and at most `each` of one; the first may take more.

    `held` says which of the question's words a text holds.
    """
    excerpts: list[Excerpt] = []
    for place in places:
        first, last = place.start_line - 1, min(place.end_line, place.start_line - 1 + MOST_LINES)
        text = without_orders("\n".join(line[:LONGEST_LINE] for line in lines_of(place.path)[first:last]))
        lines = text.split("\n") if last > first else []
        room = min(tokens, each if excerpts else 2 * each) - counter.text(place.cited)
        text = _cut(lines, held, room, counter)
        if not text:
            if tokens < SMALLEST:
                break
            continue
        excerpts.append(Excerpt(place.path, place.start_line, place.end_line, text, place.score, place.name))
        tokens -= counter.text(text) + counter.text(place.cited)
    return tuple(excerpts)


def _cut(lines: Sequence[str], held: Callable[[str], set[str]], room: int, counter: TokenCounter) -> str:
    """The lines that matter most, in order, in so many tokens; empty where nothing worth showing fits."""
    if not lines or room < SMALLEST:
        return ""
    costs = [counter.line(f"{line}\n") for line in lines]
    if sum(costs) <= room and len(lines) <= WHOLE:
        return "\n".join(lines)
    words = [held(line) for line in lines]
    rarity = {word: 1 / sum(word in each for each in words) for each in words for word in each}
    worth = [sum(rarity[word] for word in each) for each in words]
    order = [*range(min(HEAD, len(lines)))]
    for at in sorted(range(len(lines)), key=lambda at: (-worth[at], at)):
        if worth[at] > 0:
            order += range(max(0, at - AROUND), min(len(lines), at + AROUND + 1))
    order += range(len(lines))  # what room is left shows the rest from the top
    chosen: set[int] = set()
    gap = counter.line(f"{GAP}\n")
    for at in order:
        if at in chosen:
            continue
        if costs[at] + 2 * gap > room:
            if at < HEAD and not chosen:
                return ""
            continue
        chosen.add(at)
        room -= costs[at]
    return _joined(lines, sorted(chosen))


def _joined(lines: Sequence[str], chosen: Sequence[int]) -> str:
    shown: list[str] = []
    before = -1
    for at in chosen:
        if at > before + 1:
            shown.append(f"{_indent(lines[at])}{GAP}")
        shown.append(lines[at])
        before = at
    if chosen and before < len(lines) - 1:
        shown.append(f"{_indent(lines[before])}{GAP}")
    return "\n".join(shown)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def render(excerpts: Sequence[Excerpt]) -> str:
    """The excerpts as one Markdown text, numbered."""
    return "\n\n".join(f"[{number}] {heading(one.place)}\n{fenced(one.text)}" for number, one in enumerate(excerpts, 1))


def render_texts(texts: Sequence[tuple[str, str]]) -> str:
    """Texts as Markdown, each under what it is."""
    return "\n\n".join(f"{heading(what)}:\n{fenced(text)}" for what, text in texts)


def heading(what: str) -> str:
    """What a text is, or where it stands, as a prompt may hold it: files may have any name."""
    return defuse(one_line(without_orders_in_path(what)))


def fenced(text: str, language: str = "") -> str:
    """A text in a fence that is longer than any inside it, so that no text can end its own."""
    text = defuse(text)
    fence = "`" * max(3, 1 + max((len(run) for run in _FENCE.findall(text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"
