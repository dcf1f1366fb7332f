"""Which tests name X: the test functions, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.types import Answer

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked, dotted, full_name
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.named_in_text import IN_TESTS, named_in_text, write_mentions
from inglenook_server.chat.known.places_of_tests import helps_tests, is_test
from inglenook_server.chat.known.references import Found, references
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import lines_of, write_caveat, write_file_importers, write_notes, write_others

if TYPE_CHECKING:
    from inglenook_indexer.types import Reference


def tests(asked: Asked) -> KnownAnswer | None:
    """The tests that name X. None where the index knows nothing of X."""
    subject = asked.subject
    if subject.files:
        draft = asked.draft(subject.files[0])
        write_file_importers(draft, asked, subject.files[0])
        return draft.answer()
    target = subject.symbols[0] if subject.symbols else None
    if target is None:
        return None
    found = references(asked, target, "")
    name = asked.name if asked.is_any_member else full_name(target)
    draft = asked.draft(name)
    tested = any(is_test(one.path, one.container, one.language) for one in found.places)
    if tested or asked.is_any_member:
        write_caveat(draft, asked, found, name, subject.symbols)
    used = any(one.relation != "import" for one in in_tests(found.places))
    said = () if used else named_in_text(asked.index, target.name, is_test)
    if said:
        write_mentions(draft, IN_TESTS, target.name, said)
    else:
        write_tests(draft, asked, name, found)
    if tested:
        write_notes(draft, Found(found.places, found.note), name)
    if not asked.is_any_member:
        write_others(draft, subject.symbols, max(subject.total, len(subject.symbols)))
    return draft.answer()


def write_tests(draft: Draft, asked: Asked, name: str, found: Found) -> None:
    """The places in tests, by test function; helpers of tests come behind them, and what only imports the name last."""
    places = sorted(in_tests(found.places), key=lambda one: (one.relation == "import", helps_tests(one.container)))
    if not places:
        draft.say("tests.none", name=markdown.code(name))
        return
    whole = found.places.whole
    draft.say("tests.some" if whole else "tests.at_least", name=markdown.code(name), count=len(places))
    grouped: dict[tuple[str, str], list[Reference]] = {}
    for one in places:
        grouped.setdefault((one.path, one.container), []).append(one)
    draft.entries([_entry(draft, asked, some) for some in grouped.values()], len(grouped), exact=whole)


def _entry(draft: Draft, asked: Asked, found: Sequence[Reference]) -> Callable[[], str]:
    def entry() -> str:
        places = draft.places([(found[0].path, line, line) for line in sorted(lines_of(asked, found))])
        if not found[0].container:
            return draft.phrase("tests.item_outside", places=places)
        return draft.phrase("tests.item", container=markdown.code(dotted(found[0].container)), places=places)

    return entry


def in_tests(found: Answer[Reference]) -> list[Reference]:
    """Those of tests."""
    return [one for one in found if is_test(one.path, one.container, one.language)]
