"""The messages of `inglenook/chat`: a conversation in, an answer with its references out."""

from __future__ import annotations

import attrs
from lsprotocol import types as lsp

Token = int | str


@attrs.define
class ChatMessage:
    """One turn; role is "user" or "assistant"."""

    role: str
    content: str


@attrs.define
class Attachment:
    """Something that goes along with a question.

    `kind` is one of "file", "folder", "symbol", "selection", "cursor", "problems", "terminal" and "diff".
    """

    kind: str
    uri: str = ""
    """The file, for "file", "selection", "cursor" and "problems"; of a "diff" the root of the repository."""
    range: lsp.Range | None = None
    """What is selected, or where the cursor is."""
    name: str = ""
    """The symbol, or the folder's path; "staged" for the "diff" of what is staged."""
    text: str = ""
    """What the client gives itself: the problems as `path:line: message` in lines, the terminal's output."""


@attrs.define
class ChatParams:
    """A conversation whose last message is the question.

    The question may begin with a command, such as "/explain", and name what goes along, such as "@src/pool.py".
    """

    messages: list[ChatMessage]
    attachments: list[Attachment] = attrs.field(factory=list)
    """What goes along beside what the question names."""
    conversation: str = ""
    """The conversation's id: its messages and the answer are then kept. Empty keeps nothing."""
    partial_result_token: Token | None = None
    """Under this token `$/progress` carries the answer as it is written, in pieces."""
    work_done_token: Token | None = None
    """Accepted, and not used yet."""


@attrs.define
class Place:
    """A definition or a span of the workspace, as it is shown before the model has said anything."""

    uri: str
    path: str
    range: lsp.Range
    signature: str = ""
    """Its first line or lines, in one line; empty where the span defines nothing."""
    doc: str = ""
    """The first sentence of its documentation."""


@attrs.define
class ChatDelta:
    """A piece of the answer, as it comes.

    `kind` is "delta" for text, "places" for the places that were found, and "reading" while the model reads the prompt.
    """

    kind: str = "delta"
    """Pass over kinds that you do not know."""
    text: str = ""
    places: list[Place] = attrs.field(factory=list)
    tokens: int = 0
    """Of "reading": how many tokens the model has to read."""


@attrs.define
class Reference:
    """A place in the workspace; `score` compares within one result.

    `path` is relative to its folder, and begins with that folder's name where several are open.
    """

    uri: str
    path: str
    range: lsp.Range
    score: float


@attrs.define
class Usage:
    """What a generation cost."""

    prompt_tokens: int
    generated_tokens: int
    first_token_ms: float
    total_ms: float


@attrs.define
class ProposedEdit:
    """A change of one file that the answer proposes. Nothing is changed until the user accepts it."""

    uri: str
    path: str
    range: lsp.Range
    new_text: str
    title: str
    """What it does, in a few words."""
    old_text: str = ""
    """What stands in the range: where it differs from the editor's text, the edit is out of date."""


@attrs.define
class ChatResult:
    """An answer in Markdown and what it rests on, best first.

    `text` counts where it differs from the pieces: an answer that repeated itself is cut back.
    """

    text: str
    references: list[Reference]
    usage: Usage
    stop_reason: str
    """One of "stop", "length" and "cancelled"."""
    model: str
    """Empty where no model was asked."""
    adapter: str
    """The adapter of the workspace that was in use; empty without one."""
    note: str = ""
    """What is to be said about the answer, such as that nothing was found; empty where there is nothing."""
    origin: str = "model"
    """Who answered: "index" where every sentence is read from the index, or "model"."""
    places: list[Place] = attrs.field(factory=list)
    """The places that were found, as they were shown before."""
    struck: int = 0
    """Sentences of the model that were left out, because what they say of the workspace is not so."""
    edit: ProposedEdit | None = None


@attrs.define
class Chip:
    """One thing that goes along with a question, as it is shown before sending."""

    kind: str
    """As of an attachment; "instructions" for the workspace's AGENTS.md and its like."""
    label: str
    tokens: int
    uri: str = ""
    range: lsp.Range | None = None
    problem: str = ""
    """Why it can't go along, in a sentence; empty where it can."""


@attrs.define
class ChatContextParams:
    """A question as far as it is typed, and what the editor would send along."""

    text: str
    attachments: list[Attachment] = attrs.field(factory=list)


@attrs.define
class ChatContextResult:
    """What would go along."""

    chips: list[Chip]


@attrs.define
class ChatCompleteParams:
    """A question as far as it is typed; `offset` is the cursor's place in it, in UTF-16 units."""

    text: str
    offset: int


@attrs.define
class ChatSuggestion:
    """What could stand at the cursor instead of the word that begins with "/" or "@"."""

    label: str
    insert: str
    detail: str = ""


@attrs.define
class ChatCompleteResult:
    """Suggestions for the part of the text from `start` to `end`, in UTF-16 units."""

    start: int
    end: int
    items: list[ChatSuggestion]
