"""What becomes of suggestions, read from the changes of documents; clients may say it better. Stores no text.

Belongs to the event loop's thread; the file is written on a thread of its own. Knows no LSP.
"""

from __future__ import annotations

import asyncio
import builtins
import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from inglenook_indexer.text.languages import language_of

from inglenook_server.completion.complete import Completion
from inglenook_server.documents import Document, title
from inglenook_server.runtime.workers import Worker
from inglenook_server.stats.store import AGES_S, NEXT_EDIT, Outcome, Statistics, Suggestion
from inglenook_server.stats.survival import Span, difference, share_left

SHOWN_S = 0.75
"""Seconds a suggestion must have been there to count as shown (Copilot's)."""
NO_REJECTION_S = 0.25
"""Whoever types on before this has not rejected anything."""
TRACKED = 200
"""Accepted texts that are followed at once."""

_log = logging.getLogger(__name__)

Names = Callable[[], tuple[str, str]]
"""Gives the model's and the adapter's name."""


@dataclass(frozen=True, slots=True)
class _Live:
    """The suggestion on the screen. `text` is the whole of it, `start` where it began, `done` how much was typed."""

    id: str
    uri: str
    before: str
    after: str
    text: str
    done: int
    since: float
    taken: int = 0


class Observer:
    """Follows one session's suggestions."""

    def __init__(self, statistics: Statistics, names: Names, enabled: Callable[[], bool]) -> None:
        self._statistics = statistics
        self._names = names
        self._enabled = enabled
        self._worker = Worker("inglenook-stats")
        self._live: _Live | None = None
        self._spans: dict[str, tuple[str, Span, str]] = {}
        """Accepted suggestions by id: document, span, the document's text now."""

    def suggested(self, document: Document, text: str, offset: int, completion: Completion) -> None:
        """A suggestion goes to the editor; the same id again while it is typed through."""
        if not completion.text or not completion.id or not self._enabled():
            return
        live = self._live
        if live is not None and live.id == completion.id:
            return
        self._end("dismissed")
        now = time.monotonic()
        before, after = text[:offset], text[offset:]
        self._live = _Live(completion.id, document.uri, before, after, completion.text, 0, now)
        model, adapter = self._names()
        first_line = text[:200].partition("\n")[0]
        row = Suggestion(
            *(completion.id, time.time(), language_of(title(document.uri), first_line), model, adapter),
            *(completion.retrieval, completion.confidence, len(completion.text), completion.text.count("\n") + 1),
            completion.explanation.timings_ms.get("total", 0.0),
        )
        self._write(lambda: self._statistics.add(row))
        asyncio.get_running_loop().call_later(SHOWN_S, self._shown, completion.id)

    def changed(self, before: Document | None, document: Document) -> None:
        """A document has a new version."""
        if before is not None:
            self._move_spans(document)
        live = self._live
        if live is None or live.uri != document.uri:
            return
        done = _typed(live, document.text)
        if done is None:
            self._end("dismissed")
            return
        taken = live.taken + (done - live.done if done - live.done > 1 else 0)
        self._live = live = replace(live, done=done, taken=taken)
        if done == len(live.text):
            self._end("accepted" if taken else "typed")
        elif taken:
            self._write(lambda: self._statistics.ended(live.id, "partly", taken))

    def _move_spans(self, document: Document) -> None:
        """Follow the accepted texts; what is compared is the two versions, once for all texts of the document."""
        changes: dict[int, tuple[int, int, int]] = {}
        for id, (uri, span, text) in list(self._spans.items()):
            if uri != document.uri or text is document.text:
                continue
            if (change := changes.get(builtins.id(text))) is None:
                change = changes[builtins.id(text)] = difference(text, document.text)
            self._spans[id] = (uri, span.moved(*change), document.text)

    def told(self, id: str, kind: str) -> None:
        """What a client says: "shown", "accepted", "partiallyAccepted" or "dismissed". Others are passed over."""
        live = self._live if self._live is not None and self._live.id == id else None
        if kind == "shown":
            self._write(lambda: self._statistics.shown(id))
        elif kind == "accepted":
            if live is not None:
                self._live = replace(live, taken=max(live.taken, len(live.text)), done=len(live.text))
                self._end("accepted")
            else:
                self._write(lambda: self._statistics.ended(id, "accepted"))
        elif kind == "partiallyAccepted":
            self._write(lambda: self._statistics.ended(id, "partly", live.taken if live else 0))
        elif kind == "dismissed" and live is not None:
            self._live = replace(live, since=0.0)
            self._end("dismissed")

    def offered(self, id: str, language: str, confidence: float, text: str, ms: float) -> None:
        """A next edit goes to the editor, found in so many milliseconds. Its text is measured and not kept."""
        if self._enabled():
            lines = text.count("\n") + 1
            row = Suggestion(id, time.time(), language, NEXT_EDIT, "", False, confidence, len(text), lines, ms)
            self._write(lambda: self._statistics.add(row))

    def offer_ended(self, id: str, kind: str) -> None:
        """What became of a next edit: "shown", "accepted" or "rejected"."""
        if kind == "shown":
            self._write(lambda: self._statistics.shown(id))
        elif kind in ("accepted", "rejected"):
            outcome: Outcome = "accepted" if kind == "accepted" else "dismissed"
            self._write(lambda: self._statistics.ended(id, outcome))

    def close(self) -> None:
        """Write what waits."""
        self._worker.close()

    def _shown(self, id: str) -> None:
        if self._live is not None and self._live.id == id:
            self._write(lambda: self._statistics.shown(id))

    def _end(self, outcome: Outcome) -> None:
        """The suggestion is off the screen."""
        live, self._live = self._live, None
        if live is None:
            return
        if outcome == "dismissed" and live.taken:
            outcome = "partly"
        if outcome == "dismissed" and time.monotonic() - live.since < NO_REJECTION_S:
            return
        taken = len(live.text) if outcome == "accepted" else live.taken
        self._write(lambda: self._statistics.ended(live.id, outcome, taken))
        if outcome in ("accepted", "partly") and len(self._spans) < TRACKED:
            kept = live.text[: live.done]
            span = Span(kept, len(live.before), len(live.before) + len(kept))
            self._spans[live.id] = (live.uri, span, live.before + kept + live.after)
            for age in AGES_S:
                asyncio.get_running_loop().call_later(age, self._survey, live.id, age)

    def _survey(self, id: str, age: int) -> None:
        """Look how much is left."""
        found = self._spans.get(id)
        if found is None:
            return
        _, span, text = found
        now = text[span.start : span.end]
        self._write(lambda: self._statistics.survived(id, age, share_left(span.accepted, now)))
        if age == AGES_S[-1]:
            del self._spans[id]

    def _write(self, action: Callable[[], None]) -> None:
        def work(_: object) -> None:
            try:
                action()
            except (sqlite3.Error, OSError) as error:
                _log.warning("The statistics could not be written: %s", type(error).__name__)

        self._worker.submit(work)


def _typed(live: _Live, text: str) -> int | None:
    """How much of the suggestion stands in `text`, where nothing else has changed; None otherwise.

    Closers that an editor adds behind the cursor by itself are passed over.
    """
    if not text.startswith(live.before):
        return None
    for added in range(4):
        rest = len(text) - len(live.before) - len(live.after) - added
        if rest < 0:
            return None
        if rest > len(live.text):
            continue
        middle = text[len(live.before) : len(live.before) + rest]
        closers = text[len(live.before) + rest : len(text) - len(live.after)]
        if not closers.strip(")]}>\"'`") and text.endswith(live.after) and live.text.startswith(middle):
            return rest
    return None
