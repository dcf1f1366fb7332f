"""Failures of LanceDB and of the system as one sentence each. Knows nothing of tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from inglenook_indexer.errors import IndexerError, StoreDamaged
from inglenook_indexer.system.os_errors import refusal

_REBUILD = "Run `inglenook index`: it sees the damage and makes the index anew."


def damaged(folder: Path, reason: str) -> StoreDamaged:
    """The one sentence for a store whose content can't be trusted."""
    return StoreDamaged(f"The index in {folder} is damaged ({reason}).", _REBUILD)


@contextmanager
def storage(folder: Path) -> Iterator[None]:
    """LanceDB's and the system's failures as one sentence. Raises StoreBlocked, StoreDamaged."""
    try:
        yield
    except IndexerError:
        raise
    except (OSError, RuntimeError, ValueError, pa.ArrowException) as error:
        raise (refusal(folder, error) or damaged(folder, type(error).__name__)) from error
    except BaseException as error:
        # A Rust panic over a damaged file reaches Python as a BaseException of its own.
        if type(error).__name__ != "PanicException":
            raise
        raise (refusal(folder, error) or damaged(folder, "unreadable content")) from None
