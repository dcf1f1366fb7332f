"""The table of Inglenook's own methods and commands. Decides nothing.

`docs/PROTOCOL.md` is made from it, and `lsp` gives pygls the types. Standard methods are pygls' and lsprotocol's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inglenook_server.protocol.chat import (
    ChatCompleteParams,
    ChatCompleteResult,
    ChatContextParams,
    ChatContextResult,
    ChatDelta,
    ChatParams,
    ChatResult,
)
from inglenook_server.protocol.code_actions import ActArguments
from inglenook_server.protocol.completion_events import AcceptedArguments, CompletionEvent, SnoozeArguments
from inglenook_server.protocol.conversations import ConversationsParams, ConversationsResult
from inglenook_server.protocol.diagnostics import DiagnosticsParams
from inglenook_server.protocol.explain import ExplainParams, ExplainResult
from inglenook_server.protocol.index import IndexParams, IndexResult
from inglenook_server.protocol.models import ModelsResult, PullParams, PullProgress, PullResult
from inglenook_server.protocol.next_edit import NextEditEvent, NextEditParams, NextEditResult
from inglenook_server.protocol.search import SearchParams, SearchResult
from inglenook_server.protocol.stats import StatsParams, StatsResult
from inglenook_server.protocol.status import Empty, Status


class Kind(StrEnum):
    """Who sends a method, and whether it is answered."""

    REQUEST = "request"
    CLIENT_NOTIFICATION = "notification from the client"
    SERVER_NOTIFICATION = "notification from the server"
    COMMAND = "command"
    """Run by the request `workspace/executeCommand`."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method, or one command."""

    name: str
    kind: Kind
    sentence: str
    params: Any
    """The type of its parameters; None where they may be left out. A command's fields are its arguments, in order."""
    result: Any = None
    """The type of what is answered; None where nothing is."""
    partial: Any = None
    """The type of what `$/progress` carries under `partialResultToken`."""


CHAT = Method(
    "inglenook/chat",
    Kind.REQUEST,
    "Answers the last message of a conversation from the workspace, with citations, and streams the answer.",
    ChatParams,
    ChatResult,
    ChatDelta,
)
CHAT_CONTEXT = Method(
    "inglenook/chat/context",
    Kind.REQUEST,
    "Says what would go along with a question, and how many tokens each part has, before it is sent.",
    ChatContextParams,
    ChatContextResult,
)
CHAT_COMPLETE = Method(
    "inglenook/chat/complete",
    Kind.REQUEST,
    "Completes the command or the name that is being typed into a question, from the index.",
    ChatCompleteParams,
    ChatCompleteResult,
)
CONVERSATIONS = Method(
    "inglenook/conversations",
    Kind.REQUEST,
    "Lists, loads, renames, deletes and exports the conversations of this workspace.",
    ConversationsParams | None,
    ConversationsResult,
)
SEARCH = Method(
    "inglenook/search",
    Kind.REQUEST,
    "Finds the spans of the workspace that a query is about.",
    SearchParams,
    SearchResult,
)
INDEX = Method(
    "inglenook/index",
    Kind.REQUEST,
    "Brings the index of every open folder up to date, or makes it anew, with work-done progress.",
    IndexParams | None,
    IndexResult,
)
EXPLAIN = Method(
    "inglenook/explain",
    Kind.REQUEST,
    "Says why a suggestion, or the last answer, is what it is; null before there is one.",
    ExplainParams | None,
    ExplainResult | None,
)
MODELS = Method(
    "inglenook/models",
    Kind.REQUEST,
    "Lists the models that write text: their size, their source, and whether they are on this machine.",
    Empty | None,
    ModelsResult,
)
PULL = Method(
    "inglenook/models/pull",
    Kind.REQUEST,
    "Downloads a model and prepares it, with progress; cancelling the request stops it.",
    PullParams | None,
    PullResult,
    PullProgress,
)
STATUS = Method(
    "inglenook/status",
    Kind.REQUEST,
    "Returns the status of the server.",
    Empty | None,
    Status,
)
STATS = Method(
    "inglenook/stats",
    Kind.REQUEST,
    "Says what became of suggestions, in numbers that are kept on this machine only.",
    StatsParams | None,
    StatsResult,
)
COMPLETION_EVENT = Method(
    "inglenook/completionEvent",
    Kind.CLIENT_NOTIFICATION,
    "Tells the local statistics what became of a suggestion.",
    CompletionEvent,
)
NEXT_EDIT = Method(
    "inglenook/nextEdit",
    Kind.REQUEST,
    "Says where the edit that follows from the last ones is due, and what it is; no model is asked.",
    NextEditParams,
    NextEditResult,
)
NEXT_EDIT_EVENT = Method(
    "inglenook/nextEditEvent",
    Kind.CLIENT_NOTIFICATION,
    "Tells what became of a next edit that was offered.",
    NextEditEvent,
)
DIAGNOSTICS = Method(
    "inglenook/diagnostics",
    Kind.CLIENT_NOTIFICATION,
    "Passes on what other servers say of a document; it stands in prompts where the setting `completion.diagnostics` "
    "is on.",
    DiagnosticsParams,
)
DID_CHANGE_STATUS = Method(
    "inglenook/didChangeStatus",
    Kind.SERVER_NOTIFICATION,
    "Says that the server's status has changed; sent first right after `initialized`.",
    Status,
)
REINDEX = Method(
    "inglenook.reindex",
    Kind.COMMAND,
    'Does what `inglenook/index` does with the action "refresh".',
    None,
    IndexResult,
)
ACCEPTED = Method(
    "inglenook.accepted",
    Kind.COMMAND,
    "Attached to each suggestion; the client runs it when the suggestion is accepted.",
    AcceptedArguments,
)
SNOOZE = Method(
    "inglenook.snooze",
    Kind.COMMAND,
    "Pauses automatic suggestions for some minutes; a completion that is asked for explicitly is still given.",
    SnoozeArguments | None,
)
ACT = Method(
    "inglenook.act",
    Kind.COMMAND,
    "Attached to code actions whose edit the client does not ask for; changes the document, or shows an explanation.",
    ActArguments,
)

METHODS = (
    CHAT,
    CHAT_CONTEXT,
    CHAT_COMPLETE,
    CONVERSATIONS,
    SEARCH,
    INDEX,
    EXPLAIN,
    MODELS,
    PULL,
    STATUS,
    STATS,
    COMPLETION_EVENT,
    NEXT_EDIT,
    NEXT_EDIT_EVENT,
    DIAGNOSTICS,
    DID_CHANGE_STATUS,
    REINDEX,
    ACCEPTED,
    SNOOZE,
    ACT,
)
