"""A name that the index has no definition of, and the names that are written much like it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked
from inglenook_server.chat.known.definition import write_symbols
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.types import KnownAnswer

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_MOST = 5  # names that are offered
_LONGEST = 80  # characters of a name that are compared


def unknown(asked: Asked, *, searched: bool = False) -> KnownAnswer | None:
    """That X is not defined here. None for a plain word, which may be no name at all.

    `searched`: no text like the question was found either, and that is said of a plain word.
    """
    if not asked.is_codelike and not searched:
        return None
    draft = asked.draft()
    if asked.is_about_path:
        write_unknown_path(draft, asked.name, asked.files)
        return draft.answer()
    if not asked.is_codelike:
        draft.say("unknown.text", name=markdown.code(asked.name))
    elif asked.question.path:
        draft.say("unknown.symbol_inside", name=markdown.code(asked.name), path=markdown.path_code(asked.question.path))
    else:
        draft.say("unknown.symbol", name=markdown.code(asked.name))
    alike = near_symbols(asked)
    if alike:
        draft.say("unknown.near")
        write_symbols(draft, asked, alike, len(alike), docs=False)
    return draft.answer()


def write_unknown_path(draft: Draft, path: str, files: Iterable[str]) -> None:
    """That there is no such file or folder, and which are written much like it."""
    draft.say("unknown.file", name=markdown.path_code(path))
    near = near_paths(path, files)
    if near:
        draft.say("unknown.near_files")
        draft.entries([lambda one=one: draft.place(one, 1) for one in near], len(near))  # type: ignore[misc]


def near_symbols(asked: Asked) -> list[Symbol]:
    """Definitions whose names are written much like the one asked for, the likest first."""
    symbols: list[Symbol] = []
    for name in asked.index.similar_names(asked.last[:_LONGEST], limit=_MOST):
        symbols += [one for one in asked.index.definitions(name, near=asked.near, limit=1) if one.name == name]
    return symbols


def near_paths(wanted: str, files: Iterable[str]) -> list[str]:
    """Files whose names are written much like the last part of a path."""
    last = wanted.rstrip("/").rpartition("/")[2].lower()[:_LONGEST]
    names: dict[str, list[str]] = {}
    for path in files:
        names.setdefault(path.rpartition("/")[2], []).append(path)
    alike = difflib.get_close_matches(last, {name.lower(): None for name in names if abs(len(name) - len(last)) < 4})
    found = [path for name, paths in names.items() if name.lower() in alike for path in paths]
    return sorted(found, key=lambda path: (alike.index(path.rpartition("/")[2].lower()), path))[:_MOST]
