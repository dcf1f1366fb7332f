"""Stack traces and compiler messages -> files, lines and functions. Pure; knows nothing of what is indexed.

Formats: Python, JavaScript, JVM, .NET, PHP, Ruby, Lua, Elixir, Go, Rust, gdb, and the `file:line` of compilers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inglenook_indexer.text.languages import language_of

MAX_FRAMES = 12  # of one trace: those nearest the error; what lies further out is the framework's
_MAX_TEXT = 20_000  # characters of a query that are searched for frames: a pasted log must not stall a search

_FILE = r"(?P<path>[\w@+.~/\\-]*[\w@+-]\.[A-Za-z]\w{0,9})"
_ALONE = rf"(?<![\w@+.~/\\-]){_FILE}"
"""Begins where a run of a path's characters does: from a later place it would fail as well, and look through the rest
of the run once more."""
_FORMATS = tuple(
    re.compile(pattern)
    for pattern in (
        r'File "(?P<path>[^"\n]+)", line (?P<line>\d{1,9})(?:, in (?P<symbol>[\w.<>]+))?',  # Python
        r"\bat (?P<symbol>[\w$.<>`]+)\([^()\n]*\) in (?P<path>[^\n]{1,500}?):line (?P<line>\d{1,9})",  # .NET
        r"\b(?P<symbol>\w+) \([^()\n]*\) at " + _FILE + r":(?P<line>\d{1,9})",  # gdb
        r"\bat (?P<symbol>[\w$.<>/]+)\(" + _FILE + r":(?P<line>\d{1,9})\)",  # JVM
        r"\bat (?:async )?(?:new )?(?:(?P<symbol>[\w$.<>]+)(?: \[as \w+\])? )?\(?(?:file://)?"
        + _FILE
        + r":(?P<line>\d{1,9})",  # JavaScript
        _ALONE + r"\((?P<line>\d{1,9})\): (?P<symbol>[\w\\:>-]+)\(",  # PHP
        _ALONE + r":(?P<line>\d{1,9}):in [`'](?P<symbol>[^'\n]{1,200})'",  # Ruby
        _ALONE
        + r":(?P<line>\d{1,9}): in (?:function|method|upvalue|local|field) ['<](?P<symbol>[^'>\n]{1,200})['>]",  # Lua
        _ALONE + r":(?P<line>\d{1,9}): (?P<symbol>[A-Za-z_][\w.]*[?!]?)/\d",  # Elixir
        _ALONE + r"[:(](?P<line>\d{1,9})",  # compilers, linters, Go, Rust, tsc
        r"\b(?:file|at|in) [`'\"]?" + _FILE + r"[`'\"]?,? (?:at |on )?line (?P<line>\d{1,9})",  # prose, bats
    )
)
_GO_CALL = re.compile(r"\s*+(?:[./*()-]|\w++(?!\())*+(?P<symbol>\w++)\(.*\)$")
"""The line above a Go frame's place."""
_PYTHON = re.compile(r'^[^\S\n]*+File "[^"\n]+", line \d', re.MULTILINE)
_NAMELESS = frozenset(("<module>", "<anonymous>", "anonymous", "<lambda>", "Object", "main", "<main>", "eval"))


@dataclass(frozen=True, slots=True)
class Frame:
    """One place that a trace names. `path` is as the trace has it, with forward slashes; `symbol` may be empty."""

    path: str
    line: int
    symbol: str = ""


def frames(text: str, limit: int = MAX_FRAMES) -> tuple[Frame, ...]:
    """The places that `text` names, those nearest the error first; none in a text without any."""
    found = dict.fromkeys(_frames(text[:_MAX_TEXT].splitlines()))
    ordered = list(found)
    # Python alone puts the innermost call last.
    if _PYTHON.search(text, 0, _MAX_TEXT):
        ordered.reverse()
    return tuple(ordered[:limit])


def _frames(lines: Sequence[str]) -> Iterator[Frame]:
    for number, line in enumerate(lines):
        for pattern in _FORMATS:
            match = pattern.search(line)
            if match is None:
                continue
            groups = match.groupdict()
            path = groups["path"].replace("\\", "/").lstrip("~")
            if language_of(path) == "text":
                continue
            symbol = groups.get("symbol") or ""
            if not symbol and number and line[:1].isspace() and (above := _GO_CALL.match(lines[number - 1])):
                symbol = above["symbol"]
            yield Frame(path, int(groups["line"]), _last_name(symbol))
            break


def _last_name(symbol: str) -> str:
    """The function's own name: `Foo::Bar#baz`, `a.b.Foo.baz`, `Foo->baz`, `block in baz` all say baz."""
    last: str = re.split(r"[.#\\/ ]|::|->", symbol.strip())[-1] if symbol not in _NAMELESS else ""
    return "" if last in _NAMELESS or not re.fullmatch(r"[\w$?!]+", last) else last


def shared_tail(path: str, other: str) -> int:
    """How many trailing parts two paths have in common; 0 where even the file names differ."""
    count = 0
    for mine, theirs in zip(reversed(path.split("/")), reversed(other.split("/")), strict=False):
        if mine != theirs:
            break
        count += 1
    return count
