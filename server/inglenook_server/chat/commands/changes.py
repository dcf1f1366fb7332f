"""Commands about what has changed: /changes, /review, /commit; and the diff that goes along with a question.

Knows nothing of engines or LSP.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inglenook_indexer.secrets.redact import mask_secrets

from inglenook_server.changes.commit import for_commit, workspace_diff
from inglenook_server.changes.commit_message import fit
from inglenook_server.changes.types import Unreadable
from inglenook_server.chat.addressed import without_orders
from inglenook_server.chat.attachments.resolve import NoDiff
from inglenook_server.chat.commands.task import DATA
from inglenook_server.chat.excerpts import fenced
from inglenook_server.chat.known.changes import changes_answer, unreadable
from inglenook_server.chat.known.last_commit import last_commit_answer
from inglenook_server.chat.known.review import review_answer
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.questions.forms import Question
from inglenook_server.completion.prompting.prompt import defuse
from inglenook_server.generation.base import Chat, Message

if TYPE_CHECKING:
    from inglenook_indexer.chunks.chunk import GuardedChunker

    from inglenook_server.changes.commit_frame import CommitFrame
    from inglenook_server.chat.attachments.resolve import DiffText
    from inglenook_server.chat.request import ChatRequest, Repository
    from inglenook_server.review.linters import Cancelled
    from inglenook_server.workspace.workspace import Searches

CHANGES = frozenset(("changes", "review", "commit"))
NO_FOLDER = "No folder is open, so there is nothing that could have changed."
UNCHANGED = "Nothing has changed since the last commit."
DIFF_CHARACTERS = 4_000
"""Of a diff that goes along with a question or a commit: a thousand tokens."""
SYSTEM = (
    "You write the subject line of a commit. Say what the change does, in one line, in the style of the examples. "
    f"Write the line and nothing else. {DATA}"
)


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """A review, which takes seconds and no model."""

    question: Question
    repository: Repository

    def answer(self, cancelled: Cancelled) -> KnownAnswer:
        """What the linters and the index say. Raises StorageError, Stopped."""
        index, prefix = self.repository.index, self.repository.prefix
        question = _located(_without_prefix(self.question, prefix), index)
        return _prefixed(review_answer(question, index, self.repository.root, cutter(), cancelled), prefix)


@dataclass(frozen=True, slots=True)
class CommitTask:
    """A commit's subject that the model words, within a frame that holds without it."""

    frame: CommitFrame
    diff: str

    def chat(self) -> Chat:
        """The conversation as the model is given it."""
        examples = "\n".join(f"- {one}" for one in self.frame.style.examples)
        facts = "\n".join(f"- {one}" for one in self.frame.facts)
        notes = "\n".join(f"- {one}" for one in self.frame.notes)
        parts = [f"Subjects of earlier commits:\n{examples}"] if examples else []
        parts += [f"What changed:\n{facts}", f"How it is written:\n{notes}"]
        told = defuse(without_orders(mask_secrets("\n\n".join(parts))[0]))  # subjects and names may be orders as well
        asked = "\n\n".join([told, fenced(without_orders(self.diff), "diff"), "Write the subject line."])
        return Chat((Message("system", SYSTEM), Message("user", asked)))

    def answer(self, text: str) -> str:
        """The model's wording where it keeps to the frame; else a plain subject from the facts."""
        subject = fit(text, self.frame)
        head = "A subject for what is staged:" if self.frame.staged else (
            "Nothing is staged; this is a subject for all that has changed:"
        )  # fmt: skip
        return f"{head}\n\n{fenced(subject, '')}"


def command(name: str, words: str, request: ChatRequest) -> KnownAnswer | CommitTask | ReviewTask:
    """What one of `CHANGES` is answered, or what is to be done for it. Raises StorageError."""
    repository = request.repository
    if repository is None:
        return KnownAnswer(NO_FOLDER)
    if name == "commit":
        return _commit(repository)
    question = _question(words)
    return ReviewTask(question, repository) if name == "review" else changed(question, repository)


def changed(question: Question, repository: Repository | None) -> KnownAnswer:
    """What a question about changes is answered. Raises StorageError."""
    if repository is None:
        return KnownAnswer(NO_FOLDER)
    index, prefix = repository.index, repository.prefix
    if question.form == "commit":
        return _prefixed(last_commit_answer(question.language, repository.root), prefix)
    question = _located(_without_prefix(question, prefix), index)
    return _prefixed(changes_answer(question, index, repository.root, cutter()), prefix)


def _without_prefix(question: Question, prefix: str) -> Question:
    """A question with paths as the folder's own index has them."""
    return replace(question, path=question.path.removeprefix(prefix), subject=question.subject.removeprefix(prefix))


def _located(question: Question, index: Searches) -> Question:
    """A question about a file that is called by its name alone, or by the end of its path, with the whole path."""
    written = (question.path or question.subject).strip("/")
    files = index.files()
    if not written or written in files or any(path.startswith(f"{written}/") for path in files):
        return question
    ending = [path for path in files if path.endswith(f"/{written}")]
    folders = {path[: path.index(f"/{written}/") + len(written) + 1] for path in files if f"/{written}/" in path}
    found = ending or sorted(folders)
    return replace(question, path=found[0], subject="") if len(found) == 1 else question


def _prefixed(known: KnownAnswer, prefix: str) -> KnownAnswer:
    """An answer with its paths as they are shown where several folders are open."""
    if not prefix:
        return known
    text = known.text
    for path in sorted({one.path for one in known.spans}, key=len, reverse=True):
        text = re.sub(rf"`{re.escape(path)}(?=[:`])", lambda found: f"`{prefix}{found[0][1:]}", text)
    spans = tuple(replace(one, path=prefix + one.path) for one in known.spans)
    return replace(known, text=text, spans=spans)


def _commit(repository: Repository) -> KnownAnswer | CommitTask:
    try:
        found = for_commit(repository.root, cutter(), DIFF_CHARACTERS, repository.index)
    except Unreadable as error:
        return KnownAnswer(unreadable(error, "en"))
    return CommitTask(*found) if found is not None else KnownAnswer(UNCHANGED)


def _question(words: str) -> Question:
    """What is written behind a command: a path, or the word "staged" or "unstaged"."""
    first = words.split(" ")[0].lower()
    staged, unstaged = first in ("staged", "--staged", "--cached"), first == "unstaged"
    path = words.lstrip("@") if words and not (staged or unstaged) else ""
    return Question("changes", path=path, staged=staged, unstaged=unstaged)


def diff_of(request: ChatRequest) -> DiffText | None:
    """Gives what has changed as text, for `@diff`; None where no folder is open."""
    repository = request.repository
    if repository is None:
        return None

    def text(staged: bool) -> str:
        try:
            return workspace_diff(repository.root, cutter(), DIFF_CHARACTERS, staged=staged, index=repository.index)
        except Unreadable as error:
            raise NoDiff(unreadable(error, "en")) from error

    return text


@functools.cache
def cutter() -> GuardedChunker:
    """What takes old texts apart; it has a process of its own, so there is one."""
    from inglenook_indexer.chunks.chunk import GuardedChunker

    return GuardedChunker()
