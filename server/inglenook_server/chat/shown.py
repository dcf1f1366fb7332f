"""What a model is shown for a question or a task, within its budget, and what holds its text to it.

Knows no wire; counts tokens with what it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inglenook_server.chat.along import Along, go_along
from inglenook_server.chat.claims.checker import Checker
from inglenook_server.chat.claims.index_facts import IndexFacts
from inglenook_server.chat.commands.changes import CommitTask
from inglenook_server.chat.excerpts import Excerpt, cut_excerpts
from inglenook_server.chat.prepare import Prepared
from inglenook_server.chat.prompt import (
    HISTORY_SHARE,
    cut_question,
    excerpt_budget,
    excerpt_tokens,
    lay_out,
    trim_history,
)
from inglenook_server.generation.base import Chat, Generator
from inglenook_server.generation.prompts.token_budget import TokenCounter
from inglenook_server.settings import ChatSettings

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

COMMIT_TOKENS = 48
"""Of a commit's subject, which is one line."""
CODE_SHARE = 1.5
"""Tokens of rewritten code for each of the old: more has gone wrong."""
ALONG_SHARE = 0.6
"""Of the tokens there are for code: what goes along is served before what was found."""
EXCERPTS = 3
"""Of the room for excerpts one gets a third at most, the first one two."""


@dataclass(frozen=True)
class Shown:
    """What the model is shown, and what holds its text to it."""

    chat: Chat
    checker: Checker
    max_tokens: int
    along: Along = field(default_factory=Along)
    streams: bool = True
    """Whether the text is shown as it comes; a commit's subject is put into its frame first."""


def shown_to(
    prepared: Prepared, index: Searches | None, generator: Generator, settings: ChatSettings, counter: TokenCounter
) -> Shown:
    """What a model is shown of what was prepared. `counter` counts the generator's tokens."""
    task, request = prepared.task, prepared.request
    facts = IndexFacts(index)
    if isinstance(task, CommitTask):
        return Shown(task.chat(), Checker((), facts, task.diff, code=True), COMMIT_TOKENS, streams=False)
    if task is not None:
        target = task.target
        excerpt = Excerpt(target.path, target.start_line, target.end_line, target.text, symbol=target.name)
        wants_code = task.wants_code
        room = max(settings.max_tokens, CODE_SHARE * counter.text(target.text)) if wants_code else settings.max_tokens
        said = " ".join([request.question, *task.problems])
        return Shown(task.chat(), Checker((excerpt,), facts, said, code=wants_code), int(room))
    tokens = min(settings.prompt_tokens, generator.context_length - settings.max_tokens)
    asked = cut_question(request.question, tokens, counter)
    earlier = trim_history(request.history, int(tokens * HISTORY_SHARE), settings.history_turns, counter)
    left = excerpt_budget(tokens, asked, earlier, counter)
    along = go_along(request, prepared.attachments, index, counter, int(left * ALONG_SHARE))
    room = excerpt_tokens(settings, generator.name)
    room = min(room // 2 if along.chosen else room, left - _cost(along, counter))
    excerpts = along.excerpts
    if prepared.places and prepared.narrower is not None:
        narrower = prepared.narrower
        excerpts += cut_excerpts(
            prepared.places[: settings.max_spans],
            narrower.lines_of,
            narrower.held,
            room,
            max(room // EXCERPTS, 1),
            counter,
        )
    chat = lay_out(asked, excerpts, earlier, along.texts)
    said = "\n".join([request.question, *(text for _, text in along.texts)])
    return Shown(chat, Checker(excerpts, facts, said), settings.max_tokens, along)


def _cost(along: Along, counter: TokenCounter) -> int:
    return sum(counter.text(one.text) for one in along.excerpts) + sum(counter.text(text) for _, text in along.texts)
