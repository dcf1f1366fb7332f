"""inglenook/conversations: list, load, rename, delete and export what is kept; and `keep`, for the chat."""

from __future__ import annotations

from collections.abc import Callable

from pygls.lsp.server import LanguageServer

from inglenook_server.conversations import markdown
from inglenook_server.conversations.store import Conversations, of_workspace
from inglenook_server.conversations.types import Conversation, Message, Source
from inglenook_server.errors import ConversationError, RequestError
from inglenook_server.features.failures import answering
from inglenook_server.features.places import lines, uri_of
from inglenook_server.protocol import methods
from inglenook_server.protocol.chat import ChatParams, ChatResult, Reference
from inglenook_server.protocol.conversations import (
    ConversationInfo,
    ConversationsParams,
    ConversationsResult,
    KeptMessage,
)
from inglenook_server.session.services import Services
from inglenook_server.workspace.folders import OpenFolders

Action = Callable[[Conversations, ConversationsParams], Conversation | None]
"""What is done; a conversation where one was asked for."""

ACTIONS: dict[str, Action] = {
    "list": lambda kept, params: None,
    "load": lambda kept, params: kept.load(params.id),
    "export": lambda kept, params: kept.load(params.id),
    "rename": lambda kept, params: kept.rename(params.id, params.title),
    "delete": lambda kept, params: kept.delete(params.id),
}


def register(server: LanguageServer, services: Services) -> None:
    """Register the handler."""

    @server.feature(methods.CONVERSATIONS.name)
    @answering
    async def conversations(params: ConversationsParams | None) -> ConversationsResult:
        wanted, folders = params or ConversationsParams(), services.folders
        act = ACTIONS.get(wanted.action)
        if act is None:
            raise RequestError(f"{wanted.action!r} is no action on conversations; {', '.join(ACTIONS)} are.")
        first = folders.first
        if first is None:
            raise RequestError("No folder is open, so no conversations are kept.", "Open a folder in the editor.")

        def work(_: object) -> ConversationsResult:
            kept = of_workspace(first.path)
            found = act(kept, wanted)
            result = as_result(kept, found, folders if wanted.action == "load" else None)
            if found is not None and wanted.action == "export":
                result.markdown = markdown.document(found)
            return result

        return await services.keeping.call(work)


async def keep(services: Services, params: ChatParams, result: ChatResult) -> str:
    """Keep a conversation with its answer, where its client wants that.

    Why it can't be kept, in a sentence; empty where it is, or where it is not to be. Raises nothing.
    """
    first = services.folders.first
    if not params.conversation or first is None:
        return ""
    messages = [
        Message("assistant" if one.role == "assistant" else "user", one.content)
        for one in params.messages
        if one.role != "system"
    ]
    messages.append(answered(result))
    try:
        await services.keeping.call(lambda _: of_workspace(first.path).save(params.conversation, messages))
    except ConversationError as error:
        return f"{error.message} {error.mend}".strip()
    return ""


def answered(result: ChatResult) -> Message:
    """An answer as it is kept."""
    sources = [Source(one.path, one.range.start.line + 1, one.range.end.line) for one in result.references]
    return Message("assistant", result.text, result.origin, result.model, tuple(sources))


def as_result(kept: Conversations, found: Conversation | None, folders: OpenFolders | None) -> ConversationsResult:
    """What is there now, and the messages of `found` where `folders` say which files its sources are."""
    listing = kept.list()
    result = ConversationsResult(
        [ConversationInfo(one.id, one.title, one.updated, one.messages) for one in listing.conversations],
        note=listing.note,
    )
    if found is not None:
        result.note = markdown.lost(found.lost) if found.lost else ""
    if found is not None and folders is not None:
        result.messages = [message(one, folders) for one in found.messages]
    return result


def message(kept: Message, folders: OpenFolders) -> KeptMessage:
    """The wire's form of a message."""
    references = [
        Reference(uri_of(one.path, folders), one.path, lines(one.start_line, one.end_line), 0.0) for one in kept.sources
    ]
    return KeptMessage(kept.role, kept.content, kept.origin, kept.model, references)
