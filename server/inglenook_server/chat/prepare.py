"""All of an answer that needs no model: what the index answers by itself, else the places where it would be found.

Knows nothing of LSP, threads or engines. Takes milliseconds, so that a reader sees it at once. What only some questions
need is imported with them: at a prompt, the first one waits for all that is imported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.search.query import parse

from inglenook_server.chat.command_names import split
from inglenook_server.chat.commands import look_ups
from inglenook_server.chat.commands.subject import last_subject
from inglenook_server.chat.known.answer import known_answer
from inglenook_server.chat.known.asked import Asked
from inglenook_server.chat.known.markdown import code
from inglenook_server.chat.known.overview import overview
from inglenook_server.chat.known.phrases import say
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.unknown import unknown
from inglenook_server.chat.places import Narrower, Place
from inglenook_server.chat.questions.forms import Question
from inglenook_server.chat.questions.locating import asks_for_places
from inglenook_server.chat.questions.read import read
from inglenook_server.chat.questions.talk import small_talk
from inglenook_server.chat.request import ChatRequest

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

    from inglenook_server.chat.attachments.attach import Attachments
    from inglenook_server.chat.commands.changes import CommitTask, ReviewTask
    from inglenook_server.chat.commands.task import Task
    from inglenook_server.workspace.workspace import Searches

PLACES = 6
"""Places shown before the model speaks: the first of them holds the answer in nearly all cases that any does."""
HITS = 10
"""Chunks that are looked at for them: several may lie in one definition."""
RERANK_S = 0.1
"""What the places wait for the encoder, while the second tier is not done."""
FEW_WORDS = 5
"""Words beside `@diff` that ask for nothing but what has changed: "explain this", "what is in it?"."""
FOLLOW_UP_WORDS = 8
"""A shorter question ("and where is it called?") is looked up together with what was spoken of before."""

NOT_YET = "The index of this workspace is not made yet, so nothing can be looked up. Ask again in a moment."

_POINTED_AT = frozenset(("selection", "cursor"))
"""What "this" means, where the editor sends it."""
_FOLLOWS = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|there|here|he|she|one|ones|same|er|sie|es|das|dies\w*|ihn|ihm|dort"
    r"|il|elle|ça|cela|ceci|lui|là|eso|esto|ese|este|lo|la|allí|isso|isto|ele|ela|lá)\b|它|这|那|それ|これ|あれ"
    r"|^(?:and|but|so|why|how so|und|aber|warum|et|mais|pourquoi|y|pero|por qué|e|mas|por quê)\b",
    re.IGNORECASE,
)
"""What a question has that goes on with the one before it."""
_SELECTED = re.compile(
    r"(?:please )?(?:explain|what (?:does|is)|describe|walk me through|tell me (?:about|what))\b[^\n]{0,20}\b"
    r"(?:this|these|the selected|selected|the selection|my selection)\b[^\n]{0,40}$",
    re.IGNORECASE,
)
"""A question about what is selected, and nothing else."""


def _no_attachments() -> Attachments:
    from inglenook_server.chat.attachments.attach import Attachments

    return Attachments("", (), None, "")


@dataclass(frozen=True)
class Prepared:
    """What is known of a question before a model is asked."""

    request: ChatRequest
    known: KnownAnswer | None = None
    """The whole answer, where no model is needed for it."""
    places: tuple[Place, ...] | None = ()
    """Where the answer would be found, best first; None where there is no index to look in."""
    hits: tuple[Hit, ...] = ()
    """The chunks that they were taken from."""
    task: Task | CommitTask | None = None
    """What a command has the model do, instead of answering from the places."""
    review: ReviewTask | None = None
    """What gives the whole answer, without a model, in its own time."""
    narrower: Narrower | None = field(default=None, compare=False)
    attachments: Attachments = field(default_factory=_no_attachments, compare=False)
    """What goes along with the question, where a model is asked it."""


def prepare(request: ChatRequest, index: Searches | None) -> Prepared:
    """Answer without a model, or find what it is shown. Raises StorageError."""
    command, wish = split(request.question)
    if command:
        try:
            return _command(command, wish, request, index)
        except IndexMissing:
            return Prepared(request, KnownAnswer(NOT_YET))
    if talk := small_talk(request.question):
        said, language = talk
        return Prepared(request, KnownAnswer(say(language, f"talk.{said}", can=say(language, "talk.can"))))
    named = _attachments(request, index) if "@" in request.question else None
    try:
        if _SELECTED.match(request.question) and any(one.kind == "selection" for one in request.given):
            return _task("explain", "", request, index)
        if index is None:
            return Prepared(request, places=None, attachments=named or _attachments(request, index))
        if named is not None and (refused := _named(request, named)) is not None:
            return Prepared(request, refused)
        question = _question(request)
        known = _known(question, request, index) if question is not None else None
        if known is not None:
            return Prepared(request, known)
        query = look_up(request)
        hits = tuple(index.search(query, limit=HITS, rerank_s=RERANK_S))
        narrower = Narrower(parse(query), index)
        places = narrower.places(hits, PLACES)
        if not places and (sought := question or read(request.question, plain=True)) and sought.subject:
            return Prepared(request, unknown(Asked(sought, index, request.near), searched=True))
        if places and "@" not in request.question and (asking := asks_for_places(request.question)):
            names = parse(request.question).symbols
            known = overview(names[0], index, asking, request.near) if len(names) == 1 else None
            return Prepared(request, known or look_ups.fitting(places, asking), hits=hits)
        along = named or _attachments(request, index)
        return Prepared(request, places=places, hits=hits, narrower=narrower, attachments=along)
    except IndexMissing:
        return Prepared(request, places=None, attachments=named or _attachments(request, index))


def _attachments(request: ChatRequest, index: Searches | None) -> Attachments:
    from inglenook_server.chat.attachments.attach import Attachments
    from inglenook_server.chat.commands.changes import diff_of

    return Attachments(request.question, request.given, index, request.near, diff_of(request))


def _command(command: str, wish: str, request: ChatRequest, index: Searches | None) -> Prepared:
    from inglenook_server.chat.commands.changes import CHANGES, CommitTask, ReviewTask
    from inglenook_server.chat.commands.changes import command as of_changes
    from inglenook_server.chat.commands.tasks import tasks

    if command in tasks():
        return _task(command, wish, request, index)
    if command in CHANGES:
        found = of_changes(command, wish, request)
        if isinstance(found, ReviewTask):
            return Prepared(request, review=found)
        return Prepared(request, task=found) if isinstance(found, CommitTask) else Prepared(request, found)
    if command not in look_ups.NEEDS:
        return Prepared(request, look_ups.unknown(command))
    if not wish:
        return Prepared(request, look_ups.wanting(command))
    if index is None:
        return Prepared(request, KnownAnswer("No folder is open, so nothing can be looked up."))
    if command == "define":
        return Prepared(request, _defined(wish, request, index))
    known, hits = (look_ups.error if command == "error" else look_ups.find)(wish, index)
    return Prepared(request, known, hits=hits)


def _task(command: str, wish: str, request: ChatRequest, index: Searches | None) -> Prepared:
    from inglenook_server.chat.commands.tasks import make_task
    from inglenook_server.chat.signature import signature

    task = make_task(command, wish, request, index)
    if isinstance(task, KnownAnswer):
        return Prepared(request, task)
    target = task.target
    lines = target.text.split("\n")
    head = signature(lines, 1, len(lines), target.language) if target.name else ""
    place = Place(target.path, target.start_line, target.end_line, target.name, head)
    return Prepared(request, places=(place,), task=task)


def _defined(wish: str, request: ChatRequest, index: Searches) -> KnownAnswer:
    question = read(f"where is {wish} defined?")
    if question is None or not question.subject:
        return look_ups.find(wish, index)[0]
    known = known_answer(question, index, near=request.near) or unknown(Asked(question, index, request.near))
    return known or look_ups.undefined(question.subject, index)


def _named(request: ChatRequest, attachments: Attachments) -> KnownAnswer | None:
    """What is said where a question names what can't go along, or asks no more than what a change is."""
    named = attachments.mentions
    wanted = [one for one in attachments.refused if one.kind in ("file", "folder", "symbol")]
    if wanted:
        return KnownAnswer(" ".join(f"{code(one.label)}: {one.problem}" for one in wanted))
    diffs = [one for one in named if one.kind in ("diff", "staged")]
    rest = request.question
    for one in reversed(named):
        rest = f"{rest[: one.start]} {rest[one.end :]}"
    if diffs and len(rest.split()) <= FEW_WORDS:
        from inglenook_server.chat.commands.changes import changed

        return changed(Question("changes", staged=diffs[0].kind == "staged"), request.repository)
    return None


def _question(request: ChatRequest) -> Question | None:
    """What is asked, where the index may answer it; "it" is what was last spoken of."""
    question = read(request.question)
    if question is not None and question.pronoun:
        if question.form == "purpose" and any(one.kind in _POINTED_AT for one in request.given):
            return None  # "what does this function do?", said of what the cursor is in
        subject = last_subject(request.history)
        return replace(question, subject=subject) if subject else None
    return question


def _known(question: Question, request: ChatRequest, index: Searches) -> KnownAnswer | None:
    if question.form in ("changes", "commit"):
        from inglenook_server.chat.commands.changes import changed

        return changed(question, request.repository)
    return known_answer(question, index, near=request.near)


def look_up(request: ChatRequest) -> str:
    """What is searched for: the question, with what it follows up where it is short."""
    if len(request.question.split()) >= FOLLOW_UP_WORDS or not _FOLLOWS.search(request.question):
        return request.question
    earlier = [message.content for message in request.history if message.role == "user"]
    subject = last_subject(request.history)
    return "\n".join([request.question, *([subject] if subject else earlier[-1:])])
