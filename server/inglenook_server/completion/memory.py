"""What one session's completions remember from request to request.

The suggestions and the syntax may be asked for by any thread, the rest by one thread at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inglenook_server.completion.cache import SuggestionCache
from inglenook_server.completion.context.gather import Context
from inglenook_server.completion.context.recent_snippets import SnippetMemory
from inglenook_server.completion.context.source_runner import SourceRunner
from inglenook_server.completion.explanations import Explanations
from inglenook_server.completion.prompting.prompt_memory import PromptMemory
from inglenook_server.completion.syntax.blocks import Syntax

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

PATIENCE = 200.0
"""Times the usual budgets: seconds, in which an index that was never opened is read."""


@dataclass
class Memory:
    """Caches of a session; a fresh one is right too, only slower."""

    suggestions: SuggestionCache = field(default_factory=SuggestionCache)
    explanations: Explanations = field(default_factory=Explanations)
    snippets: SnippetMemory[Context] = field(default_factory=SnippetMemory)
    prompts: PromptMemory = field(default_factory=PromptMemory)
    syntax: Syntax = field(default_factory=Syntax)
    runner: SourceRunner[tuple[Hit, ...]] = field(default_factory=SourceRunner)

    @classmethod
    def patient(cls) -> Memory:
        """For one completion alone: its context may take its time."""
        return cls(runner=SourceRunner(PATIENCE))

    def context_changed(self) -> None:
        """The index has changed: look snippets up again, and ask again where nothing is being typed through."""
        self.snippets.clear()
        self.runner.forget()
        self.suggestions.context_changed()

    def close(self) -> None:
        """End the threads."""
        self.runner.close()
