"""Who raises or throws X: by the statements of the files that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import language_of
from inglenook_indexer.types import Answer, Reference

from inglenook_server.chat.known.asked import MOST, Asked, full_name
from inglenook_server.chat.known.kinds import TYPES
from inglenook_server.chat.known.named_in_text import container_at, named_in_text
from inglenook_server.chat.known.statements import raised_at
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import write_others, write_places

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_MOST_FILES = 120
"""Files that are read for such statements: a few milliseconds each."""


def raisers(asked: Asked) -> KnownAnswer | None:
    """Where X is raised. None where X is a file or a function, or is neither defined nor raised here."""
    subject = asked.subject
    symbols = [one for one in subject.symbols or subject.elsewhere if one.kind in TYPES]
    if subject.files or subject.folders or (not symbols and (subject.symbols or subject.elsewhere)):
        return None
    name = symbols[0].name if symbols else asked.last
    named = asked.index.references(name, limit=MOST)
    paths = [*(one.path for one in symbols), *(one.path for one in named)]
    paths += [one.path for one in named_in_text(asked.index, name, asked.is_within)]
    files = [path for path in dict.fromkeys(paths) if asked.is_within(path)]
    found = [one for path in files[:_MOST_FILES] for one in _in_file(asked, path, name)]
    if not symbols and not found:
        return None
    shown = full_name(symbols[0]) if symbols else asked.name
    draft = asked.draft(shown)
    write_places(draft, asked, "raisers", shown, Answer(found, exact=named.whole and len(files) <= _MOST_FILES))
    write_others(draft, symbols, len(symbols))
    return draft.answer()


def _in_file(asked: Asked, path: str, name: str) -> list[Reference]:
    language = language_of(path)
    lines = raised_at(asked.lines(path), language, name)
    outline: list[Symbol] = asked.index.outline(path) if lines else []
    return [Reference(name, "raise", path, line, language, container_at(outline, line)) for line in lines]
