"""inglenook/chat: a conversation in, a streamed answer with references out."""

from __future__ import annotations

import asyncio

from inglenook_indexer.printable import printable
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from inglenook_server import protocol
from inglenook_server.chat.answer import Answer, answer
from inglenook_server.chat.answer import Reference as Place
from inglenook_server.completion.engine import Explanation
from inglenook_server.errors import RequestError
from inglenook_server.features.failures import answering
from inglenook_server.features.places import lines, uri_of
from inglenook_server.generation.base import Message
from inglenook_server.roots import Roots
from inglenook_server.services import Services
from inglenook_server.workers import Cancelled

URGENCY = 1


def register(server: LanguageServer, services: Services) -> None:
    """Register the handler."""

    @server.feature(protocol.CHAT)
    @answering
    async def chat(params: protocol.ChatParams) -> protocol.ChatResult:
        loop = asyncio.get_running_loop()
        roots, settings = services.roots, services.settings.chat
        names: list[tuple[str, str]] = []

        def on_text(piece: str) -> None:
            if params.partial_result_token is not None:
                loop.call_soon_threadsafe(stream, server, params.partial_result_token, piece)

        def work(cancelled: Cancelled) -> Answer:
            history, question = conversation(params)
            with services.host.lease() as generator:
                names.append((generator.name, generator.adapter))
                return answer(
                    question,
                    history=history,
                    index=roots if roots else None,
                    generator=generator,
                    settings=settings,
                    on_text=on_text,
                    cancelled=cancelled,
                )

        reply = await services.answering.call(work, URGENCY)
        services.board.set(notice="")
        services.answered = Explanation(reply.prompt, reply.hits, dict(reply.timings_ms), reply.usage)
        return as_result(reply, roots, *names[-1])


def conversation(params: protocol.ChatParams) -> tuple[list[Message], str]:
    """The earlier messages and the question. Raises RequestError."""
    roles = {"user": "user", "assistant": "assistant", "system": "system"}
    unknown = [message.role for message in params.messages if message.role not in roles]
    if unknown:
        raise RequestError(f"A message has the role {unknown[0]!r}; user and assistant are known.")
    if not params.messages or params.messages[-1].role != "user":
        raise RequestError("The last message of a conversation must be the user's question.")
    *earlier, last = params.messages
    return [Message(message.role, message.content) for message in earlier], last.content  # type: ignore[arg-type]


def stream(server: LanguageServer, token: protocol.Token, piece: str) -> None:
    """Send one piece of an answer, printable as its result will be."""
    delta = {"kind": "delta", "text": printable(piece)}
    server.protocol.notify(lsp.PROGRESS, lsp.ProgressParams(token=token, value=delta))


def as_result(reply: Answer, roots: Roots, model: str, adapter: str) -> protocol.ChatResult:
    """The wire's form of an answer."""
    usage = reply.usage
    return protocol.ChatResult(
        text=reply.text,
        references=[reference(place, roots) for place in reply.references],
        usage=protocol.ChatUsage(usage.prompt_tokens, usage.generated_tokens, usage.first_token_ms, usage.total_ms),
        stop_reason=reply.stop_reason,
        model=model,
        adapter=adapter,
        note=reply.note,
    )


def reference(place: Place, roots: Roots) -> protocol.Reference:
    """The wire's form of a reference."""
    return protocol.Reference(
        uri=uri_of(place.path, roots),
        path=place.path,
        range=lines(place.start_line, place.end_line),
        score=place.score,
    )
