"""From settings to a loaded model: the only place that chooses an engine. Knows nothing of prompts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.errors import NoRoom
from inglenook_indexer.system.memory_limit import check_room

from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import Generator, OnStep

if TYPE_CHECKING:
    from inglenook_server.generation.process.watchdog import Bounds
    from inglenook_server.settings import GenerationSettings


def load_generator(
    settings: GenerationSettings, *, adapter: Path | None = None, on_step: OnStep | None = None
) -> Generator:
    """Load the generator that `settings` name, with the adapter in the folder `adapter` if one is given.

    `on_step` is called after each step of an engine on this machine.

    Blocks for seconds; imports the engine. Raises ModelError when the weights are missing or damaged, GenerationError
    when the engine can't start, AdapterError when the adapter belongs to another model.
    """
    if settings.engine == "echo":
        from inglenook_server.generation.echo_engine import EchoGenerator

        return EchoGenerator(on_step=on_step)
    if settings.engine == "openai":
        return _connect(settings)
    try:
        check_room()
    except NoRoom as error:
        raise GenerationError(error.message, error.mend) from None
    engine, name, folder = _local(settings)
    if engine == "transformers":
        from inglenook_server.generation.torch_engine import TorchGenerator

        return TorchGenerator(folder, name, adapter, threads=settings.threads, on_step=on_step)
    from inglenook_server.generation.openvino.engine import OpenVinoGenerator

    return OpenVinoGenerator(name, folder, adapter=adapter, threads=settings.threads, on_step=on_step)


def load_in_process(
    settings: GenerationSettings, *, adapter: Path | None = None, bounds: Bounds | None = None
) -> Generator:
    """The same, and what runs native code on this machine runs it in a process of its own: see `process`.

    `bounds` say how long that may be silent; by default its weights decide.
    """
    if settings.engine in ("echo", "openai"):
        return load_generator(settings, adapter=adapter)
    from inglenook_server.generation.process import engine

    _, name, folder = _local(settings)
    return engine.start(settings, folder, name, adapter, bounds)


def _local(settings: GenerationSettings) -> tuple[str, str, Path]:
    """(engine, the model's name, the folder with what it loads). Raises ModelError."""
    from inglenook_server.models import checkpoint, model_for, ready

    name = model_for(settings.profile, settings.model)
    found = _checkpoint(name)
    if settings.engine == "transformers" or found:
        return "transformers", name, found or checkpoint(name)
    model = ready(name)
    return "openvino", model.name, model.openvino


def _checkpoint(name: str) -> Path | None:
    """The folder that `name` is the whole path of, if it has the form of Hugging Face: PyTorch loads it as it lies."""
    from inglenook_server.models import whole_path

    folder = whole_path(name)
    if folder is None or not (folder / "config.json").is_file() or (folder / "openvino_model.xml").is_file():
        return None
    return folder


def _connect(settings: GenerationSettings) -> Generator:
    from inglenook_server.generation.remote.engine import RemoteGenerator
    from inglenook_server.generation.remote.http import HttpClient
    from inglenook_server.generation.remote.keys import key_for
    from inglenook_server.settings import settings_file

    if not settings.endpoint.startswith(("http://", "https://")):
        raise GenerationError(
            "The engine openai needs to be told where the server is.",
            f'set endpoint = "http://127.0.0.1:8080/v1" under [generation] in {settings_file()}',
        )
    line = HttpClient(settings.endpoint, key_for(settings.endpoint), settings=str(settings_file()))
    return RemoteGenerator(line, settings.model)
