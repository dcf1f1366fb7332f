"""A conversation as a Markdown document. Pure.

Texts of a model and of a repository may hold pictures and HTML that a viewer would fetch: they are shown as text, as in
the chat itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from inglenook_server.chat.known.markdown import path_code
from inglenook_server.chat.sanitize import closed, sanitized
from inglenook_server.conversations.types import Conversation, Message, Source


def document(conversation: Conversation) -> str:
    """The whole conversation, each answer with who gave it and its sources as `path:line`."""
    info = conversation.info
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(info.updated))
    about = f" about {path_code(info.workspace)}" if info.workspace else ""
    parts = [sanitized(f"# {info.title}", info.title), f"A conversation with Inglenook{about}, last changed {day}."]
    if conversation.lost:
        parts.append(lost(conversation.lost))
    question = ""
    for message in conversation.messages:
        if message.role == "user":
            question = message.content
        parts += _question(message) if message.role == "user" else _answer(message, question)
    return "\n\n".join(parts) + "\n"


def lost(count: int) -> str:
    """The sentence about messages that can't be read."""
    return f"{'A message' if count == 1 else f'{count} messages'} of this conversation can't be read any more."


def place(source: Source) -> str:
    """A span as `path:line` or `path:start-end`, which terminals and editors open."""
    end = f"-{source.end_line}" if source.end_line > source.start_line else ""
    return f"{source.path}:{source.start_line}{end}"


def origin(message: Message) -> str:
    """Who gave an answer, in words; empty where that is not known."""
    if message.origin == "index":
        return "from the index"
    return f"by the model {message.model}".rstrip() if message.origin == "model" else ""


def _question(message: Message) -> Iterator[str]:
    yield "**You**"
    yield "\n".join(f"> {line}".rstrip() for line in closed(message.content, message.content).split("\n"))


def _answer(message: Message, question: str) -> Iterator[str]:
    by = origin(message)
    yield f"**Inglenook**{f', {sanitized(by)}' if by else ''}"
    yield closed(message.content, question)
    if message.sources:
        yield "Sources:\n\n" + "\n".join(f"- {path_code(place(one))}" for one in message.sources)
