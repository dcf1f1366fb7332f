"""The statistics as a picture: acceptance and survival by group, and latency. Needs matplotlib, which is optional."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inglenook_server.errors import RequestError
from inglenook_server.stats.store import AGES_S
from inglenook_server.stats.summary import Group

EMBER = "#b5651d"
FADING = ("#7f5539", "#a5714c", "#c79b78", "#e3cbb0")
"""The longer ago, the paler; one for each of `AGES_S`."""


def plot(groups: Sequence[Group], file: Path) -> None:
    """Write the picture; the file's ending says its format. Raises RequestError."""
    try:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot
        from matplotlib.ticker import PercentFormatter
    except ImportError:
        raise RequestError("A plot needs matplotlib, which is not installed.", "pip install matplotlib") from None
    names = [f"{group.split} {group.value} ({group.shown:,})".replace("  ", " ") for group in groups]
    figure, axes = pyplot.subplots(1, 3, figsize=(13, 1.7 + 0.45 * len(groups)), constrained_layout=True, sharey=True)
    places = range(len(groups))
    axes[0].barh(places, [group.acceptance or 0.0 for group in groups], color=EMBER)
    axes[0].set_title("accepted of shown (so many)")
    axes[0].set_yticks(list(places), names)
    axes[0].invert_yaxis()
    height = 0.8 / len(AGES_S)
    for number, (age, colour) in enumerate(zip(AGES_S, FADING, strict=True)):
        offsets = [place - 0.4 + height * (number + 0.5) for place in places]
        shares = [group.survival[age] or 0.0 for group in groups]
        axes[1].barh(offsets, shares, height, label=f"{age} s", color=colour)
    axes[1].set_title("accepted and still there after")
    for axis in axes[:2]:
        axis.set_xlim(0, 1)
        axis.xaxis.set_major_formatter(PercentFormatter(1))
    axes[2].barh(places, [group.latency_p95_ms or 0.0 for group in groups], color=FADING[-1], label="95th percentile")
    axes[2].barh(places, [group.latency_p50_ms or 0.0 for group in groups], color=FADING[0], label="median")
    axes[2].set_title("milliseconds to a suggestion")
    for axis in axes:
        axis.grid(axis="x", alpha=0.3)
        axis.set_axisbelow(True)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[1:]:
        axis.legend(fontsize="small", frameon=False, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.06))
    try:
        figure.savefig(file, dpi=120)
    except (OSError, ValueError) as error:
        raise RequestError(
            f"The plot can't be written to {file}: {error}.", "Name a .png, .svg or .pdf file."
        ) from None
    finally:
        pyplot.close(figure)
