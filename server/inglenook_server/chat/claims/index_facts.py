"""What an index knows, asked for one answer: each question once, and no longer than a reader would wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.text.languages import LANGUAGES, language_of

from inglenook_server.chat.claims.types import Unchecked

if TYPE_CHECKING:
    from inglenook_indexer.types import Reference, Symbol

    from inglenook_server.workspace.workspace import Searches

T = TypeVar("T")

SECONDS = 3.0
"""For all questions of one answer together: a question takes a few milliseconds, and a sentence asks some ten."""
MOST_A_QUESTION = 1.0
"""Seconds that one question counts for, at most: the first may have to open the index."""
MOST = 200
"""Places of one name that are read."""


class IndexFacts:
    """The facts of one index; of none, nothing is known and nothing is unchecked."""

    def __init__(
        self, index: Searches | None, *, seconds: float = SECONDS, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._index = index
        self._left = seconds
        self._clock = clock
        self._files: dict[str, list[str]] | None = None

    @property
    def present(self) -> bool:
        """Whether there is an index."""
        return self._index is not None

    def symbols(self, name: str) -> Sequence[Symbol]:
        """Where a name is defined, in any case. Raises Unchecked."""
        return self._ask(lambda index: index.definitions(name, limit=MOST), ())

    def references(self, name: str) -> Sequence[Reference]:
        """Who refers to a name. Raises Unchecked."""
        return self._ask(lambda index: index.references(name, limit=MOST), ())

    def outline(self, path: str) -> Sequence[Symbol]:
        """What a file defines. Raises Unchecked."""
        return self._ask(lambda index: index.outline(path), ())

    def text(self, path: str) -> str:
        """What a file says. Raises Unchecked."""
        return self._ask(lambda index: index.text(path), "")

    def has_file(self, path: str) -> str | None:
        """The one file that a path, its end, or its end without the extension can mean; else the one of its name."""
        nothing: dict[str, list[str]] = {}
        files = self._ask(self._by_end, nothing)
        wanted = path.strip("/")
        for found in (
            [one for one in files.get(_name(wanted), ()) if one == wanted],
            [one for one in files.get(_name(wanted), ()) if one.endswith(f"/{wanted}")],
            [one for one in files.get(_name(wanted), ()) if f"/{_stem(one)}".endswith(f"/{wanted}")],
            files.get(_name(wanted), []) if "." in _name(wanted) else [],
        ):
            if len(found) > 1:
                found = [one for one in found if _is_code(one)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _by_end(self, index: Searches) -> dict[str, list[str]]:
        """Every file, by its name and by its name without the extension."""
        if self._files is None:
            self._files = {}
            for path in index.files():
                for key in {_name(path), _name(_stem(path))}:
                    self._files.setdefault(key, []).append(path)
        return self._files

    def _ask(self, question: Callable[[Searches], T], nothing: T) -> T:
        if self._index is None:
            return nothing
        if self._left <= 0:
            raise Unchecked
        started = self._clock()
        try:
            return question(self._index)
        except IndexerError as error:
            raise Unchecked from error
        finally:
            self._left -= min(self._clock() - started, MOST_A_QUESTION)


def _is_code(path: str) -> bool:
    language = language_of(path)
    return language != "markdown" and language in LANGUAGES and bool(LANGUAGES[language].grammar)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.rpartition('.')[0] or name}"
