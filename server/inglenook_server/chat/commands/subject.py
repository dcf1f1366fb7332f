"""What "it" means in a conversation: what was spoken of last. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.search.query import parse

from inglenook_server.chat.questions.read import read

if TYPE_CHECKING:
    from inglenook_server.generation.base import Message

_CODE_SPAN = re.compile(r"`([^`\n:]{2,120})`")
_COMMAND = re.compile(r"/[a-z]{2,12}\s+@?")


def last_subject(history: Sequence[Message]) -> str:
    """The symbol or file that "it" means: that of the last question about one, else the last answer's first name."""
    for message in reversed(history):
        if message.role == "user":
            said = _COMMAND.sub("", message.content, count=1) if message.content.startswith("/") else message.content
            question = read(said)
            if question is not None and question.subject:
                return question.subject
            names = parse(said).symbols
            if names:
                return names[0]
        elif message.role == "assistant" and (found := _CODE_SPAN.search(message.content)):
            return found[1]
    return ""
