"""Fits text into a number of tokens. Asks a counter it is given; knows nothing of token ids."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from inglenook_server.documents import split_lines

CAPACITY = 20_000
"""Lines whose token counts are remembered; about 2 MB."""
LONG = 1_000
"""Characters of a line that is counted anew each time: each key in it makes another one to remember."""


TOKEN_CHARACTERS = 4
"""Characters of a token, about."""


def estimate(text: str) -> int:
    """Tokens of a text, about, where no model is in memory that could count them."""
    return -(-len(text) // TOKEN_CHARACTERS)


class TokenCounter:
    """Tokens of lines, counted once each. Lines counted apart add up to slightly more than the whole text has."""

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count
        self._known: OrderedDict[str, int] = OrderedDict()

    def line(self, line: str) -> int:
        """Tokens of one line."""
        if len(line) > LONG:
            return self._count(line)
        if line not in self._known:
            self._known[line] = self._count(line) if line else 0
            if len(self._known) > CAPACITY:
                self._known.popitem(last=False)
        return self._known[line]

    def text(self, text: str) -> int:
        """Tokens of a text, as the sum of its lines."""
        return sum(self.line(line) for line in split_lines(text))


def shown(lines: Sequence[str], room: float, counter: TokenCounter) -> int:
    """Index of the first line of the longest end that `room` tokens hold."""
    start, used = len(lines), 0
    while start and used + counter.line(lines[start - 1]) <= room:
        start -= 1
        used += counter.line(lines[start])
    return start


def tail(text: str, tokens: int, counter: TokenCounter) -> str:
    """The end of `text`, whole lines of at most `tokens`; of a last line that alone is too long, the end."""
    lines = split_lines(text)
    start = shown(lines, tokens, counter)
    if start == len(lines):
        return cut_line_end(lines[-1], tokens, counter)
    return "".join(lines[start:])


def head(text: str, tokens: int, counter: TokenCounter) -> str:
    """The beginning of `text`, whole lines of at most `tokens`."""
    kept: list[str] = []
    used = 0
    for line in split_lines(text):
        used += counter.line(line)
        if used > tokens:
            break
        kept.append(line)
    return "".join(kept)


def cut_line_end(line: str, tokens: int, counter: TokenCounter) -> str:
    """The end of one overlong line: halved until it fits."""
    while line and counter.line(line) > tokens:
        line = line[len(line) // 2 + 1 :]
    return line


def fitting(texts: Sequence[str], tokens: int, counter: TokenCounter) -> list[str]:
    """As many of `texts`, in order, as fit; the first that does not is cut at a line end, the rest are left out."""
    kept: list[str] = []
    for text in texts:
        cost = counter.text(text)
        if cost > tokens:
            cut = head(text, tokens, counter)
            return [*kept, cut] if cut.strip() else kept
        kept.append(text)
        tokens -= cost
    return kept
