"""What one session's completions remember from request to request.

The suggestions may be asked for by any thread, the rest by one thread at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from inglenook_server.completion.budget import TokenCounter
from inglenook_server.completion.cache import SuggestionCache
from inglenook_server.completion.context import SnippetMemory
from inglenook_server.generation.base import Generator


@dataclass
class Memory:
    """Caches of a session; a fresh one is right too, only slower."""

    suggestions: SuggestionCache = field(default_factory=SuggestionCache)
    snippets: SnippetMemory = field(default_factory=SnippetMemory)
    _counter: TokenCounter | None = None
    _counted_with: str = ""

    def counter(self, generator: Generator) -> TokenCounter:
        """The token counter of a model, kept as long as the model is the same."""
        if self._counter is None or self._counted_with != generator.name:
            self._counter, self._counted_with = TokenCounter(generator.count), generator.name
        return self._counter
