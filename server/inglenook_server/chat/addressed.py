"""Lines of a file that speak to an assistant and not to a reader of the code: a model is not shown them. Pure.

A small model does what a sentence tells it, wherever the sentence stands, and no rule in its prompt keeps it from that.
So what has the form of an order to a model (`orders.txt`) is left out of what it is shown, and the place says so. It is
no proof against an order in other words: that is why nothing a model says is executed, fetched or drawn.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

LEFT_OUT = "[a line that addresses an assistant is left out]"
UNNAMED = "…"
"""Stands for a part of a path that is an order."""
JOINED = 160
"""Characters at the end of a line and at the beginning of the next that are read as one sentence."""

_CARRIED = re.compile(r"[\U000e0000-\U000e007f]")
"""Letters of an alphabet that no screen draws, and that models read."""
_FLAG = re.compile(r"\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f")
"""The flag of a part of a country, which is spelled in them."""
_UNDRAWN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\xad]")
_EMPHASIS = re.compile(r"[*_`~]+")
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")
"""A word written with a blank between its letters."""
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BLANKS = re.compile(r"\s+")
_FOREIGN = re.compile("[\u0370-\u052f]")
_A_WORD = re.compile(r"\w+")
_LATIN = str.maketrans("аеосрхуіјѕһԁԛԝАВЕКМНОРСТУХІЈЅοαερντικυ", "aeocpxyijshdqwABEKMHOPCTYXIJSoaepvtiku")
"""Letters of other alphabets that look like Latin ones."""
_ENDS_CODE = "{}();:=[],"
_WORD = r"\b"
_MARKS = re.compile(r"\A[\s#/*<!;%\"'>|-]+")
"""What a line of a comment begins with."""


def without_orders(text: str) -> str:
    """`text` with each line that addresses an assistant replaced by a note; lines keep their numbers."""
    lines = text.split("\n")
    orders = [addresses(line) for line in lines]
    for at in range(1, len(lines)):
        if not (orders[at - 1] or orders[at]) and _goes_on(lines[at - 1], lines[at]):
            orders[at - 1] = orders[at] = True
    return "\n".join(
        _left_out(line) if order else _UNDRAWN.sub("", line) for line, order in zip(lines, orders, strict=True)
    )


def addresses(line: str) -> bool:
    """Whether a line has the form of an order to a model, or hides letters that only a model sees."""
    return bool(_CARRIED.search(_FLAG.sub("", line)) or _orders().search(_read(line)))


def without_orders_in_path(path: str) -> str:
    """A path, each part of it that is an order replaced by an ellipsis; its ending stays."""
    return "/".join(map(_part, path.split("/")))


def _part(part: str) -> str:
    said = _HUMPS.sub(" ", re.sub(r"[-_.+]", " ", part))
    if not (addresses(part) or addresses(said)):
        return _UNDRAWN.sub("", part)
    ending = re.search(r"\.\w{1,8}\Z", part)
    return UNNAMED + (ending[0] if ending else "")


def _goes_on(line: str, after: str) -> bool:
    """Whether two lines that are no orders make one together, as in a comment that is broken."""
    first = line[-JOINED:].rstrip()
    if not first or first[-1] in _ENDS_CODE or " " not in first.strip():
        return False
    second = _MARKS.sub("", after[: 2 * JOINED])[:JOINED]
    return " " in second and addresses(f"{first} {second}")


def _read(line: str) -> str:
    """A line as a model may read it: letters without their disguise, without marks of emphasis."""
    said = _UNDRAWN.sub("", line)
    if "&" in said:
        said = html.unescape(said)
    if not said.isascii():
        said = unicodedata.normalize("NFKC", said)
        if _FOREIGN.search(said):
            said = _A_WORD.sub(_as_latin, said)
    said = _SPACED.sub(lambda word: word[0].replace(" ", ""), said)
    return _BLANKS.sub(" ", _HUMPS.sub(" ", _EMPHASIS.sub(" ", said))).strip().lower()


def _as_latin(word: re.Match[str]) -> str:
    """A word whose letters all look like Latin ones, in these; any other as it is."""
    latin = word[0].translate(_LATIN)
    return latin if latin.isascii() else word[0]


@lru_cache(maxsize=1)
def _orders() -> re.Pattern[str]:
    """All forms in one: those that begin where a word does are looked for nowhere else."""
    lines = files("inglenook_server.chat").joinpath("orders.txt").read_text("utf-8").splitlines()
    forms = [line for line in lines if line and line[0] != "#"]
    words = [form.removeprefix(_WORD) for form in forms if form.startswith(_WORD)]
    others = [form for form in forms if not form.startswith(_WORD)]
    return re.compile(rf"{_WORD}(?:{'|'.join(words)})|{'|'.join(others)}")


def _left_out(line: str) -> str:
    return f"{line[: len(line) - len(line.lstrip())]}{LEFT_OUT}"
