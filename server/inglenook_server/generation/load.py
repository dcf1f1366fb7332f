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
    if settings.engine == "openai":
        return _connect(settings)
    engine, name, folder = _local(settings)
    if engine == "transformers":
        from inglenook_server.generation.torch_engine import TorchGenerator

        return TorchGenerator(folder, name, adapter, threads=settings.threads)
    from inglenook_server.generation.openvino_engine import OpenVinoGenerator

    return OpenVinoGenerator(name, folder, adapter=adapter, threads=settings.threads)


def load_apart(settings: GenerationSettings, *, adapter: Path | None = None) -> Generator:
    """The same, and what runs native code on this machine runs it in a process of its own: see `apart`."""
    if settings.engine in ("echo", "openai"):
        return load_generator(settings, adapter=adapter)
    from inglenook_server.generation import apart

    _, name, folder = _local(settings)
    return apart.start(settings, folder, name, adapter)


def _local(settings: GenerationSettings) -> tuple[str, str, Path]:
    """(engine, the model's name, the folder with what it loads). Raises ModelError."""
    from inglenook_server.models import checkpoint, installed, model_for

    name = model_for(settings.profile, settings.model)
    found = _checkpoint(name)
    if settings.engine == "transformers" or found:
        return "transformers", name, found or checkpoint(name)
    model = installed(name)
    return "openvino", model.name, model.openvino


def _checkpoint(name: str) -> Path | None:
    """The folder that `name` is the whole path of, if it has the form of Hugging Face: PyTorch loads it as it lies."""
    from inglenook_server.models import whole_path

    folder = whole_path(name)
    if folder is None or not (folder / "config.json").is_file() or (folder / "openvino_model.xml").is_file():
        return None
    return folder


def _connect(settings: GenerationSettings) -> Generator:
    from inglenook_server.errors import GenerationError
    from inglenook_server.generation.keys import key_for
    from inglenook_server.generation.remote_engine import RemoteGenerator
    from inglenook_server.generation.remote_wire import Line
    from inglenook_server.settings import settings_file

    if not settings.endpoint.startswith(("http://", "https://")):
        raise GenerationError(
            "The engine openai needs to be told where the server is.",
            f'set endpoint = "http://127.0.0.1:8080/v1" under [generation] in {settings_file()}',
        )
    line = Line(settings.endpoint, key_for(settings.endpoint), settings=str(settings_file()))
    return RemoteGenerator(line, settings.model)
