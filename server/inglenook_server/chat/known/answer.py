"""The answer to a question that the index can answer exactly, read from it alone. Knows no model, and asks none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from inglenook_indexer.text.words import looks_like_symbol

from inglenook_server.chat.known.asked import Asked
from inglenook_server.chat.known.callees import callees
from inglenook_server.chat.known.contents import contents
from inglenook_server.chat.known.definition import definition
from inglenook_server.chat.known.file_imports import imports
from inglenook_server.chat.known.hierarchy import bases, subclasses
from inglenook_server.chat.known.impact import impact
from inglenook_server.chat.known.named_by_tests import tests
from inglenook_server.chat.known.purpose import purpose
from inglenook_server.chat.known.raisers import raisers
from inglenook_server.chat.known.results import raises, returns
from inglenook_server.chat.known.signatures import signature
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.unknown import unknown
from inglenook_server.chat.known.usage import callers, importers, uses
from inglenook_server.chat.known.whether import calls, inherits
from inglenook_server.chat.questions.forms import Form, Question

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

Family = Callable[[Asked], KnownAnswer | None]


def _not_by_the_index(_: Asked) -> None:
    """What the index alone can't say: what has changed, and the last commit, are told from git, by the caller."""


FAMILIES: Mapping[Form, Family] = {
    "definition": definition,
    "uses": uses,
    "callers": callers,
    "importers": importers,
    "callees": callees,
    "bases": bases,
    "subclasses": subclasses,
    "purpose": purpose,
    "signature": signature,
    "returns": returns,
    "raises": raises,
    "raisers": raisers,
    "inherits": inherits,
    "calls": calls,
    "imports": imports,
    "contents": contents,
    "tests": tests,
    "impact": impact,
    "changes": _not_by_the_index,
    "commit": _not_by_the_index,
}
"""Who answers each form."""


def known_answer(question: Question, index: Searches, *, near: str = "") -> KnownAnswer | None:
    """The complete answer in Markdown; None where the index can't answer exactly.

    `near` is the path of the file that the user is in: of several definitions of a name, those that it sees come first.
    Raises IndexMissing, StorageError.
    """
    asked = Asked(question, index, near)
    if not asked.name:
        return None
    if question.unsure:
        if not asked.paths(asked.name)[1]:
            return None
        asked = Asked(replace(question, kind="folder"), index, near)
    found = FAMILIES[question.form](asked)
    if found is not None or question.form == "changes":
        return found
    subject = asked.subject
    nothing = not (subject.symbols or subject.files or subject.folders or subject.elsewhere)
    if subject.elsewhere and not subject.symbols:
        return definition(asked)
    guessed = question.loose or (question.form == "purpose" and not looks_like_symbol(asked.name))
    return unknown(asked) if nothing and not guessed else None
