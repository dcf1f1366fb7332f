"""The retrieval benchmark's figures as a flat summary, Markdown tables and a plot. Knows nothing of how they arose."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Rows = Mapping[str, Mapping[str, Any]]
"""Corpus -> its row."""

_CATEGORIES = ("semantic", "architecture", "symbol")


def summarise(
    summary: dict[str, float],
    rows: Rows,
    peers: Mapping[str, Mapping[str, float]],
    tier: int,
    left_out: Mapping[str, float],
) -> None:
    """Put one tier's means into `summary`: over repositories, by language, by category, and what each part is worth."""
    repositories = {name: row for name, row in rows.items() if name != "cosqa"}
    head = f"semble-dev.tier{tier}"
    summary[f"{head}.ndcg10"] = _mean(repositories, "ndcg10")
    summary[f"{head}.loro_ndcg10"] = statistics.fmean(left_out.values())
    summary[f"{head}.query_p50_ms"] = statistics.median(row["query_p50_ms"] for row in repositories.values())
    summary[f"{head}.query_p95_ms"] = max(row["query_p95_ms"] for row in repositories.values())
    timed = [row["index_s"] for row in repositories.values() if row["index_s"]]
    if timed:
        summary[f"{head}.index_s"] = statistics.fmean(timed)
        summary[f"{head}.chunks_s"] = statistics.fmean(
            row["chunks_s"] for row in repositories.values() if row["index_s"]
        )
    chunks = sum(row["chunks"] for row in repositories.values())
    summary[f"{head}.bytes_per_chunk"] = sum(row["bytes"] for row in repositories.values()) / chunks
    summary[f"{head}.rss_mb"] = max(row["rss_mb"] for row in rows.values())
    summary[f"{head}.questions"] = sum(row["questions"] for row in repositories.values())
    summary[f"{head}.missing_labels"] = sum(len(row["missing"]) for row in repositories.values())
    pinned = [name for name, row in repositories.items() if row["pinned"]]
    summary[f"{head}.pinned_repositories"] = len(pinned)
    if pinned:
        summary[f"{head}.pinned_ndcg10"] = statistics.fmean(rows[name]["ndcg10"] for name in pinned)
        for peer, scores in peers.items():
            if all(name in scores for name in pinned):
                label = peer.replace(" ", "-").lower()
                summary[f"semble-dev.peer.{label}.ndcg10"] = statistics.fmean(scores[name] for name in pinned)
        for name in rows[pinned[0]]["baselines"]:
            label = f"{head}.pinned_baselines.{name.removeprefix('plain ')}.ndcg10"
            summary[label] = statistics.fmean(rows[one]["baselines"][name] for one in pinned)
    for language in sorted({row["language"] for row in repositories.values()}):
        mine = {name: row for name, row in repositories.items() if row["language"] == language}
        summary[f"{head}.language.{language}.ndcg10"] = _mean(mine, "ndcg10")
    for category in _CATEGORIES:
        pairs = [row["categories"][category] for row in repositories.values() if category in row["categories"]]
        total = sum(count for _, count in pairs)
        summary[f"{head}.category.{category}.ndcg10"] = sum(mean * count for mean, count in pairs) / total
    for group, some in ((head, repositories), (f"cosqa-dev.tier{tier}", {"cosqa": rows["cosqa"]})):
        for kind in ("baselines", "without", "late"):
            for name in next(iter(some.values()))[kind]:
                label = f"{group}.{kind}.{name.removeprefix('plain ').replace(' ', '-')}.ndcg10"
                summary[label] = statistics.fmean(row[kind][name] for row in some.values())
    summary[f"cosqa-dev.tier{tier}.ndcg10"] = rows["cosqa"]["ndcg10"]
    summary[f"cosqa-dev.tier{tier}.mrr"] = rows["cosqa"]["mrr10"]


def _mean(rows: Rows, key: str) -> float:
    return statistics.fmean(row[key] for row in rows.values())


def tables(rows: Rows, summary: Mapping[str, float], peers: Mapping[str, Mapping[str, float]]) -> str:
    """Markdown: every repository beside its peers, then what each component is worth. `rows` by the result's keys."""
    tiers = [tier for tier in (1, 2) if f"semble-dev.tier{tier}.ndcg10" in summary]
    names = [key.split(".tier")[0].removeprefix("semble-dev.") for key in rows if key.startswith("semble-dev.")]
    names = [name for name in names if ".tokens" not in name]
    names = list(dict.fromkeys(names))
    lines = ["## Repositories, NDCG@10 of files", ""]
    lines += _header(["repository", "language", "chunks", *(f"tier {tier}" for tier in tiers), *peers])
    for name in names:
        row = rows[f"semble-dev.{name}.tier{tiers[0]}"]
        ours = [f"**{rows[f'semble-dev.{name}.tier{tier}']['ndcg10']:.3f}**" for tier in tiers]
        theirs = [f"{scores[name]:.3f}" if row["pinned"] and name in scores else "" for scores in peers.values()]
        mark = "" if row["pinned"] else " (another revision)"
        lines.append("| " + " | ".join([name + mark, row["language"], str(row["chunks"]), *ours, *theirs]) + " |")
    lines += ["", "Peers' scores are as published; they are shown at the pinned revision only.", ""]
    missing = {name: rows[f"semble-dev.{name}.tier{tiers[0]}"]["missing"] for name in names}
    gone = [f"{name}: {', '.join(paths)}" for name, paths in missing.items() if paths]
    lines += [f"Labels whose files are missing: {'; '.join(gone) or 'none'}.", ""]
    lines += [
        "## What each component is worth",
        "",
        "The loss of NDCG@10 when it is switched off, nothing refitted.",
        "",
    ]
    groups = [f"{name}.tier{tier}" for name in ("semble-dev", "cosqa-dev") for tier in tiers]
    lines += _header(["switched off", *groups])
    wanted = dict.fromkeys(key.split(".without.")[1].removesuffix(".ndcg10") for key in summary if ".without." in key)
    for name in wanted:
        cells = []
        for group in groups:
            value = summary.get(f"{group}.without.{name}.ndcg10")
            cells.append("" if value is None else f"{value - summary[f'{group}.ndcg10']:+.4f}")
        lines.append("| " + " | ".join([name.replace("-", " "), *cells]) + " |")
    if 2 in tiers:
        lines += ["", "## Tier 1 of which the encoder reads some chunks as it is asked (`--rerank`)", ""]
        counts = [key.split(".late.")[1].removesuffix(".ndcg10") for key in summary if "semble-dev.tier2.late." in key]
        lines += _header(["chunks read", *(f"{name}, NDCG@10" for name in ("semble-dev", "cosqa-dev"))])
        for count in counts:
            cells = [f"{summary[f'{name}.tier2.late.{count}.ndcg10']:.4f}" for name in ("semble-dev", "cosqa-dev")]
            lines.append("| " + " | ".join([count, *cells]) + " |")
    return "\n".join([*lines, ""])


def _header(names: list[str]) -> list[str]:
    return ["| " + " | ".join(names) + " |", "|" + "|".join("---" for _ in names) + "|"]


def draw(summary: Mapping[str, float], file: Path) -> None:
    """Two panels: ours, plain baselines and peers on the pinned repositories; ours and plain baselines on CoSQA."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(13, 5.2), layout="constrained")
    pinned = summary.get("semble-dev.tier1.pinned_repositories") or summary.get("semble-dev.tier2.pinned_repositories")
    titles = (f"Files of the {pinned:.0f} repositories at the pinned revision", "Functions for web queries (CoSQA)")
    for axis, name, title in zip(axes, ("semble-dev", "cosqa-dev"), titles, strict=True):
        bars = dict(_bars(summary, name))
        ordered = sorted(bars, key=lambda label: bars[label])
        colours = [
            "#c4622d" if one.startswith("ours") else "#8c8c8c" if "plain" in one else "#4a7ba6" for one in ordered
        ]
        axis.barh(ordered, [bars[one] for one in ordered], color=colours)
        for place, one in enumerate(ordered):
            axis.text(bars[one] + 0.005, place, f"{bars[one]:.3f}", va="center", fontsize=8)
        axis.set(title=f"{title}, NDCG@10", xlim=(0, 1))
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)


def _has(summary: Mapping[str, float], start: str) -> bool:
    return any(key.startswith(start) for key in summary)


def _bars(summary: Mapping[str, float], name: str) -> list[tuple[str, float]]:
    found = []
    for tier in (1, 2):
        head = f"{name}.tier{tier}"
        if f"{head}.ndcg10" in summary:
            pinned = summary.get(f"{head}.pinned_ndcg10", summary[f"{head}.ndcg10"])
            found.append((f"ours, tier {tier}", pinned))
        plain = next((kind for kind in ("pinned_baselines", "baselines") if _has(summary, f"{head}.{kind}.")), "")
        for key, value in summary.items():
            if plain and key.startswith(f"{head}.{plain}."):
                label = key.removeprefix(f"{head}.{plain}.").removesuffix(".ndcg10")
                found.append((f"plain {label}" + (" (both tiers)" if label == "rrf" and tier == 2 else ""), value))
    found += [
        (key.removeprefix(f"{name}.peer.").removesuffix(".ndcg10"), value)
        for key, value in summary.items()
        if key.startswith(f"{name}.peer.")
    ]
    return found
