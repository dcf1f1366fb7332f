"""All that goes along with a question, cut to the tokens there are for it. Knows nothing of where texts come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from inglenook_indexer.errors import IndexerError

from inglenook_server.chat.attachments.types import Attached, Kind
from inglenook_server.generation.prompts.token_budget import TokenCounter

PRIORITY: tuple[Kind, ...] = ("selection", "symbol", "file", "problems", "terminal", "diff", "folder", "cursor")
"""Who is served first: what the user chose himself before what comes along by itself."""
SHARE = 0.5
"""Of a prompt's tokens: the rest is for what is found, the conversation and the rules."""
NO_ROOM = "There is no room left for it in the prompt."

Shape = Callable[[int, TokenCounter], Attached]
"""(tokens, counter) -> the thing in at most so many tokens."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that would go along, and how it is cut."""

    kind: Kind
    shape: Shape
    refused: Attached | None = None
    """What says why it can't go along, where that is known without cutting it."""
    named: bool = False
    """Whether the question names it."""


def fit(candidates: Sequence[Candidate], tokens: int, counter: TokenCounter) -> tuple[Attached, ...]:
    """The candidates in their order, cut so that they have at most `tokens` together.

    What is more important is served first; things of one kind share what is left, and leave what they don't use.
    """
    made: dict[int, Attached] = {}
    left = max(0, tokens)
    for kind in PRIORITY:
        places = [at for at, one in enumerate(candidates) if one.kind == kind]
        for number, at in enumerate(places):
            made[at] = _shaped(candidates[at], left // (len(places) - number), counter)
            left -= cost(made[at], counter)
        for at in places[:-1] if left else ():  # what those behind did not use
            mine = cost(made[at], counter)
            made[at] = _shaped(candidates[at], left + mine, counter)
            left -= cost(made[at], counter) - mine
    return tuple(made[at] for at in sorted(made))


def _shaped(candidate: Candidate, tokens: int, counter: TokenCounter) -> Attached:
    try:
        one = candidate.shape(tokens, counter)
    except IndexerError as error:  # the files of a folder are read here
        return Attached(candidate.kind, candidate.kind, problem=error.message)
    return one if one.text or one.problem else replace(one, problem=NO_ROOM)


def cost(one: Attached, counter: TokenCounter) -> int:
    """Tokens of what is shown of a thing: its text and what stands above it."""
    return counter.text(one.text) + counter.text(one.header) if one.text else 0
