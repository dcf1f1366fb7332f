"""What every command that generates does first: read the settings, load the model with the workspace's adapter."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_server.cli.console import err, waiting

if TYPE_CHECKING:
    from inglenook_server.generation.base import Generator
    from inglenook_server.settings import GenerationSettings, Settings


def user_settings(profile: str = "") -> Settings:
    """The user's settings, `profile` over them; what is wrong in the file is said on stderr."""
    from inglenook_server.settings import load

    settings, diagnostics = load({"generation": {"profile": profile, "model": ""}} if profile else None)
    for diagnostic in diagnostics:
        err().print(diagnostic, style="yellow")
    return settings


def load_model(root: Path, *, profile: str = "", quiet: bool = False) -> tuple[Settings, Generator]:
    """Load the generator the settings name, with the adapter that is switched on for `root`.

    Raises ModelError or GenerationError.
    """
    settings = user_settings(profile)
    return settings, load_wanted(root, settings.generation, quiet=quiet)


def load_wanted(root: Path, wanted: GenerationSettings, *, quiet: bool = False) -> Generator:
    """The same for settings that were read before."""
    from inglenook_server.adapters.registry import active_for
    from inglenook_server.generation.load import load_generator
    from inglenook_server.models import model_for

    served = wanted.engine not in ("echo", "openai")
    adapter, notice = active_for(root, model_for(wanted.profile, wanted.model)) if served else (None, "")
    console = err()
    if notice:
        console.print(notice, style="yellow")
    with nullcontext() if quiet else waiting(console, "Loading the model …"):
        return load_generator(wanted, adapter=adapter.folder if adapter else None)
