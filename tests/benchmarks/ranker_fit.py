"""The ranker's weights from labelled questions: a listwise softmax over candidate files. Pure numpy; knows no index.

A question is a matrix (files x reasons) of unweighted features, and which files answer it. The loss is the cross
entropy between the answers and the softmax of the scores (ListNet, Cao et al., 2007), plus L2. It is convex: there is
one best set of weights, and 24 of them for leave-one-repository-out take seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from inglenook_indexer.search.weights import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

REASONS = (
    "words", "more_words", "meaning", "meaning_unnamed", "encoder", "encoder_unnamed", "coverage", "name", "name_said",
    "folder", "defines", "symbol", "symbol_prose", "namesake", "caller", "callee", "depth", "tests", "compat",
    "examples", "legal", "types", "prose", "private",
)  # fmt: skip
"""The weights that are fitted. The others (frames, named files, wishes, languages) speak of queries that these sets do
not have, or of the order within a file: they are set by hand."""
L2 = 0.03  # of weights in units of their reason's spread: .003, .01 and .03 were tried; the best by leave-one-out
IDLE = {1: {"encoder", "encoder_unnamed"}, 2: {"defines"}}
"""What a tier does without: tier 1 has no encoder, and with one a definition's name counted against its file."""
_STEPS = 120  # of Adam; the loss no longer moves in its fourth digit
_RATE = 0.3


@dataclass(frozen=True)
class Example:
    """One question's candidates: features (files, reasons), 1 for each file that answers, targets in all."""

    repository: str
    features: NDArray[np.float32]
    answers: NDArray[np.float32]
    targets: int


def unit() -> Weights:
    """Every weight 1: the features themselves."""
    return Weights(**{one.name: 1 for one in fields(Weights)} | {"max_depth": Weights().max_depth})


def fit(
    examples: Sequence[Example], used: Sequence[str] = REASONS, reasons: Sequence[str] = REASONS
) -> NDArray[np.float32]:
    """Weights of the `reasons`, in their order; those not `used` are 0."""
    columns = [reasons.index(name) for name in used]
    answered = [one for one in examples if one.answers.any()]
    width = max(len(one.answers) for one in answered)
    features = np.zeros((len(answered), width, len(columns)), np.float32)
    wanted = np.zeros((len(answered), width), np.float32)
    present = np.zeros((len(answered), width), bool)
    for row, one in enumerate(answered):
        count = len(one.answers)
        features[row, :count], present[row, :count] = one.features[:, columns], True
        wanted[row, :count] = one.answers / one.answers.sum()
    web = np.array([one.repository == "cosqa" for one in answered])
    # Both sets count alike; with .3 and .5 for CoSQA tier 2 missed its aim there, and gained .002 on the other.
    share = np.where(web, 1 / max(web.sum(), 1), 1 / max((~web).sum(), 1)).astype(np.float32)
    spread = features[present].std(0) + 1e-6
    features /= spread
    weights = np.zeros(len(columns), np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        scores = np.where(present, features @ weights, -1e9)
        likely = np.exp(scores - scores.max(1, keepdims=True))
        likely /= likely.sum(1, keepdims=True)
        slope = np.einsum("q,qf,qfd->d", share, likely - wanted, features) + L2 * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope * slope
        rate = _RATE if step < 0.6 * _STEPS else _RATE / 5
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    whole = np.zeros(len(reasons), np.float32)
    whole[columns] = weights / spread
    return whole


def score(examples: Sequence[Example], weights: NDArray[np.float32]) -> float:
    """Mean NDCG@10 of the files' order alone."""
    gains = 1 / np.log2(np.arange(10) + 2)
    found = []
    for one in examples:
        order = np.argsort(-(one.features @ weights), kind="stable")[:10]
        ideal = gains[: min(10, one.targets)].sum()
        found.append(float((one.answers[order] * gains[: len(order)]).sum() / ideal) if ideal else 0.0)
    return float(np.mean(found))


def left_out(examples: Sequence[Example], used: Sequence[str] = REASONS) -> dict[str, float]:
    """Repository -> NDCG@10 under weights that were fitted on all the others."""
    names = sorted({one.repository for one in examples} - {"cosqa"})
    found = {}
    for name in names:
        weights = fit([one for one in examples if one.repository != name], used)
        found[name] = score([one for one in examples if one.repository == name], weights)
    return found
