"""Recent edits of the open files, found by comparing what is open now with what was open before. Pure but for a clock.

After Copilot: eight edits of at most ten lines, with three lines around each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from inglenook_server.completion.context.sources.place import Edit
from inglenook_server.documents import common_end, common_start, split_lines

EDITS = 8
LINES = 10
AROUND = 3
NEAR = 12
"""Lines between two edits of one file under which they are one."""


class EditLog:
    """What was edited lately, by file."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self._edits: deque[Edit] = deque(maxlen=EDITS)

    def look(self, texts: Mapping[str, str]) -> tuple[Edit, ...]:
        """Take note of what changed since the last look; the edits, latest last. A file seen first has no edit yet."""
        for path, text in texts.items():
            before = self._seen.get(path)
            if before is not None and before is not text and before != text:
                self._add(path, before, text)
        self._seen = dict(texts)
        return tuple(edit for edit in self._edits if edit.path in texts)

    def _add(self, path: str, before: str, text: str) -> None:
        same_start = common_start(before, text)
        same_end = min(common_end(before, text), min(len(before), len(text)) - same_start)
        first = len(split_lines(text[:same_start])) - 1
        last = len(split_lines(text[: len(text) - same_end])) - 1
        lines = split_lines(text)
        start = max(first - AROUND, 0)
        end = min(min(last, first + LINES) + AROUND + 1, len(lines))
        edit = Edit(path, start + 1, "".join(lines[start:end]))
        kept = [old for old in self._edits if old.path != path or abs(old.start_line - edit.start_line) > NEAR]
        self._edits = deque([*kept, edit], maxlen=EDITS)
