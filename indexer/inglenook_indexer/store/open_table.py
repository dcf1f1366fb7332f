"""The table of chunks as it was opened: its version, whose vectors, its rows. Knows nothing of searches or writing.

Who has one goes on with it when the store opens another in its place.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from inglenook_indexer.chunks.schema import genuine
from inglenook_indexer.errors import IndexMissing, StoreDamaged
from inglenook_indexer.secrets.rules_version import rules
from inglenook_indexer.store import indices
from inglenook_indexer.store.encodings import short
from inglenook_indexer.store.engine_table import Database, EngineTable
from inglenook_indexer.store.garbage import never_filled
from inglenook_indexer.store.sql import one_of
from inglenook_indexer.store.storage_errors import damaged, storage
from inglenook_indexer.symbols.facts import sound
from inglenook_indexer.system import permissions

T = TypeVar("T")
Stamp = tuple[int, int]
"""Which table it is, for a rebuilt one takes its folder's place, and which version of it."""
KEYS = ("path", "hash")
"""Rows are looked up by file, and by the text that an encoder's vector stands for."""
CHECKED = ("id", "hash")
"""What `genuine` needs, beside the columns of a chunk."""

_TABLE = "chunks"
_RULES = b"rules"  # in the table's metadata
_READ_INTERVAL = timedelta(seconds=1)  # how soon a reader sees what another process has written
_STAMP_S = 0.05  # how long nobody looks again whether it is still the same version
_CACHE_BYTES = 160 << 20  # of index parts in memory: enough for the lists that queries come back to
_METADATA_BYTES = 48 << 20
_EVERY = 2**31 - 1  # rows: were they counted first, a commit between the two would cut off as many as it brings
_NEVER = (float("-inf"), (0, 0))


def open_table(folder: Path, schema: pa.Schema, *, create: bool = False, tolerant: bool = False) -> OpenTable:
    """The table in `folder`. Raises IndexMissing if there is none (and not `create`), StorageError if it is damaged.

    One whose vectors are another embedder's than `schema` says is opened only if `tolerant`; then `embedder_differs`.
    """
    place = folder / f"{_TABLE}.lance"
    made = place.exists() and not never_filled(place)
    if not made and not create:
        raise IndexMissing("Nothing was indexed here yet.", "Run `inglenook index`.")
    with storage(folder):
        permissions.make(folder)
        database = Database(folder, _READ_INTERVAL, _CACHE_BYTES, _METADATA_BYTES)
        if not made:
            shutil.rmtree(place, ignore_errors=True)
            written = schema.with_metadata({**schema.metadata, _RULES: rules().encode()})
            return OpenTable(folder, database.create_table(_TABLE, written), schema)
        opened = database.open_table(_TABLE)
        found, wanted = _made_by(opened.schema), _made_by(schema)
        like = found.partition(":")[0] == wanted.partition(":")[0]
        if found != wanted and not (tolerant and like):
            raise StoreDamaged(
                f"The index in {folder} was made by another version of Inglenook, or of another embedding"
                f" ({found or 'unknown'}, not {wanted}).",
                "Run `inglenook index`, or give the store another folder.",
            )
        return OpenTable(folder, opened, schema)


class OpenTable:
    """`lance` is the table as LanceDB has it; `schema` has the columns this version writes. Thread-safe."""

    def __init__(self, folder: Path, lance: EngineTable, schema: pa.Schema) -> None:
        self.folder = folder
        self.lance = lance
        self.schema = schema
        self._place = folder / f"{_TABLE}.lance"
        self._foreign = _made_by(lance.schema) != _made_by(schema)
        self._words = "words" in indices.columns(lance)
        self._stamped: tuple[float, Stamp] = _NEVER

    @property
    def rules(self) -> str:
        """By which rules about secrets the stored texts were masked; empty where nobody wrote that down."""
        with storage(self.folder):
            return str((self.lance.schema.metadata or {}).get(_RULES, b"").decode())

    @property
    def embedder_differs(self) -> bool:
        """Whether the vectors are another embedder's. Looks again, for a writer may have made them anew."""
        if self._foreign:
            with storage(self.folder):
                self._foreign = _made_by(self.lance.schema) != _made_by(self.schema)
        return self._foreign

    @property
    def words_indexed(self) -> bool:
        """Whether words can be asked for. Looks again: a first run, maybe another process's, indexes them late."""
        if not self._words:
            with storage(self.folder):
                self._words = "words" in indices.columns(self.lance)
        return self._words

    def stamp(self, *, now: bool = False) -> Stamp:
        """Which version this is, as of `now`, or as it was a moment ago.

        A completion asks twenty times, each time a third of a millisecond.
        """
        asked, known = self._stamped
        clock = time.monotonic()
        if now or clock - asked > _STAMP_S:
            known = self._place.stat().st_ino, self.lance.version
            self._stamped = clock, known
        return known

    def written(self) -> None:
        """Have the version looked up anew: this process has just made another."""
        self._stamped = _NEVER

    def of_one_version(self, ask: Callable[[Stamp], tuple[T, bool]]) -> T:
        """What `ask` returns for a version; it also says whether all the rows that it wanted were there.

        Asked anew where a commit came in between, and took rows away. Raises StorageError.
        """
        with storage(self.folder):
            for last in (False, False, True):
                stamp = self.stamp()
                try:
                    answer, whole = ask(stamp)
                except (RuntimeError, ValueError):
                    if last or stamp == self.stamp(now=True):
                        raise
                    continue
                if whole or stamp == self.stamp(now=True):
                    break
            return answer

    def columns(self, names: Sequence[str]) -> pa.Table:
        """Some columns of every row."""
        with storage(self.folder):
            return self.lance.search().select(list(names)).limit(_EVERY).to_arrow()

    def rows(self, paths: Sequence[str], *, vectors: bool = False) -> pa.Table:
        """All columns of every chunk of these files, the vector among them if `vectors`."""
        names = [name for name in self.schema.names if vectors or name != "vector"]
        with storage(self.folder):
            query = self.lance.search().where(one_of("path", paths)).limit(_EVERY)
            return query.select(names).to_arrow()

    def texts(self, hashes: Sequence[str]) -> list[dict[str, Any]]:
        """One row of hash, path, symbol and text for each of these texts; those that are gone are left out."""
        if not hashes:
            return []
        with storage(self.folder):
            query = self.lance.search().where(one_of("hash", hashes)).limit(_EVERY)
            rows = query.select(["hash", "path", "symbol", "text"]).to_list()
        known = {row["hash"]: row for row in rows}
        return [known[key] for key in hashes if key in known]

    def chunk_hashes(self) -> Any:
        """`short` hashes of every chunk's text."""
        return np.unique(short(self.columns(["hash"])["hash"]))

    def genuine(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """`rows`, if each is what was written. A text that changed on disk must not be shown as the file's."""
        if not all(map(genuine, rows)):
            raise damaged(self.folder, "a stored text is not what was written")
        return rows

    def sound(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """`rows`, if what they tell about symbols is what was written."""
        if not all(sound(row["facts"]) for row in rows):
            raise damaged(self.folder, "what is stored about symbols is not what was written")
        return rows


def _made_by(schema: pa.Schema) -> str:
    """What `table_schema` wrote about a table: format, embedder, dimensions."""
    return str((schema.metadata or {}).get(b"inglenook", b"").decode())
