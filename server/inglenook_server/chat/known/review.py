"""A review without a model: what the linters say of changed lines, and what the change reaches."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.chunks.chunk import GuardedChunker

from inglenook_server.changes.diff import changes
from inglenook_server.changes.symbols import Cuts, touched
from inglenook_server.changes.types import FileChange, Unreadable
from inglenook_server.chat.known.changes import MAX_TOUCHED, unreadable
from inglenook_server.chat.known.changes_reach import reached
from inglenook_server.chat.known.markdown import code, path_code, place
from inglenook_server.chat.known.phrases import say
from inglenook_server.chat.known.types import KnownAnswer, Span
from inglenook_server.chat.questions.forms import Language, Question
from inglenook_server.review.findings import Finding
from inglenook_server.review.linters import ENDINGS, LINTERS, Cancelled, Review, lint

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

MAX_FINDINGS = 30
"""Findings that are listed: a reader who has mended these asks again."""
_INSTALLING = "pip install 'inglenook[review]'"
_MARKUP = re.compile(r"([\\*_\[\]<>!|~&#$])")


def review_answer(
    question: Question, index: Searches, root: Path, cutter: Cuts | None = None, cancelled: Cancelled = lambda: False
) -> KnownAnswer:
    """A review of what has changed in `root`; with `question.path` (or its subject) of that file or folder.

    A named file is read whole, changed or not. Without a `cutter` one is made. Takes seconds. Raises
    StorageError, and Stopped once `cancelled` says so.
    """
    cutter = cutter or GuardedChunker()
    language, path = question.language, (question.path or question.subject).strip("/")
    files: tuple[FileChange, ...] = ()
    trouble = ""
    try:
        files = changes(root, staged=question.staged, index=index, path=path).files
    except Unreadable as error:
        trouble = unreadable(error, language)
    named = path if path.endswith(ENDINGS) else ""
    texts = {one.path: one.new for one in files if one.new and one.status != "deleted"}
    withheld = {one.path: one.withheld for one in files}
    if named and named not in texts:
        texts[named], withheld[named] = index.text(named), index.withheld(named)
    if trouble and not named:
        return KnownAnswer(trouble)
    if not files and not texts.get(named):
        key = "review.not_there" if path else "changes.nothing_staged" if question.staged else "changes.nothing"
        return KnownAnswer(say(language, key, path=path_code(path)))
    spans: list[Span] = []
    found = lint({name: text for name, text in texts.items() if text}, withheld, cancelled)
    parts = [_findings(found, files, named, language, spans), _missing(found, language)]
    symbols = [symbol for one in files[:MAX_TOUCHED] for symbol in touched(one, cutter)]
    parts.append(reached(symbols, index, language, spans))
    subject = named or (files[0].path if len(files) == 1 else "")
    return KnownAnswer("\n\n".join(filter(None, parts)), tuple(spans), subject)


def _missing(found: Review, language: Language) -> str:
    """What is to be said of linters that did not look."""
    if len(found.missing) == len(LINTERS):
        return say(language, "review.no_linters", command=code(_INSTALLING))
    said = [say(language, "review.failed", name=name, why=why) for name, why in found.failed]
    if found.missing:
        values = {"count": len(found.missing), "names": _both(found.missing, language), "command": code(_INSTALLING)}
        said.append(say(language, "review.not_installed", **values))
    return " ".join(said)


def _both(names: Sequence[str], language: Language) -> str:
    """One name, or two of them in one phrase."""
    return say(language, "list.pair", first=names[0], second=names[1]) if len(names) == 2 else ", ".join(names)


def _findings(found: Review, files: Sequence[FileChange], named: str, language: Language, spans: list[Span]) -> str:
    """What was found on changed lines, or in all of the named file, by file; the rest is counted."""
    if not found.ran:
        nothing = not any(one.path.endswith(ENDINGS) for one in files) and not named
        return say(language, "review.no_python") if nothing else ""
    names = _both(found.ran, language)
    changed = {one.path: _new_lines(one) for one in files}
    told = [one for one in found.findings if one.path == named or _on(one, changed)]
    rest = len(found.findings) - len(told)
    other = f"\n\n{say(language, 'review.other_lines', count=rest)}" if rest else ""
    if not told:
        python = sum(one.path.endswith(ENDINGS) and one.status != "deleted" for one in files)
        key = "review.clean_named" if named else "review.clean"
        return say(language, key, count=max(1, python), path=path_code(named), names=names) + other
    key = "review.found_named" if named else "review.found"
    lines = [say(language, key, count=len(told), path=path_code(named), names=names)]
    last = ""
    for one in told[:MAX_FINDINGS]:
        if one.path != last and not named:
            lines += ["", f"{path_code(one.path)}:"]
        lines += [""] if not last else []
        last = one.path
        spans.append(Span(one.path, one.line, one.end_line))
        lines.append(f"- {_said(one, language)}")
    if len(told) > MAX_FINDINGS:
        lines.append(f"- {say(language, 'review.more', count=len(told) - MAX_FINDINGS)}")
    return "\n".join(lines) + other


def _said(one: Finding, language: Language) -> str:
    """A finding in the linter's own words, and what its rule is about."""
    rule = f"{one.linter} {one.rule}"
    said = say(language, "review.finding", place=place(one.path, one.line), message=_plain(one.message), rule=rule)
    return f"{said} {_plain(one.meaning)}" if one.meaning else said


def _plain(message: str) -> str:
    """A message whose words from the file make no markup: what a linter quotes stays a code span."""
    parts = message.split("`")
    if len(parts) % 2 == 0:
        return code(message)
    return "".join(code(part) if number % 2 else _MARKUP.sub(r"\\\1", part) for number, part in enumerate(parts))


def _new_lines(change: FileChange) -> list[tuple[int, int]]:
    """The lines of a file that are new, from and to; where lines have only gone, those around the gap."""
    return [
        (hunk.new_start, hunk.new_start + hunk.new_lines - 1)
        if hunk.new_lines
        else (hunk.new_start - 1, hunk.new_start)
        for hunk in change.hunks
    ]


def _on(one: Finding, changed: Mapping[str, Sequence[tuple[int, int]]]) -> bool:
    return any(start <= one.end_line and one.line <= end for start, end in changed.get(one.path, ()))
