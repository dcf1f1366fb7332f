"""One line of an ignore file -> does it match this path? Pure; knows nothing of files, folders' rules or precedence.

A port of git's `wildmatch.c` and of the line parser in its `dir.c`, on bytes as there. Libraries were tried first:
`pathspec` disagrees with `git check-ignore` on bracket expressions, POSIX classes, tabs and bytes above 127, fails on
`[z-a]`, and judges a path by its parents, which git does not do. The property test in
`tests/indexer/files/test_ignore.py` holds this module against git itself. Unlike git's backtracking, matching takes
about linear time on every input: an ignore file is a stranger's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Matcher = Callable[[bytes], bool]

_SPECIAL = b"*?[\\"
_SLASH = ord("/")
_CLASSES: dict[bytes, Callable[[int], bool]] = {
    b"alnum": lambda byte: chr(byte).isalnum(),
    b"alpha": lambda byte: chr(byte).isalpha(),
    b"blank": lambda byte: byte in b" \t",
    b"cntrl": lambda byte: byte < 32 or byte == 127,
    b"digit": lambda byte: 48 <= byte <= 57,
    b"graph": lambda byte: 33 <= byte <= 126,
    b"lower": lambda byte: 97 <= byte <= 122,
    b"print": lambda byte: 32 <= byte <= 126,
    b"punct": lambda byte: 33 <= byte <= 126 and not chr(byte).isalnum(),
    b"space": lambda byte: byte in b" \t\n\r\v\f",
    b"upper": lambda byte: 65 <= byte <= 90,
    b"xdigit": lambda byte: byte in b"0123456789abcdefABCDEF",
}
"""POSIX classes, of ASCII."""


@dataclass(slots=True)
class Pattern:
    """One line: what it matches, and what that means."""

    source: bytes
    """Without the `!`, the trailing `/` and a leading `/`."""
    lifts: bool
    """Whether it began with `!`."""
    folders_only: bool
    by_name: bool
    """Whether it has no `/` inside, and so is asked about a path's last part alone."""
    fold: bool
    """Whether ASCII case is all one; `matches` is then given lower case."""
    line: int = 0
    """Where in the file it stands, 1-based; 0 where it stands in none."""
    _matches: Matcher | None = None

    def matches(self, text: bytes) -> bool:
        """Whether it matches this path (relative to its file's folder), or this last part if `by_name`."""
        if self._matches is None:
            self._matches = _matcher(self.source, self.by_name, self.fold)
        return self._matches(text)


def is_literal(source: bytes) -> bool:
    """Whether a pattern has nothing in it that stands for something else."""
    return not any(byte in _SPECIAL for byte in source)


def parse(data: bytes, fold: bool = False) -> list[Pattern]:
    """The patterns of an ignore file, in order; comments, blank lines and what can never match left out."""
    patterns = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        line = _trimmed(line.removesuffix(b"\r").split(b"\0", 1)[0])
        if not line or line.startswith(b"#"):
            continue
        lifts = line.startswith(b"!")
        source = line[1:] if lifts else line
        folders_only = source.endswith(b"/")
        source = source[:-1] if folders_only else source
        if source:
            by_name = b"/" not in source
            source = source.lower() if fold else source
            patterns.append(Pattern(source.removeprefix(b"/"), lifts, folders_only, by_name, fold, number))
    return patterns


def _trimmed(line: bytes) -> bytes:
    """`line` without trailing spaces, unless they are escaped. Tabs stay, as in git."""
    stripped = line.rstrip(b" ")
    backslashes = len(stripped) - len(stripped.rstrip(b"\\"))
    return line[: len(stripped) + 1] if backslashes % 2 and len(stripped) < len(line) else stripped


def _matcher(source: bytes, by_name: bool, fold: bool) -> Matcher:
    """The cheapest test that says the same as the pattern."""
    if is_literal(source):
        return source.__eq__
    tail = source[1:]
    if by_name and source[:1] == b"*" and is_literal(tail):
        return lambda text: text.endswith(tail)
    expression = _expression(source, by_name, fold)
    if expression is None:
        return lambda text: False
    found = re.compile(expression, re.DOTALL)
    return lambda text: found.fullmatch(text) is not None


def _expression(source: bytes, by_name: bool, fold: bool) -> bytes | None:
    """A regular expression for the whole of a path; None if nothing can match.

    Runs between `**/` are tried at the leftmost place only, and runs between `*` likewise: a later place can't succeed
    where that one fails, since what comes next begins with a wildcard again. That is what keeps matching linear.
    """
    runs: list[list[bytes]] = [[b""]]  # runs between `**/`, each split at `*`
    position = 0
    # Git compares the text before the first wildcard by itself, and so takes `**` right after it for a leading one.
    literal = next((place for place, byte in enumerate(source) if byte in _SPECIAL), len(source))
    while position < len(source):
        byte = source[position]
        if byte == ord("*"):
            begin = position
            while source[position : position + 1] == b"*":
                position += 1
            rest = source[position:]
            free = begin in (0, literal) or source[begin - 1] == _SLASH
            if by_name or position - begin < 2 or not free or (rest and rest[:1] != b"/" and rest[:2] != b"\\/"):
                runs[-1].append(b"")
            elif rest[:1] == b"/":
                runs.append([b""])
                position += 1
            else:
                runs[-1][-1] += b".*"
            continue
        piece, position = _piece(source, position, fold)
        if piece is None:
            return None
        runs[-1][-1] += piece
    head, *others = [_run(run) for run in runs]
    if not others:
        return head
    middle = b"".join(b"(?>(?:.*?/)??" + run + b")" for run in others[:-1])
    return head + middle + b"(?:.*/)?" + others[-1]


def _run(chunks: list[bytes]) -> bytes:
    """Text between stars, joined: every star but the last one takes as little as it can, once and for all."""
    if len(chunks) == 1:
        return chunks[0]
    middle = b"".join(b"(?>[^/]*?" + chunk + b")" for chunk in chunks[1:-1])
    return chunks[0] + middle + b"[^/]*" + chunks[-1]


def _piece(source: bytes, position: int, fold: bool) -> tuple[bytes | None, int]:
    """The expression of one character, `?` or bracket, and where the next begins; None if it can't match."""
    byte = source[position : position + 1]
    if byte == b"?":
        return b"[^/]", position + 1
    if byte == b"[":
        return _bracket(source, position + 1, fold)
    if byte == b"\\":
        position += 1
        byte = source[position : position + 1]
        if not byte:
            return None, position
    return re.escape(byte), position + 1


def _bracket(source: bytes, position: int, fold: bool) -> tuple[bytes | None, int]:
    """A bracket expression, `position` being behind its `[`."""
    negated = source[position : position + 1] in (b"!", b"^")
    position += negated
    members: set[int] = set()
    previous = 0
    first = True
    while first or source[position : position + 1] != b"]":
        first = False
        if position >= len(source):
            return None, position
        current = source[position]
        if current == ord("["):
            found = _posix(source, position)
            if found is None:
                return None, position
            current, added, position = found
            members |= added
        elif current == ord("-") and previous and source[position + 1 : position + 2] not in (b"", b"]"):
            position += 1
            if source[position] == ord("\\"):
                position += 1
                if position >= len(source):
                    return None, position
            members |= set(range(previous, source[position] + 1))
            current = 0
        else:
            if current == ord("\\"):
                position += 1
                if position >= len(source):
                    return None, position
                current = source[position]
            members.add(current)
        previous = current
        position += 1
    if fold:
        members |= {ord(chr(byte).lower()) for byte in members if byte < 128}
    kept = (set(range(1, 256)) - members if negated else members) - {_SLASH}
    if not kept:
        return None, position + 1
    return b"[" + b"".join(re.escape(bytes((byte,))) for byte in sorted(kept)) + b"]", position + 1


def _posix(source: bytes, position: int) -> tuple[int, set[int], int] | None:
    """What a `[` inside a bracket means: (last byte read or 0, members, its last position); None for a bad class."""
    if source[position + 1 : position + 2] != b":":
        return source[position], {source[position]}, position
    end = source.find(b"]", position + 2)
    if end < 0:
        return None
    if end - 1 < position + 2 or source[end - 1 : end] != b":":
        return source[position], {source[position]}, position
    known = _CLASSES.get(source[position + 2 : end - 1])
    return None if known is None else (0, {byte for byte in range(128) if known(byte)}, end)
