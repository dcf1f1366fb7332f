"""Which classes, functions or methods are in a file, a folder or a type: those of one kind alone, counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked, full_name
from inglenook_server.chat.known.definition import write_symbols
from inglenook_server.chat.known.kinds import TYPES
from inglenook_server.chat.known.outlines import members_of
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import write_others

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_MOST_FILES = 100
"""Files of a folder whose outlines are read: a millisecond each, the first time."""
_HOLDING = TYPES | {"module", "implementation"}
_MEANT = {
    "type": TYPES,
    "method": frozenset(("method", "constructor")),
    "field": frozenset(("field", "property", "attribute")),
    "property": frozenset(("field", "property", "attribute")),
    "attribute": frozenset(("field", "property", "attribute")),
}
"""What a word means beside itself: languages call the same thing differently."""


def wanted(asked: Asked) -> KnownAnswer | None:
    """Those of the kind that the question says. None where it says none of these, or X holds nothing."""
    subject, kind = asked.subject, asked.question.wanted
    if kind == "folder":
        return _subfolders(asked, subject.folders[0]) if subject.folders else None
    if kind in ("file", "module", "section"):
        return None
    if subject.files:
        return _in_files(asked, subject.files[0], subject.files[:1], kind)
    if subject.folders:
        return _in_files(asked, subject.folders[0], asked.files_in(subject.folders[0]), kind)
    home = next((one for one in subject.symbols if one.kind in _HOLDING), None)
    if home is None:
        return None
    kind = "method" if kind == "function" else kind
    found = [one for one in members_of(home, asked.index.outline(home.path)) if _is(one, kind)]
    return _write(asked, markdown.code(full_name(home)), kind, found, home=home)


def _in_files(asked: Asked, name: str, files: Sequence[str], kind: str) -> KnownAnswer:
    read = files[:_MOST_FILES]
    found = [one for path in read for one in asked.index.outline(path) if _is(one, kind)]
    return _write(asked, markdown.path_code(name or asked.name), kind, found, exact=len(read) == len(files))


def _is(one: Symbol, kind: str) -> bool:
    return one.kind in _MEANT.get(kind, (kind,))


def _write(
    asked: Asked, name: str, kind: str, found: Sequence[Symbol], *, exact: bool = True, home: Symbol | None = None
) -> KnownAnswer:
    subject = asked.subject
    draft = asked.draft(full_name(home) if home else (*subject.files, *subject.folders, asked.name)[0])
    values = {"name": name, "kind": draft.kind(kind)}
    if found:
        draft.say(f"contents.wanted{'' if exact else '_at_least'}", count=len(found), **values)
        write_symbols(draft, asked, found, len(found), exact=exact)
    else:
        draft.say("contents.wanted_none", **values)
    if not exact:
        draft.say("contents.wanted_elsewhere")
    if home is not None:
        others = [one for one in subject.symbols if one != home]
        write_others(draft, (home, *others), subject.total)
    elif len(subject.files) > 1:
        at = [(one, 1, 1) for one in subject.files]
        draft.say("others.are", place=draft.place(*at[0]), places=draft.places(at[1:]), count=len(at) - 1)
    return draft.answer()


def _subfolders(asked: Asked, folder: str) -> KnownAnswer:
    """The folders that are in one, with how many files each holds."""
    draft = asked.draft(folder or asked.name)
    start = len(folder) + 1 if folder else 0
    counts: dict[str, int] = {}
    for path in asked.files_in(folder):
        name, slash, _ = path[start:].partition("/")
        if slash:
            counts[path[:start] + name] = counts.get(path[:start] + name, 0) + 1
    name = markdown.path_code(folder or asked.name)
    draft.say("contents.folders" if counts else "contents.folders_none", name=name, count=len(counts))
    entries = [
        lambda one=one, count=count: draft.phrase("contents.subfolder", name=markdown.path_code(one), count=count)
        for one, count in sorted(counts.items())
    ]
    draft.entries(entries, len(entries))
    return draft.answer()
