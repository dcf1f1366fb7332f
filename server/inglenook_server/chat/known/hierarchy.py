"""What X inherits from, and what inherits from X."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.types import Answer

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked, dotted, full_name
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.heritage import bases_of
from inglenook_server.chat.known.markdown import MAX_CODE
from inglenook_server.chat.known.references import references
from inglenook_server.chat.known.targets import Target, Targets, written
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import write_notes, write_others
from inglenook_server.chat.signature import signature, whole_head

if TYPE_CHECKING:
    from inglenook_indexer.types import Reference, Symbol

_IMPLEMENTATIONS = 24
"""Blocks of one type that are read, each for what it implements."""
_ATTRIBUTES = 40  # lines of attributes and comments above a definition that are looked at
_LINE = 1_000  # characters of such a line
_ATTRIBUTE = re.compile(r"\s*(?:#\[|//|\w[\w:, ]*\)\]|\)\]|$)")
_DERIVE = re.compile(r"\bderive\s*\(([^()]*)\)")


def bases(asked: Asked) -> KnownAnswer | None:
    """What X inherits from, implements or extends. None for files and for what is not defined here."""
    subject = asked.subject
    if not subject.symbols:
        return None
    home = subject.symbols[0]
    lines = asked.lines(home.path)
    found, unnamed = inherited_by(asked, home)
    head = whole_head(lines, home.line, home.end_line, home.language)
    _, keywords = bases_of(head, home.language)
    draft = asked.draft(full_name(home))
    name, at = markdown.code(full_name(home)), draft.place(home.path, home.line, home.end_line)
    if found or unnamed:
        draft.say("bases.some", name=name, place=at, count=len(found) + len(unnamed))
        by_head = [lambda one=one: draft.phrase("bases.head", text=markdown.code(one)) for one, _ in unnamed]
        draft.entries([*(_base(draft, asked, *one) for one in found), *by_head], len(found) + len(unnamed))
    else:
        draft.say("bases.none", name=name, place=at)
        draft.text(markdown.code(signature(lines, home.line, home.end_line, home.language), MAX_CODE) if head else "")
    if keywords:
        draft.say("bases.keywords", keywords=draft.names(keywords))
    if home.language == "go":
        draft.say("bases.go")
    write_others(draft, subject.symbols, subject.total)
    return draft.answer()


def inherited_by(asked: Asked, home: Symbol) -> tuple[list[tuple[Reference, Symbol]], list[tuple[str, str]]]:
    """What a type names as a base, each with the block that says so; and (text, name) of what its head alone says."""
    blocks = [home, *(_implementations(asked, home) if home in asked.subject.symbols else ())]
    found: dict[str, tuple[Reference, Symbol]] = {}
    for block in blocks:
        for one in _inherited(asked, block):
            found.setdefault(one.name, (one, block))
    head = whole_head(asked.lines(home.path), home.line, home.end_line, home.language)
    in_head, _ = bases_of(head, home.language)
    return list(found.values()), [(one.text, one.name) for one in in_head if one.name not in found]


def _implementations(asked: Asked, home: Symbol) -> list[Symbol]:
    """Blocks elsewhere that say what a type implements. Where several types have the name: those of its own file."""
    blocks = [one for one in asked.subject.also if one.kind == "implementation"]
    if len(asked.subject.symbols) > 1:
        blocks = [one for one in blocks if one.path == home.path]
    return blocks[:_IMPLEMENTATIONS]


def _inherited(asked: Asked, block: Symbol) -> list[Reference]:
    """What a block names as a base, in its own lines and in the derivations above them."""
    whole = f"{block.parent} > {block.name}" if block.parent else block.name
    first, derived = _derived(asked.lines(block.path), block) if block.language == "rust" else (block.line, frozenset())
    named = asked.index.mentions(block.path, first, block.end_line)
    return [
        one
        for one in named
        if one.relation == "inherit"
        and (one.name in derived if one.line < block.line else one.container in (whole, block.parent))
    ]


def _derived(lines: Sequence[str], block: Symbol) -> tuple[int, frozenset[str]]:
    """The first line of the attributes above a definition, and the names that they derive."""
    first = block.line
    while first > max(1, block.line - _ATTRIBUTES) and _ATTRIBUTE.match(lines[first - 2][:_LINE]):
        first -= 1
    text = "\n".join(line[:_LINE] for line in lines[first - 1 : block.line - 1])
    return first, frozenset(name for found in _DERIVE.finditer(text) for name in re.findall(r"\w+", found[1]))


def _base(draft: Draft, asked: Asked, one: Reference, block: Symbol) -> Callable[[], str]:
    def entry() -> str:
        target = Targets(asked.index, block, asked.lines(block.path)).of(one)
        return target_phrase(draft, written(one), target)

    return entry


def target_phrase(draft: Draft, written: str, target: Target) -> str:
    """A name, and which definition it means."""
    name = markdown.code(written)
    if target.symbol is not None:
        one = target.symbol
        return draft.phrase(f"target.{target.state}", name=name, place=draft.place(one.path, one.line, one.end_line))
    key = "target.several_at_least" if target.state == "several" and not target.exact else f"target.{target.state}"
    return draft.phrase(key, name=name, count=target.count)


def subclasses(asked: Asked) -> KnownAnswer | None:
    """What inherits from X. None where the index knows neither X nor anything that inherits from it."""
    subject = asked.subject
    if subject.files or subject.folders:
        return None
    target = subject.symbols[0] if subject.symbols else None
    found = references(asked, target, "inherit")
    if target is None and not found.places:
        return None
    name = full_name(target) if target else asked.name
    draft = asked.draft(name)
    namesake = _base_of_its_name(asked, target) if target and not found.places else ""
    if target and namesake:  # and so it is the answer, if the other one was meant
        at = draft.place(target.path, target.line, target.end_line)
        draft.say("subclasses.namesake", name=markdown.code(name), place=at, base=markdown.code(namesake))
    write_subclasses(draft, name, found.places)
    if found.places:
        write_notes(draft, found, name)
    if target is not None and target.language == "go":
        draft.say("bases.go")
    if target is not None:
        write_others(draft, subject.symbols, subject.total)
    return draft.answer()


def _base_of_its_name(asked: Asked, target: Symbol) -> str:
    """A base that has the type's own name, as it is written; empty where there is none."""
    named, unnamed = inherited_by(asked, target)
    by_reference = [written(one) for one, _ in named if one.name == target.name]
    return next(iter([*by_reference, *(text for text, name in unnamed if name == target.name)]), "")


def write_subclasses(draft: Draft, name: str, found: Answer[Reference]) -> None:
    """Which types inherit, and where."""
    heirs = heirs_of(found)
    if not heirs:
        draft.say("subclasses.none", name=markdown.code(name))
        return
    draft.say("subclasses.some" if found.whole else "subclasses.at_least", name=markdown.code(name), count=len(heirs))
    draft.entries([_heir(draft, one) for one in heirs], len(heirs), exact=found.whole)


def heirs_of(found: Sequence[Reference]) -> list[Reference]:
    """One place for each type that inherits."""
    return list({(one.path, one.container or str(one.line)): one for one in reversed(found)}.values())[::-1]


def _heir(draft: Draft, one: Reference) -> Callable[[], str]:
    def entry() -> str:
        at = draft.place(one.path, one.line)
        shown = markdown.code(dotted(one.container)) if one.container else at
        return draft.phrase("subclasses.item", container=shown, place=at)

    return entry
