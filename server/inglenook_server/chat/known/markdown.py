"""Text of a workspace as Markdown that shows it and does nothing else: code spans, places, sentences of docs. Pure.

What comes in is hostile: it ends no code span, adds no line, and makes no link, image or markup.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from inglenook_indexer.text.printable import cut_short, one_line, printable

MAX_NAME = 120  # characters of a name or a path that are shown
MAX_CODE = 170  # of a line of code: a signature has 160 and its ellipsis
_MAX_LINE = 200  # of a line of code in a block
MAX_DOC = 200  # of a sentence: as many as the index keeps

_RUN = re.compile(r"`+")
_SPACE = re.compile(r"\s+")
_QUOTED = re.compile(r"(`+)([^`]+)\1(?!`)")
_ROLE = re.compile(r":[\w:]+:(?=`)")
"""reStructuredText says before a name what it is."""
_LINKED = re.compile(r"://|@|www\.|\w\.[^\W\d_]{2}|\w_\w|\w\(\)", re.IGNORECASE)
"""What a page might make a link of, and what is a name in code as a rule: both are shown as code."""
_EDGES = "\"'.,;:!?()[]<>*"
_MARKUP = re.compile(r"([\\`*_\[\]<>!|~&#$])")


def code(text: str, most: int = MAX_NAME) -> str:
    """`text` as a code span of one line, cut after `most` characters; empty text is an empty span no renderer drops."""
    flat = cut_short(_flat(text), most)
    fence = "`" * (1 + max((len(run) for run in _RUN.findall(flat)), default=0))
    space = " " if flat[:1] == "`" or flat[-1:] == "`" or not flat else ""
    return f"{fence}{space}{flat}{space}{fence}"


def block(lines: Sequence[str], language: str) -> str:
    """Lines of code, as far left as they go, without what hides; nothing in them ends the block."""
    shown = textwrap.dedent("\n".join(printable(line.rstrip("\r\n"))[:_MAX_LINE] for line in lines)).split("\n")
    fence = "`" * max(3, 1 + max((len(run) for line in shown for run in _RUN.findall(line)), default=0))
    return "\n".join([f"{fence}{language}", *shown, fence])


def place(path: str, start_line: int, end_line: int = 0) -> str:
    """`path:line` or `path:start-end` as a code span. The path is whole, for a page looks it up."""
    lines = f"{start_line}-{end_line}" if end_line > start_line else f"{start_line}"
    return code(f"{path}:{lines}", len(path) + 40)


def path_code(path: str) -> str:
    """A path, whole, as a code span."""
    return code(path, len(path) + 1)


def prose(text: str, most: int = MAX_DOC) -> str:
    """Sentences of a comment: escaped, with names, addresses and what was quoted as code spans."""
    flat = cut_short(_ROLE.sub("", _flat(text)), most)
    parts: list[str] = []
    last = 0
    for quoted in _QUOTED.finditer(flat):
        parts += [_plain(flat[last : quoted.start()]), code(quoted[2].strip())]
        last = quoted.end()
    return "".join([*parts, _plain(flat[last:])]).strip()


def _plain(text: str) -> str:
    return " ".join(_word(word) for word in text.split(" "))


def _word(word: str) -> str:
    if not _LINKED.search(word):
        return _escaped(word)
    bare = word.strip(_EDGES)
    before, _, after = word.partition(bare) if bare else ("", "", "")
    open_ones = bare.count("(") - bare.count(")")
    if after.startswith("()"):
        bare, after = bare + "()", after[2:]
    elif after.startswith(")" * open_ones) and open_ones > 0:
        bare, after = bare + ")" * open_ones, after[open_ones:]
    return _escaped(before) + code(bare) + _escaped(after) if bare else ""


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _flat(text: str) -> str:
    """In one line: blanks and line ends are one blank, what hides is written out."""
    return one_line(_SPACE.sub(" ", text).strip())
