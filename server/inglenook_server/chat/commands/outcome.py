"""What becomes of a model's text for a task: a proposed edit, or a sentence that says why there is none."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexMissing

from inglenook_server.chat.addressed import without_orders
from inglenook_server.chat.commands.task import Task
from inglenook_server.chat.edits.doc_text import doc_text
from inglenook_server.chat.edits.docs import document
from inglenook_server.chat.edits.edit import Edit, Refusal
from inglenook_server.chat.edits.guards import guarded
from inglenook_server.chat.edits.new_tests import propose_tests
from inglenook_server.chat.edits.propose import BROKEN, propose, sound
from inglenook_server.chat.edits.signature_change import signature_notes
from inglenook_server.completion.syntax.blocks import Syntax
from inglenook_server.documents import bare_lines

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

    from inglenook_server.workspace.workspace import Searches

NOT_INDEXED = "This file is not in the index, so no change of it is proposed."
CHANGED = "The file has changed since the question was asked, so no change of it is proposed."
ELSEWHERE = "The model changed other code than what was chosen, so no change is proposed."
NOTHING_DEFINED = "The selected code defines nothing that could be documented."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task came to."""

    edit: Edit | None = None
    note: str = ""
    """Why there is no edit, or what is to be known of it; empty where there is nothing to say."""


def outcome(task: Task, text: str, index: Searches | None, *, cut: bool = False) -> Outcome:
    """The edit that `text` proposes for a task. Takes milliseconds. Raises StorageError.

    `cut` says that the model was stopped before its end.
    """
    kind = task.recipe.outcome
    if kind == "words":
        return Outcome()
    if index is None:
        return Outcome(note=NOT_INDEXED)
    try:
        if kind == "tests":
            found = propose_tests(text, task.target.path, task.target.name, index, syntax(), cut=cut)
            return _as_outcome(
                guarded(found, task.wish, index.withheld(found.path)) if isinstance(found, Edit) else found
            )
        return _changed(task, text, index, cut=cut)
    except IndexMissing:
        return Outcome(note=NOT_INDEXED)


def _changed(task: Task, text: str, index: Searches, *, cut: bool) -> Outcome:
    target = task.target
    whole = index.text(target.path)
    if not whole:
        return Outcome(note=NOT_INDEXED)
    lines, outline = bare_lines(whole), index.outline(target.path)
    if without_orders("\n".join(lines[target.start_line - 1 : target.end_line])) != target.text:
        return Outcome(note=CHANGED)
    if task.recipe.outcome == "documentation":
        found = _documented(task, text, lines, outline)
    else:
        found = propose(text, target.path, lines, outline, target.start_line, target.end_line, syntax(), cut=cut)
    if isinstance(found, Edit) and not _of_target(found, task):
        found = Refusal(ELSEWHERE)
    if isinstance(found, Edit):
        found = guarded(found, task.wish, index.withheld(found.path))
    if isinstance(found, Refusal) or task.recipe.outcome == "documentation":
        return _as_outcome(found)
    return Outcome(
        found, signature_notes(found, lines, outline, task.wish, lambda one: callers(one, target.path, index))
    )


def _of_target(edit: Edit, task: Task) -> bool:
    """Whether an edit is of the lines that the task is about; what is inserted stands right before a line."""
    return edit.start_line <= task.target.end_line and max(edit.end_line, edit.start_line) >= task.target.start_line


def _documented(task: Task, text: str, lines: Sequence[str], outline: Sequence[Symbol]) -> Edit | Refusal:
    first = task.target.start_line
    symbol = next((one for one in outline if one.line == first), None)
    if symbol is None:
        return Refusal(NOTHING_DEFINED)
    edit = document(symbol, lines, doc_text(text, task.target.text))
    return Refusal(BROKEN) if isinstance(edit, Edit) and not sound(edit, lines, syntax()) else edit


def callers(symbol: Symbol, path: str, index: Searches) -> str:
    """How many places call a definition, in a sentence."""
    found = index.references(symbol.name, relation="call", defined_in=path, limit=1)
    if not found.total:
        return "The index knows no call of it."
    least = "" if found.exact else "At least "
    if found.total == 1:
        return f"{least}{'one' if least else 'One'} place calls it."
    return f"{least}{found.total} places call it."


def _as_outcome(found: Edit | Refusal) -> Outcome:
    return Outcome(note=found.sentence) if isinstance(found, Refusal) else Outcome(found)


@functools.cache
def syntax() -> Syntax:
    """The grammars that proposed changes are held to; they have a process of their own, so there is one."""
    return Syntax()
