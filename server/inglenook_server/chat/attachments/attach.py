"""All that goes along with a question, within a budget: the room's one entrance. Knows nothing of prompts or LSP."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from inglenook_server.chat.attachments.budget import Candidate, fit
from inglenook_server.chat.attachments.mentions import Mention, mentions
from inglenook_server.chat.attachments.outlines import words_of
from inglenook_server.chat.attachments.resolve import DiffText, Scope, candidates
from inglenook_server.chat.attachments.types import Attached, Given
from inglenook_server.generation.prompts.token_budget import TokenCounter

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

LONGEST = 20_000
"""Characters of a question whose words choose the parts of long files; names are looked for in all of it."""


class Attachments:
    """What goes along with one question: looked up once, and cut as often as there is another budget.

    `near` is the active file, as the index calls it: of several things of one name the nearest is meant. What can't go
    along is there as well, without a text, and says why. Texts are masked. Raises nothing of the index.
    """

    def __init__(
        self,
        text: str,
        given: Sequence[Given],
        index: Searches | None,
        near: str,
        diff_text: DiffText | None = None,
    ) -> None:
        self._text, self._given, self._index, self._near, self._diff_text = text, given, index, near, diff_text

    @cached_property
    def mentions(self) -> list[Mention]:
        """What the question names."""
        return mentions(self._text)

    @property
    def refused(self) -> list[Attached]:
        """What the question names and can't go along."""
        return [one.refused for one in self._candidates if one.named and one.refused is not None]

    def fit(self, tokens: int, counter: TokenCounter) -> tuple[Attached, ...]:
        """What the question names and what the client gave, in at most `tokens` together."""
        return fit(self._candidates, tokens, counter)

    @cached_property
    def _candidates(self) -> list[Candidate]:
        words = words_of(_without(self._text[:LONGEST], [(one.start, one.end) for one in self.mentions]))
        return candidates(self.mentions, self._given, Scope(self._index, self._near, words, self._diff_text))


def attached(
    text: str,
    given: Sequence[Given],
    index: Searches | None,
    near: str,
    counter: TokenCounter,
    tokens: int,
    *,
    diff_text: DiffText | None = None,
) -> tuple[Attached, ...]:
    """What goes along, where it is asked for but once."""
    return Attachments(text, given, index, near, diff_text).fit(tokens, counter)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text but for these spans, which are in order."""
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return " ".join([*kept, text[at:]])
