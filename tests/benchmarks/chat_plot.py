"""The right place first by form of question, as a picture. Knows nothing of how it was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.chat_phrases import FORMS

COLORS = {"model": "0.75", "retrieval": "tab:orange", "all": "tab:blue"}
TITLES = {"model": "the model alone", "retrieval": "the index alone", "all": "both"}


def draw(summary: Mapping[str, float], models: Sequence[str], conditions: Sequence[str], file: Path) -> None:
    """One panel a model: for each form a bar of each condition."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    if not models:
        return
    figure, panels = pyplot.subplots(
        len(models), 1, figsize=(9.5, 0.8 + 2.6 * len(models)), layout="constrained", squeeze=False
    )
    width = 0.8 / len(conditions)
    for (panel,), model in zip(panels, models, strict=True):
        forms = [form for form in FORMS if any(f"chat.{model}.{one}.{form}_first" in summary for one in conditions)]
        for number, condition in enumerate(conditions):
            shares = [summary.get(f"chat.{model}.{condition}.{form}_first", 0.0) for form in forms]
            places = [place + (number - (len(conditions) - 1) / 2) * width for place in range(len(forms))]
            panel.bar(places, shares, width * 0.92, color=COLORS[condition], label=TITLES[condition])
        panel.set_xticks(range(len(forms)), forms, rotation=25, ha="right", fontsize=8)
        panel.set(ylim=(0, 1), ylabel="right place first", title=model)
        panel.title.set_fontsize(9)
        panel.grid(axis="y", alpha=0.3)
        panel.set_axisbelow(True)
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=8, ncols=len(conditions), loc="outside upper center", frameon=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
