"""One benchmark's result: rows that can be resumed, a flat summary, JSON and Markdown. Knows no benchmark.

NAME.json holds what a person reads: where and when, and the summary. The rows that it was made of lie beside it, in
NAME.rows.json.gz.
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.machine import machine, revision, versions

FOLDER = Path(__file__).parent / "results"


class Result:
    """Rows by key. A row measured at the same revision is kept, so that an interrupted run goes on where it was."""

    def __init__(self, name: str, folder: Path = FOLDER, *, fresh: bool = False) -> None:
        self.name = name
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.revision = revision()
        self.started = time.monotonic()
        self.summary: dict[str, float] = {}
        self.rows: dict[str, dict[str, object]] = {}
        self.machine: dict[str, object] = machine()
        self.versions: dict[str, str] = versions()
        self.appendix = ""
        """Markdown that follows the summary's table."""
        part = self.part
        if part.exists() and not fresh:
            kept = json.loads(part.read_text(encoding="utf-8"))
            if kept["revision"] == self.revision:
                self.rows = kept["rows"]

    @property
    def part(self) -> Path:
        """Where rows wait while a run is under way."""
        return self.folder / f".{self.name}.part.json"

    @property
    def packed(self) -> Path:
        """The rows of the last finished run."""
        return self.folder / f"{self.name}.rows.json.gz"

    def row(self, key: str, measure: Callable[[], dict[str, object]]) -> dict[str, object]:
        """The row of that key: the kept one, or what `measure` returns."""
        if key not in self.rows:
            self.rows[key] = measure()
            self.part.write_text(json.dumps({"revision": self.revision, "rows": self.rows}), encoding="utf-8")
        return self.rows[key]

    def take_over(self, wanted: Callable[[str], bool] = bool) -> str:
        """Keep those rows of the last finished result whose key is `wanted`; returns the revision that they are of."""
        earlier = self.folder / f"{self.name}.json"
        if not earlier.exists():
            raise SystemExit(f"There is no {earlier} to take rows from: run it once without --again.")
        last = json.loads(earlier.read_text(encoding="utf-8"))
        rows = json.loads(gzip.decompress(self.packed.read_bytes()))
        self.rows = {key: row for key, row in rows.items() if wanted(key)} | self.rows
        return str(last["revision"])

    def write(self) -> Path:
        """Write NAME.json, its rows and NAME.md, and drop the partial file."""
        data = {
            "name": self.name,
            "revision": self.revision,
            "machine": self.machine,
            "versions": self.versions,
            "seconds": round(time.monotonic() - self.started, 1),
            "summary": {key: round(value, 4) for key, value in self.summary.items()},
        }
        rows = json.dumps(self.rows, ensure_ascii=False, separators=(",", ":")).encode()
        self.packed.write_bytes(gzip.compress(rows, 9, mtime=0))  # the same rows make the same file
        path = self.folder / f"{self.name}.json"
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        path.with_suffix(".md").write_text(self.markdown(data), encoding="utf-8")
        self.part.unlink(missing_ok=True)
        return path

    def markdown(self, data: dict[str, object]) -> str:
        """The summary as a table under a line that says what it was measured on."""
        on = data["machine"]
        assert isinstance(on, dict)
        head = (
            f"# {self.name}\n\n`python -m tests.benchmarks {self.name}` at {self.revision}, on {on['cores']} cores of "
            f"{on['processor']}, {on['memory_gb']} GB, Python {on['python']}.\n\n| key | value |\n|---|---:|\n"
        )
        return (
            head
            + "".join(f"| `{key}` | {value:,.4g} |\n" for key, value in self.summary.items())
            + (f"\n{self.appendix}" if self.appendix else "")
        )


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of a hundred lie, interpolated. Raises ValueError on no values."""
    if not values:
        raise ValueError("no values")
    if len(values) == 1:
        return values[0]
    cuts = statistics.quantiles(values, n=1000, method="inclusive")
    return cuts[min(max(round(percent * 10) - 1, 0), 998)]
