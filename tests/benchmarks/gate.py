"""`gate`: when the model is asked again with other files, and how likely a text is right; fitted, never reported.

Every position gets both attempts. A position says "ask again" where the text that counts then, the one that the model
was surer of, is nearer to what its author wrote than the first one. Two classifiers are compared, each judged on the
package that it was not fitted on; the logistic regression is what the server carries, as a table of numbers.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from inglenook_server.completion.complete import masked
from inglenook_server.completion.context.gather import Context, gather
from inglenook_server.completion.context.sources.place import Place, Surroundings
from inglenook_server.completion.prompting import confidence, retrieval_gate
from inglenook_server.completion.prompting.attempts import Attempt, AttemptRunner, wins
from inglenook_server.completion.prompting.awaited_name import awaited_name
from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.completion.syntax.trigger import decide
from inglenook_server.generation.base import Generator
from inglenook_server.generation.load import load_generator
from inglenook_server.settings import GenerationSettings

from tests.benchmarks.completion_conditions import Bench, open_files, opened
from tests.benchmarks.completion_packages import FIT, fetched
from tests.benchmarks.completion_scores import edit_similarity, exact
from tests.benchmarks.repo_lines import Position, positions
from tests.benchmarks.result import Result

ASSETS = Path(__file__).parents[2] / "server" / "inglenook_server" / "assets"
BETTER = 0.02
"""Edit similarity gained from which a second text is better."""
KEPT = 0.98
"""Share of what asking always would gain that the threshold has to keep: the highest that does is taken."""
Row = dict[str, Any]


def measure(
    result: Result,
    *,
    n: int,
    corpus: Path | None,
    models: Sequence[str] = ("smollm2-135m",),
    write: bool = False,
    again: bool = False,
) -> None:
    """Fill `result`; `n` positions of each package. With `write`, the weights in `assets` are made anew.

    `again` takes the texts from the last result, whatever revision wrote them, and only fits.
    """
    del corpus
    rows: list[Row] = []
    written = result.take_over() if again else result.revision
    for model in models:
        generator: Generator | None = None
        for package in FIT:
            places = positions(fetched(package), n)
            keys = [f"{model}.{package.name}.{number}" for number in range(len(places))]
            if any(key not in result.rows for key in keys):
                generator = generator or load_generator(GenerationSettings(profile="custom", model=model))
                with opened(package, generator) as bench:
                    for key, place in zip(keys, places, strict=True):
                        row = result.row(key, lambda bench=bench, place=place: both(bench, place))
                        told = f"{row['first']['em']:.0f} {row.get('second', {}).get('em')}"
                        sys.stderr.write(f"{key} {place.kind} {told}\n")
            rows += [{**result.rows[key], "package": package.name, "model": model} for key in keys]
        if generator is not None:
            generator.close()
    result.appendix = f"The texts were written at {written}.\n"
    fit(result, [{**row, "final": counts(row)} for row in rows if row["shape"] != "none"], write=write)


def counts(row: Row) -> Row:
    """The text that counts of a position's one or two."""
    first, second = row["first"], row.get("second")
    if second is None or not second["text"]:
        return dict(first)
    return dict(second if wins(second["likelihood"], first["likelihood"], named=row["named"]) else first)


def both(bench: Bench, place: Position) -> Row:
    """Both attempts at one position, and the features that are known between them."""
    assert bench.index is not None
    bench.forget()
    document = place.document
    cursor = Cursor(document[: place.offset], document[place.offset :])
    memory, settings = bench.memory, bench.settings
    shape = decide(cursor, multi_line=settings.multi_line, language="python", syntax=memory.syntax).shape
    asker = AttemptRunner(
        cursor,
        masked(cursor),
        place.path,
        "python",
        shape,
        bench.generator,
        settings,
        memory.prompts,
        memory.syntax,
        lambda: False,
    )
    if shape == "none":
        return {"shape": shape, "first": {"em": 0.0}}
    first = asker.attempt(Context())
    bench.index.shadow(place.path, document)
    try:
        around = Surroundings(open_files(bench.folder, place.path))
        there = Place(cursor, place.path, "python", bench.index, around)
        context = gather(there, settings, memory.runner, memory.snippets)
    finally:
        bench.index.shadow(place.path, None)
    row: Row = {"shape": shape, "kind": place.kind, "target": place.target, "first": _told(first, place, cursor, ())}
    start = awaited_name(cursor, context.awaited, "python")
    row["named"] = bool(start)
    if not context.hits and not start:
        return row
    second = asker.attempt(context, start)
    row["second"] = _told(second, place, cursor, context.hits)
    row["features"] = (
        retrieval_gate.features(cursor, place.path, context.hits, first.likelihood) if context.hits else None
    )
    return row


def _told(attempt: Attempt, place: Position, cursor: Cursor, hits: Any) -> Row:
    sure = attempt.likelihood
    return {
        "text": attempt.text,
        "em": exact(attempt.text, place.target),
        "es": edit_similarity(attempt.text, place.target),
        "likelihood": sure,
        "features": confidence.features(sure, attempt.text, cursor, hits)
        if sure is not None and attempt.text
        else None,
    }


def fit(result: Result, rows: Sequence[Row], *, write: bool) -> None:
    """Both classifiers of both questions, by leave-one-package-out; the table, and with `write` the assets."""
    asked = [row for row in rows if row.get("features") and not row["named"]]
    better = np.array([row["final"]["es"] > row["first"]["es"] + BETTER for row in asked], dtype=float)
    groups = [row["package"] for row in asked]
    names = sorted(asked[0]["features"])
    values = np.array([[row["features"][name] for name in names] for row in asked])
    result.summary["gate.positions"] = len(asked)
    result.summary["gate.better"] = float(better.mean())
    held_out = _compare(result, "gate", values, better, groups)
    sure = np.array([row["first"]["likelihood"] > retrieval_gate.SURE for row in asked])
    threshold = _threshold(result, asked, held_out, sure)
    weights = {
        "fitted": f"{len(asked)} positions of {len(set(groups))} packages at {result.revision}",
        "method": "logistic regression, python -m tests.benchmarks gate",
        "threshold": threshold,
        **_logistic(names, values, better),
    }
    shown = [row["final"] for row in rows if row["final"].get("features")]
    right = np.array([one["em"] for one in shown], dtype=float)
    said = sorted(shown[0]["features"])
    told = np.array([[one["features"][name] for name in said] for one in shown])
    packages = [row["package"] for row in rows if row["final"].get("features")]
    chances = _compare(result, "confidence", told, right, packages)
    result.appendix += _tables(result, rows, chances, right)
    certain = {
        "fitted": f"{len(shown)} texts of {len(set(packages))} packages at {result.revision}",
        "method": "logistic regression, python -m tests.benchmarks gate",
        **_logistic(said, told, right),
    }
    if write:
        for name, asset in ((retrieval_gate.ASSET, weights), (confidence.ASSET, certain)):
            (ASSETS / name).write_text(json.dumps(asset, indent=1) + "\n", encoding="utf-8")


def _compare(result: Result, name: str, values: Any, labels: Any, groups: Sequence[str]) -> Any:
    """The logistic regression's chances on packages it was not fitted on; both methods' figures into the summary."""
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
    from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

    methods = {
        "logistic": LogisticRegression(C=1.0, max_iter=1_000),
        "boosting": GradientBoostingClassifier(n_estimators=100, max_depth=2, learning_rate=0.05, random_state=0),
    }
    found = {}
    for method, model in methods.items():
        split = LeaveOneGroupOut()
        chance = cross_val_predict(model, values, labels, groups=groups, cv=split, method="predict_proba")[:, 1]
        found[method] = chance
        result.summary[f"{name}.{method}.auc"] = float(roc_auc_score(labels, chance))
        result.summary[f"{name}.{method}.log_loss"] = float(log_loss(labels, chance))
        result.summary[f"{name}.{method}.brier"] = float(brier_score_loss(labels, chance))
    result.summary[f"{name}.base_log_loss"] = float(log_loss(labels, np.full(len(labels), labels.mean())))
    return found["logistic"]


def _logistic(names: Sequence[str], values: Any, labels: Any) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=1_000).fit(values, labels)
    coefficients = {name: round(float(one), 4) for name, one in zip(names, model.coef_[0], strict=True)}
    return {"intercept": round(float(model.intercept_[0]), 4), "coefficients": coefficients}


def _threshold(result: Result, asked: Sequence[Row], chances: Any, sure: Any) -> float:
    """The highest chance that keeps `KEPT` of the edit similarity which asking always would gain."""
    gain = np.array([row["final"]["es"] - row["first"]["es"] for row in asked])
    gain[sure] = 0.0
    whole = gain.sum()
    best = 0.0
    for threshold in np.linspace(0.0, 0.5, 101):
        if gain[chances >= threshold].sum() >= KEPT * whole:
            best = float(threshold)
    used = (chances >= best) & ~sure
    result.summary["gate.threshold"] = round(best, 3)
    result.summary["gate.asked"] = float(used.mean())
    result.summary["gate.asked_where_not_sure"] = float(used.sum() / max((~sure).sum(), 1))
    for name, chosen in (("never", sure & ~sure), ("gated", used), ("not_sure", ~sure), ("always", sure | ~sure)):
        em = [row["final" if use else "first"]["em"] for row, use in zip(asked, chosen, strict=True)]
        es = [row["final" if use else "first"]["es"] for row, use in zip(asked, chosen, strict=True)]
        result.summary[f"gate.{name}.em"], result.summary[f"gate.{name}.es"] = (
            statistics.fmean(em),
            statistics.fmean(es),
        )
    return round(best, 3)


def _tables(result: Result, rows: Sequence[Row], chances: Any, right: Any) -> str:
    """How chances and outcomes agree, and what waiting names bring."""
    text = (
        "\n## How likely a text is right, on packages not fitted on\n\n| estimated | texts | mean estimate | exact |\n"
    )
    text += "|---|---:|---:|---:|\n"
    edges = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.01)
    for low, high in itertools.pairwise(edges):
        chosen = (chances >= low) & (chances < high)
        if chosen.any():
            text += (
                f"| {low:.2f}-{min(high, 1.0):.2f} | {chosen.sum()} | {chances[chosen].mean():.3f} | "
                f"{right[chosen].mean():.3f} |\n"
            )
    named = [row for row in rows if row.get("named") and "second" in row]
    if named:
        first, final = (statistics.fmean(row[which]["em"] for row in named) for which in ("first", "final"))
        result.summary["named.positions"] = len(named)
        result.summary["named.first_em"], result.summary["named.final_em"] = first, final
    return text
