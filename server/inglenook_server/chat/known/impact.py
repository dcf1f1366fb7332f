"""What a change of X reaches: its callers, what inherits from it, what imports its file, the tests; one step further.

By the index alone: what is called through a variable, a name made at run time or another repository is not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inglenook_indexer.types import Answer

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import MOST, Asked, full_name
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.hierarchy import write_subclasses
from inglenook_server.chat.known.kinds import TYPES, VALUES
from inglenook_server.chat.known.named_by_tests import write_tests
from inglenook_server.chat.known.named_in_text import named_in_text, write_mentions
from inglenook_server.chat.known.places_of_tests import is_test
from inglenook_server.chat.known.references import Found, references
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import (
    write_caveat,
    write_file_importers,
    write_notes,
    write_others,
    write_passed,
    write_places,
)

if TYPE_CHECKING:
    from inglenook_indexer.types import Import, Reference, Symbol

_FURTHER = 16
"""Callers whose own callers are counted: some milliseconds each."""


def impact(asked: Asked) -> KnownAnswer | None:
    """What a change of X, a symbol or a file, reaches. None where the index knows nothing of X."""
    subject = asked.subject
    if subject.files:
        draft = asked.draft(subject.files[0])
        write_file_importers(draft, asked, subject.files[0])
        return draft.answer()
    if not subject.symbols:
        return None
    target = subject.symbols[0]
    name = asked.name if asked.is_any_member else full_name(target)
    shown = markdown.code(name)
    draft = asked.draft(name)
    at = "" if asked.is_any_member else draft.place(target.path, target.line, target.end_line)
    found = references(asked, target, "")
    of_file = asked.index.importers(target.path, limit=MOST)
    imported = _taking(of_file, target)
    if not found.places and not of_file:
        if asked.is_any_member:
            write_caveat(draft, asked, found, name, subject.symbols)
        draft.say("impact.none", name=shown)
        write_passed(draft, found, target)
    else:
        draft.say("impact.head_any" if asked.is_any_member else "impact.head", name=shown, place=at)
        write_caveat(draft, asked, found, name, subject.symbols)
        _write(draft, asked, target, found)
        if target.kind in VALUES:  # where a value is read, no relation tells
            write_mentions(draft, "text.anywhere", target.name, named_in_text(asked.index, target.name))
        if imported and not asked.is_any_member:
            write_file_importers(draft, asked, target.path, imported, of=_outermost(target))
    if not asked.is_any_member:
        write_others(draft, subject.symbols, max(subject.total, len(subject.symbols)))
    return draft.answer()


def _outermost(target: Symbol) -> str:
    """The name by which a file that imports it has it: a method's is its class's."""
    return target.parent.split(" > ")[0] or target.name


def _taking(every: Answer[Import], target: Symbol) -> Answer[Import]:
    """The imports of its file that take it, or everything. What uses a whole module is told where it uses it."""
    wanted = {_outermost(target), "*"}
    kept = [one for one in every if wanted & {name.partition(" as ")[0] for name in one.names}]
    return Answer(kept, exact=every.exact)


def _write(draft: Draft, asked: Asked, target: Symbol, found: Found) -> None:
    """Uses but for those in tests, heirs, tests, and how far the callers' callers go."""
    name = asked.name if asked.is_any_member else full_name(target)
    plain = [one for one in found.places if not is_test(one.path, one.container, one.language)]
    used = [one for one in plain if one.relation not in ("inherit", "import")]
    exact = found.places.whole
    if used:
        write_places(draft, asked, "uses", name, Answer(used, exact=exact))
    _write_further(draft, asked, [one for one in used if one.relation == "call" and one.container])
    heirs = [one for one in plain if one.relation == "inherit"]
    if heirs and target.kind in TYPES:
        write_subclasses(draft, name, Answer(heirs, exact=exact))
    write_tests(draft, asked, name, found)
    write_notes(draft, found, name)


def _write_further(draft: Draft, asked: Asked, calls: list[Reference]) -> None:
    callers = list(dict.fromkeys((one.container, one.path) for one in calls))
    places: dict[tuple[str, int], None] = {}
    exact = len(callers) <= _FURTHER
    for container, path in callers[:_FURTHER]:
        around, _, name = container.rpartition(" > ")
        if around and asked.index.definitions(name, limit=2).total != 1:
            exact = False  # calls of that method may mean another one
            continue
        more = asked.index.references(name, relation="call", defined_in="" if around else path, limit=MOST)
        exact &= more.whole
        places.update(((one.path, one.line), None) for one in more)
    if places:
        draft.say("impact.further" if exact else "impact.further_at_least", count=len(places))
