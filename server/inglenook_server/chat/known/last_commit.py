"""The last commit, in sentences: its name, who made it and when, its subject, and the files that it changed."""

from __future__ import annotations

from pathlib import Path

from inglenook_indexer.files.discover import reason_excluded
from inglenook_indexer.secrets.redact import mask_secrets

from inglenook_server.changes import repository
from inglenook_server.changes.types import Unreadable
from inglenook_server.chat.known.changes import unreadable
from inglenook_server.chat.known.markdown import code, path_code, prose
from inglenook_server.chat.known.phrases import say
from inglenook_server.chat.known.types import KnownAnswer, Span
from inglenook_server.chat.questions.forms import Language

MAX_FILES = 12
"""Files that are named: the others are counted."""
_NAME = 10  # characters of a commit's name: enough to find it by


def last_commit_answer(language: Language, root: Path) -> KnownAnswer:
    """What the commit is that is checked out in the workspace `root`."""
    try:
        checkout = repository.find(root)
        with checkout.objects as objects:
            commit = repository.last_commit(checkout, objects)
    except Unreadable as error:
        return KnownAnswer(unreadable(error, language))
    if commit is None:
        return KnownAnswer(say(language, "commit.none"))
    author, subject = (prose(mask_secrets(one)[0]) for one in (commit.author, commit.subject))
    values = {"name": code(commit.name[:_NAME]), "author": author, "date": commit.date, "subject": subject}
    told = [path for path in commit.paths if _is_told(root, path)]
    lines = [say(language, "commit.last", **values)]
    if told:
        shown = [path_code(path) for path in told[:MAX_FILES]]
        more = len(told) - len(shown)
        parts = [*shown, *([say(language, "list.more", count=more)] if more else [])]
        lines.append(say(language, "commit.files", count=len(told), files=say(language, "list.separator").join(parts)))
    if len(told) < len(commit.paths):
        lines.append(say(language, "commit.left_out", count=len(commit.paths) - len(told)))
    there = [path for path in told[:MAX_FILES] if (root / path).is_file()]
    return KnownAnswer("\n\n".join(lines), tuple(Span(path, 1, 1) for path in there), there[0] if there else "")


def _is_told(root: Path, path: str) -> bool:
    return path.encode("utf-8", "replace").decode() == path and reason_excluded(root, path) is None
