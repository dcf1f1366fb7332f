r"""Open buffers and where things are in them. Knows nothing of files on disk, and nothing of what is done with text.

Positions are the protocol's: 0-based line, and character counted in UTF-16 code units. Offsets are indices into a
Python `str`. A line ends with `\n`, `\r\n` or `\r` and nothing else: `str.splitlines` would also cut at form feeds
and U+2028, which editors do not.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from inglenook_server.errors import RequestError

_LINE_END = re.compile(r"\r\n|\n|\r")


def line_starts(text: str) -> list[int]:
    """Offsets at which lines start; at least `[0]`."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def split_lines(text: str) -> list[str]:
    """Lines with their ends kept; joined they are `text`. A text that ends with a line end has an empty last line."""
    starts = [*line_starts(text), len(text)]
    return [text[low:high] for low, high in pairwise(starts)]


def utf16_length(text: str) -> int:
    """UTF-16 code units in `text`."""
    return len(text) + sum(character > "\uffff" for character in text)


def offset_at(text: str, line: int, character: int, starts: list[int] | None = None) -> int:
    """Offset of a position. A character beyond the line is the line's end, as the protocol wants it.

    A position inside a surrogate pair is the one before the pair. Raises RequestError for a line that is not there.
    """
    starts = starts or line_starts(text)
    if not 0 <= line < len(starts) or character < 0:
        raise RequestError(f"The cursor is on line {line + 1}, but the document has {len(starts)}.")
    begin = starts[line]
    end = starts[line + 1] if line + 1 < len(starts) else len(text)
    content = _LINE_END.sub("", text[begin:end])
    if content.isascii():
        return begin + min(character, len(content))
    units = 0
    for index, letter in enumerate(content):
        units += 2 if letter > "\uffff" else 1
        if units > character:
            return begin + index
    return begin + len(content)


def position_at(text: str, offset: int, starts: list[int] | None = None) -> tuple[int, int]:
    """(line, character) of an offset. Raises RequestError for an offset outside the text."""
    if not 0 <= offset <= len(text):
        raise RequestError(f"The cursor is at {offset}, but the document has {len(text)} characters.")
    starts = starts or line_starts(text)
    line = bisect_right(starts, offset) - 1
    return line, utf16_length(text[starts[line] : offset])


def common_start(one: str, other: str) -> int:
    """Length of the common beginning, by halving: slices compare fast, walking over characters does not."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def common_end(one: str, other: str) -> int:
    """Length of the common end."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        same = one[len(one) - middle :] == other[len(other) - middle :]
        low, high = (middle, high) if same else (low, middle - 1)
    return low


def apply_change(text: str, start: tuple[int, int], end: tuple[int, int], replacement: str) -> str:
    """`text` with the span between two positions replaced; for clients that send changes where full text was asked."""
    starts = line_starts(text)
    low, high = (offset_at(text, *position, starts) for position in (start, end))
    return text[:low] + replacement + text[high:]


def scheme(uri: str) -> str:
    """The scheme of a URI in lower case: "file", "untitled", ..."""
    return urlsplit(uri).scheme.lower()


def title(uri: str) -> str:
    """The last part of a URI's path, for a document that is no file of the workspace."""
    return unquote(urlsplit(uri).path).rsplit("/", 1)[-1]


def file_path(uri: str) -> Path | None:
    """The file of a `file:` URI on this machine."""
    return Path(url2pathname(urlsplit(uri).path)) if scheme(uri) == "file" else None


@dataclass(frozen=True)
class Document:
    """One version of an open buffer."""

    uri: str
    text: str
    version: int = 0
    language: str = ""
    _starts: list[int] = field(default_factory=list, repr=False, compare=False)

    def offset_at(self, line: int, character: int) -> int:
        """Offset of a position in this version. Raises RequestError for a line that is not there."""
        if not self._starts:
            self._starts.extend(line_starts(self.text))
        return offset_at(self.text, line, character, self._starts)


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
