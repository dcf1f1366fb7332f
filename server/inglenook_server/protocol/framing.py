"""Bytes of the editor's stream cut into messages: a header, a blank line, so many bytes. Pure; knows no JSON.

Stricter and kinder than pygls' own reader, which can't be set: a length it can't keep ends in an error instead of a
traceback or a wait for ever, and header names in other letters, bare line feeds and a byte order mark are understood.
"""

from __future__ import annotations

MIB = 1024 * 1024
MAX_MESSAGE = 64 * MIB
"""Bytes of one message. No editor sends a buffer of this size (VS Code stops at 50 MB), and memory must have an end."""
MAX_HEADER = 8 * 1024
"""Bytes of one message's header; real ones have some fifty."""
BOM = b"\xef\xbb\xbf"


class BadFrame(Exception):
    """The stream can't be followed any further; the text is one sentence about why, without what was in it."""


class Frames:
    """Takes bytes as they come and gives whole bodies. After BadFrame it is of no further use."""

    def __init__(self, max_message: int = MAX_MESSAGE) -> None:
        self._max_message = max_message
        self._waiting = bytearray()
        self._length: int | None = None
        """Of the body whose header has been read."""
        self._looked_at = 0
        """Where the search for the next line end goes on, so that a header that drips in is read once."""
        self._header: list[bytes] = []
        self._header_size = 0

    def feed(self, data: bytes) -> None:
        """Take more of the stream."""
        self._waiting += data

    def next(self) -> bytes | None:
        """The next body, or None where more is needed. Raises BadFrame."""
        while self._length is None:
            line = self._line()
            if line is None:
                return None
            if line:
                self._header.append(line)
            elif self._header:  # blank lines before a header are passed over
                self._length = content_length(self._header, self._max_message)
                self._header, self._header_size = [], 0
        if len(self._waiting) < self._length:
            return None
        body = bytes(memoryview(self._waiting)[: self._length])
        del self._waiting[: self._length]
        self._length = None
        return body

    def end(self) -> None:
        """The stream is over. Raises BadFrame in the middle of a message."""
        if self._length is not None or self._header or self._waiting.strip():
            raise BadFrame("The editor's stream ended in the middle of a message.")

    def _line(self) -> bytes | None:
        """The next line of a header without its end, or None where it is not whole yet."""
        end = self._waiting.find(b"\n", self._looked_at, MAX_HEADER + 1)
        size = end + 1 if end >= 0 else len(self._waiting)
        if self._header_size + size > MAX_HEADER:
            raise BadFrame(f"A message's header is longer than {MAX_HEADER:,} bytes.")
        if end < 0:
            self._looked_at = len(self._waiting)
            return None
        line = bytes(self._waiting[:end])
        del self._waiting[: end + 1]
        self._looked_at = 0
        line = line.removeprefix(BOM).rstrip(b"\r")
        if line or self._header:
            self._header_size += size
        return line


def content_length(header: list[bytes], most: int = MAX_MESSAGE) -> int:
    """The length that a header names; other fields are passed over. Raises BadFrame."""
    lengths: set[bytes] = set()
    for line in header:
        name, colon, value = line.partition(b":")
        if not colon or not name.strip():
            raise BadFrame("A line of a message's header is no field with a name and a colon.")
        if name.strip().lower() == b"content-length":
            lengths.add(value.strip())
    if len(lengths) != 1:
        raise BadFrame(
            "A message's header names two Content-Lengths." if lengths else "A message's header has no Content-Length."
        )
    value = lengths.pop()
    if not value.isdigit():  # of bytes, ASCII alone; a sign is none
        raise BadFrame("A message's Content-Length is no number.")
    # The digits are looked at first: to read thousands of them as a number takes long, or fails.
    digits = value.lstrip(b"0")
    if len(digits) > len(str(most)) or int(digits or b"0") > most:
        raise BadFrame(f"A message is longer than {most // MIB:,} MiB, the most that is taken.")
    return int(digits or b"0")
