"""A question about the workspace, answered with the spans it rests on. Knows nothing of LSP, threads or token ids."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.withhold import mask_secrets

from inglenook_server.chat.citations import Citations
from inglenook_server.chat.excerpts import cut_excerpts
from inglenook_server.chat.loops import WINDOW, first_round, is_looping
from inglenook_server.chat.prompt import HISTORY_SHARE, cut_question, excerpt_budget, lay_out, trim_history
from inglenook_server.completion.budget import TokenCounter
from inglenook_server.errors import RequestError
from inglenook_server.generation.base import Generator, Message, OnText, Options, StopReason, Usage
from inglenook_server.settings import ChatSettings

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

    from inglenook_server.workspace import Searches

MAX_LOOKED_AT = WINDOW
"""Pieces joined to look for loops: each holds a character at least."""
RERANK_S = 0.3
"""What a question waits for the encoder, while the second tier is not done: short beside the answer's own seconds."""
FOLLOW_UP_WORDS = 8
"""A shorter question ("and where is it called?") is looked up together with the one before it."""
LOOPED = "The model began to repeat itself, so its answer was cut there."
NOTHING_FOUND = "Nothing was found in the workspace for this question."
NONE_USED = "The answer names no code of the workspace."


@dataclass(frozen=True, slots=True)
class Reference:
    """A span of the workspace that an answer rests on. Lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished (or cancelled) answer in Markdown."""

    text: str
    references: tuple[Reference, ...]
    """What it rests on, and nothing else: the spans it names, else those whose names it writes."""
    stop_reason: StopReason
    usage: Usage
    timings_ms: dict[str, float]
    """Milliseconds by stage: "retrieve", "generate", "total"."""
    prompt: str
    """The exact text the model saw, its template included."""
    hits: tuple[Hit, ...] = ()
    """The hits whose text is in the prompt, best first."""
    note: str = ""
    """What is to be said about the answer in a sentence or two, apart from its text; mostly empty."""


def answer(
    question: str,
    *,
    history: Sequence[Message] = (),
    index: Searches | None,
    generator: Generator,
    settings: ChatSettings,
    on_text: OnText | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """Answer `question` from what `index` finds for it; without an index, from the model alone.

    `on_text` receives pieces that add up to the answer's text, but for what is cut away of one that went round in
    circles. Raises RequestError for an empty question, GenerationError from the engine.
    """
    begin = time.perf_counter()
    if not question.strip():
        raise RequestError("The question is empty.", "Ask something about the code.")
    question = mask_secrets(question)[0]  # code that was pasted or attached, too, comes in here
    history = [Message(message.role, mask_secrets(message.content)[0]) for message in history]
    found = look_up(question, history, index, settings.max_references)
    hits = found or ()
    retrieved = time.perf_counter()
    counter = TokenCounter(generator.count)
    tokens = min(settings.prompt_tokens, generator.context_length - settings.max_tokens)
    asked = cut_question(question.strip(), tokens, counter)
    earlier = trim_history(history, int(tokens * HISTORY_SHARE), settings.history_turns, counter)
    left = excerpt_budget(tokens, asked, earlier, counter)
    excerpts = cut_excerpts(hits, left, settings.max_spans, counter)
    chat = lay_out(asked, excerpts, earlier)
    citations = Citations(excerpts)
    pieces: list[str] = []

    end_of_round: int | None = None

    def emit(piece: str) -> None:
        nonlocal end_of_round
        if piece and end_of_round is None:
            pieces.append(piece)
            if is_looping("".join(pieces[-MAX_LOOKED_AT:])):
                end_of_round = first_round("".join(pieces))
            if on_text is not None:
                on_text(piece)

    def stopped() -> bool:
        return end_of_round is not None or (cancelled is not None and cancelled())

    generation = generator.generate(
        chat, Options(max_tokens=settings.max_tokens), lambda piece: emit(citations.feed(piece)), stopped
    )
    looped = end_of_round is not None
    stop_reason: StopReason = "stop" if looped else generation.stop_reason
    if stop_reason != "cancelled":
        emit(citations.finish())
    end = time.perf_counter()
    text = "".join(pieces)
    used = citations.used[: settings.max_references]
    return Answer(
        text=text[:end_of_round].rstrip() if looped else text,
        references=tuple(Reference(one.path, one.start_line, one.end_line, one.score) for one in used),
        stop_reason=stop_reason,
        usage=generation.usage,
        timings_ms={
            "retrieve": round((retrieved - begin) * 1000, 2),
            "generate": round((end - retrieved) * 1000, 2),
            "total": round((end - begin) * 1000, 2),
        },
        prompt=generator.render(chat),
        hits=tuple(hits[: len(excerpts)]),
        note="" if stop_reason == "cancelled" else note(looped=looped, found=found, used=bool(used)),
    )


def look_up(question: str, history: Sequence[Message], index: Searches | None, limit: int) -> tuple[Hit, ...] | None:
    """Hits for a question, loosely: everything the ranker offers. None where there is no index to look in."""
    if index is None:
        return None
    earlier = [message.content for message in history if message.role == "user"]
    follows = earlier and len(question.split()) < FOLLOW_UP_WORDS
    query = f"{question}\n{earlier[-1]}" if follows else question
    try:
        return tuple(index.search(query, limit=limit, rerank_s=RERANK_S))
    except IndexMissing:
        return None


def note(*, looped: bool, found: Sequence[Hit] | None, used: bool) -> str:
    """What a reader should know about an answer beside its text; `found` is None where nothing was looked for."""
    ground = "" if used or found is None else NONE_USED if found else NOTHING_FOUND
    return " ".join(sentence for sentence in (LOOPED if looped else "", ground) if sentence)
