"""What touched definitions reach, in sentences: who uses them and was not touched, and which tests name them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexMissing

from inglenook_server.changes.impact import Impact, impacts
from inglenook_server.changes.symbols import TouchedSymbol
from inglenook_server.chat.known.markdown import code, place
from inglenook_server.chat.known.phrases import say
from inglenook_server.chat.known.types import Span
from inglenook_server.chat.questions.forms import Language

if TYPE_CHECKING:
    from inglenook_indexer.types import Reference

    from inglenook_server.workspace.workspace import Searches

MAX_PLACES = 5  # of one definition's callers
MAX_REACHED = 8  # definitions whose callers are told of
MAX_TESTS = 8
_MORE = ", …"


def reached(symbols: Sequence[TouchedSymbol], index: Searches, language: Language, spans: list[Span]) -> str:
    """Sentences about what these definitions reach; empty where none can be called. Adds the places to `spans`.

    Raises StorageError.
    """
    if not symbols:
        return ""
    try:
        found = impacts(symbols, index)
    except IndexMissing:
        return say(language, "reach.no_index")
    if not found:
        return ""
    told = [one for one in found if one.symbol.how != "added" and (one.callers or one.unsure)][:MAX_REACHED]
    lines = [f"- {_used(one, language, spans)}" for one in told]
    return "\n\n".join(filter(None, ("\n".join(lines), _tests(found, language, spans))))


def _used(one: Impact, language: Language, spans: list[Span]) -> str:
    """The sentence about one definition's callers."""
    name = code(one.symbol.full_name)
    if not one.callers:
        return say(language, "reach.unsure_only", count=one.unsure, name=name)
    shown = one.callers[:MAX_PLACES]
    spans += [Span(caller.path, caller.line, caller.line) for caller in shown]
    places = ", ".join(_within(caller, language) for caller in shown) + (_MORE if len(one.callers) > MAX_PLACES else "")
    said = say(language, f"reach.{one.symbol.how}", count=len(one.callers), name=name, places=places)
    return f"{said} {say(language, 'reach.unsure', count=one.unsure, name=name)}" if one.unsure else said


def _within(one: Reference, language: Language) -> str:
    at = place(one.path, one.line)
    container = one.container.replace(" > ", ".")
    return say(language, "reach.within", place=at, container=code(container)) if container else at


def _tests(found: Sequence[Impact], language: Language, spans: list[Span]) -> str:
    named: dict[tuple[str, int], list[str]] = {}
    for one in found:
        for test in one.tests:
            named.setdefault((test.path, test.line), []).append(one.symbol.full_name)
    if not named:
        return say(language, "reach.no_tests")
    places = []
    for (path, line), names in list(named.items())[:MAX_TESTS]:
        spans.append(Span(path, line, line))
        places.append(say(language, "reach.test", place=place(path, line), names=", ".join(map(code, names))))
    return say(language, "reach.tests", places=", ".join(places) + (_MORE if len(named) > MAX_TESTS else ""))
