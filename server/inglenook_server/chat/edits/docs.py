"""A documentation comment for a definition, in the form of its language, as an edit. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import LANGUAGES

from inglenook_server.chat.edits.doc_comments import documented_from
from inglenook_server.chat.edits.edit import Edit, Refusal
from inglenook_server.chat.signature import head_end

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

WIDTH = 88
"""Columns that a comment fills, its indentation included."""
NARROWEST = 40

_STARTS = {
    "go": "// ",
    "rust": "/// ",
    "swift": "/// ",
    "csharp": "/// ",
    "dart": "/// ",
    "zig": "/// ",
    "lua": "--- ",
    "erlang": "%% ",
}
"""What begins a line of documentation where it is neither the language's `#` or `--` nor a `/** … */`."""
_SKIPPED = re.compile(r"\s*(?:#|$)")
"""What may stand between a head and its docstring."""
_QUOTES = re.compile(r"\s*[rRuU]?(\"\"\"|'''|\"|')")


def document(symbol: Symbol, lines: Sequence[str], text: str) -> Edit | Refusal:
    """An edit that writes `text` (plain sentences) as the documentation of `symbol`, in place of what is there."""
    text = " ".join(text.split()).replace('"""', "'''").replace("*/", "* /")
    if not text:
        return Refusal("The model said nothing that could stand as documentation.")
    if symbol.language == "python":
        return _docstring(symbol, lines, text)
    return _comment(symbol, lines, text)


def _docstring(symbol: Symbol, lines: Sequence[str], text: str) -> Edit | Refusal:
    head, _ = head_end(lines, symbol.line, symbol.end_line, "python")
    below = range(head + 1, symbol.end_line + 1)
    first = next((lines[at - 1] for at in below if lines[at - 1].strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    if not indent:
        return Refusal(f"{symbol.name} has no body in lines of its own, so it is given no docstring.")
    wrapped = _wrapped(text, WIDTH - len(indent.expandtabs(4)) - 6)
    if len(wrapped) == 1:
        new = [f'{indent}"""{wrapped[0]}"""']
    else:
        new = [f'{indent}"""{wrapped[0]}', *(f"{indent}{line}" for line in wrapped[1:]), f'{indent}"""']
    begin = next((at for at in below if not _SKIPPED.match(lines[at - 1])), symbol.end_line)
    end = _docstring_end(lines, begin, symbol.end_line)
    if end < begin:  # none is there: the end of the head is taken over, so that it is known to stand there still
        begin = end = head
        new = [lines[head - 1], *new]
    return Edit(symbol.path, begin, end, tuple(new), tuple(lines[begin - 1 : end]), f"Document {symbol.name}")


def _docstring_end(lines: Sequence[str], body: int, last: int) -> int:
    """The last line of the docstring that begins on line `body`; `body - 1` where none does."""
    match = _QUOTES.match(lines[body - 1])
    if match is None:
        return body - 1
    quotes, rest = match[1], lines[body - 1][match.end() :]
    if quotes in rest:
        return body if not rest.rpartition(quotes)[2].strip() else body - 1
    if len(quotes) == 1:
        return body - 1
    end = next((at for at in range(body + 1, last + 1) if quotes in lines[at - 1]), 0)
    alone = end and not lines[end - 1].partition(quotes)[2].strip()  # else what stands behind it would go with it
    return end if alone else body - 1


def _comment(symbol: Symbol, lines: Sequence[str], text: str) -> Edit:
    first, behind = documented_from(lines, symbol.line, symbol.language)
    line = lines[symbol.line - 1]
    indent = line[: len(line) - len(line.lstrip())]
    room = WIDTH - len(indent.expandtabs(4)) - 4
    if symbol.language == "go" and not text.startswith(symbol.name):
        text = f"{symbol.name}: {text}"
    wrapped = _wrapped(text, room)
    mark = LANGUAGES[symbol.language].comment if symbol.language in LANGUAGES else ""
    start = _STARTS.get(symbol.language, f"{mark} " if mark in ("#", "--") else "")
    if start:
        new = [f"{indent}{start}{one}" for one in wrapped]
    elif len(wrapped) == 1:
        new = [f"{indent}/** {wrapped[0]} */"]
    else:
        new = [f"{indent}/**", *(f"{indent} * {one}" for one in wrapped), f"{indent} */"]
    kept = lines[behind - 1 : symbol.line]  # to the definition's first line, so that it is known to stand there still
    old = tuple(lines[first - 1 : symbol.line])
    return Edit(symbol.path, first, symbol.line, (*new, *kept), old, f"Document {symbol.name}")


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, NARROWEST), break_long_words=False, break_on_hyphens=False)
