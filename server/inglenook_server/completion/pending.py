"""A generation under way, and what the user has typed since it began. Knows no LSP and no engine."""

from __future__ import annotations

from inglenook_server.completion.cache import Key
from inglenook_server.completion.complete import Completion
from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.runtime.workers import Job


class Pending:
    """A generation under way, and what has been typed since it began."""

    def __init__(self, key: Key, cursor: Cursor) -> None:
        self.key = key
        self.cursor = cursor
        self.text = ""
        """What the model has written so far; the worker's thread appends."""
        self.typed = ""
        """What the newest request has behind the cursor's prefix."""
        self.job: Job[Completion] | None = None

    @property
    def over(self) -> bool:
        """Whether it is done or stopped."""
        return self.job is None or self.job.future.done() or self.job.stop.is_set()

    def diverges(self) -> bool:
        """Whether what was typed is not what is being written."""
        text, typed = self.text, self.typed
        return not (text.startswith(typed) or typed.startswith(text))

    def joins(self, key: Key, cursor: Cursor) -> bool:
        """Whether a request may wait for this generation. If so, the generation stops when it leaves what was typed."""
        ours = self.cursor
        if self.over or key != self.key or cursor.suffix != ours.suffix or not cursor.prefix.startswith(ours.prefix):
            return False
        before, self.typed = self.typed, cursor.prefix[len(ours.prefix) :]
        if self.diverges():
            self.typed = before
            return False
        return True

    def stop(self) -> None:
        """Let the engine stop at its next step."""
        if self.job is not None:
            self.job.cancel()
