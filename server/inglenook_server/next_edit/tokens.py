r"""A text as tokens: words, numbers, blanks, line ends with the indentation behind them, and single signs. Pure.

Joined, the tokens are the text. No grammar is asked: what is being typed rarely parses.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|\r?\n[ \t]*|[ \t]+|.", re.DOTALL)
_WORD = re.compile(r"[^\W\d]\w*")


def tokens(text: str) -> tuple[str, ...]:
    """The tokens of a text; none of an empty one."""
    return tuple(_TOKEN.findall(text))


def is_word(token: str) -> bool:
    """Whether a token is an identifier or a keyword."""
    return _WORD.fullmatch(token) is not None


def is_value(token: str) -> bool:
    """Whether a token is a word or a number: what may stand where another one stood."""
    return token[:1].isalnum() or token[:1] == "_"


def is_blank(token: str) -> bool:
    """Whether a token is blanks within a line."""
    return not token.strip(" \t") and bool(token)


def is_line_end(token: str) -> bool:
    """Whether a token is a line end with the indentation of the next line."""
    return token.startswith(("\n", "\r\n"))


def weight(parts: tuple[str, ...]) -> int:
    """How many tokens of a run say something: blanks and line ends don't."""
    return sum(1 for one in parts if not one.isspace())
