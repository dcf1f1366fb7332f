"""What is kept of a conversation: masked, printable, bounded. Pure; knows no file.

Questions may hold what was pasted or attached, so secrets are masked here, before anything is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inglenook_indexer.secrets.redact import mask_path, mask_secrets
from inglenook_indexer.text.printable import one_line, printable

from inglenook_server.conversations.types import Message, Source

MESSAGE_BYTES = 200_000
"""Of one message, in UTF-8: a pasted file; more is a log that nobody reads again."""
ALL_BYTES = 4_000_000
"""Of all messages of a conversation together: what a list of two hundred may cost a disk."""
MESSAGES = 500
"""Of one conversation, the last ones."""
SOURCES = 100
"""Of one answer."""
CUT = "\n\n… (cut here: longer than 200 kB)"


def prepare(messages: Sequence[Message], stored: Sequence[Message] = ()) -> tuple[Message, ...]:
    """The messages as they are kept, beginning with a question.

    A client sends back the bare text of earlier answers; what `stored` knows of them beside it is taken from there.
    """
    known: dict[tuple[str, str], Message] = {(one.role, one.content): one for one in stored}
    kept = [_prepared(one, known) for one in messages[-MESSAGES:]]
    left = ALL_BYTES
    start = len(kept)
    while start and (left := left - len(kept[start - 1].content.encode())) >= 0:
        start -= 1
    while start < len(kept) and kept[start].role != "user":
        start += 1
    return tuple(kept[start:])


def _prepared(message: Message, known: dict[tuple[str, str], Message]) -> Message:
    before = known.get((message.role, message.content))
    if before is not None and not message.origin:
        return before
    content = message.content if before is not None else clean(message.content)
    if not message.origin and (again := known.get((message.role, content))) is not None:
        return again
    return replace(
        message,
        content=content,
        origin=one_line(message.origin),
        model=one_line(message.model),
        sources=tuple(
            Source(one_line(mask_path(one.path)), one.start_line, one.end_line) for one in message.sources[:SOURCES]
        ),
    )


def clean(text: str) -> str:
    """`text` without its secrets, printable, and cut where it is too long."""
    return cut(printable(mask_secrets(text)[0]), MESSAGE_BYTES)


def cut(text: str, most: int) -> str:
    """`text` in at most `most` bytes, and a word about it where something is cut."""
    if len(text) * 4 <= most or len(raw := text.encode()) <= most:
        return text
    return raw[: most - len(CUT.encode())].decode("utf-8", "ignore") + CUT
