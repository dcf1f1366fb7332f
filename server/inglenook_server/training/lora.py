"""LoRA matrices on a loaded model, and the loop that trains them. Knows no files, no tokenizer and no registry.

Rank 16 with alpha 32 on every projection is what Refact settled on; the best moment by validation loss is kept.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inglenook_server.training.evaluate import mean_loss, row_losses
from inglenook_server.training.samples import ROW_TOKENS

if TYPE_CHECKING:
    from inglenook_server.generation.base import Cancelled

WARMUP_STEPS = 5
"""Steps of rising learning rate, while Adam's averages are still noise."""
LOOKS = 6
"""Looks at the validation files during a run; each costs about as much as four steps."""
CLIP_NORM = 1.0
"""Rows are trained on one by one, so a strange one would otherwise throw the matrices far off."""
FLOOR = 0.1
"""The learning rate at the end of the cosine, as a part of its peak."""
SMOOTHING = 0.9
"""Of the loss that is shown: single rows differ by more than an epoch changes."""
PATIENCE = 3
"""Looks in a row without a lower validation loss before training stops: from then on it learns by heart."""


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """How to train."""

    minutes: float = 6.0
    """Time for training itself, validation looks included."""
    steps: int = 0
    """An exact number of steps instead, so that the same seed gives the same adapter; 0 plans by time."""
    rank: int = 16
    learning_rate: float = 5e-4
    """Peak; Refact's 3e-4 is meant for runs many times as long."""
    seed: int = 0
    threads: int = 0
    """CPU threads; 0 means one for each physical core."""
    positions: int = 32
    """Held-out cursor positions for the edit similarity, before and after."""
    held_out_rows: int = 16
    validation_rows: int = 8
    """Rows that the losses are measured on; one of 512 tokens takes 0.8 s on two cores with the small model."""
    row_tokens: int = ROW_TOKENS


@dataclass(frozen=True, slots=True)
class TrainProgress:
    """Where a run is. Losses are nats per token, NaN until known."""

    stage: str
    """"loading", "judging before", "training" or "judging after"."""
    step: int = 0
    total: int = 0
    loss: float = math.nan
    """Of the training rows, smoothed over about ten steps."""
    held_out_loss: float = math.nan
    """Of the validation files, at the last look."""
    tokens_per_second: float = math.nan
    eta_s: float = math.nan


OnProgress = Callable[[TrainProgress], None]


@dataclass(frozen=True, slots=True)
class Fit:
    """What a training run did. The model holds the best matrices found; none were if `best_step` is 0."""

    steps: int
    best_step: int
    tokens: int
    seconds: float
    validation_before: float
    validation_best: float
    interrupted: bool


def wrap(model: Any, options: TrainOptions) -> Any:
    """`model` with fresh LoRA matrices on all its projections; their sum starts at zero, so it answers as before."""
    import warnings

    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(options.seed)
    config = LoraConfig(
        r=options.rank,
        lora_alpha=2 * options.rank,
        lora_dropout=0.0,  # a few hundred steps are too few to overfit so small a matrix; dropout costs time
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings():  # peft asks transformers for attributes by their old names
        warnings.simplefilter("ignore", FutureWarning)
        return get_peft_model(model, config)


def learning_rate(step: int, done: float, peak: float) -> float:
    """Linear warm-up over the first steps under a cosine that ends at a tenth of `peak`.

    `step` counts from 1; `done` is the part of the budget that is used, 0-1.
    """
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
    return peak * min(1.0, step / WARMUP_STEPS) * (FLOOR + (1 - FLOOR) * cosine)


def fit(
    model: Any,
    rows: Iterable[list[int]],
    validation: Sequence[list[int]],
    options: TrainOptions,
    progress: OnProgress,
    cancelled: Cancelled,
) -> Fit:
    """Train until `rows`, the steps or the minutes end, validation stops improving, or `cancelled`.

    The share of the budget that is used drives the learning rate and the looks, so that a machine that is slow, or
    becomes slow, still ends its cosine on time.
    """
    import torch

    begin = time.monotonic()
    weights = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=options.learning_rate, weight_decay=0.0)
    before = lowest = mean_loss(row_losses(model, validation))
    best = [weight.detach().clone() for weight in weights]
    best_step = step = looked_at = tokens = misses = 0
    state = TrainProgress("training", held_out_loss=before)
    progress(state)

    def used() -> float:
        if options.steps:
            return step / options.steps
        return (time.monotonic() - begin) / (60 * options.minutes)

    def look() -> None:
        nonlocal state, lowest, best, best_step, misses, looked_at
        loss = mean_loss(row_losses(model, validation))
        looked_at, misses = step, misses + 1
        if loss < lowest:
            lowest, best_step, misses = loss, step, 0
            best = [weight.detach().clone() for weight in weights]
        state = replace(state, held_out_loss=loss)

    model.train()
    next_look = 1 / LOOKS
    for row in rows:
        done = used()
        if done >= 1 or cancelled() or misses >= PATIENCE:
            break
        step += 1
        tokens += len(row)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, done, options.learning_rate)
        loss = _step(model, row, weights, optimizer)
        if used() >= next_look:
            look()
            next_look += 1 / LOOKS
        state = _after_step(state, step, loss, tokens, used(), time.monotonic() - begin)
        progress(state)
    if step > looked_at:
        look()
        progress(state)
    with torch.no_grad():
        for weight, value in zip(weights, best, strict=True):
            weight.copy_(value)
    return Fit(step, best_step, tokens, time.monotonic() - begin, before, lowest, cancelled())


def _step(model: Any, row: list[int], weights: list[Any], optimizer: Any) -> float:
    """One row forwards and backwards; its loss."""
    import torch

    ids = torch.tensor([row], device=model.device)
    loss = model(input_ids=ids, labels=ids, use_cache=False).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(weights, CLIP_NORM)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return float(loss.detach())


def _after_step(
    state: TrainProgress, step: int, loss: float, tokens: int, used: float, elapsed: float
) -> TrainProgress:
    smooth = loss if math.isnan(state.loss) else SMOOTHING * state.loss + (1 - SMOOTHING) * loss
    return replace(
        state,
        step=step,
        total=max(step, round(step / used)) if used > 0 else 0,
        loss=smooth,
        tokens_per_second=tokens / elapsed if elapsed > 0 else math.nan,
        eta_s=max(0.0, elapsed / used - elapsed) if used > 0 else math.nan,
    )


def save(model: Any, folder: Path, base: str) -> None:
    """Write adapter_model.safetensors and adapter_config.json; the config names `base`, not a path of this machine."""
    for config in model.peft_config.values():
        config.base_model_name_or_path = base
    model.save_pretrained(str(folder), save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)  # peft's empty model card; ours is card.json
