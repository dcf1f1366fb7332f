"""Where X is defined: several of one name told apart by kind, place, signature and the first sentence of their doc."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked, full_name, places_of
from inglenook_server.chat.known.draft import MAX_ITEMS, Draft
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.signature import signature

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_FOR_ALSO = 3  # places of declarations and implementations that are named


def definition(asked: Asked) -> KnownAnswer | None:
    """Where X, a symbol, a file or a folder, is. None where there is nothing of that name."""
    subject = asked.subject
    if subject.files:
        return _files(asked, subject.files)
    if subject.folders:
        return _folders(asked, subject.folders)
    if subject.elsewhere:
        return _elsewhere(asked)
    if not subject.symbols:
        return None
    first = subject.symbols[0]
    draft = asked.draft(full_name(first))
    if len(subject.symbols) == 1 and subject.total == 1:
        at, name = draft.place(first.path, first.line, first.end_line), markdown.code(full_name(first))
        draft.say("definition.one", name=name, kind=draft.kind(first.kind), place=at)
        head = signature_of(asked, first)
        draft.text(markdown.code(head, len(head) + 1) if head else "")
        draft.text(markdown.prose(first.doc))
    else:
        write_many(draft, asked, subject.symbols, subject.total)
    if subject.also:
        places = draft.places(places_of(subject.also), _FOR_ALSO)
        draft.say("definition.also", places=places, count=len(subject.also))
    return draft.answer()


def write_many(draft: Draft, asked: Asked, symbols: Sequence[Symbol], total: int, *, docs: bool = True) -> None:
    """How many definitions have the name, and each of them."""
    exact = asked.subject.exact
    key = "definition.many" if exact else "definition.many_at_least"
    draft.say(key, name=markdown.code(asked.name), count=total)
    write_symbols(draft, asked, symbols, total, exact=exact, docs=docs)


def write_symbols(
    draft: Draft, asked: Asked, symbols: Sequence[Symbol], total: int, *, exact: bool = True, docs: bool = True
) -> None:
    """A list of symbols, each with its kind, place, signature and doc."""
    draft.entries([_entry(draft, asked, one, docs) for one in symbols], total, exact=exact, most=MAX_ITEMS)


def _entry(draft: Draft, asked: Asked, one: Symbol, docs: bool) -> Callable[[], str]:
    def entry() -> str:
        name, kind = markdown.code(full_name(one)), draft.kind(one.kind)
        at = draft.place(one.path, one.line, one.end_line)
        head = signature_of(asked, one)
        if head:
            said = draft.phrase(
                "definition.item", name=name, kind=kind, place=at, signature=markdown.code(head, len(head) + 1)
            )
        else:
            said = draft.phrase("definition.item_bare", name=name, kind=kind, place=at)
        doc = markdown.prose(one.doc) if docs else ""
        return f"{said}  \n  {doc}" if doc else said

    return entry


def signature_of(asked: Asked, one: Symbol) -> str:
    """The head of a definition; empty where its file can't be read any more."""
    return signature(asked.lines(one.path), one.line, one.end_line, one.language)


def _elsewhere(asked: Asked) -> KnownAnswer:
    """It is not where the question says, but it is somewhere."""
    subject = asked.subject
    draft = asked.draft(full_name(subject.elsewhere[0]))
    path = markdown.path_code(asked.question.path)
    draft.say("definition.elsewhere", name=markdown.code(asked.name), path=path)
    write_symbols(draft, asked, subject.elsewhere, len(subject.elsewhere))
    return draft.answer()


def _files(asked: Asked, files: Sequence[str]) -> KnownAnswer:
    draft = asked.draft(files[0])
    name = markdown.path_code(asked.name)
    if len(files) == 1:
        draft.say("definition.file", name=name, place=draft.place(files[0], 1))
    else:
        draft.say("definition.files", name=name, count=len(files))
        draft.entries([lambda one=one: draft.place(one, 1) for one in files], len(files))  # type: ignore[misc]
    return draft.answer()


def _folders(asked: Asked, folders: Sequence[str]) -> KnownAnswer:
    draft = asked.draft(folders[0])
    if len(folders) == 1:
        inside = asked.files_in(folders[0])
        draft.say(
            "definition.folder",
            name=markdown.path_code(folders[0] or asked.name),
            count=len(inside),
            place=draft.place(inside[0], 1),
        )
    else:
        draft.say("definition.folders", name=markdown.path_code(asked.name), count=len(folders))
        draft.entries([lambda one=one: markdown.path_code(one) for one in folders], len(folders))  # type: ignore[misc]
    return draft.answer()
