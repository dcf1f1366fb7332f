"""Turns what an answer cites into places that exist, while it streams. Knows nothing of retrieval or of engines.

A model cites as `[1]`, or as `pool.py:12` with a line it made up. What leaves here names a shown excerpt's path and a
line within it, or no line at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inglenook_server.chat.excerpts import Excerpt

MAX_HELD = 400
"""Characters without a blank after which a word is let go unread: no citation is that long."""
LINE_START = 200
"""Characters of a line that may begin a code block."""
LIKELY = 3
"""Places that an answer which cites none is taken to rest on, at most."""

_NUMBERS = re.compile(r"(?<![\w\])`.])\[\^?(\d{1,9}(?:\s*+[,;]\s*+\d{1,9})*)\](?!\()")
_PLACE = re.compile(r"(?<![\w/.@+-])((?:[\w.@+-]+/)*[\w.@+-]*\w\.\w{1,8}):L?(\d{1,9})(?:[-–]L?(\d{1,9}))?")
_PATH = re.compile(r"(?<![\w/.:@+-])((?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.\w{1,8})(?![\w/:(])")
_CODE = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"[^\W\d]\w{2,}")
_CODELIKE = re.compile(r"_*[^\W_]+(?:_+[^\W_]|(?<=[a-z0-9])[A-Z])")
"""A name that is no word of prose: `parse_cookie`, `parseCookie`."""
_FENCE = re.compile(r"\s*(?:```|~~~)")
_BLANK = re.compile(r"\s")
_UNFINISHED = re.compile(r"\[\^?[\d,;\s]*+\]?\S*+\Z|(?<!\S)\S++\Z")


class Citations:
    """Rewrites one answer. `feed` gives what may be shown so far; what is held back is the word being written."""

    def __init__(self, excerpts: Sequence[Excerpt]) -> None:
        self._excerpts = tuple(excerpts)
        self._held = ""
        self._line = ""
        self._in_fence = False
        self._named: list[Excerpt] = []
        self._names: set[str] = set()
        """Names in the text that are no prose."""
        self._spelled: set[str] = set()
        """Names in its code."""

    @property
    def named(self) -> tuple[Excerpt, ...]:
        """The excerpts that the answer has named so far, in the order it first did."""
        return tuple(self._named)

    @property
    def used(self) -> tuple[Excerpt, ...]:
        """What the answer rests on: the excerpts it names, else those whose names it writes, the most first."""
        return self.named or tuple(self._likely())

    def feed(self, piece: str) -> str:
        """Take the next piece of the model's text, give back text that is ready."""
        self._held += piece
        ready = len(self._held)
        before = max(0, ready - MAX_HELD - 1)
        if not before or _BLANK.search(self._held, before):
            unfinished = _UNFINISHED.search(self._held, before)
            ready = ready if unfinished is None else unfinished.start()
        text, self._held = self._held[:ready], self._held[ready:]
        return self._rewrite(text)

    def finish(self) -> str:
        """Give back what was held."""
        text, self._held = self._rewrite(self._held), ""
        return text

    def _rewrite(self, text: str) -> str:
        """Whole words of the text; inside a code block everything stays as it is."""
        done = []
        for part in re.split(r"(\n)", text):
            self._line += part[: LINE_START - len(self._line)] if part != "\n" else ""
            if part == "\n":
                if _FENCE.match(self._line):
                    self._in_fence = not self._in_fence
                self._line = ""
            code = self._in_fence or _FENCE.match(self._line)
            self._names.update(filter(_CODELIKE.match, _NAME.findall(part)))
            for span in [part] if code else _CODE.findall(part):
                self._spelled.update(_NAME.findall(span))
            done.append(part if code else self._words(part))
        return "".join(done)

    def _words(self, text: str) -> str:
        text = _NUMBERS.sub(self._number, text)
        return _PATH.sub(self._path, _PLACE.sub(self._place, text))

    def _number(self, match: re.Match[str]) -> str:
        found = []
        for number in re.findall(r"\d+", match[1]):
            if 1 <= int(number) <= len(self._excerpts):
                excerpt = self._excerpts[int(number) - 1]
                self._name(excerpt)
                found.append(f"`{excerpt.path}:{excerpt.start_line}`")
        return ", ".join(found)

    def _place(self, match: re.Match[str]) -> str:
        path, start, end = match[1], int(match[2]), int(match[3] or match[2])
        candidates = [e for e in self._excerpts if e.path == path or e.path.endswith(f"/{path}")]
        if not candidates:
            return path
        inside = [e for e in candidates if e.start_line <= start <= e.end_line]
        excerpt = inside[0] if inside else candidates[0]
        self._name(excerpt)
        if not inside:
            return f"{excerpt.path}:{excerpt.start_line}"
        end = min(end, excerpt.end_line)
        return f"{excerpt.path}:{start}" + (f"-{end}" if end > start else "")

    def _path(self, match: re.Match[str]) -> str:
        """A bare path of an excerpt gets its line, the first time."""
        path = match[1]
        for excerpt in self._excerpts:
            if excerpt.path == path or excerpt.path.endswith(f"/{path}"):
                if any(named.path == excerpt.path for named in self._named):
                    break
                self._name(excerpt)
                return f"{excerpt.path}:{excerpt.start_line}"
        return path

    def _likely(self) -> list[Excerpt]:
        shares = {excerpt: len(self._shared(excerpt)) for excerpt in self._excerpts}
        found = [excerpt for excerpt in self._excerpts if shares[excerpt]]
        return sorted(found, key=lambda excerpt: -shares[excerpt])[:LIKELY]

    def _shared(self, excerpt: Excerpt) -> set[str]:
        """What the answer has from an excerpt alone: names that are no prose, and in code what it defines."""
        stands = set(_NAME.findall(excerpt.text))
        return (self._names & stands) | (self._spelled & set(_NAME.findall(excerpt.symbol)))

    def _name(self, excerpt: Excerpt) -> None:
        if excerpt not in self._named:
            self._named.append(excerpt)
