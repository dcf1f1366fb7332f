"""inglenook/chat/context and inglenook/chat/complete: what would go along with a question, while it is being typed."""

from __future__ import annotations

from pygls.lsp.server import LanguageServer

from inglenook_server.chat.attachments.attach import attached
from inglenook_server.chat.attachments.budget import SHARE, cost
from inglenook_server.chat.attachments.instructions import instructions
from inglenook_server.chat.attachments.types import Attached
from inglenook_server.chat.command_names import COMMANDS
from inglenook_server.chat.commands.changes import diff_of
from inglenook_server.chat.request import ChatRequest
from inglenook_server.chat.suggest import suggest
from inglenook_server.documents import utf16_length
from inglenook_server.features.attachments import Buffers, active, given
from inglenook_server.features.chat import repository
from inglenook_server.features.failures import answering
from inglenook_server.features.places import lines, uri_of
from inglenook_server.generation.prompts.token_budget import TokenCounter, estimate
from inglenook_server.protocol import methods
from inglenook_server.protocol.chat import (
    ChatCompleteParams,
    ChatCompleteResult,
    ChatContextParams,
    ChatContextResult,
    ChatSuggestion,
    Chip,
)
from inglenook_server.session.services import Services
from inglenook_server.workspace.folders import OpenFolders


def register(server: LanguageServer, services: Services) -> None:
    """Register the handlers."""
    buffers = Buffers()

    @server.feature(methods.CHAT_CONTEXT.name)
    @answering
    async def context(params: ChatContextParams) -> ChatContextResult:
        return ChatContextResult(await services.searching.call(lambda _: chips(params, services, buffers)))

    @server.feature(methods.CHAT_COMPLETE.name)
    @answering
    async def complete(params: ChatCompleteParams) -> ChatCompleteResult:
        return await services.searching.call(lambda _: suggestions(params, services.folders))


def chips(params: ChatContextParams, services: Services, buffers: Buffers) -> list[Chip]:
    """What would go along, each with its tokens: the model's own count where one is in memory, else an estimate."""
    folders = services.folders
    found = given(params.attachments, folders, services.documents, buffers)
    near, index = active(found), folders if folders else None
    with services.host.loaded() as generator:
        counter = TokenCounter(generator.count if generator is not None else estimate)
        tokens = int(services.settings.chat.prompt_tokens * SHARE)
        changes = diff_of(ChatRequest("", repository=repository(near, folders)))
        made = list(attached(params.text, found, index, near, counter, tokens, diff_text=changes))
        if (said := instructions(index, near, counter)) is not None:
            made.append(said)
        outside = {one.path: each.uri for one, each in zip(found, params.attachments, strict=False) if one.outside}
        return [chip(one, cost(one, counter), folders, outside) for one in made]


def chip(one: Attached, tokens: int, folders: OpenFolders, outside: dict[str, str]) -> Chip:
    """The wire's form of one thing; `outside` are the URIs of documents that lie in no folder, by their paths."""
    uri = outside.get(one.path) or (uri_of(one.path, folders) if one.path else "")
    range = lines(one.start_line, one.end_line) if one.start_line else None
    label = f"{one.label} ({one.note.rstrip('.')})" if one.note else one.label
    return Chip(one.kind, label, tokens, uri, range, one.problem)


def suggestions(params: ChatCompleteParams, folders: OpenFolders) -> ChatCompleteResult:
    """What could stand at the cursor."""
    text = params.text
    found = suggest(text, from_utf16(text, params.offset), folders if folders else None, COMMANDS)
    items = [ChatSuggestion(one.label, one.insert, one.detail) for one in found.items]
    return ChatCompleteResult(utf16_length(text[: found.start]), utf16_length(text[: found.end]), items)


def from_utf16(text: str, offset: int) -> int:
    """The index of a place that is counted in UTF-16 units; one inside a pair is the place before it."""
    offset = max(0, offset)
    if text.isascii():
        return min(offset, len(text))
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * offset]
    before = units.decode("utf-16-le", "surrogatepass")
    half = before[-1:] != text[len(before) - 1 : len(before)]
    return len(before) - half
