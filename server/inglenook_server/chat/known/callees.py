"""What X calls, in its own lines: each name with the definition that it means, as far as the text says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked, full_name
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.targets import Target, Targets, written
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import write_others

if TYPE_CHECKING:
    from inglenook_indexer.types import Reference, Symbol

_LOOKED_UP = 40
"""Names of one definition that are looked up: some milliseconds each."""


def callees(asked: Asked) -> KnownAnswer | None:
    """What X calls. None for files and for what is not defined here."""
    if not asked.subject.symbols:
        return None
    home = next((one for one in asked.subject.symbols if one.end_line > one.line), asked.subject.symbols[0])
    calls = calls_of(asked, home)
    draft = asked.draft(full_name(home))
    name, at = markdown.code(full_name(home)), draft.place(home.path, home.line, home.end_line)
    if not calls:
        draft.say("callees.none", name=name, place=at)
    else:
        targets = Targets(asked.index, home, asked.lines(home.path))
        looked_up = {one: targets.of(one) for one in calls[:_LOOKED_UP]}
        _write(draft, name, at, looked_up, len(calls))
    write_others(draft, (home, *(one for one in asked.subject.symbols if one != home)), asked.subject.total)
    return draft.answer()


def calls_of(asked: Asked, home: Symbol) -> list[Reference]:
    """Each name that its lines call, once, in their order."""
    calls: dict[tuple[str, str], Reference] = {}
    for one in asked.index.mentions(home.path, home.line, home.end_line):
        if one.relation == "call":
            calls.setdefault((one.qualifier, one.name), one)
    return list(calls.values())


def _write(draft: Draft, name: str, at: str, found: dict[Reference, Target], total: int) -> None:
    known: dict[Symbol, str] = {}
    for target in found.values():
        if target.symbol is not None and target.symbol not in known:
            known[target.symbol] = target.state
    left = total - len(found)
    if known:
        draft.say("callees.some" if not left else "callees.at_least", name=name, place=at, count=len(known))
        draft.entries([_entry(draft, one, state) for one, state in known.items()], len(known) + left, exact=not left)
    else:
        draft.say("callees.none_inside" if not left else "callees.none_known", name=name, place=at)
    unsure = [written(one) for one, target in found.items() if target.state == "several"]
    outside = [written(one) for one, target in found.items() if target.state == "outside"]
    if unsure:
        draft.say("callees.unsure", names=draft.names(list(dict.fromkeys(unsure))))
    if outside:
        draft.say("callees.outside", names=draft.names(list(dict.fromkeys(outside))))


def _entry(draft: Draft, one: Symbol, state: str) -> Callable[[], str]:
    def entry() -> str:
        shown = full_name(one) if state == "sure" else one.name
        at = draft.place(one.path, one.line, one.end_line)
        return draft.phrase(f"target.{state}", name=markdown.code(shown), place=at)

    return entry
