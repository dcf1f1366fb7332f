"""`inglenook adapt`: train an adapter on a repository, and tell what it changed on files it never saw."""

from __future__ import annotations

import math
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inglenook_server.cli.console import emit_json, err, out

if TYPE_CHECKING:
    from inglenook_server.adapters.registry import AdapterInfo
    from inglenook_server.training.lora import OnProgress, TrainProgress

MINUTES = 6.0
"""Of training: with the judging before and after, a run stays under ten on two cores with the fast model."""


def adapt(
    path: Annotated[Path, typer.Argument(help="The repository to learn from.")] = Path(),
    profile: Annotated[str, typer.Option(help='"fast", "balanced" or "quality"; your settings decide otherwise.')] = "",
    model: Annotated[str, typer.Option(help="A model's name, instead of a profile.")] = "",
    name: Annotated[str, typer.Option(help="What to call the adapter; model and commit otherwise.")] = "",
    minutes: Annotated[float, typer.Option(min=0.1, help="Time for training; judging comes on top.")] = MINUTES,
    steps: Annotated[int, typer.Option(min=0, help="Train so many steps instead; repeatable.")] = 0,
    rank: Annotated[int, typer.Option(min=1, max=128, help="LoRA rank.")] = 16,
    seed: Annotated[int, typer.Option(help="Decides which files are held out, and the training order.")] = 0,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads; 0: one a core.")] = 0,
    switch_on: Annotated[bool, typer.Option("--use", help="Switch the adapter on when it is done.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the adapter's card as JSON.")] = False,
) -> None:
    """Train a LoRA adapter on a repository's own code, judged on files that are held out.

    Ctrl-C ends the training and keeps the best adapter so far; a second one gives up.

    Examples: `inglenook adapt`, `inglenook adapt ~/src/app --profile fast --minutes 3 --use`
    """
    from inglenook_server.adapters import registry
    from inglenook_server.cli.model import user_settings
    from inglenook_server.models import model_for, typed
    from inglenook_server.training.lora import TrainOptions
    from inglenook_server.training.train import adapt as train

    if not model:
        settings = user_settings(profile)
        model = model_for(settings.generation.profile, "" if profile else settings.generation.model)
    options = TrainOptions(minutes=minutes, steps=steps, rank=rank, seed=seed, threads=threads)
    with _first_interrupt() as interrupted, _progress(quiet=as_json) as progress:
        info = train(
            path, model=typed(model), name=name, options=options, progress=progress, cancelled=interrupted.is_set
        )
    if switch_on:
        registry.use(path, info.name)
    if as_json:
        emit_json({**registry.as_dict(info), "active": switch_on})
    else:
        print_card(info, switch_on)


@contextmanager
def _first_interrupt() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second raises KeyboardInterrupt, as ever."""
    event = threading.Event()

    def on_interrupt(_signal: int, _frame: object) -> None:
        if event.is_set():
            raise KeyboardInterrupt
        event.set()
        err().print("\nEnding the training; Ctrl-C again gives up.", style="yellow")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(quiet: bool) -> Iterator[OnProgress]:
    """A bar for each stage on stderr, with the losses beside the one for training."""
    from rich.progress import BarColumn, Progress, TaskID, TextColumn

    bars = Progress(
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[note]}"),
        console=err(),
        disable=quiet or not sys.stderr.isatty(),
    )
    tasks: dict[str, TaskID] = {}
    with bars:

        def report(state: TrainProgress) -> None:
            if state.stage not in tasks:
                for task in tasks.values():
                    bars.update(task, total=bars.tasks[task].completed or 1, completed=bars.tasks[task].completed or 1)
                tasks[state.stage] = bars.add_task(state.stage, total=None, note="")
            bars.update(tasks[state.stage], completed=state.step, total=state.total or None, note=note(state))

        yield report


def note(state: TrainProgress) -> str:
    """What stands beside a bar: `step 12/140  loss 2.31  held out 2.40  210 tokens/s  4:31 left`."""
    parts = [f"{state.step}/{state.total}"] if state.total else []
    for label, value in (("loss", state.loss), ("held out", state.held_out_loss)):
        if not math.isnan(value):
            parts.append(f"{label} {value:.3f}")
    if not math.isnan(state.tokens_per_second):
        parts.append(f"{state.tokens_per_second:.0f} tokens/s")
    if not math.isnan(state.eta_s):
        parts.append(f"{int(state.eta_s) // 60}:{int(state.eta_s) % 60:02d} left")
    return "  ".join(parts)


def print_card(info: AdapterInfo, active: bool) -> None:
    """The verdict as a table, and how to switch the adapter on or off."""
    from rich.table import Table

    table = Table(title=f"{info.name}, for {info.model}", title_justify="left")
    table.add_column("on files it never saw")
    for column in ("before", "after", "difference"):
        table.add_column(column, justify="right")
    loss = info.held_out_loss_after - info.held_out_loss_before
    table.add_row(
        "loss, nats per token", f"{info.held_out_loss_before:.3f}", f"{info.held_out_loss_after:.3f}", f"{loss:+.3f}"
    )
    gain = info.edit_similarity_after - info.edit_similarity_before
    table.add_row(
        f"edit similarity, {info.positions} lines",
        f"{info.edit_similarity_before:.3f}",
        f"{info.edit_similarity_after:.3f}",
        f"{gain:+.3f} ({info.edit_similarity_low:+.3f} to {info.edit_similarity_high:+.3f})",
    )
    console = out()
    console.print(table)
    early = ", ended early" if info.interrupted else ""
    console.print(
        f"{info.steps} steps, {info.tokens:,} tokens of {info.files} files in {info.seconds:.0f} s{early}; "
        f"{info.held_out_files} files held out. The interval is a 95 % one.",
        style="dim",
    )
    if active:
        console.print("It is switched on. `inglenook adapters off` switches it off.")
    else:
        console.print(f"Switch it on with `inglenook adapters use {info.name}`.")
