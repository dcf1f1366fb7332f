"""The objects of a git repository by their name, from loose files and packs. Knows nothing of commits or files.

A repository may be anybody's: only regular files in its own folder are opened, nothing larger than a limit is
inflated, every object is held to its hash, and what it says of objects kept elsewhere (alternates) is not followed.
Pack indexes and deltas are dulwich's.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.files.regular_file import read_regular

from inglenook_server.changes.packs import KINDS, Pack, packs_in
from inglenook_server.changes.types import Unreadable

if TYPE_CHECKING:
    from types import TracebackType

MAX_OBJECT = 16_000_000
"""Bytes of one object: a tree or a commit is far smaller, and files over a megabyte are not looked at."""
MAX_ALL = 2_000_000_000
"""Bytes that are inflated in all, for one question."""
MAX_CHAIN = 4_095  # deltas upon deltas, as in git
_CACHED = 48_000_000  # bytes of bases that other deltas are likely to need
_HEAD = 64  # bytes that the head of a loose object can have, with room to spare
_PIECE = 65_536  # bytes that are read at a time
_NAME = re.compile(r"[0-9a-f]{40}")


class _TooLarge(ValueError):
    """An object beyond the limit, or one too many."""


class Objects:
    """The objects in `folder` (a repository's `objects`). Not thread-safe; to be closed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packs: list[Pack] = []
        self._looked = 0
        self._left = MAX_ALL
        self._bases: dict[tuple[int, int], tuple[int, bytes]] = {}
        self._cached = 0

    def __enter__(self) -> Objects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        for pack in self._packs:
            pack.close()

    def read(self, name: bytes) -> tuple[bytes, bytes]:
        """(kind, content) of the object with this name, in hex. Raises Unreadable: "missing", "damaged", "large"."""
        said = name.decode("ascii", "replace")
        if not _NAME.fullmatch(said):
            raise Unreadable("damaged", said[:40])
        try:
            found = self._loose(said) or self._packed(bytes.fromhex(said))
        except _TooLarge as error:
            raise Unreadable("large", said) from error
        except Exception as error:  # whatever a reader makes of bytes that git has not written
            raise Unreadable("damaged", said) from error
        if found is None:
            raise Unreadable("missing", said)
        kind, data = found
        if hashlib.sha1(b"%s %d\0" % (kind, len(data)) + data, usedforsecurity=False).hexdigest() != said:
            raise Unreadable("damaged", said)
        return kind, data

    def _loose(self, name: str) -> tuple[bytes, bytes] | None:
        raw = read_regular(self._folder / name[:2] / name[2:], MAX_OBJECT)
        if raw is None:
            return None
        head, _, data = self._inflated(raw, MAX_OBJECT + _HEAD).partition(b"\0")
        return head.partition(b" ")[0], data

    def _packed(self, name: bytes) -> tuple[bytes, bytes] | None:
        for again in (False, True):
            if again and not self._reopened():
                break
            for number, pack in enumerate(self._packs):
                at = pack.offset(name)
                if at is not None:
                    kind, data = self._resolved(number, pack, at)
                    return KINDS[kind], data
        return None

    def _reopened(self) -> bool:
        """Whether the packs were looked for: at first, and once more, for git may have packed anew meanwhile."""
        if self._looked == 2:
            return False
        self._looked += 1
        self._close()
        self._bases.clear()
        self._cached = 0
        self._packs = packs_in(self._folder / "pack")
        return True

    def _resolved(self, number: int, pack: Pack, at: int) -> tuple[int, bytes]:
        """A packed object, its deltas applied to what they stand upon."""
        from dulwich.pack import apply_delta

        deltas: list[tuple[int, bytes]] = []
        while True:
            known = self._bases.get((number, at))
            if known is not None:
                kind, data = known
                break
            kind, size, base, start = pack.entry(at)
            body = self._unpacked(pack, start, size)
            if base is None:
                data = body
                self._keep(number, at, kind, data)
                break
            deltas.append((at, body))
            if len(deltas) > MAX_CHAIN:
                raise ValueError("deltas without an end")
            at = base
        for place, delta in reversed(deltas):
            self._spend(_result_size(delta))
            data = b"".join(apply_delta(data, delta))
            self._keep(number, place, kind, data)
        return kind, data

    def _keep(self, number: int, at: int, kind: int, data: bytes) -> None:
        if self._cached + len(data) > _CACHED:
            self._bases.clear()
            self._cached = 0
        self._bases[number, at] = kind, data
        self._cached += len(data)

    def _unpacked(self, pack: Pack, start: int, size: int) -> bytes:
        if size > MAX_OBJECT:
            raise _TooLarge
        stream, pieces, length = zlib.decompressobj(), list[bytes](), 0
        while not stream.eof:
            raw = pack.read(start, min(_PIECE, size + _PIECE // 16))
            if not raw:
                raise ValueError("cut short")
            start += len(raw)
            piece = stream.decompress(raw, size + 1 - length)
            pieces.append(piece)
            length += len(piece)
            if stream.unconsumed_tail or length > size:
                raise ValueError("longer than it says")
        self._spend(length)
        if length != size:
            raise ValueError("shorter than it says")
        return b"".join(pieces)

    def _inflated(self, raw: bytes, limit: int) -> bytes:
        stream = zlib.decompressobj()
        data = stream.decompress(raw, limit + 1)
        if len(data) > limit:
            raise _TooLarge
        if not stream.eof:
            raise ValueError("cut short")
        self._spend(len(data))
        return data

    def _spend(self, size: int) -> None:
        self._left -= size
        if size > MAX_OBJECT or self._left < 0:
            raise _TooLarge


def _result_size(delta: bytes) -> int:
    """How long what a delta makes is, as its head says."""
    place = size = shift = 0
    for _ in range(2):
        size = shift = 0
        while True:
            byte = delta[place]
            size |= (byte & 127) << shift
            place, shift = place + 1, shift + 7
            if not byte & 128:
                break
    return size
