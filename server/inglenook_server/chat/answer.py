"""A question about the workspace, answered: what the index knows is said from it, a model adds words to the rest.

Knows nothing of LSP, threads or token ids.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from inglenook_indexer.errors import IndexerError

from inglenook_server.chat.commands.look_ups import listed, what_led
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.prepare import Prepared, prepare
from inglenook_server.chat.request import ChatRequest, OnEvent, PlacesFound, Reading, TextPiece
from inglenook_server.generation.base import Cancelled, Generator, Options, StopReason, Usage
from inglenook_server.settings import ChatSettings

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

    from inglenook_server.chat.commands.changes import ReviewTask
    from inglenook_server.chat.commands.outcome import Outcome
    from inglenook_server.chat.commands.task import Task
    from inglenook_server.chat.edits.edit import Edit
    from inglenook_server.chat.places import Place
    from inglenook_server.chat.shown import Shown
    from inglenook_server.workspace.workspace import Searches

LOOPED = "The model began to repeat itself, so its answer was cut there."
NOTHING_FOUND = "Nothing was found in the workspace for this question."
NO_WORKSPACE = "No indexed folder is open, so this answer knows nothing of your code."
NONE_USED = "The answer names no code of the workspace."
NOTHING_USABLE = "The model said nothing that can be shown."
NOTHING_SAID = "The model said nothing of this code that holds."
NOTHING_LEFT = "The model said nothing of this that holds. These are the places that the index found:"

_NAME = re.compile(r"[\w$]*[^\W\d][\w$]*")

Lease = Callable[[], AbstractContextManager[Generator]]
"""Gives a generator for as long as the context lasts, loaded if need be. Raises ModelError, GenerationError."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A span of the workspace that an answer rests on. Lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished (or cancelled) answer in Markdown."""

    text: str
    references: tuple[Reference, ...]
    """What it rests on, and nothing else."""
    origin: Literal["index", "model"] = "model"
    """Whether every sentence was read from the index, or a model was asked."""
    places: tuple[Place, ...] = ()
    """Where the answer would be found, as they were told before it."""
    stop_reason: StopReason = "stop"
    usage: Usage = field(default_factory=Usage)
    timings_ms: dict[str, float] | None = None
    """Milliseconds by stage: "retrieve", "generate", "total"."""
    prompt: str = ""
    """The exact text the model saw, its template included; empty where none was asked."""
    written: str = ""
    """The exact text the model wrote, before any of it was mended or left out."""
    hits: tuple[Hit, ...] = ()
    """The chunks whose places are in the prompt, best first."""
    note: str = ""
    """What is to be said about the answer in a sentence or two, apart from its text; mostly empty."""
    struck: int = 0
    """Sentences of the model that were left out, because what they say is not so."""
    model: str = ""
    """Who was asked; empty where nobody was."""
    adapter: str = ""
    edit: Edit | None = None
    """A change that is proposed; nothing is changed."""


def answer(
    request: ChatRequest,
    *,
    index: Searches | None,
    lease: Lease,
    settings: ChatSettings,
    on_event: OnEvent = lambda _: None,
    cancelled: Cancelled | None = None,
) -> Answer:
    """Answer a question from what `index` knows and finds; without an index, from the model alone.

    The model is leased only where the index can't answer by itself. Raises what the lease and the engine raise, and
    StorageError.
    """
    started = time.perf_counter()
    prepared = prepare(request, index)
    retrieve_ms = (time.perf_counter() - started) * 1000
    announce(prepared, on_event)
    if prepared.known is not None:
        return from_index(prepared.known, retrieve_ms)
    if prepared.review is not None:
        return reviewed(prepared.review, retrieve_ms, on_event, cancelled)
    with lease() as generator:
        return with_model(prepared, retrieve_ms, index, generator, settings, on_event, cancelled)


def announce(prepared: Prepared, on_event: OnEvent) -> None:
    """Tell at once what needs no model: the whole answer, or the places."""
    if prepared.known is not None:
        on_event(TextPiece(prepared.known.text))
    elif prepared.places:
        on_event(PlacesFound(prepared.places))


def from_index(known: KnownAnswer, retrieve_ms: float) -> Answer:
    """The answer that the index gave."""
    return Answer(
        text=known.text,
        references=tuple(Reference(one.path, one.start_line, one.end_line) for one in known.spans),
        origin="index",
        timings_ms={"retrieve": round(retrieve_ms, 2), "total": round(retrieve_ms, 2)},
    )


def reviewed(
    review: ReviewTask, retrieve_ms: float, on_event: OnEvent = lambda _: None, cancelled: Cancelled | None = None
) -> Answer:
    """The answer of a review; an empty one where it was stopped. Takes seconds. Raises StorageError."""
    from inglenook_server.review.linters import Stopped

    begin = time.perf_counter()
    try:
        known = review.answer(cancelled or (lambda: False))
    except Stopped:
        return Answer("", (), "index", stop_reason="cancelled")
    on_event(TextPiece(known.text))
    return from_index(known, retrieve_ms + (time.perf_counter() - begin) * 1000)


def with_model(
    prepared: Prepared,
    retrieve_ms: float,
    index: Searches | None,
    generator: Generator,
    settings: ChatSettings,
    on_event: OnEvent = lambda _: None,
    cancelled: Cancelled | None = None,
) -> Answer:
    """The model's answer from the places, each sentence held to the index. Raises GenerationError."""
    # Here, because a terminal waits for them, and what the index answers needs none of them.
    from inglenook_server.chat.commands.changes import CommitTask
    from inglenook_server.chat.shown import shown_to
    from inglenook_server.chat.writer import Writer
    from inglenook_server.generation.prompts.token_budget import TokenCounter

    begin = time.perf_counter()
    counter = TokenCounter(generator.count)
    shown = shown_to(prepared, index, generator, settings, counter)
    prompt = generator.render(shown.chat)
    on_event(Reading(generator.count(prompt)))
    writer = Writer(on_event if shown.streams else lambda _: None, prepared.request.question)
    checker = shown.checker

    def stopped() -> bool:
        return writer.looped or checker.looping or (cancelled is not None and cancelled())

    generation = generator.generate(
        shown.chat, Options(max_tokens=shown.max_tokens), lambda piece: writer.write(checker.feed(piece)), stopped
    )
    looped = writer.looped or checker.looping
    stop_reason: StopReason = "stop" if looped else generation.stop_reason
    if stop_reason != "cancelled":
        writer.write(checker.finish(cut=looped or stop_reason == "length"))
        writer.finish()
    text = writer.text if shown.streams else ""
    used = tuple(Reference(one.path, one.start_line, one.end_line) for one in checker.used)
    notes = [LOOPED] if looped else []
    edit: Edit | None = None
    origin: Literal["index", "model"] = "model"
    if stop_reason != "cancelled":
        if isinstance(prepared.task, CommitTask):
            text = prepared.task.answer(generation.text)
            on_event(TextPiece(text))
        elif prepared.task is not None:
            if checker.empty:
                text = NOTHING_SAID
                on_event(TextPiece(text))
            came_to = _outcome(prepared.task, writer.said, index, cut=looped or stop_reason == "length")
            edit, used = came_to.edit, used or _as_references(prepared.places or ())
            notes += [came_to.note] if came_to.note else []
        elif checker.empty and prepared.places:
            text, used, origin = listed(NOTHING_LEFT, prepared.places).text, _as_references(prepared.places), "index"
            on_event(TextPiece(text))
        elif not text.strip():
            text = NOTHING_USABLE
            on_event(TextPiece(text))
        if prepared.task is None:
            used = used or _named(text, prepared.places or ())
            notes += _ground(prepared.places, shown, used=bool(used))
            notes += what_led(prepared.places or ())
        notes += shown.along.problems
    end = time.perf_counter()
    return Answer(
        text=text,
        references=used[: settings.max_references],
        origin=origin,
        places=prepared.places or (),
        stop_reason=stop_reason,
        usage=generation.usage,
        timings_ms={
            "retrieve": round(retrieve_ms, 2),
            "generate": round((end - begin) * 1000, 2),
            "total": round((end - begin) * 1000 + retrieve_ms, 2),
        },
        prompt=prompt,
        written=generation.text,
        hits=prepared.hits[: settings.max_spans],
        note=" ".join(notes),
        struck=len(checker.struck),
        model=generator.name,
        adapter=generator.adapter,
        edit=edit,
    )


def _outcome(task: Task, text: str, index: Searches | None, *, cut: bool) -> Outcome:
    """What a task came to. The answer was shown by now, so a fault of the index costs the edit alone."""
    from inglenook_server.chat.commands.outcome import Outcome, outcome

    try:
        return outcome(task, text, index, cut=cut)
    except IndexerError as error:
        return Outcome(note=f"No change is proposed: {error.message}")


def _as_references(places: tuple[Place, ...]) -> tuple[Reference, ...]:
    return tuple(Reference(one.path, one.start_line, one.end_line, one.score) for one in places)


def _named(text: str, places: tuple[Place, ...]) -> tuple[Reference, ...]:
    """The places whose definitions an answer names without saying where they are."""
    words = set(_NAME.findall(text))
    return _as_references(tuple(one for one in places if one.name and one.name.rpartition(".")[2] in words))


def _ground(places: tuple[Place, ...] | None, shown: Shown, *, used: bool) -> list[str]:
    """What a reader should know about what an answer rests on; `places` is None where nothing was looked for."""
    if used or shown.along.excerpts or shown.along.texts:
        return []
    return [NO_WORKSPACE if places is None else NONE_USED if places else NOTHING_FOUND]
