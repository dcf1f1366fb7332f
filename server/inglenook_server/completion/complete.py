"""One completion from a cursor: context, prompt, generation, clean-up. Knows nothing of LSP, threads or token ids."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_indexer.secrets.redact import is_secret_path, mask_path, mask_secrets
from inglenook_indexer.text.languages import language_of

from inglenook_server.completion.cache import CachedSuggestion
from inglenook_server.completion.context.gather import Context, gather
from inglenook_server.completion.context.sources.place import Place, Surroundings
from inglenook_server.completion.explanations import Explanation
from inglenook_server.completion.memory import Memory
from inglenook_server.completion.prompting import confidence
from inglenook_server.completion.prompting.attempts import Answer, AttemptRunner
from inglenook_server.completion.syntax.cursor import Cursor, bounded
from inglenook_server.completion.syntax.trigger import Shape, decide, gate
from inglenook_server.errors import RequestError
from inglenook_server.generation.base import Generator, OnText, StopReason
from inglenook_server.settings import CompletionSettings

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

MASK_REACH = 65_536
"""Characters on each side of the cursor that are searched for secrets and can stand in a prompt."""
MASK_STEP = 8_192
"""The reach's far end moves in steps, for the sake of the engine's cached prefix."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Text to insert at the cursor; empty when nothing should be suggested."""

    text: str
    stop_reason: StopReason
    explanation: Explanation
    id: str = ""
    """What events about it are told by; empty where there is nothing to tell about."""
    confidence: float = 1.0
    retrieval: bool = False
    """Whether other files stood in its prompt."""


def complete(
    *,
    path: str,
    text: str,
    offset: int,
    index: Searches | None,
    generator: Generator,
    settings: CompletionSettings,
    cancelled: Callable[[], bool] | None = None,
    memory: Memory | None = None,
    surroundings: Surroundings | None = None,
    on_text: OnText | None = None,
) -> Completion:
    """Complete `text` at `offset` (a Python str index); `path` is relative to the workspace.

    Pass the same `memory` for all requests of a session: suggestions that are typed are then answered without the
    model. `on_text` hears the raw text as it comes. Raises RequestError for a secret file or a cursor outside the
    text, GenerationError from the engine.
    """
    clock = _Clock()
    refuse_secret(path)
    check_offset(path, text, offset)
    memory = memory if memory is not None else Memory.patient()
    cursor = Cursor(text[:offset], text[offset:])
    if reason := gate(cursor):
        return _nothing(reason, clock)
    key = cache_key(path, generator, settings)
    if (known := memory.suggestions.get(key, cursor.prefix, cursor.suffix)) is not None:
        return _typed_through(known, clock)
    version = memory.suggestions.version
    whole, cursor, shown = cursor, bounded(cursor), bounded(masked(cursor))
    language = language_of(path, text[:200].partition("\n")[0])
    decision = decide(cursor, multi_line=settings.multi_line, language=language, syntax=memory.syntax)
    clock.lap("shape")
    asker = AttemptRunner(
        cursor,
        shown,
        path,
        language,
        decision.shape,
        generator,
        settings,
        memory.prompts,
        memory.syntax,
        cancelled if cancelled is not None else lambda: False,
    )
    around = 0.0

    def look_around() -> Context:
        nonlocal around
        started = time.perf_counter()
        place = Place(cursor, path, language, index, surroundings or Surroundings())
        found = gather(place, settings, memory.runner, memory.snippets)
        around = (time.perf_counter() - started) * 1000
        return found

    answer = asker.best(look_around, on_text)
    best, context = answer.attempt, answer.context
    clock.lap("generate", context=around, prompt=best.prompt_ms)
    if best.cancelled:
        return _nothing("cancelled", clock, "cancelled")
    suggestion, generation = best.text, best.generation
    likely = confidence.estimate(generation.log_probability, suggestion, cursor, context.hits)
    made = CachedSuggestion(suggestion, uuid.uuid4().hex if suggestion else "", bool(best.prompt.snippets), likely)
    memory.suggestions.put(key, whole.prefix, whole.suffix, made, version)
    clock.lap("filter")
    explanation = _explain(answer, generator, clock, decision.shape, made)
    memory.explanations.put(made.id, explanation)
    ended: StopReason = "stop" if best.finished else generation.stop_reason
    return Completion(suggestion, ended, explanation, made.id, likely, made.retrieval)


def recall(
    *, path: str, text: str, offset: int, generator: Generator, settings: CompletionSettings, memory: Memory
) -> Completion | None:
    """What `complete` would answer without the model: nothing to suggest here, or a suggestion being typed.

    None where it would ask the model. Fast enough for an event loop; raises what `complete` raises.
    """
    clock = _Clock()
    refuse_secret(path)
    check_offset(path, text, offset)
    cursor = Cursor(text[:offset], text[offset:])
    if reason := gate(cursor):
        return _nothing(reason, clock)
    known = memory.suggestions.get(cache_key(path, generator, settings), cursor.prefix, cursor.suffix)
    return None if known is None else _typed_through(known, clock)


def check_offset(path: str, text: str, offset: int) -> None:
    """Raise RequestError for a cursor outside the text."""
    if not 0 <= offset <= len(text):
        raise RequestError(f"The cursor is at {offset}, but {path or 'the text'} has {len(text)} characters.")


def refuse_secret(path: str) -> None:
    """Raise RequestError, saying why, for a file whose content must reach no prompt."""
    reason = is_secret_path(path) if path else None
    if reason:
        raise RequestError(f"{mask_path(path)} gets no completion: {reason}.")


def masked(cursor: Cursor) -> Cursor:
    """The cursor with secrets overwritten at equal length, as the index has them; what is out of reach is left out."""
    start = max(0, len(cursor.prefix) - MASK_REACH) // MASK_STEP * MASK_STEP
    before = cursor.prefix[start:]
    text, _ = mask_secrets(before + cursor.suffix[:MASK_REACH])
    return Cursor(text[: len(before)], text[len(before) :])


def cache_key(path: str, generator: Generator, settings: CompletionSettings) -> tuple[str, ...]:
    """What a suggestion depends on besides the text and the context."""
    return (path, generator.name, generator.adapter, str(settings))


def _typed_through(made: CachedSuggestion, clock: _Clock) -> Completion:
    explanation = Explanation(timings_ms=clock.total(), reason="typed through", confidence=made.confidence)
    return Completion(made.text, "stop", explanation, made.id, made.confidence, made.retrieval)


def _nothing(reason: str, clock: _Clock, stop_reason: StopReason = "stop") -> Completion:
    return Completion("", stop_reason, Explanation(timings_ms=clock.total(), reason=reason))


def _explain(answer: Answer, generator: Generator, clock: _Clock, shape: Shape, made: CachedSuggestion) -> Explanation:
    best, context = answer.attempt, answer.context
    sources = {f"context.{name}": ms for name, ms in context.timings_ms.items() if name not in context.late}
    return Explanation(
        prompt=generator.render(best.prompt),
        hits=context.hits[: len(best.prompt.snippets)],
        timings_ms={**clock.total(), **sources},
        usage=best.generation.usage,
        reason="" if made.text else f"the model had no {shape} to add here",
        gate=answer.gate,
        confidence=made.confidence,
        log_probability=best.generation.log_probability,
        text=made.text,
        late=context.late,
    )


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._begin = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str, **parts: float) -> None:
        """The stage ends now; the `parts` of it are stages of their own."""
        now = time.perf_counter()
        self._laps |= {name: round(ms, 2) for name, ms in parts.items()}
        self._laps[stage] = round((now - self._last) * 1000 - sum(parts.values()), 2)
        self._last = now

    def total(self) -> dict[str, float]:
        return {**self._laps, "total": round((time.perf_counter() - self._begin) * 1000, 2)}
