"""A generator's weights as PyTorch wants them, made from the published file on first need. Trains nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from inglenook_indexer.system import permissions
from inglenook_indexer.types import Progress

from inglenook_server.errors import ModelError
from inglenook_server.models.registry import find
from inglenook_server.models.store import CHECKPOINT, examine, installed
from inglenook_server.weights import file_record

TORCH_EXTRA = "pip install 'inglenook[torch]'"


def checkpoint(name: str, *, progress: Callable[[Progress], None] | None = None) -> Path:
    """A folder with config.json, model.safetensors (bfloat16) and the tokenizer, for transformers and peft.

    Made once, and again where a file of it is not what it was then, from the published weights and not from what the
    engine's conversion rounded, with the house adapter if the model has one: 10 s for 135 million parameters, a minute
    for half a billion. Raises UnknownModel, ModelMissing, ModelDamaged; ModelError when the torch extra is not
    installed or the model has no GGUF file.
    """
    model = installed(name)
    folder = model.folder / CHECKPOINT
    if _whole(folder):
        return folder
    model = examine(name)
    adapter = find(name).adapter
    if model.gguf is None:
        raise ModelError(f"{name} has no GGUF file to make a PyTorch checkpoint from.", "inglenook models list")
    try:
        import torch
        from transformers import AutoModelForCausalLM, GgufConfig
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError("PyTorch and transformers are needed for this and are not installed.", TORCH_EXTRA) from error
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if progress:
        progress(Progress("Preparing the checkpoint", 0, 0))
    work = model.folder / f".{CHECKPOINT}-{os.getpid()}"
    old = work.with_suffix(".old")
    shutil.rmtree(work, ignore_errors=True)
    try:
        weights = AutoModelForCausalLM.from_pretrained(
            model.folder,
            gguf_file=model.gguf.name,
            dtype=torch.bfloat16,
            quantization_config=GgufConfig(dequantize=True),
        )
        if adapter is not None:
            from peft import PeftModel

            weights = PeftModel.from_pretrained(weights, str(adapter)).merge_and_unload()
        weights.save_pretrained(work)
        shutil.copyfile(model.tokenizer, work / "tokenizer.json")
        settings = json.loads((model.openvino / "tokenizer_config.json").read_text(encoding="utf-8"))
        settings["tokenizer_class"] = "PreTrainedTokenizerFast"
        (work / "tokenizer_config.json").write_text(json.dumps(settings, indent=2), encoding="utf-8")
        file_record.write(work, sorted(file.name for file in work.iterdir()))
        permissions.share(work)
        if folder.exists():
            os.replace(folder, old)
        try:
            os.replace(work, folder)
        except OSError:
            if not _whole(folder):  # else another process was faster, and its work is as good
                raise
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"The checkpoint of {name} could not be made: {error}", f"inglenook models pull {name}"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _whole(folder: Path) -> bool:
    """Whether the checkpoint is there and is what was made."""
    recorded = file_record.read(folder) or {}
    return bool(recorded) and not file_record.altered(folder, recorded)
