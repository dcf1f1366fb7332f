"""One conversation at a time, as a command line leads it: what was said so far, and keeping it. Knows no terminal."""

from __future__ import annotations

from inglenook_server.conversations import markdown
from inglenook_server.conversations.store import Conversations, new_id
from inglenook_server.conversations.types import Message
from inglenook_server.errors import ConversationError


class Talk:
    """The messages of the conversation that is open; `kept` has it as soon as it has an answer."""

    def __init__(self, kept: Conversations) -> None:
        self.kept = kept
        self.new()

    def new(self) -> None:
        """Begin another one."""
        self.id = new_id()
        self.messages: list[Message] = []

    @property
    def question(self) -> str:
        """The last question; empty before there is one."""
        return next((one.content for one in reversed(self.messages) if one.role == "user"), "")

    def said(self) -> list[Message]:
        """What a next question follows: all but a question that got no answer."""
        return self.messages[:-1] if self.messages and self.messages[-1].role == "user" else list(self.messages)

    def before(self) -> list[Message]:
        """What was said before the last question."""
        last = max((number for number, one in enumerate(self.messages) if one.role == "user"), default=0)
        return self.messages[:last]

    def add(self, question: str, answer: Message, *, instead: bool = False) -> str:
        """Add a question and its answer, `instead` of the last ones; keep it all.

        Why it can't be kept, in a sentence; empty where it is.
        """
        said = self.before() if instead else self.messages
        self.messages = [*said, Message("user", question), answer]
        try:
            self.kept.save(self.id, self.messages)
        except ConversationError as error:
            return f"This conversation is not kept. {error.message} {error.mend}".strip()
        return ""

    def open(self, id: str) -> str:
        """Go on with one that is kept; a sentence where a part of it is lost. Raises ConversationError."""
        found = self.kept.load(id)
        self.id, self.messages = id, list(found.messages)
        return markdown.lost(found.lost) if found.lost else ""
