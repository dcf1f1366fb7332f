"""The generators that benchmarks measure: those of the default ones that are on this machine. Knows no benchmark."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Protocol

from inglenook_server.errors import ModelError
from inglenook_server.generation.base import Infill, Prompt
from inglenook_server.models import InstalledModel, installed

MODELS = ("smollm2-135m", "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b")


def here() -> Iterator[InstalledModel]:
    """Each of `MODELS` that is installed; the others are said to be missing."""
    for name in MODELS:
        try:
            yield installed(name)
        except ModelError as error:
            sys.stderr.write(f"missing: {name} ({error.mend})\n")


class Renders(Protocol):
    """What shows a prompt as the model sees it: a generator, a prompter."""

    def render(self, prompt: Prompt) -> str:
        """The text."""
        ...


def fills_in(model: Renders) -> bool:
    """Whether the vocabulary has fill-in-the-middle tokens, which others use even where we do not."""
    return "behind" in model.render(Infill("", "behind"))
