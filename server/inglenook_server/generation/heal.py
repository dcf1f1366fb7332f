"""Token healing: cut a prompt back to where words are really cut, and hold the model to what was cut. Pure functions.

A prompt that ends in the middle of a word or of an indentation is cut into tokens that the model never saw in that
place. So the last word goes, and the first tokens generated must spell it out again: the text the caller has stays as
it is, in the tokens the model would have used. (Guidance calls this token healing.)
"""

from __future__ import annotations

from collections.abc import Callable

TAIL = 400
"""Characters looked at; longer than any word, and short enough to be split in no time."""
LONGEST_CUT = 64
"""A longer run (a long indentation, a line of dashes) is left as it is: spelling it out would cost too many tokens."""


def cut(prefix: str, words: Callable[[str], list[str]]) -> tuple[str, str]:
    """`prefix` without its last word, and that word. The word is empty when there is nothing to heal."""
    tail = prefix[-TAIL:]
    if len(prefix) > TAIL:
        # Splitting must start at a place where the whole text would be split as well: a line's first character.
        newline = tail.find("\n")
        tail = tail[newline + 1 :] if 0 <= newline < len(tail) - 1 else tail
    runs = words(tail) if tail else []
    last = runs[-1] if runs else ""
    if not last or len(last) > LONGEST_CUT or not tail.endswith(last):
        return prefix, ""
    return prefix[: len(prefix) - len(last)], last


def grammar(start: str) -> str:
    """An EBNF grammar of all texts that begin with `start`, as xgrammar reads it.

    After an indentation or another space comes something that is to be seen, or nothing: the caller's cursor stands
    where the text should begin, and small models drift into deeper indentation when they are free to.
    """
    rest = "[\\x00-\\U0010ffff]*"
    if start.endswith((" ", "\t")):
        rest = f"([^ \\t\\r\\n] {rest})?"
    return f'root ::= "{"".join(map(_escape, start))}" {rest}'


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~":
        return character
    return f"\\u{ord(character):04x}" if ord(character) <= 0xFFFF else f"\\U{ord(character):08x}"
