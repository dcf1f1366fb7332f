"""What goes along with a question as the model is shown it: excerpts that can be cited, and texts that can't.

Knows no engine; counts tokens with what it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_server.chat.addressed import without_orders
from inglenook_server.chat.attachments.attach import Attachments
from inglenook_server.chat.attachments.instructions import instructions
from inglenook_server.chat.attachments.types import Attached
from inglenook_server.chat.excerpts import Excerpt
from inglenook_server.chat.request import ChatRequest
from inglenook_server.generation.prompts.token_budget import TokenCounter

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

CURSOR_TOKENS = 120
"""Of the definition around the cursor, which comes along by itself and is seldom what is asked about."""
CHOSEN = frozenset(("selection", "symbol", "file", "folder"))
"""What the user chose himself."""


@dataclass(frozen=True, slots=True)
class Along:
    """What goes along, within a budget."""

    excerpts: tuple[Excerpt, ...] = ()
    """Of files, with their lines."""
    texts: tuple[tuple[str, str], ...] = ()
    """(what it is, text) of what is no file's: a terminal's output, problems, a diff, instructions."""
    problems: tuple[str, ...] = ()
    """Why something could not go along, a sentence each."""
    chosen: bool = False
    """Whether the user chose any of it himself."""


def go_along(
    request: ChatRequest, attachments: Attachments, index: Searches | None, counter: TokenCounter, tokens: int
) -> Along:
    """What the question names, what the editor gives, and the workspace's instructions, in about `tokens`."""
    found = attachments.fit(tokens, counter)
    outside = {one.path for one in request.given if one.outside}
    cursors = [one for one in found if one.kind == "cursor" and one.text]
    others = [one for one in found if one.kind != "cursor" and one.text]
    citable = [one for one in others if one.start_line and one.path and one.path not in outside]
    excerpts = [_excerpt(one) for one in citable]
    texts = [(_what(one), without_orders(one.text)) for one in others if one not in citable]
    if not excerpts and cursors and counter.text(cursors[0].text) <= CURSOR_TOKENS:
        texts.append((f"The cursor is in {cursors[0].label}", without_orders(cursors[0].text)))
    if (said := instructions(index, request.near, counter)) is not None:
        texts.append((f"{said.path}, the workspace's own notes", without_orders(said.text)))
    problems = tuple(f"{one.label}: {one.problem}" for one in found if one.problem and one.kind != "cursor")
    return Along(tuple(excerpts), tuple(texts), problems, any(one.kind in CHOSEN for one in others))


def _excerpt(one: Attached) -> Excerpt:
    text = f"{one.header}\n{one.text}" if one.header and one.header.strip() not in one.text else one.text
    return Excerpt(one.path, one.start_line, one.end_line, without_orders(text), symbol=one.label)


def _what(one: Attached) -> str:
    kinds = {"problems": "Problems that the editor shows", "terminal": "Output of the terminal", "diff": "What changed"}
    return kinds.get(one.kind, one.label)
