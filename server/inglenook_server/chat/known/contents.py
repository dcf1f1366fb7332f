"""What is in a file, a folder or a type: its outline, cut to a screen, and the rest counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked, full_name
from inglenook_server.chat.known.definition import signature_of, write_symbols
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.kinds import TYPES
from inglenook_server.chat.known.outlines import is_inside, members_of
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import write_others
from inglenook_server.chat.known.wanted import wanted

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_MEMBERS = 8  # of one type that are named in the outline of a file
_PER_FILE = 5  # symbols of one file that are named in the contents of a folder
_MINOR = frozenset(("variable", "field", "constant", "attribute", "declaration"))
_HOLDING = TYPES | {"module", "implementation", "section"}


def contents(asked: Asked) -> KnownAnswer | None:
    """What is in X. None where X is neither file nor folder nor anything that holds others."""
    subject = asked.subject
    if asked.question.wanted and (found := wanted(asked)):
        return found
    if subject.files:
        return _file(asked, subject.files)
    if subject.folders:
        return _folder(asked, subject.folders[0])
    holding = [one for one in subject.symbols if one.kind in _HOLDING]
    return _type(asked, holding[0], subject.symbols) if holding else None


def _file(asked: Asked, files: Sequence[str]) -> KnownAnswer:
    path = files[0]
    draft = asked.draft(path)
    outline = asked.index.outline(path)
    top = [one for one in outline if not is_inside(one, outline)]
    shown = sorted(top, key=lambda one: one.kind in _MINOR) if len(top) > _PER_FILE else top
    at = draft.place(path, 1)
    if not top:
        draft.say("contents.file_none", name=at)
    else:
        draft.say("contents.file", name=at, count=len(top))
        draft.entries([_definition(draft, asked, one, outline) for one in shown], len(shown))
    if len(files) > 1:
        others = draft.places([(one, 1, 1) for one in files[1:]])
        draft.say("others.are", place=draft.place(path, 1), places=others, count=len(files) - 1)
    return draft.answer()


def _definition(draft: Draft, asked: Asked, one: Symbol, outline: Sequence[Symbol]) -> Callable[[], str]:
    def entry() -> str:
        name, kind = markdown.code(full_name(one)), draft.kind(one.kind)
        at, head = draft.place(one.path, one.line, one.end_line), signature_of(asked, one)
        key = "definition.item" if head else "definition.item_bare"
        said = draft.phrase(key, name=name, kind=kind, place=at, signature=markdown.code(head, len(head) + 1))
        more = [markdown.prose(one.doc)] if one.doc else []
        if one.kind in _HOLDING and (members := members_of(one, outline)):
            names = list(dict.fromkeys(member.name for member in members))
            more.append(draft.phrase("contents.members", names=draft.names(names, _MEMBERS)))
        return said + (f"  \n  {' '.join(more)}" if more else "")

    return entry


def _folder(asked: Asked, folder: str) -> KnownAnswer:
    draft = asked.draft(folder or asked.name)
    inside = asked.files_in(folder)
    start = len(folder) + 1 if folder else 0
    direct = [path for path in inside if "/" not in path[start:]]
    below: dict[str, int] = {}
    for path in inside:
        name, slash, _ = path[start:].partition("/")
        if slash:
            below[path[:start] + name] = below.get(path[:start] + name, 0) + 1
    draft.say("contents.folder", name=markdown.path_code(folder or asked.name), count=len(inside))
    entries = [_file_entry(draft, asked, path) for path in direct]
    entries += [_subfolder(draft, name, count) for name, count in sorted(below.items())]
    draft.entries(entries, len(entries))
    return draft.answer()


def _file_entry(draft: Draft, asked: Asked, path: str) -> Callable[[], str]:
    def entry() -> str:
        main = [one for one in asked.index.outline(path) if not one.parent]
        main = [one for one in main if one.kind not in _MINOR] or main
        at = draft.place(path, 1)
        if not main:
            return at
        names = draft.names(list(dict.fromkeys(one.name for one in main)), _PER_FILE)
        return draft.phrase("contents.in_file", file=at, names=names)

    return entry


def _subfolder(draft: Draft, name: str, count: int) -> Callable[[], str]:
    return lambda: draft.phrase("contents.subfolder", name=markdown.path_code(name), count=count)


def _type(asked: Asked, home: Symbol, symbols: Sequence[Symbol]) -> KnownAnswer:
    draft = asked.draft(full_name(home))
    members = members_of(home, asked.index.outline(home.path))
    name, at = markdown.code(full_name(home)), draft.place(home.path, home.line, home.end_line)
    kind = draft.kind(home.kind)
    if not members:
        draft.say("contents.type_none", name=name, kind=kind, place=at)
    else:
        draft.say("contents.type", name=name, kind=kind, place=at, count=len(members))
        ordered = sorted(members, key=lambda one: one.kind in _MINOR)
        write_symbols(draft, asked, ordered, len(members))
    write_others(draft, (home, *(one for one in symbols if one != home)), asked.subject.total)
    return draft.answer()
