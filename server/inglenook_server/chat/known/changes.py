"""What has changed since the last commit, in sentences: files, definitions, who uses them, which tests name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.chunks.chunk import GuardedChunker
from inglenook_indexer.errors import IndexMissing

from inglenook_server.changes.diff import changes
from inglenook_server.changes.symbols import CALLED, TYPES, Cuts, TouchedSymbol, touched
from inglenook_server.changes.types import Changes, FileChange, Unreadable
from inglenook_server.chat.known.changes_reach import reached
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.markdown import code, path_code, place
from inglenook_server.chat.known.phrases import say
from inglenook_server.chat.known.types import KnownAnswer, Span
from inglenook_server.chat.known.unknown import write_unknown_path
from inglenook_server.chat.questions.forms import Language, Question

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

MAX_FILES = 12
"""Files that are told of one by one: a reader takes in no more, and the others are counted."""
MAX_TOUCHED = 40
"""Files whose definitions are looked up: some milliseconds each."""
MAX_SYMBOLS = 8  # of one file
MAX_DEFINED = 4  # of a new file
STATUSES = ("modified", "deleted", "renamed", "added", "untracked")
"""In the order in which files are told of."""
_MENDING = {
    "split": "git update-index --no-split-index",
    "sparse": "git sparse-checkout reapply --no-sparse-index",
    "damaged": "git fsck",
}
"""What git has for a repository that can't be read, by the reason."""


def changes_answer(question: Question, index: Searches, root: Path, cutter: Cuts | None = None) -> KnownAnswer:
    """What has changed in the workspace `root`, whose `index` has paths relative to it. Raises StorageError.

    `question.path` (or its subject) narrows to a file or folder; `question.staged` and `question.unstaged` to what is
    staged, or is not. Without a `cutter` one is made, whose process takes a fifth of a second to start.
    """
    cutter = cutter or GuardedChunker()
    language, path = question.language, (question.path or question.subject).strip("/")
    try:
        found = changes(root, staged=question.staged, unstaged=question.unstaged, index=index, path=path)
    except Unreadable as error:
        return KnownAnswer(unreadable(error, language))
    part = "_staged" if question.staged else "_unstaged" if question.unstaged else ""
    if not found.files:
        return _nothing(found, part, path, index, language)
    spans: list[Span] = []
    ordered = sorted(found.files, key=lambda one: (STATUSES.index(_status(one)), one.path))
    by_file = [(one, touched(one, cutter)) for one in ordered[:MAX_TOUCHED]]
    symbols = [one for _, some in by_file for one in some]
    lines = [_summary(found, part, language)]
    for change, some in by_file[:MAX_FILES]:
        lines += _file(change, some, language, spans)
    if len(ordered) > MAX_FILES:
        lines.append(f"- {say(language, 'changes.more_files', count=len(ordered) - MAX_FILES)}")
    reach = reached(symbols, index, language, spans)
    notes = " ".join(_notes(found, language))
    subject = symbols[0].full_name if len(symbols) == 1 else ordered[0].path if len(ordered) == 1 else ""
    return KnownAnswer("\n\n".join(filter(None, ("\n".join(lines), reach, notes))), tuple(spans), subject)


def unreadable(error: Unreadable, language: Language) -> str:
    """Why nothing can be told of a repository, in a sentence."""
    command = code(_MENDING.get(error.reason, ""))
    return say(language, f"repository.{error.reason}", what=code(error.what[:60]), command=command)


def _status(change: FileChange) -> str:
    return "untracked" if change.untracked and change.status == "added" else change.status


def _nothing(found: Changes, part: str, path: str, index: Searches, language: Language) -> KnownAnswer:
    """That nothing has changed; or that all of it is left out, or that there is no such file."""
    if path and not found.conflicts and (missing := no_such_path(path, index, language)):
        return missing
    if found.left_out:
        said = say(language, f"changes.left_out_only{part}", count=found.left_out)
        found = replace(found, left_out=0)
    else:
        said = say(language, f"changes.nothing{part}{'_within' if path else ''}", path=path_code(path))
    return KnownAnswer(" ".join([said, *_notes(found, language)]))


def no_such_path(path: str, index: Searches, language: Language) -> KnownAnswer | None:
    """That the index has no such file or folder, and which are written much like it; None where it has one."""
    try:
        files = index.files()
    except IndexMissing:
        return None
    if path in files or any(one.startswith(f"{path}/") for one in files):
        return None
    draft = Draft(language, path)
    write_unknown_path(draft, path, files)
    return draft.answer()


def _summary(found: Changes, part: str, language: Language) -> str:
    counts = dict.fromkeys(STATUSES, 0)
    for one in found.files:
        counts[_status(one)] += 1
    how = ", ".join(say(language, f"changes.how_{name}", count=count) for name, count in counts.items() if count)
    return say(language, f"changes.files{part}", count=len(found.files), how=how) + "\n"


def _notes(found: Changes, language: Language) -> list[str]:
    notes = [say(language, "changes.unborn")] if found.unborn else []
    counts = {"left_out": found.left_out, "unnamed": found.unnamed, "submodules": found.submodules}
    notes += [say(language, f"changes.{key}", count=count) for key, count in counts.items() if count]
    if found.conflicts:
        paths = ", ".join(map(code, found.conflicts[:MAX_FILES]))
        notes.append(say(language, "changes.conflicts", count=len(found.conflicts), paths=paths))
    return notes


def _file(change: FileChange, symbols: Sequence[TouchedSymbol], language: Language, spans: list[Span]) -> list[str]:
    """The lines about one file."""
    if change.status == "renamed":
        return [
            f"- {say(language, 'changed_file.renamed', path=path_code(change.path), old=path_code(change.old_path))}"
        ]
    said = say(language, f"changed_file.{_status(change)}", path=path_code(change.path))
    head = f"- {said}{_end(change, language)}"
    if change.status == "deleted":
        return [head]
    if change.status == "added":
        return [" ".join([head, *_defined(symbols, language, spans)])]
    lines = [head]
    for one in symbols[:MAX_SYMBOLS]:
        at = place(one.path, one.line, one.end_line)
        values = {"name": code(one.full_name), "kind": say(language, f"kind.{one.kind}"), "place": at, "line": one.line}
        lines.append(f"  - {say(language, f'changed_symbol.{one.how}', **values)}")
        if one.how != "removed":
            spans.append(Span(one.path, one.line, one.end_line))
    if len(symbols) > MAX_SYMBOLS:
        lines.append(f"  - {say(language, 'changed_symbol.more', count=len(symbols) - MAX_SYMBOLS)}")
    if not symbols and change.hunks:
        hunk = change.hunks[0]
        spans.append(Span(change.path, hunk.new_start, hunk.new_start + max(0, hunk.new_lines - 1)))
    return lines


def _end(change: FileChange, language: Language) -> str:
    """The end of the sentence about a file: how many lines, or why it was not read."""
    if change.unread:
        return say(language, f"changed_file.{change.unread}")
    if change.status != "modified":
        return say(language, "changed_file.end")
    counts = {"new": sum(one.new_lines for one in change.hunks), "gone": sum(one.old_lines for one in change.hunks)}
    said = [say(language, f"changed_file.lines_{key}", count=count) for key, count in counts.items() if count]
    first, count = change.hunks[0].new_start, len(change.hunks)
    return say(language, "changed_file.lines", count=count, first=first, lines=", ".join(said))


def _defined(symbols: Sequence[TouchedSymbol], language: Language, spans: list[Span]) -> list[str]:
    """A sentence about what a new file defines, what can be called or made before data; none where that is nothing."""
    told = sorted(symbols, key=lambda one: (one.kind not in CALLED | TYPES, one.name.startswith("_")))[:MAX_DEFINED]
    if not told:
        return []
    spans += [Span(one.path, one.line, one.end_line) for one in told]
    names = ", ".join(f"{code(one.full_name)} ({place(one.path, one.line, one.end_line)})" for one in told)
    more = len(symbols) - len(told)
    return [say(language, f"changed_file.defines{'_more' if more else ''}", names=names, count=more)]
