"""A conversation as the text of its file, and back. Pure.

JSON by lines: the first says what a list shows, each other one is a message. So a list reads one line of each file, and
a file that was cut short or edited loses the lines that are wrong, and no others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from inglenook_indexer.text.printable import one_line, printable

from inglenook_server.conversations.titles import RENAMED, UNTITLED, shortened, title_of
from inglenook_server.conversations.types import Conversation, Info, Message, Source

FORMAT = 1
_TOO_LATE = 253_000_000_000
"""Seconds since the epoch: within the year 9987, beyond which no calendar of Python's shows a day."""


def written(info: Info, messages: Sequence[Message]) -> str:
    """The text of a file."""
    head = {
        "format": FORMAT,
        "title": info.title,
        "renamed": info.renamed,
        "updated": info.updated,
        "messages": len(messages),
        "workspace": info.workspace,
    }
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [head, *map(_row, messages)])


def head(id: str, line: str, updated: float) -> Info | None:
    """What the first line says; None where it is damaged. `updated` stands in where its own time is no time."""
    row = _object(line)
    if row is None or not isinstance(row.get("title"), str) or "messages" not in row:
        return None
    return Info(
        id,
        shortened(row["title"], RENAMED) or UNTITLED,
        _seconds(row.get("updated"), updated),
        _count(row["messages"]),
        _text(row.get("workspace")),
        row.get("renamed") is True,
    )


def read(id: str, text: str, updated: float) -> Conversation:
    """Everything that can be read of a file's text, and how much can't."""
    first, *rest = text.split("\n")
    info = head(id, first, updated)
    rows = [line for line in (rest if info else [first, *rest]) if line.strip()]
    messages = tuple(_messages(rows))
    if info is None:
        question = next((one.content for one in messages if one.role == "user"), "")
        info = Info(id, title_of(question), updated, len(messages))
        headed = not any(_messages([first]))  # the line that is damaged is the head, and no message
        return Conversation(info, messages, max(len(rows) - len(messages) - headed, 0))
    return Conversation(info, messages, max(info.messages - len(messages), len(rows) - len(messages), 0))


def _row(message: Message) -> dict[str, object]:
    row: dict[str, object] = {"role": message.role, "content": message.content}
    if message.role == "assistant":
        sources = [[one.path, one.start_line, one.end_line] for one in message.sources]
        row |= {"origin": message.origin, "model": message.model, "sources": sources}
    return row


def _messages(lines: Iterable[str]) -> Iterable[Message]:
    for line in lines:
        row = _object(line)
        if row is None or row.get("role") not in ("user", "assistant") or not isinstance(row.get("content"), str):
            continue
        yield Message(
            row["role"],
            printable(row["content"]),
            _text(row.get("origin")),
            _text(row.get("model")),
            tuple(_sources(row.get("sources"))),
        )


def _sources(value: object) -> Iterable[Source]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, list) and len(one) == 3 and isinstance(one[0], str):
            yield Source(one_line(one[0]), max(_count(one[1]), 1), max(_count(one[2]), 1))


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _count(value: object) -> int:
    return min(max(value, 0), 2**31 - 1) if isinstance(value, int) and not isinstance(value, bool) else 0


def _seconds(value: object, otherwise: float) -> float:
    """A time that can be shown."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 <= value < _TOO_LATE else otherwise  # type: ignore[operator, arg-type]
