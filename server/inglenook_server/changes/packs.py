"""Packs of git's objects: where an object begins, and what stands there. Resolves no delta; checks no content.

Only regular files are opened, a pack is read in pieces, and its index is dulwich's.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from dulwich.pack import PackIndex

MAX_PACKS = 2_000
"""Git packs anew long before there are so many."""
KINDS = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
"""Of an object that is no delta."""
_OFS_DELTA, _REF_DELTA = 6, 7
_HEAD = 64  # bytes that the head of an object can have, with room to spare


class Pack:
    """A pack and its index, both regular files."""

    def __init__(self, file: IO[bytes], index: PackIndex) -> None:
        self._file = file
        self._index = index

    def offset(self, name: bytes) -> int | None:
        """Where the object begins, or None."""
        from dulwich.objects import RawObjectID

        try:
            return self._index.object_offset(RawObjectID(name))
        except KeyError:
            return None

    def read(self, at: int, size: int) -> bytes:
        """At most `size` bytes from `at` on."""
        self._file.seek(at)
        return self._file.read(size)

    def entry(self, at: int) -> tuple[int, int, int | None, int]:
        """(type, size, where what it is a delta of begins or None, where its bytes begin)."""
        head = self.read(at, _HEAD)
        kind, size, shift, place = head[0] >> 4 & 7, head[0] & 15, 4, 1
        while head[place - 1] & 128:
            size |= (head[place] & 127) << shift
            shift, place = shift + 7, place + 1
        base: int | None = None
        if kind == _OFS_DELTA:
            back = head[place] & 127
            while head[place] & 128:
                place += 1
                back = (back + 1) << 7 | head[place] & 127
            place += 1
            base = at - back
            if not 0 < base < at:
                raise ValueError("a delta of what is not before it")
        elif kind == _REF_DELTA:
            base = self.offset(head[place : place + 20])
            place += 20
            if base is None:
                raise ValueError("a delta of nothing")
        elif kind not in KINDS:
            raise ValueError("no kind of object")
        return kind, size, base, at + place

    def close(self) -> None:
        """Give the files back."""
        self._file.close()
        with suppress(Exception):
            self._index.close()


def packs_in(folder: Path) -> list[Pack]:
    """Every pack that has its index, the latest first. One that can't be opened holds nothing for us."""
    from dulwich.object_format import SHA1
    from dulwich.pack import load_pack_index

    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".pack"))[:MAX_PACKS]
    except OSError:
        return []
    dated: list[tuple[float, str, Pack]] = []
    for name in names:
        pack, index = folder / name, folder / f"{name.removesuffix('.pack')}.idx"
        try:
            status = os.lstat(pack)
            if not (stat.S_ISREG(status.st_mode) and stat.S_ISREG(os.lstat(index).st_mode)):
                continue
            opened = load_pack_index(index, SHA1)
            dated.append((-status.st_mtime, name, Pack(pack.open("rb"), opened)))
        except Exception:  # an index that git has not written
            continue
    return [pack for _, _, pack in sorted(dated, key=lambda one: one[:2])]
