"""From settings to a loaded model: the only place that chooses an engine. Knows nothing of prompts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_server.generation.base import Generator

if TYPE_CHECKING:
    from inglenook_server.settings import GenerationSettings


def load_generator(settings: GenerationSettings, *, adapter: Path | None = None) -> Generator:
    """Load the generator that `settings` name, with the adapter in the folder `adapter` if one is given.

    Blocks for seconds; imports the engine. Raises ModelError when the weights are missing or damaged, GenerationError
    when the engine can't start, AdapterError when the adapter belongs to another model.
    """
    if settings.engine == "echo":
        from inglenook_server.generation.echo_engine import EchoGenerator

        return EchoGenerator()
    from inglenook_server.models import checkpoint, installed, model_for

    name = model_for(settings.profile, settings.model)
    if settings.engine == "transformers":
        from inglenook_server.generation.torch_engine import TorchGenerator

        return TorchGenerator(checkpoint(name), name, adapter, threads=settings.threads)
    from inglenook_server.generation.openvino_engine import OpenVinoGenerator

    model = installed(name)
    return OpenVinoGenerator(model.name, model.openvino, adapter=adapter, threads=settings.threads)
