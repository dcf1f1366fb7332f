"""What a question names and what the client gives -> what would go along, and how it is cut. Knows no budget.

Texts come from the index, which masks them and refuses what is excluded, or from the client, and are masked here; a
document's buffer is masked by the edge, as it knows the whole of it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.secrets.redact import is_secret_path
from inglenook_indexer.text.printable import one_line

from inglenook_server.chat.attachments import client_texts, documents
from inglenook_server.chat.attachments.budget import Candidate, Shape
from inglenook_server.chat.attachments.documents import Lines
from inglenook_server.chat.attachments.lookup import Paths, normal
from inglenook_server.chat.attachments.mentions import Mention
from inglenook_server.chat.attachments.outlines import beginning, lines_of
from inglenook_server.chat.attachments.types import Attached, Given, Kind
from inglenook_server.generation.prompts.token_budget import TokenCounter

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

    from inglenook_server.workspace.workspace import Searches

LOOKED_UP = 100
"""Names of a question that are looked up, the first."""
MOST = 20
"""Things that go along; a question that names more has no room for them."""
HOMONYMS = 30
"""Definitions of one name that are counted."""
SHOWN = 120
"""Characters of a name in a sentence."""

DiffText = Callable[[bool], str]
"""(whether of what is staged) -> a diff, as text; empty where nothing has changed. Raises NoDiff."""

NO_FOLDER = "No folder is open, so nothing can be looked up."
OUTSIDE = "It lies outside of the workspace. Write a path from the workspace's folder."
NOT_GIVEN = {
    "selection": "Nothing is selected.",
    "problems": "There are no problems to send along.",
    "terminal": "There is no terminal output to send along.",
}
ABSENT = " does not exist."
"""How the index ends its sentence about a file that is not there."""
NO_DIFF = "Changes can't be read here."
WITHHELD = "What has changed is withheld, because it may hold secrets."
NO_CHANGES = {False: "Nothing has changed.", True: "Nothing is staged."}


class NoDiff(Exception):
    """Changes can't be read; its text is the sentence that says why."""


@dataclass(slots=True)
class Scope:
    """What names are looked up in, and by what texts are cut. `words` are the question's; `near` is the active file."""

    index: Searches | None
    near: str
    words: frozenset[str]
    diff_text: DiffText | None = None
    paths: Paths | None = field(init=False)

    def __post_init__(self) -> None:
        """Read nothing yet."""
        self.paths = Paths(self.index) if self.index is not None else None


def candidates(mentions: Sequence[Mention], given: Sequence[Given], scope: Scope) -> list[Candidate]:
    """What would go along, what the question names first, each once. What can't go along says why."""
    found: dict[tuple[object, ...], Candidate] = {}
    kinds = {one.kind for one in given}
    for one in mentions[:LOOKED_UP]:
        if len(found) == MOST:
            break
        if one.kind in NOT_GIVEN and one.kind in kinds:
            continue  # the client's own goes along anyway
        key, made = _of_mention(one, scope)
        _keep(found, key, replace(made, named=True) if made is not None else None)
    for each in given:
        if len(found) == MOST:
            break
        _keep(found, *_of_given(each, scope))
    return list(found.values())


def _keep(found: dict[tuple[object, ...], Candidate], key: tuple[object, ...], made: Candidate | None) -> None:
    if made is not None:
        found.setdefault(key, made)


Made = tuple[tuple[object, ...], Candidate | None]
"""What it is known again by, and how it is cut; None for what was no name of ours."""


def _of_mention(one: Mention, scope: Scope) -> Made:
    if one.kind in ("diff", "staged"):
        return _diff(one.kind == "staged", scope)
    if one.kind in NOT_GIVEN:
        return _refused(one.kind, one.kind, NOT_GIVEN[one.kind])  # type: ignore[arg-type]
    try:
        return _named(one, scope)
    except IndexerError as error:
        return _refused("symbol" if one.kind in ("symbol", "name") else "file", one.name, error.message)


def _named(one: Mention, scope: Scope) -> Made:
    """A file, a folder or a symbol by its name."""
    if scope.index is None or scope.paths is None:
        return _unknown(one, NO_FOLDER)
    path = normal(one.name)
    if path is None:
        return _unknown(one, OUTSIDE)
    if one.kind in ("path", "name") and (files := scope.paths.called(path, scope.near)):
        note = _others(len(files) - 1, "file is called so", "files are called so")
        return _file(files[0], scope, one.start_line, one.end_line, note)
    if one.kind in ("symbol", "name") and (made := _symbol(one.name, scope.near, scope)) is not None:
        return made
    if one.kind != "symbol" and (folders := scope.paths.folder(path, scope.near)):
        return _folder(folders[0], scope, _others(len(folders) - 1, "folder is called so", "folders are called so"))
    explained = scope.index.explain_file(path) if one.kind != "symbol" else ABSENT
    if one.kind in ("symbol", "name") and explained.endswith(ABSENT):
        return _unknown(one, f"Nothing called {_short(one.name)} is in the index.")
    return _unknown(replace(one, kind="path") if one.kind == "name" else one, explained)


def _of_given(given: Given, scope: Scope) -> Made:
    if given.problem:
        return _refused(given.kind, given.path or given.name or given.kind, given.problem)
    if given.kind == "diff":
        return _diff(given.name == "staged", scope, given.text)
    if given.kind in ("problems", "terminal"):
        return _text(given)
    try:
        return _of_workspace(given, scope)
    except IndexerError as error:
        return _refused(given.kind, given.path or given.name, error.message)


def _of_workspace(given: Given, scope: Scope) -> Made:
    """What the client gives of files and symbols."""
    if given.path and (secret := is_secret_path(given.path)) is not None:
        return _refused(given.kind, given.path, f"It is withheld: {secret}.")
    if given.kind in ("selection", "cursor"):
        return _in_buffer(given, scope)
    if given.kind == "symbol":
        made = _symbol(given.name, given.path or scope.near, scope) if scope.index is not None else None
        return made or _refused("symbol", given.name, f"Nothing called {_short(given.name)} is in the index.")
    if given.kind == "folder":
        path = normal(given.path or given.name)
        folders = scope.paths.folder(path, scope.near) if scope.paths is not None and path is not None else []
        if folders:
            return _folder(folders[0], scope, "")
        return _refused("folder", given.path or given.name, "No indexed file lies in it.")
    if given.outside:
        if not given.text:
            return _refused("file", given.path, "It lies in no open folder, and is not open in the editor.")
        lines = Lines(given.path, lines_of(given.text), (), given.first_line)
        return ("file", given.path), Candidate("file", documents.file(lines, one_line(given.path), scope.words))
    return _file(given.path, scope)


def _in_buffer(given: Given, scope: Scope) -> Made:
    """A selection, or a cursor, in a buffer of the editor."""
    text = given.text or ("" if scope.index is None or given.outside else scope.index.text(given.path))
    lines = lines_of(text)
    if not text.strip() or given.start_line < 1:
        empty = NOT_GIVEN["selection"] if given.kind == "selection" else "There is no text around the cursor."
        return _refused(given.kind, given.path or given.kind, empty)
    source = Lines(given.path, lines, _outline(given, scope), given.first_line)
    shape = (documents.selection if given.kind == "selection" else documents.cursor)(given, source)
    return (given.kind, given.path, given.start_line, given.end_line), Candidate(given.kind, shape)


def _outline(given: Given, scope: Scope) -> Sequence[Symbol]:
    """What the index knows of a buffer. While it is being made nothing: the buffer's lines are there all the same."""
    if scope.index is None or given.outside:
        return ()
    try:
        return scope.index.outline(given.path)
    except IndexerError:
        return ()


def _file(path: str, scope: Scope, low: int = 0, high: int = 0, note: str = "") -> Made:
    if scope.index is None:
        return _refused("file", path, NO_FOLDER)
    source = documents.indexed(scope.index, path)
    if not source.lines:
        known = scope.paths is not None and path in scope.paths.called(path, path)
        return _refused("file", path, "There is nothing to read in it." if known else scope.index.explain_file(path))
    if low > source.last or high < low:
        return _refused("file", path, f"It has {source.last} lines.")
    label = one_line(f"{path}:{low}-{min(high, source.last)}" if low else path)
    shape = _noted(documents.file(source, label, scope.words, low, high), note)
    return ("file", path, low, high), Candidate("file", shape)


def _folder(path: str, scope: Scope, note: str) -> Made:
    assert scope.index is not None
    assert scope.paths is not None
    return ("folder", path), Candidate("folder", documents.folder(scope.index, path, scope.paths.within(path), note))


def _symbol(name: str, near: str, scope: Scope) -> Made | None:
    """The nearest definition of a name; None where there is none."""
    assert scope.index is not None
    found = scope.index.definitions(name, near=near, limit=HOMONYMS)
    if not found:
        return None
    one = found[0]
    source = documents.indexed(scope.index, one.path)
    if not source.lines:
        return None
    total = getattr(found, "total", len(found)) - 1
    label = one_line(f"{one.parent.rpartition(' > ')[2]}.{one.name}" if one.parent else one.name)
    note = _others(total, "definition has this name", "definitions have this name")
    return ("symbol", one.path, one.line), Candidate("symbol", documents.symbol(source, one, label, scope.words, note))


def _text(given: Given) -> Made:
    """The client's own text of problems or of a terminal."""
    text = client_texts.problems(given.text) if given.kind == "problems" else client_texts.terminal(given.text)
    if not text.strip():
        return _refused(given.kind, given.kind, NOT_GIVEN[given.kind])

    def shape(tokens: int, counter: TokenCounter) -> Attached:
        return Attached(given.kind, given.kind, text=client_texts.telling(text, tokens, counter))

    return (given.kind,), Candidate(given.kind, shape)


def _diff(staged: bool, scope: Scope, given: str = "") -> Made:
    label = "staged changes" if staged else "changes"
    if not given and scope.diff_text is None:
        return _refused("diff", label, NO_DIFF)

    @functools.cache
    def told() -> tuple[str, str]:
        """(the diff, why there is none). Read when it is cut: a large tree takes its time."""
        try:
            text = given or (scope.diff_text(staged) if scope.diff_text is not None else "")
        except NoDiff as error:
            return "", one_line(str(error))
        masked = client_texts.diff(text)
        return (masked, "") if masked.strip() else ("", WITHHELD if text.strip() else NO_CHANGES[staged])

    def shape(tokens: int, counter: TokenCounter) -> Attached:
        masked, problem = told()
        return Attached("diff", label, text=beginning(masked, tokens, counter) if masked else "", problem=problem)

    return ("diff", staged), Candidate("diff", shape)


def _noted(shape: Shape, note: str) -> Shape:
    def noted(tokens: int, counter: TokenCounter) -> Attached:
        return replace(shape(tokens, counter), note=note)

    return noted if note else shape


def _unknown(one: Mention, problem: str) -> Made:
    """What is not there: said where it was surely meant."""
    kinds: dict[str, Kind] = {"folder": "folder", "symbol": "symbol", "name": "symbol"}
    kind = kinds.get(one.kind, "file")
    return _refused(kind, one.name, problem) if one.certain else ((kind, one.name), None)


def _refused(kind: Kind, label: str, problem: str) -> Made:
    refusal = Attached(kind, _short(label), problem=one_line(problem))
    return (kind, label, problem), Candidate(kind, lambda tokens, counter: refusal, refusal)


def _others(count: int, one: str, more: str) -> str:
    """How many other places a name may mean, as a sentence; empty for none."""
    return f"{count} other {one if count == 1 else more}." if count > 0 else ""


def _short(name: str) -> str:
    shown = one_line(name)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
