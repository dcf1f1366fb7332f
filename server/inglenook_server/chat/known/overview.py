"""What the index knows of a name, where a question names it and asks for places, but not plainly for which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inglenook_server.chat.known.asked import Asked
from inglenook_server.chat.known.definition import definition
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import uses
from inglenook_server.chat.questions.forms import Question

if TYPE_CHECKING:
    from inglenook_server.chat.questions.forms import Language
    from inglenook_server.workspace.workspace import Searches


def overview(name: str, index: Searches, language: Language, near: str = "") -> KnownAnswer | None:
    """Where something is defined and who uses it; None where the index has no definition of it.

    Raises IndexMissing, StorageError.
    """
    question = Question("definition", name, language=language)
    asked = Asked(question, index, near)
    if not asked.subject.symbols or (first := definition(asked)) is None:
        return None
    second = uses(Asked(replace(question, form="uses"), index, near))
    if second is None:
        return first
    return KnownAnswer(
        f"{first.text}\n\n{second.text}", tuple(dict.fromkeys((*first.spans, *second.spans))), first.subject
    )
