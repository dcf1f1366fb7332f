r"""Open buffers and where things are in them. Knows nothing of files on disk, and nothing of what is done with text.

Positions are the protocol's: 0-based line, and character counted in UTF-16 code units. Offsets are indices into a
Python `str`. A line ends with `\n`, `\r\n` or `\r` and nothing else: `str.splitlines` would also cut at form feeds
and U+2028, which editors do not.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from inglenook_server.errors import RequestError

_LINE_END = re.compile(r"\r\n|\n|\r")
BLOCK = 4_096
"""Characters in which line ends are looked for one by one."""


def line_starts(text: str) -> list[int]:
    """Offsets at which lines start; at least `[0]`."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def split_lines(text: str) -> list[str]:
    """Lines with their ends kept; joined they are `text`. A text that ends with a line end has an empty last line."""
    starts = [*line_starts(text), len(text)]
    return [text[low:high] for low, high in pairwise(starts)]


def bare_lines(text: str) -> list[str]:
    """The lines of `split_lines` without their ends."""
    return [line.rstrip("\r\n") for line in split_lines(text)]


def utf16_length(text: str) -> int:
    """UTF-16 code units in `text`."""
    return len(text) if text.isascii() else len(_utf16(text)) // 2


def offset_at(text: str, line: int, character: int) -> int:
    """Offset of a position. A character beyond the line is the line's end, as the protocol wants it.

    A position inside a surrogate pair is the one before the pair. Raises RequestError for a line that is not there.
    """
    begin = line_start(text, line) if line >= 0 and character >= 0 else None
    if begin is None:
        lines = line_ends(text, 0, len(text)) + 1
        raise RequestError(f"The cursor is on line {line + 1}, but the document has {lines}.")
    content = text[begin : min(line_end(text, begin), begin + character)]
    if content.isascii():
        return begin + len(content)
    units = _utf16(content)[: 2 * character]
    whole = units.decode("utf-16-le", "surrogatepass")
    if len(units) == 2 * character and whole[-1:] != content[len(whole) - 1 : len(whole)]:  # half a pair
        return begin + len(whole) - 1
    return begin + len(whole)


def position_at(text: str, offset: int) -> tuple[int, int]:
    """(line, character) of an offset. Raises RequestError for an offset outside the text."""
    if not 0 <= offset <= len(text):
        raise RequestError(f"The cursor is at {offset}, but the document has {len(text)} characters.")
    begin = line_begin(text, offset)
    return line_ends(text, 0, begin), utf16_length(text[begin:offset])


def line_ends(text: str, low: int, high: int) -> int:
    """Line ends in `text[low:high]`, which does not begin or end inside one. Counted by C, not cut: 1 ms for 2 MB."""
    returns = text.count("\r", low, high)
    return text.count("\n", low, high) + (returns - text.count("\r\n", low, high) if returns else 0)


def line_start(text: str, line: int) -> int | None:
    """Offset at which a line, 0-based, starts; None where there is no such line. Found by halving."""
    if line == 0:
        return 0
    low, high, left = 0, len(text), line
    while high - low > BLOCK:
        middle = (low + high) // 2
        middle += text[middle - 1 : middle + 1] == "\r\n"
        ends = line_ends(text, low, middle)
        low, high, left = (low, middle, left) if ends >= left else (middle, high, left - ends)
    for match in _LINE_END.finditer(text, low, high):
        left -= 1
        if not left:
            return match.end()
    return None


def line_begin(text: str, offset: int) -> int:
    """Offset at which the line of `offset` starts; between the two characters of a line end it is still that line."""
    before = offset - 1 if offset and text[offset - 1 : offset + 1] == "\r\n" else offset
    newline = text.rfind("\n", 0, before)
    return max(newline, text.rfind("\r", newline + 1, before)) + 1


def line_end(text: str, offset: int) -> int:
    """Offset at which the line of `offset` ends, before its line end."""
    newline = text.find("\n", offset)
    newline = newline if newline >= 0 else len(text)
    carriage = text.find("\r", offset, newline)
    return carriage if carriage >= 0 else newline


def common_start(one: str, other: str) -> int:
    """Length of the common beginning, by halving: slices compare fast, walking over characters does not."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def common_end(one: str, other: str) -> int:
    """Length of the common end."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        same = one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]
        low, high = (middle, high) if same else (low, middle - 1)
    return low


def apply_change(text: str, start: tuple[int, int], end: tuple[int, int], replacement: str) -> str:
    """`text` with the span between two positions replaced; for clients that send changes where full text was asked."""
    low, high = (offset_at(text, *position) for position in (start, end))
    return text[:low] + replacement + text[high:]


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def scheme(uri: str) -> str:
    """The scheme of a URI in lower case: "file", "untitled", ...; empty where there is none, or it is no URI."""
    try:
        return urlsplit(uri).scheme.lower()
    except ValueError:  # "file://[" is half an address
        return ""


def title(uri: str) -> str:
    """The last part of a URI's path, for a document that is no file of the workspace."""
    try:
        return unquote(urlsplit(uri).path).rsplit("/", 1)[-1]
    except ValueError:
        return ""


def file_path(uri: str) -> Path | None:
    """The file of a `file:` URI on this machine."""
    return as_file(url2pathname(urlsplit(uri).path)) if scheme(uri) == "file" else None


def as_file(path: str | None) -> Path | None:
    """A path that a file can have; None for an empty one, and for what no system takes: NUL, half a surrogate pair."""
    try:
        return Path(path) if path and b"\0" not in os.fsencode(path) else None
    except UnicodeEncodeError:
        return None


@dataclass(frozen=True)
class Document:
    """One version of an open buffer."""

    uri: str
    text: str
    version: int = 0
    language: str = ""

    def offset_at(self, line: int, character: int) -> int:
        """Offset of a position in this version. Raises RequestError for a line that is not there."""
        return offset_at(self.text, line, character)


class Documents:
    """The open buffers by URI. Written by the event loop, read by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Document] = {}
        self.on_change: Callable[[Document | None, Document], None] = lambda before, document: None
        """Told of each new version, and of the one before it, on the thread that puts it."""

    def put(self, document: Document) -> None:
        """Open a buffer, or take over its next version."""
        with self._lock:
            before = self._open.get(document.uri)
            self._open[document.uri] = document
        self.on_change(before, document)

    def close(self, uri: str) -> None:
        """Forget a buffer; closing one that is not open does nothing."""
        with self._lock:
            self._open.pop(uri, None)

    def find(self, uri: str) -> Document | None:
        """The buffer, or None when it is not open."""
        with self._lock:
            return self._open.get(uri)

    def get(self, uri: str) -> Document:
        """The buffer. Raises RequestError when it is not open."""
        document = self.find(uri)
        if document is None:
            raise RequestError(f"{title(uri) or uri} is not open in the editor.")
        return document

    def all(self) -> Iterable[Document]:
        """Every open buffer."""
        with self._lock:
            return tuple(self._open.values())
