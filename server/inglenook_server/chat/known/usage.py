"""Who calls, uses or imports X: grouped by file, each place with the definition it stands in; tests apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import language_of
from inglenook_indexer.types import Answer

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import MOST, Asked, bare, dotted, full_name, places_of
from inglenook_server.chat.known.draft import MAX_ITEMS, Draft
from inglenook_server.chat.known.import_lines import hands_on, line_of
from inglenook_server.chat.known.kinds import FUNCTIONS, VALUES, is_member
from inglenook_server.chat.known.named_in_text import named_in_text, write_mentions
from inglenook_server.chat.known.places_of_tests import is_test
from inglenook_server.chat.known.references import Found, references
from inglenook_server.chat.known.types import KnownAnswer

if TYPE_CHECKING:
    from inglenook_indexer.types import Import, Reference, Symbol

_MOST_OTHERS = 4
_BY_NAME = frozenset(("found.by_method_name", "found.any_method"))
"""Notes that `write_caveat` says."""
_EXPORTING = frozenset(("javascript", "typescript", "tsx"))
"""Languages in which one statement imports a name and exports it."""
MAX_TESTS = 6
"""Entries of tests beside entries of code."""


def callers(asked: Asked) -> KnownAnswer | None:
    """Who calls X."""
    return _usage(asked, "calls", "call")


def uses(asked: Asked) -> KnownAnswer | None:
    """Who uses X, in whatever way."""
    return _usage(asked, "uses", "")


def importers(asked: Asked) -> KnownAnswer | None:
    """Who imports X, a symbol or a file."""
    if asked.subject.files:
        return _file_importers(asked)
    return None if asked.subject.folders else _usage(asked, "importers", "import")


def _usage(asked: Asked, section: str, relation: str) -> KnownAnswer | None:
    subject = asked.subject
    if subject.files and section == "uses":
        return _file_importers(asked)
    if subject.files or subject.folders:
        return None
    symbols = subject.symbols or subject.elsewhere
    target = symbols[0] if symbols else None
    found = references(asked, target, relation)
    inside = asked.narrowed if not subject.symbols else None
    if inside is not None:  # X is not defined there, so the question is about who uses it there
        kept = [one for one in found.places if asked.is_within(one.path)]
        found = Found(Answer(kept, exact=found.places.exact), found.note, found.owner)
    if target is None and not found.places:
        return None
    name = full_name(target) if target and not asked.is_any_member else asked.name
    draft = asked.draft(name)
    write_places(draft, asked, section, name, found.places)
    write_caveat(draft, asked, found, name, symbols)
    if target is not None and (not found.places or target.kind in VALUES) and section != "importers":
        write_mentions(draft, "text.anywhere", target.name, named_in_text(asked.index, target.name))
    write_notes(draft, found, name)
    if section != "importers":
        write_passed(draft, found, target)
    if inside is not None:
        draft.say("found.only_inside", path=markdown.path_code(bare(asked.question.path)))
    if not asked.is_any_member:
        write_others(draft, symbols, max(asked.subject.total, len(symbols)))
    return draft.answer()


def write_places(draft: Draft, asked: Asked, section: str, name: str, found: Answer[Reference]) -> None:
    """How many places, and the first of them; those of tests apart."""
    first = next(iter(asked.subject.symbols or asked.subject.elsewhere), None)
    among_tests = first is not None and is_test(first.path)  # then to tell tests apart says nothing
    plain: list[Reference] = []
    tests: list[Reference] = []
    for one in found:
        apart = not among_tests and is_test(one.path, one.container, one.language)
        (tests if apart else plain).append(one)
    whole = found.whole
    shown = markdown.code(name)
    if plain:
        draft.say(f"{section}.some" if whole else f"{section}.at_least", name=shown, count=len(plain))
        _list(draft, asked, section, _in_order(asked, plain, name), exact=whole)
    elif tests:
        draft.say(f"{section}.none_outside_tests", name=shown)
    else:
        draft.say(f"{section}.none", name=shown)
    if tests:
        draft.say(f"{section}.tests" if whole else f"{section}.tests_at_least", count=len(tests))
        _list(draft, asked, section, _in_order(asked, tests, name), exact=whole, most=MAX_TESTS if plain else MAX_ITEMS)


def _in_order(asked: Asked, found: Sequence[Reference], name: str) -> list[Reference]:
    """What uses something first, then what it does with itself, then what imports it, then what only hands it on."""

    def itself(one: Reference) -> bool:
        inside = dotted(one.container)
        return inside == name or inside.startswith(f"{name}.")

    def order(one: Reference) -> tuple[bool, bool, bool]:
        imported = one.relation == "import"
        return imported, imported and _only_hands_on(asked, one), itself(one)

    return sorted(found, key=order)


def _only_hands_on(asked: Asked, one: Reference | Import) -> bool:
    """Whether an import only exports the name again; its file is read in languages alone that can say so."""
    return language_of(one.path) in _EXPORTING and hands_on(asked.lines(one.path), one.line)


def _list(
    draft: Draft, asked: Asked, section: str, found: Sequence[Reference], *, exact: bool, most: int = MAX_ITEMS
) -> None:
    grouped: dict[tuple[str, str, str], list[Reference]] = {}
    for one in found:
        grouped.setdefault((one.path, one.container, one.relation), []).append(one)
    entries = [_entry(draft, asked, section, *key, some) for key, some in grouped.items()]
    draft.entries(entries, len(entries), exact=exact, most=most)


def _entry(
    draft: Draft, asked: Asked, section: str, path: str, container: str, relation: str, found: Sequence[Reference]
) -> Callable[[], str]:
    def entry() -> str:
        lines = lines_of(asked, found)
        if section == "importers":
            return draft.phrase(
                "importers.item", place=draft.place(path, lines[0]), module=markdown.code(found[0].qualifier)
            )
        key = {"call": "calls.item", "raise": "raisers.item"}.get(relation, f"uses.item_{relation}")
        places = draft.places([(path, line, line) for line in lines])
        if container:
            return draft.phrase(key, container=markdown.code(dotted(container)), places=places)
        return draft.phrase(key if relation == "import" else f"{key}_outside", places=places)

    return entry


def lines_of(asked: Asked, found: Sequence[Reference]) -> list[int]:
    """The lines of places in one file, each once; of an import, the line that its name is on."""
    return list(
        dict.fromkeys(
            line_of(asked.lines(one.path), one.line, one.name) if one.relation == "import" else one.line
            for one in found
        )
    )


def write_caveat(draft: Draft, asked: Asked, found: Found, name: str, symbols: Sequence[Symbol]) -> None:
    """That places were found by a method's name alone, which tells what they are worth."""
    last = markdown.code(name.rpartition(".")[2])
    if asked.is_any_member:
        methods = [one for one in symbols if is_member(one)]
        count = max(asked.subject.total, len(symbols)) - (len(symbols) - len(methods))
        draft.say("found.any_method", name=last, count=count, places=draft.places(places_of(methods), _MOST_OTHERS))
        if found.functions:
            draft.say("found.functions_too", places=draft.places(places_of(found.functions), _MOST_OTHERS))
    elif found.note in _BY_NAME:
        draft.say(found.note, name=last)


def write_notes(draft: Draft, found: Found, name: str) -> None:
    """How the places were found, where that is not plain."""
    owner = markdown.code(found.owner)
    if found.note and found.note not in _BY_NAME:
        draft.say(found.note, name=markdown.code(name))
    if found.is_value:
        draft.say("found.values", name=markdown.code(name))
    if found.beside:
        key = "found.beside_owner" if found.beside_exact else "found.beside_owner_at_least"
        draft.say(key, count=found.beside, owner=owner)


def write_passed(draft: Draft, found: Found, target: Symbol | None) -> None:
    """Of a function without a use outside of tests: that it may be passed on as a value, which is not looked for."""
    used = any(not is_test(one.path, one.container, one.language) for one in found.places)
    if target is not None and target.kind in FUNCTIONS and not used:
        draft.say("found.passed")


def write_others(draft: Draft, symbols: Sequence[Symbol], total: int) -> None:
    """Which definition was meant, and where others of its name are."""
    if total > 1:
        first, *others = places_of(symbols)
        own, rest = draft.place(*first), draft.places(others, _MOST_OTHERS)
        draft.say("others.are", place=own, places=rest, count=total - 1)


def _file_importers(asked: Asked) -> KnownAnswer | None:
    """Who imports a file."""
    path = asked.subject.files[0]
    draft = asked.draft(path)
    write_file_importers(draft, asked, path)
    if len(asked.subject.files) > 1:
        others = [(one, 1, 1) for one in asked.subject.files[1:]]
        draft.say(
            "others.are", place=draft.place(path, 1), places=draft.places(others, _MOST_OTHERS), count=len(others)
        )
    return draft.answer()


def write_file_importers(
    draft: Draft, asked: Asked, path: str, found: Answer[Import] | None = None, *, of: str = ""
) -> None:
    """The imports that mean a file, those of tests apart: those that were `found`, where they are known.

    `of`: the name in that file that these import, which is then spoken of instead of it.
    """
    found = found if found is not None else asked.index.importers(path, limit=MOST)
    name, end = markdown.code(of) if of else markdown.path_code(path), "" if found.exact else "_at_least"
    ordered = sorted(found, key=lambda one: _only_hands_on(asked, one))
    plain = [one for one in ordered if not is_test(one.path)]
    tests = [one for one in ordered if is_test(one.path)]
    if plain:
        draft.say("importers.some" if found.exact else "importers.at_least", name=name, count=len(plain))
        draft.entries(_imports(draft, plain), len(plain), exact=found.exact)
    else:
        draft.say("importers.none_outside_tests" if tests else "importers.none", name=name)
    if tests:
        draft.say(f"importers.tests{end}", count=len(tests))
        most = MAX_TESTS if plain else MAX_ITEMS
        draft.entries(_imports(draft, tests), len(tests), exact=found.exact, most=most)


def _imports(draft: Draft, found: Iterable[Import]) -> list[Callable[[], str]]:
    def entry(one: Import) -> str:
        at, module = draft.place(one.path, one.line), markdown.code(one.module)
        names = [name.partition(" as ")[0] for name in one.names]
        if not names:
            return draft.phrase("importers.item", place=at, module=module)
        return draft.phrase("importers.item_names", place=at, module=module, names=draft.names(names, 6))

    return [lambda one=one: entry(one) for one in found]  # type: ignore[misc]
