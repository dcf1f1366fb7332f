"""From a repository to a saved adapter: read, hold out, judge, train, judge again, store. Knows no terminal.

Nothing is stored unless the validation files say that the adapter is better than none.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inglenook_indexer.files import git_head

from inglenook_server.adapters import registry
from inglenook_server.adapters.registry import AdapterInfo
from inglenook_server.errors import AdapterError
from inglenook_server.generation.load import load_generator
from inglenook_server.settings import GenerationSettings
from inglenook_server.training import evaluate, lora, samples
from inglenook_server.training.data import Split, documents, split
from inglenook_server.training.lora import OnProgress, TrainOptions, TrainProgress

if TYPE_CHECKING:
    from inglenook_server.generation.base import Cancelled, Generator
    from inglenook_server.generation.torch_engine import TorchGenerator

SIMILARITY_SECONDS = 60.0
"""For the edit similarity before training; afterwards the same positions are judged, however long they take."""
TORCH_EXTRA = "pip install 'inglenook[torch]'"


def adapt(
    root: Path,
    *,
    model: str,
    name: str = "",
    options: TrainOptions | None = None,
    progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> AdapterInfo:
    """Train an adapter of `model` on the workspace at `root` and store it; it is not switched on.

    `cancelled` ends the training early; what was best until then is judged and stored. Raises WorkspaceError,
    ModelError, and AdapterError: torch is not installed, too little code, nothing learned or nothing to keep.
    """
    options = options or TrainOptions()
    progress = progress or (lambda _: None)
    cancelled = cancelled or (lambda: False)
    if name:
        registry.check_name(name)
    require_torch()
    parts = split(documents(root), options.seed)
    progress(TrainProgress("loading"))
    generator = _load(model, options)
    try:
        return _adapt(root, generator, parts, name, options, progress, cancelled)
    finally:
        generator.close()


def require_torch() -> None:
    """Raise AdapterError unless everything that training needs is installed."""
    from importlib.util import find_spec

    missing = [package for package in ("torch", "transformers", "peft") if find_spec(package) is None]
    if missing:
        raise AdapterError(f"Training an adapter needs {' and '.join(missing)}, which is not installed.", TORCH_EXTRA)


@contextmanager
def _served(trained: TorchGenerator, options: TrainOptions, adapter: Path | None = None) -> Iterator[Generator]:
    """The engine that will serve the adapter: what it completes is what the user gets, and several times sooner.

    On a GPU that is the engine that trains.
    """
    if trained.model.device.type != "cpu":
        yield trained
        return
    settings = GenerationSettings(model=trained.name, threads=options.threads)
    with closing(load_generator(settings, adapter=adapter)) as generator:
        yield generator


def _load(model: str, options: TrainOptions) -> TorchGenerator:
    from inglenook_server.generation.torch_engine import TorchGenerator
    from inglenook_server.models import checkpoint

    return TorchGenerator(checkpoint(model), model, threads=options.threads)


def _adapt(
    root: Path,
    generator: TorchGenerator,
    parts: Split,
    name: str,
    options: TrainOptions,
    progress: OnProgress,
    cancelled: Cancelled,
) -> AdapterInfo:
    codec = samples.Codec(generator.tokenizer)
    held_out = samples.make_rows(parts.held_out, codec, options.seed, options.row_tokens)[: options.held_out_rows]
    validation = samples.make_rows(parts.validation, codec, options.seed, options.row_tokens)[: options.validation_rows]
    positions = evaluate.choose_positions(parts.held_out, options.positions, options.seed)
    if not (held_out and validation and positions):
        raise AdapterError("The files held out have no code to judge by.", "Choose a larger folder.")

    def judging(stage: str) -> Any:
        progress(TrainProgress(stage, 0, len(positions)))
        return lambda done: progress(TrainProgress(stage, done, len(positions)))

    on_done = judging("judging before")
    losses_before = evaluate.row_losses(generator.model, held_out, cancelled)
    with _served(generator, options) as server:
        lines_before = evaluate.line_similarities(
            server, positions, seconds=SIMILARITY_SECONDS, cancelled=cancelled, on_done=on_done
        )
    if cancelled():
        raise AdapterError("Interrupted before training began; nothing was saved.")
    positions = positions[: len(lines_before)]

    model = lora.wrap(generator.model, options)
    generator.forget()
    rows = samples.endless_rows(parts.train, codec, options.seed + 1, options.row_tokens)
    fit = lora.fit(model, rows, validation, options, progress, cancelled)
    if not fit.best_step:
        raise AdapterError(
            "Interrupted before the adapter was better than none; nothing was saved."
            if fit.interrupted
            else f"{fit.steps} steps of training made nothing better; nothing was saved.",
            "Let it train longer: `inglenook adapt --minutes 15`.",
        )

    generator.forget()
    on_done = judging("judging after")
    losses_after = evaluate.row_losses(generator.model, held_out)
    with tempfile.TemporaryDirectory() as weights:
        lora.save(model, Path(weights), generator.name)
        with _served(generator, options, Path(weights)) as server:
            lines_after = evaluate.line_similarities(server, positions, on_done=on_done)
    low, high = evaluate.paired_bootstrap(lines_before, lines_after, options.seed)
    commit = git_head.commit(root)
    name = name or default_name(generator.name, commit)
    info = AdapterInfo(
        name=name,
        folder=registry.adapters_root(root) / name,
        model=generator.name,
        weights_hash=_weights_hash(generator.name),
        commit=commit,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        rank=options.rank,
        seed=options.seed,
        files=len(parts.train),
        held_out_files=len(parts.held_out),
        tokens=fit.tokens,
        steps=fit.steps,
        seconds=round(fit.seconds, 1),
        interrupted=fit.interrupted,
        held_out_loss_before=evaluate.mean_loss(losses_before),
        held_out_loss_after=evaluate.mean_loss(losses_after),
        edit_similarity_before=sum(lines_before) / len(lines_before),
        edit_similarity_after=sum(lines_after) / len(lines_after),
        edit_similarity_low=low,
        edit_similarity_high=high,
        positions=len(positions),
    )
    return registry.save(root, info, lambda folder: lora.save(model, folder, generator.name))


def default_name(model: str, commit: str) -> str:
    """A name that tells the model and the commit, or the day where there is no git."""
    what = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(model).stem if "/" in model else model).strip("-.")[:40]
    return f"{what or 'adapter'}-{commit[:8] or datetime.now(UTC).strftime('%Y%m%d')}"


def _weights_hash(model: str) -> str:
    """The recorded sha256 of the model's published weights; empty for a user's own folder."""
    from inglenook_server.models import installed, read_manifest

    manifest = read_manifest(installed(model).folder) or {"files": {}}
    return next((file["sha256"] for path, file in manifest["files"].items() if path.endswith(".gguf")), "")
