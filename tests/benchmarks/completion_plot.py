"""Exact matches by condition as a picture. Knows nothing of how they were measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

GROUPS = {"repo-lines": "all lines", "repo-lines-crossfile": "lines that name other files"}
NORMAL = 1.96
"""Standard deviations of a 95 % interval."""


def draw(summary: Mapping[str, float], models: Sequence[str], conditions: Sequence[str], file: Path) -> None:
    """One panel a model and group: the share that was written to the letter, with its 95 % interval (Wilson's)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(
        len(models), len(GROUPS), figsize=(9.5, 0.9 + 2.3 * len(models)), layout="constrained", squeeze=False
    )
    for row, model in zip(panels, models, strict=True):
        for panel, (group, title) in zip(row, GROUPS.items(), strict=True):
            shown = [one for one in reversed(conditions) if f"{group}.{model}.{one}.n" in summary]
            shares = [summary[f"{group}.{model}.{one}.em"] for one in shown]
            counts = [summary[f"{group}.{model}.{one}.n"] for one in shown]
            reach = [interval(share, count) for share, count in zip(shares, counts, strict=True)]
            errors = [[s - low for s, (low, _) in zip(shares, reach, strict=True)],
                      [high - s for s, (_, high) in zip(shares, reach, strict=True)]]  # fmt: skip
            colors = ["tab:blue" if one == "ours" else "0.7" for one in shown]
            panel.barh(shown, shares, color=colors, xerr=errors, error_kw={"elinewidth": 1, "ecolor": "0.35"})
            for place, (one, share) in enumerate(zip(shown, shares, strict=True)):
                color = "white" if one == "ours" else "black"
                panel.annotate(f"{share:.3f}", (0.01, place), va="center", fontsize=8, color=color)
            panel.set(title=f"{model}, {title} ({counts[0]:.0f})", xlim=(0, None))
            panel.title.set_fontsize(9)
            panel.grid(axis="x", alpha=0.3)
            panel.set_axisbelow(True)
    for panel in panels[-1]:
        panel.set_xlabel("share written to the letter")
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)


def interval(share: float, count: float) -> tuple[float, float]:
    """Wilson's interval for a share of `count` trials."""
    spread = NORMAL * NORMAL / count
    middle = (share + spread / 2) / (1 + spread)
    reach = NORMAL * math.sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return middle - reach, middle + reach
