"""One request for a completion, and the requests that would follow it. Pure; knows no LSP and no model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from inglenook_server.completion.context.sources.place import Surroundings
from inglenook_server.completion.syntax.cursor import Cursor, indentation

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches


@dataclass(frozen=True)
class Request:
    """One request."""

    path: str
    text: str
    offset: int
    automatic: bool
    """Whether a key led to it; otherwise the user asked explicitly."""
    completing: bool = False
    """Whether the editor's own completion list has an entry selected."""
    index: Callable[[], Searches | None] = field(default=lambda: None)
    """Called, as is `surroundings`, on the worker's thread: it reads files, and masks texts."""
    surroundings: Callable[[], Surroundings] = field(default=Surroundings)

    @cached_property
    def cursor(self) -> Cursor:
        """The text before the offset and behind it."""
        return Cursor(self.text[: self.offset], self.text[self.offset :])

    def after(self, text: str) -> Request:
        """The request that would follow once `text` was accepted."""
        whole = self.cursor.prefix + text + self.cursor.suffix
        return replace(self, text=whole, offset=self.offset + len(text), automatic=True, completing=False)

    def after_enter(self) -> Request:
        """The request that would follow Enter: editors repeat the line's indentation."""
        return self.after("\n" + indentation(self.cursor.before))
