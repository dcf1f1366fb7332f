"""Static tables on disk, in the layout of `embed/static.py`: 8 bits a number, one scale a row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Table:
    """Tokens, and a row (float32) for each."""

    vocabulary: list[str]
    rows: np.ndarray[Any, Any]


def load(file: Path) -> Table:
    """Read an .npz file."""
    with np.load(file) as data:
        rows = data["table"].astype(np.float32) * data["scale"].astype(np.float32)[:, None]
        return Table(bytes(data["vocabulary"]).decode().split("\n"), rows)


def save(file: Path, table: Table) -> None:
    """Round to 8 bits and write an .npz file."""
    small, scale = quantise(table.rows)
    np.savez(file, table=small, scale=scale, vocabulary=np.frombuffer("\n".join(table.vocabulary).encode(), np.uint8))


def quantise(rows: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """(int8 table, float16 scale of each row)."""
    scale = np.abs(rows).max(axis=1) / 127
    scale[scale == 0] = 1.0
    scale = scale.astype(np.float16)
    return np.clip(np.rint(rows / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8), scale
