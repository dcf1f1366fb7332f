"""A question's text as one sentence that phrases can be held to. Knows no phrases.

Typographic marks become plain ones, marks at the ends of words are left out, and what a language elides is parted.
Names stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Protocol


class Spelling(Protocol):
    """How a language writes."""

    @property
    def elided(self) -> Collection[str]:
        """Words that lose their end before a vowel, without the apostrophe: "l"."""

    @property
    def endings(self) -> Collection[str]:
        """Ends that count as words: "'s"."""

    @property
    def rewritten(self) -> Mapping[str, str]:
        """Contractions, in small letters -> the words that they stand for."""

    @property
    def fillers(self) -> Collection[str]:
        """Words that say nothing wherever they stand, folded and in small letters."""


_MARKS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»‹›「」『』《》＂", '"'),
        **dict.fromkeys("‘’‚‛′´＇", "'"),
        **dict.fromkeys("，、", ","),
        **dict.fromkeys("？¿", "?"),
        **dict.fromkeys("！¡。", "!"),
        "（": "(",
        "）": ")",
        "：": ":",
        "；": ";",
        "｀": "`",
        "\u00a0": " ",
        "\u202f": " ",
        "\u3000": " ",
    }
)
_GUILLEMETS = re.compile(r"(?<=[«‹])\s+|\s+(?=[»›])")
_ENDS = "?!,;:…"
_CJK = r"\u3040-\u30ff\u3400-\u9fff"
_BETWEEN = re.compile(rf"(?<=[{_CJK}]),|,(?=[{_CJK}])")
_ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüýçñ"
_PLAIN = "aaaaaaeeeeiiiiooooouuuuycn"
_FOLDED = str.maketrans(_ACCENTED + _ACCENTED.upper(), _PLAIN + _PLAIN.upper())


def fold(text: str) -> str:
    """Without accents, as many people type; no character moves."""
    return text.translate(_FOLDED)


def sentence(text: str, book: Spelling) -> str:
    """The words of a text, each followed by a blank."""
    plain = _BETWEEN.sub(" ", _GUILLEMETS.sub("", text).translate(_MARKS))
    words: list[str] = []
    for raw in plain.split():
        token = raw.lstrip("?!").rstrip(_ENDS)
        if not token.startswith(".."):
            token = token.rstrip(f".{_ENDS}")
        if len(token) > 4 and token.startswith("**") and token.endswith("**"):
            token = token[2:-2]
        words += _parted(token, book)
    return "".join(f"{word} " for word in words if word and fold(word).lower() not in book.fillers)


def _parted(token: str, book: Spelling) -> list[str]:
    """Parts of a token: "l'" and "appelle", "where" and "is", "Pool" and "'s"."""
    if (whole := book.rewritten.get(token.lower())) is not None:
        return whole.split()
    ends = []
    while (head := token.partition("'")) and head[2] and head[0].lower() in book.elided:
        ends.append(head[0] + "'")
        token = head[2]
    for ending in book.endings:
        if token.endswith(ending) and len(token) > len(ending):
            return [*ends, token.removesuffix(ending), ending]
    return [*ends, token]
