"""What one session's completions remember from request to request.

The suggestions and the syntax may be asked for by any thread, the rest by one thread at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inglenook_server.completion.budget import TokenCounter
from inglenook_server.completion.cache import SuggestionCache
from inglenook_server.completion.explanations import Explanations
from inglenook_server.completion.race import Race
from inglenook_server.completion.snippets import SnippetMemory
from inglenook_server.completion.starts import StartMemory
from inglenook_server.completion.suffixes import SuffixMemory
from inglenook_server.completion.syntax import Syntax
from inglenook_server.generation.base import Generator

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

    from inglenook_server.completion.context import Context

PATIENCE = 200.0
"""Times the usual budgets: seconds, in which an index that was never opened is read."""


@dataclass
class Memory:
    """Caches of a session; a fresh one is right too, only slower."""

    suggestions: SuggestionCache = field(default_factory=SuggestionCache)
    explanations: Explanations = field(default_factory=Explanations)
    snippets: SnippetMemory[Context] = field(default_factory=SnippetMemory)
    suffixes: SuffixMemory = field(default_factory=SuffixMemory)
    starts: StartMemory = field(default_factory=StartMemory)
    syntax: Syntax = field(default_factory=Syntax)
    race: Race[tuple[Hit, ...]] = field(default_factory=Race)
    _counter: TokenCounter | None = None
    _counted_with: str = ""

    @classmethod
    def patient(cls) -> Memory:
        """For one completion alone: its context may take its time."""
        return cls(race=Race(PATIENCE))

    def counter(self, generator: Generator) -> TokenCounter:
        """The token counter of a model, kept as long as the model is the same."""
        if self._counter is None or self._counted_with != generator.name:
            self._counter, self._counted_with = TokenCounter(generator.count), generator.name
        return self._counter

    def context_changed(self) -> None:
        """The index has changed: look snippets up again, and ask again where nothing is being typed through."""
        self.snippets.clear()
        self.race.forget()
        self.suggestions.context_changed()

    def close(self) -> None:
        """Let go of the threads."""
        self.race.close()
