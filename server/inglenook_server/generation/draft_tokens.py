"""What may come next, guessed from the text itself and from what the model said before. Pure: knows no model.

Prompt lookup decoding (Saxena 2023), with the longest match first and the latest of those; where nothing matches, the
token that the model itself wanted after the same token the last time (token recycling, Luo 2024, without its tree).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NGRAM = 6
"""Tokens that are compared at most: of two places that go on alike for so long the later one is taken."""
PLACES = 64
"""Latest places of a token that are looked at; a newline has hundreds."""
_BREAK = -1  # no token: nothing goes on across it


class Drafts:
    """The tokens of one sequence, by their places."""

    def __init__(self, ids: Iterable[int], guesses: dict[int, int] | None = None, near: Iterable[int] = ()) -> None:
        """`guesses` may outlive the sequence: token to the one that the model wanted after it.

        `near` are tokens of another text that may be repeated.
        """
        self._ids: list[int] = []
        self._places: dict[int, list[int]] = {}
        self._guesses = {} if guesses is None else guesses
        self.extend((*near, _BREAK))
        self.extend(ids)

    def extend(self, ids: Iterable[int]) -> None:
        """These tokens came next."""
        for number in ids:
            self._places.setdefault(number, []).append(len(self._ids))
            self._ids.append(number)

    def learn(self, ids: Sequence[int], wanted: Sequence[int]) -> None:
        """After each of `ids` the model wanted that of `wanted`, rightly or not."""
        self._guesses.update(zip(ids, wanted, strict=True))

    def propose(self, count: int) -> list[int]:
        """Up to `count` tokens that may come next."""
        draft: list[int] = []
        while len(draft) < count and (more := self._continue(draft, count - len(draft))):
            draft += more
        return draft

    def _continue(self, draft: Sequence[int], count: int) -> Sequence[int]:
        """What followed the tokens, `draft` at their end, where they stood before."""
        tail = [*self._ids[-NGRAM:], *draft][-NGRAM:]
        longest, found = 0, -1
        for place in reversed(self._places.get(tail[-1], ())[-PLACES:]):
            if place + 1 >= len(self._ids):
                continue
            length = 1
            while length < len(tail) and length <= place and self._ids[place - length] == tail[-1 - length]:
                length += 1
            if length > longest:
                longest, found = length, place
                if length == len(tail):
                    break
        guess = self._guesses.get(tail[-1])
        if guess is not None and longest < 2:
            return (guess,)
        more = self._ids[found + 1 : found + 1 + count] if longest else []
        return more[: more.index(_BREAK)] if _BREAK in more else more
