"""An answer while it is written: paragraphs, lists, and the places that they name. Knows no index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.phrases import say
from inglenook_server.chat.known.types import KnownAnswer, Span
from inglenook_server.chat.questions.forms import Language

MAX_ITEMS = 12
"""Entries of a list: a screen holds about two of them."""
MAX_PLACES = 4
"""Places within one sentence."""


class Draft:
    """The answer about `subject`, in `language`."""

    def __init__(self, language: Language, subject: str) -> None:
        self._language: Language = language
        self._subject = subject
        self._parts: list[str] = []
        self._spans: dict[Span, None] = {}

    def place(self, path: str, start_line: int, end_line: int = 0) -> str:
        """A place as Markdown. It counts as named from here on."""
        self._spans[Span(path, start_line, max(start_line, end_line))] = None
        return markdown.place(path, start_line, end_line)

    def places(self, places: Sequence[tuple[str, int, int]], most: int = MAX_PLACES) -> str:
        """Several of them, (path, start, end) each, in one sentence; of more than `most` the number."""
        shown = [self.place(*one) for one in places[:most]]
        return self.joined([*shown, *self._rest(len(places) - len(shown))])

    def names(self, names: Sequence[str], most: int = MAX_ITEMS) -> str:
        """Names as code spans in one sentence; of more than `most` the number."""
        shown = [markdown.code(one) for one in names[:most]]
        return self.joined([*shown, *self._rest(len(names) - len(shown))])

    def phrase(self, key: str, **values: object) -> str:
        """A sentence in the answer's language, which is not written yet."""
        return say(self._language, key, **values)

    def kind(self, kind: str) -> str:
        """What a symbol is, in words."""
        return self.phrase(f"kind.{kind}")

    def say(self, key: str, **values: object) -> None:
        """Write a sentence as a paragraph."""
        self._parts.append(self.phrase(key, **values))

    def text(self, markdown_text: str) -> None:
        """Write finished Markdown as a paragraph."""
        if markdown_text:
            self._parts.append(markdown_text)

    def entries(
        self, entries: Iterable[Callable[[], str]], total: int, *, exact: bool = True, most: int = MAX_ITEMS
    ) -> None:
        """Write a list of `total` entries, or of at least so many. Those that are left out name no place."""
        shown = [entry() for _, entry in zip(range(most), entries, strict=False)]
        lines = [f"- {one}" for one in shown]
        if total > len(shown):
            key = "list.more" if exact else "list.more_at_least"
            lines.append(f"- {self.phrase(key, count=total - len(shown))}")
        if lines:
            self._parts.append("\n".join(lines))

    def joined(self, parts: Iterable[str]) -> str:
        """Parts of an enumeration."""
        return self.phrase("list.separator").join(parts)

    def answer(self) -> KnownAnswer:
        """What was written."""
        return KnownAnswer("\n\n".join(self._parts), tuple(self._spans), self._subject)

    def _rest(self, left: int) -> list[str]:
        return [self.phrase("list.more", count=left)] if left > 0 else []
