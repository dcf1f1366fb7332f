"""The search for a mix as a picture: what a token costs against what is lost. Knows nothing of how it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def draw(summary: Mapping[str, float], file: Path) -> None:
    """One panel a model: perplexity's rise over processor milliseconds a token, a point for each mix."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    points: dict[str, list[tuple[str, float, float]]] = {}
    for key, value in summary.items():
        if key.endswith(".rise"):
            model, _, mix = key.removeprefix("quantization.").removesuffix(".rise").rpartition("b.")
            cost = summary[f"{key.removesuffix('.rise')}.decode_cpu_ms"]
            points.setdefault(f"{model}b" if model else "135m", []).append((mix, cost, 100 * value))
    figure, panels = pyplot.subplots(
        1, len(points), figsize=(6.5 * len(points), 4.6), layout="constrained", squeeze=False
    )
    for panel, (model, found) in zip(panels[0], points.items(), strict=True):
        shown = [point for point in found if point[0] != "f16"]
        panel.axhspan(-2, 1, color="tab:green", alpha=0.12, linewidth=0)
        panel.scatter([cost for _, cost, _ in shown], [rise for _, _, rise in shown], s=18)
        for mix, cost, rise in shown:
            panel.annotate(mix, (cost, rise), fontsize=7, xytext=(4, 3), textcoords="offset points")
        panel.set(title=model, xlabel="processor ms a token, without drafts", ylabel="rise of perplexity, %")
        panel.set_yscale("symlog", linthresh=1)
        panel.grid(alpha=0.3)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
