"""The local statistics file: one row of numbers for each suggestion that was shown. Keeps no text and no path.

SQLite from the standard library, beside the indexes. Any thread, one at a time.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inglenook_indexer.system import permissions
from inglenook_indexer.system.location import cache_root

FILE_NAME = "statistics.sqlite"
AGES_S = (30, 120, 300, 600)
"""Seconds after acceptance at which it is looked how much is left (Copilot's)."""
KEPT_DAYS = 365
"""Older rows go; habits and models have changed since."""

NEXT_EDIT = "next edit"
"""What stands for the model of an offer that no model made."""

Outcome = Literal["open", "accepted", "partly", "typed", "dismissed"]

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS suggestions (
    id TEXT PRIMARY KEY, at REAL NOT NULL, language TEXT NOT NULL, model TEXT NOT NULL, adapter TEXT NOT NULL,
    retrieval INTEGER NOT NULL, confidence REAL NOT NULL, characters INTEGER NOT NULL, lines INTEGER NOT NULL,
    latency_ms REAL NOT NULL, shown INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT 'open',
    accepted INTEGER NOT NULL DEFAULT 0, {", ".join(f"kept_{age} REAL" for age in AGES_S)}
)
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One row. Characters and lines are lengths; `kept` maps seconds to the share that was left, 0-1."""

    id: str
    at: float
    language: str
    model: str
    adapter: str
    retrieval: bool
    confidence: float
    characters: int
    lines: int
    latency_ms: float
    shown: bool = False
    outcome: Outcome = "open"
    accepted: int = 0
    """Characters taken over at once, of `characters`."""
    kept: tuple[tuple[int, float], ...] = ()


def statistics_file() -> Path:
    """Where the statistics lie."""
    return cache_root() / FILE_NAME


class Statistics:
    """The file, opened for each transaction: several servers and a command line may share it."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or statistics_file()

    def add(self, one: Suggestion) -> None:
        """Put a new suggestion down."""
        row = (
            *(one.id, one.at, one.language, one.model, one.adapter, int(one.retrieval), one.confidence),
            *(one.characters, one.lines, one.latency_ms),
        )
        with self._open() as file:
            file.execute(
                "INSERT OR IGNORE INTO suggestions (id, at, language, model, adapter, retrieval, confidence, "
                "characters, lines, latency_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            file.execute("DELETE FROM suggestions WHERE at < ?", (time.time() - KEPT_DAYS * 86_400,))

    def shown(self, id: str) -> None:
        """A person has had the time to see it."""
        with self._open() as file:
            file.execute("UPDATE suggestions SET shown = 1 WHERE id = ?", (id,))

    def ended(self, id: str, outcome: Outcome, accepted: int = 0) -> None:
        """What became of it. Something accepted stays accepted, whatever is said later."""
        with self._open() as file:
            file.execute(
                "UPDATE suggestions SET outcome = ?, accepted = MAX(accepted, ?), shown = MAX(shown, ?) "
                "WHERE id = ? AND (outcome IN ('open', 'dismissed', 'partly') OR outcome = ?)",
                (outcome, accepted, int(outcome in ("accepted", "partly")), id, outcome),
            )

    def survived(self, id: str, age_s: int, share: float) -> None:
        """How much was left of it after `age_s`, one of `AGES_S`."""
        with self._open() as file:
            file.execute(f"UPDATE suggestions SET kept_{AGES_S[AGES_S.index(age_s)]} = ? WHERE id = ?", (share, id))

    def all(self) -> list[Suggestion]:
        """Every row, oldest first; none where there is no file."""
        if not self._path.exists():
            return []
        with self._open() as file:
            rows = file.execute("SELECT * FROM suggestions ORDER BY at").fetchall()
        return [_suggestion(row) for row in rows]

    def erase(self) -> int:
        """Forget everything; how many rows there were."""
        count = len(self.all())
        for suffix in ("", "-journal", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        return count

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if not self._path.exists():
            # The folder above may be one that the user named, with other things in it.
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
        permissions.shut(self._path)
        file = sqlite3.connect(self._path, timeout=5.0)
        try:
            file.row_factory = sqlite3.Row
            file.execute(_SCHEMA)
            with file:
                yield file
        finally:
            file.close()


def _suggestion(row: sqlite3.Row) -> Suggestion:
    kept = tuple((age, row[f"kept_{age}"]) for age in AGES_S if row[f"kept_{age}"] is not None)
    return Suggestion(
        *(row["id"], row["at"], row["language"], row["model"], row["adapter"], bool(row["retrieval"])),
        *(row["confidence"], row["characters"], row["lines"], row["latency_ms"]),
        shown=bool(row["shown"]),
        outcome=row["outcome"],
        accepted=row["accepted"],
        kept=kept,
    )
