"""What a session's prompts remember of the ones before, so that their beginnings and ends stay the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from inglenook_server.completion.prompting.stable_suffix import SuffixMemory
from inglenook_server.completion.prompting.window_start import WindowStarts
from inglenook_server.generation.base import Generator
from inglenook_server.generation.prompts.token_budget import TokenCounter


@dataclass
class PromptMemory:
    """By file: the suffix and the window's start. By model: how many tokens a text has. One thread at a time."""

    suffixes: SuffixMemory = field(default_factory=SuffixMemory)
    starts: WindowStarts = field(default_factory=WindowStarts)
    _counter: TokenCounter | None = None
    _counted_with: str = ""

    def counter(self, generator: Generator) -> TokenCounter:
        """The token counter of a model, kept as long as the model is the same."""
        if self._counter is None or self._counted_with != generator.name:
            self._counter, self._counted_with = TokenCounter(generator.count), generator.name
        return self._counter
