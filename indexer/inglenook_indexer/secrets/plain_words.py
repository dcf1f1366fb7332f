"""Texts that are words and nothing else, in which no vendor's credential can be. Pure.

A question at a prompt is mostly such a text, and would wait a third of a second for rules of which none fits it.
`test_plain_words.py` shows this of every rule of the detector, from its pattern.
"""

from __future__ import annotations

import re

MAX_WORD = 16
"""Letters and underscores in a row. The shortest credential that could be one word has 18, the shortest that is decoded
from base64 has 32."""
BETWEEN = " \t?!'\"()`"
"""What stands between words. No colon, dot, hyphen or slash, of which keys and addresses are made, and no line break,
which a key may be broken by."""

_BETWEEN = f"[{re.escape(BETWEEN)}]"
_WORDS = re.compile(rf"{_BETWEEN}*+(?:[A-Za-z_]{{1,{MAX_WORD}}}+(?:{_BETWEEN}++|\Z))*+")


def is_plain(text: str) -> bool:
    """Whether a text is one line of short words without digits."""
    return _WORDS.fullmatch(text) is not None
