"""Which parameters X takes: its signature as it stands, and each parameter with what that gives of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked, full_name
from inglenook_server.chat.known.definition import write_many
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.kinds import FUNCTIONS, TYPES
from inglenook_server.chat.known.outlines import members_of
from inglenook_server.chat.known.parameters import Parameter, parameters
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.signature import whole_head

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_CALLED = FUNCTIONS | {"declaration"}
_CONSTRUCTORS = frozenset(("__init__", "constructor", "__construct", "initialize", "init"))
"""How methods are called that make an object; elsewhere they have the name of their class."""
_HEADED = frozenset(("kotlin", "scala", "csharp", "java"))
"""Where the head of a class may have the parameters itself."""
_MOST = 40
"""Parameters that are listed: more than a screen holds is read in the code."""
_MAX_HEAD = 1_500
"""Characters of a signature that are shown: half of one is no answer."""


def signature(asked: Asked) -> KnownAnswer | None:
    """The signature of X, of a class that of its constructor. None where nothing of that name is called."""
    subject = asked.subject
    found = [one for one in subject.symbols if one.kind in _CALLED]
    if not found:
        return next((_of_type(asked, one) for one in subject.symbols if one.kind in TYPES), None)
    if len(found) == 1:
        draft = asked.draft(full_name(found[0]))
        _write(draft, asked, found[0])
        return draft.answer()
    draft = asked.draft(full_name(found[0]))
    write_many(draft, asked, found, len(found), docs=False)
    return draft.answer()


def _of_type(asked: Asked, home: Symbol) -> KnownAnswer:
    """Of a type: the signatures of its constructors, or that it has none of its own."""
    made = [one for one in members_of(home, asked.index.outline(home.path)) if _constructs(one, home)]
    draft = asked.draft(full_name(home))
    head = _head(asked, home)
    if made:
        for one in made[:_MOST]:
            _write(draft, asked, one)
    elif home.language in _HEADED and parameters(head, home.name, home.language) is not None:
        _write(draft, asked, home)
    else:
        at = draft.place(home.path, home.line, home.end_line)
        draft.say("signature.no_constructor", name=markdown.code(full_name(home)), kind=draft.kind(home.kind), place=at)
        draft.text(_shown(head))
    return draft.answer()


def _constructs(one: Symbol, home: Symbol) -> bool:
    named = one.name in _CONSTRUCTORS or one.name == home.name
    return one.kind == "constructor" or (one.kind in FUNCTIONS and named)


def _write(draft: Draft, asked: Asked, one: Symbol) -> None:
    """The signature of one symbol and its parameters."""
    at = draft.place(one.path, one.line, one.end_line)
    draft.say("signature.head", name=markdown.code(full_name(one)), kind=draft.kind(one.kind), place=at)
    head = _head(asked, one)
    draft.text(_shown(head))
    found = parameters(head, one.name, one.language)
    if found is None:
        return
    if not found.listed:
        draft.say("signature.bound_none" if found.bound else "signature.none")
        return
    draft.say("signature.bound" if found.bound else "signature.parameters", count=len(found.listed))
    draft.entries([_entry(draft, each) for each in found.listed], len(found.listed), most=_MOST)


def _entry(draft: Draft, one: Parameter) -> Callable[[], str]:
    values = {
        key: markdown.code(text, len(text) + 1) for key, text in (("type", one.type), ("default", one.default)) if text
    }
    key = "_".join(("item", *values))
    return lambda: draft.phrase(f"signature.{key}", name=markdown.code(one.name), **values)


def _head(asked: Asked, one: Symbol) -> str:
    return whole_head(asked.lines(one.path), one.line, one.end_line, one.language)


def _shown(head: str) -> str:
    return markdown.code(head, _MAX_HEAD) if head else ""
