"""How good a model is on held-out files: loss per token, and edit similarity of completed lines. Trains nothing.

Before and after are judged on the same rows and the same cursor positions, so their difference is a paired one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inglenook_server.generation.base import Cancelled, Infill, Options

if TYPE_CHECKING:
    from inglenook_server.generation.base import Generator
    from inglenook_server.training.data import Document

MIN_TARGET_CHARS = 8
"""Shorter line ends are closers and colons: guessing them says nothing."""
MAX_TARGET_CHARS = 80
CONTEXT_CHARS = 1_500
"""Of prefix; about 450 tokens, half a second to read on two cores with the small model."""
SUFFIX_CHARS = 300
LINE_TOKENS = 24
"""Enough for nine lines of code in ten."""
BOOTSTRAP_ROUNDS = 2_000
"""The 95 % interval's ends then move by less than a tenth of its width from seed to seed."""


@dataclass(frozen=True, slots=True)
class Position:
    """A cursor in a held-out file, and the rest of the line that stands there."""

    path: str
    prefix: str
    suffix: str
    target: str


def choose_positions(documents: Sequence[Document], count: int, seed: int) -> list[Position]:
    """Up to `count` cursors, drawn from all lines alike; each stands before a word, past the indentation."""
    rng = random.Random(seed)
    found = []
    for document in documents:
        start = 0
        for line in document.text.splitlines(keepends=True):
            position = _position(document, start, line.rstrip("\r\n"), rng)
            if position is not None:
                found.append(position)
            start += len(line)
    return [found[i] for i in sorted(rng.sample(range(len(found)), min(count, len(found))))]


def _position(document: Document, start: int, line: str, rng: random.Random) -> Position | None:
    code = len(line) - len(line.lstrip())
    words = [
        i
        for i in range(code + 1, len(line) - MIN_TARGET_CHARS + 1)
        if line[i].isalnum() and not (line[i - 1].isalnum() or line[i - 1] == "_")
    ]
    if not words:
        return None
    at = rng.choice(words)
    target = line[at:].rstrip()
    if not MIN_TARGET_CHARS <= len(target) <= MAX_TARGET_CHARS:
        return None
    text, cursor, end = document.text, start + at, start + len(line)
    head = max(0, cursor - CONTEXT_CHARS)
    if head:
        head = text.find("\n", head, cursor) + 1 or head
    return Position(document.path, text[head:cursor], text[end : end + SUFFIX_CHARS], target)


def edit_similarity(a: str, b: str) -> float:
    """1 - Levenshtein distance / the longer length; 1 for two empty strings."""
    if not a and not b:
        return 1.0
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return 1.0 - previous[-1] / max(len(a), len(b))


def line_similarities(
    generator: Generator,
    positions: Sequence[Position],
    *,
    seconds: float = float("inf"),
    at_least: int = 8,
    cancelled: Cancelled | None = None,
    on_done: Callable[[int], None] | None = None,
) -> list[float]:
    """Edit similarity of the completed line to the real one, position by position, greedy.

    Ends early, with fewer results than positions, when cancelled or after `seconds` (but has `at_least` so many).
    """
    begin = time.monotonic()
    scores: list[float] = []
    for position in positions:
        if (cancelled and cancelled()) or (len(scores) >= at_least and time.monotonic() - begin > seconds):
            break
        done = generator.generate(
            Infill(position.prefix, position.suffix, position.path),
            Options(max_tokens=LINE_TOKENS, stop=("\n",)),
            cancelled=cancelled,
        )
        if done.stop_reason == "cancelled":
            break
        scores.append(edit_similarity(done.text.rstrip(), position.target))
        if on_done:
            on_done(len(scores))
    return scores


def row_losses(model: Any, rows: Sequence[list[int]], cancelled: Cancelled | None = None) -> list[tuple[float, int]]:
    """Summed negative log-probability (nats) and number of predicted tokens of each row; fewer rows when cancelled."""
    import torch

    results = []
    training = model.training
    model.eval()
    try:
        with torch.no_grad():  # inference tensors could not be used by the training that follows
            for row in rows:
                if cancelled and cancelled():
                    break
                ids = torch.tensor([row], device=model.device)
                loss = model(input_ids=ids, labels=ids, use_cache=False).loss
                results.append((float(loss) * (len(row) - 1), len(row) - 1))
    finally:
        model.train(training)
    return results


def mean_loss(losses: Sequence[tuple[float, int]]) -> float:
    """Mean negative log-probability per token over rows; infinite for none."""
    tokens = sum(count for _, count in losses)
    return sum(total for total, _ in losses) / tokens if tokens else float("inf")


def paired_bootstrap(before: Sequence[float], after: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """95 % interval of mean(after - before) over the same items; raises ValueError when the lengths differ or are 0."""
    import numpy as np

    if len(before) != len(after) or not before:
        raise ValueError("a paired interval needs the same, at least one, items on both sides")
    differences = np.asarray(after, dtype=float) - np.asarray(before, dtype=float)
    picks = np.random.default_rng(seed).integers(0, len(differences), (BOOTSTRAP_ROUNDS, len(differences)))
    low, high = np.percentile(differences[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
