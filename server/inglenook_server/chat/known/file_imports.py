"""What a file imports: of this workspace, each with the file that is meant, and from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from inglenook_indexer.symbols.resolve import place

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.import_lines import end_of
from inglenook_server.chat.known.types import KnownAnswer

if TYPE_CHECKING:
    from inglenook_indexer.types import Import

MOST_NAMES = 6
"""Names that are told of one import."""


def imports(asked: Asked) -> KnownAnswer | None:
    """What file X imports; of a symbol, what its file imports. None where there is no such file."""
    subject = asked.subject
    if not (subject.files or subject.symbols):
        return None
    path = subject.files[0] if subject.files else subject.symbols[0].path
    draft = asked.draft(path)
    found = asked.index.imports(path)
    file = markdown.path_code(path)
    inside = [one for one in found if one.target]
    outside = list(dict.fromkeys(one.module for one in found if not one.target))
    if not found:
        draft.say("imports.none", file=file)
    elif inside:
        targets = len({one.target for one in inside})
        draft.say("imports.some", file=file, count=targets)
        draft.entries([_entry(draft, asked, one) for one in inside], len(inside))
    else:
        lines = [one.line for one in found]
        draft.say("imports.none_inside", file=draft.place(path, min(lines), max(lines)))
    if outside:
        draft.say("imports.outside", names=draft.names(outside))
    if len(subject.files) > 1:
        others = [(one, 1, 1) for one in subject.files[1:]]
        draft.say("others.are", place=draft.place(path, 1), places=draft.places(others), count=len(others))
    return draft.answer()


def _entry(draft: Draft, asked: Asked, one: Import) -> Callable[[], str]:
    def entry() -> str:
        names = [name.partition(" as ")[0] for name in one.names]
        end = end_of(asked.lines(one.path), one.line, names[:MOST_NAMES])
        target, at = markdown.path_code(one.target), draft.place(one.path, one.line, end)
        if not names or names == [place(one.target).rpartition("/")[2]]:  # a module itself
            return draft.phrase("imports.item", target=target, place=at)
        return draft.phrase("imports.item_names", target=target, place=at, names=draft.names(names, MOST_NAMES))

    return entry
