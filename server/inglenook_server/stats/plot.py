"""The statistics as a picture: acceptance and survival by group, and latency. Needs matplotlib, which is optional."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inglenook_server.errors import RequestError
from inglenook_server.stats.store import AGES_S
from inglenook_server.stats.summary import Group


def plot(groups: Sequence[Group], file: Path) -> None:
    """Write the picture; the file's ending says its format. Raises RequestError."""
    try:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot
    except ImportError:
        raise RequestError("A plot needs matplotlib, which is not installed.", "pip install matplotlib") from None
    names = [f"{group.split} {group.value}".strip() for group in groups]
    figure, axes = pyplot.subplots(1, 3, figsize=(13, 1.2 + 0.45 * len(groups)), constrained_layout=True, sharey=True)
    places = range(len(groups))
    axes[0].barh(places, [group.acceptance or 0.0 for group in groups], color="#b5651d")
    axes[0].set_title("accepted of shown")
    axes[0].set_xlim(0, 1)
    axes[0].set_yticks(list(places), names)
    axes[0].invert_yaxis()
    height = 0.8 / len(AGES_S)
    for number, age in enumerate(AGES_S):
        offsets = [place - 0.4 + height * (number + 0.5) for place in places]
        axes[1].barh(offsets, [group.survival[age] or 0.0 for group in groups], height, label=f"{age} s")
    axes[1].set_title("still there after")
    axes[1].set_xlim(0, 1)
    axes[1].legend(fontsize="small")
    axes[2].barh(places, [group.latency_p95_ms or 0.0 for group in groups], color="#ddb892", label="p95")
    axes[2].barh(places, [group.latency_p50_ms or 0.0 for group in groups], color="#7f5539", label="p50")
    axes[2].set_title("milliseconds to a suggestion")
    axes[2].legend(fontsize="small")
    try:
        figure.savefig(file, dpi=120)
    except (OSError, ValueError) as error:
        raise RequestError(
            f"The plot can't be written to {file}: {error}.", "Name a .png, .svg or .pdf file."
        ) from None
    finally:
        pyplot.close(figure)
