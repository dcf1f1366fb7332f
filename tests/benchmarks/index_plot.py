"""The cost curve of `index-scale` as a picture. Knows nothing of how it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def draw(rows: Mapping[str, Mapping[str, Any]], file: Path) -> None:
    """Three panels: seconds per thousand chunks, queries, memory and disk, each over the number of chunks."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from tests.benchmarks.result import percentile

    found = sorted(rows.values(), key=lambda row: row["chunks"])
    chunks = [row["chunks"] for row in found]
    figure, (time, query, size) = pyplot.subplots(1, 3, figsize=(13, 3.8), layout="constrained")
    used = [row for row in found if "cpu_seconds" in row]
    time.plot(
        [row["chunks"] for row in used], [1e3 * row["cpu_seconds"] / row["chunks"] for row in used], "o-",
        label="processor time",
    )  # fmt: skip
    time.plot(chunks, [1e3 * row["seconds"] / row["chunks"] for row in found], "s--", label="wall time")
    last = max(found, key=lambda row: len(row["curve"]))
    steps = [step for step in last["curve"] if step[0] == "index" and step[1]]
    if len(steps) > 3 and last["chunks"] >= 10_000:
        share = last["chunks"] / last["files"]  # chunks that a file has on average
        time.plot(
            [done * share for _, done, _ in steps[2:]], [1e3 * at / (done * share) for _, done, at in steps[2:]],
            "-", alpha=0.5, label="wall time so far, within one run",
        )  # fmt: skip
    time.set(title="A first index", ylabel="milliseconds for each chunk", ylim=(0, None))
    query.plot(chunks, [percentile(row["ms"], 50) for row in found], "o-", label="median")
    query.plot(chunks, [percentile(row["ms"], 95) for row in found], "s-", label="95th percentile")
    query.plot(chunks, [percentile(row["update_ms"], 50) for row in found], "^:", label="a change until it is found")
    query.plot(chunks, [percentile(row["cpu_ms"], 95) for row in found], "d--", label="processor time, 95th percentile")
    query.set(title="A hybrid query, warm", ylabel="milliseconds", yscale="log")
    size.plot(chunks, [row["rss_mb"] for row in found], "o-", label="memory of a process that searches")
    size.plot(chunks, [row["peak_rss_mb"] for row in found], "s--", label="peak memory of the one that indexes")
    size.plot(chunks, [row["bytes"] / 2**20 for row in found], "^:", label="the index on disk")
    size.set(title="Memory and disk", ylabel="MB", yscale="log")
    for panel in (time, query, size):
        panel.set(xscale="log", xlabel="chunks")
        panel.grid(alpha=0.3)
        panel.legend(fontsize=8, frameon=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
