"""Pieces of the filter language, and LanceDB's failures as sentences. Knows nothing of tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from inglenook_indexer.errors import IndexerError, StoreDamaged
from inglenook_indexer.obstacles import obstacle

REBUILD = "Run `inglenook index`: it sees the damage and makes the index anew."


def quoted(text: str) -> str:
    """A string literal of the filter language."""
    return "'" + text.replace("'", "''") + "'"


def one_of(column: str, values: Iterable[str]) -> str:
    """The filter for rows whose `column` is one of `values`, of which there must be at least one."""
    return f"{column} IN ({', '.join(map(quoted, values))})"


def damaged(folder: Path, reason: str) -> StoreDamaged:
    """The one sentence for a store whose content can't be trusted."""
    return StoreDamaged(f"The index in {folder} is damaged ({reason}).", REBUILD)


@contextmanager
def storage(folder: Path) -> Iterator[None]:
    """LanceDB's and the system's failures as one sentence. Raises StoreBlocked, StoreDamaged."""
    try:
        yield
    except IndexerError:
        raise
    except (OSError, RuntimeError, ValueError, pa.ArrowException) as error:
        raise (obstacle(folder, error) or damaged(folder, type(error).__name__)) from error
    except BaseException as error:
        # A Rust panic over a damaged file reaches Python as a BaseException of its own.
        if type(error).__name__ != "PanicException":
            raise
        raise (obstacle(folder, error) or damaged(folder, "unreadable content")) from None
