"""What the command or the name that is being typed into a question may become, from the index. Knows no LSP.

A `/` counts at the very start of a question, an `@` where a name may begin. What is suggested for an `@` is written so
that `attachments.mentions` reads it as it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.text.printable import hides

from inglenook_server.chat.attachments.lookup import Paths
from inglenook_server.chat.attachments.mentions import WORDS
from inglenook_server.chat.command_names import Command

if TYPE_CHECKING:
    from inglenook_indexer.types import DefinedName

    from inglenook_server.workspace.workspace import Searches

LIMIT = 20
FILES, NAMES, FOLDERS = 7, 8, 3
"""How many of each are shown before any kind has more."""
Fit = int
EXACT, BEGINS, HOLDS, PATH, SCATTERED = range(5)
"""How well something fits what is typed, the best first."""
REACH = 400
"""Characters before the cursor in which what is typed begins."""
LETTERS = 60
"""Letters of what is typed that a path must have in their order, where it is no part of the path."""
OWNERS = 3
"""Classes of one name whose members are looked at."""
DETAILS = {
    "selection": "The selected code.",
    "problems": "The editor's problems.",
    "terminal": "The terminal's output.",
    "diff": "What has changed since the last commit.",
    "staged": "What is staged for the next commit.",
}

_COMMAND = re.compile(r"/(\w*)$")
_QUOTED = re.compile(r"(?:^|(?<=[\s(\[{,;:]))@(?:(file|folder):)?\"([^\"\n]*)$")
_BARE = re.compile(r"(?:^|(?<=[\s(\[{\"',;:>，。：（]))@(?:(file|folder|symbol):)?([^\s@\"'`<>|,;!?()\[\]{}]*)$")
_REST = re.compile(r"[\w./\\-]*")
_UNQUOTED = re.compile(r"[\w.+/-]*[\w/]", re.ASCII)
_ENDING = re.compile(r"\.\w{1,12}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that could stand there."""

    label: str
    insert: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What could stand instead of `text[start:end]`, the best first."""

    start: int
    end: int
    items: tuple[Suggestion, ...] = ()


def suggest(text: str, offset: int, index: Searches | None, commands: Sequence[Command]) -> Suggestions:
    """At most `LIMIT` suggestions for what stands before `offset`; none where neither a command nor a name is typed.

    An index that is still being made offers what it can. Raises nothing of the index.
    """
    offset = min(max(offset, 0), len(text))
    if offset <= REACH and (match := _COMMAND.match(text[:offset].lstrip())) is not None:
        begin = offset - len(match[0])
        if not text[:begin].strip():
            typed = match[1].lower()
            found = [one for one in commands if one.name.startswith(typed)]
            items = tuple(Suggestion(f"/{one.name}", f"/{one.name}", one.sentence) for one in found)
            return Suggestions(begin, _end(text, offset), items[:LIMIT])
    low = max(0, offset - REACH)
    before = text[low:offset].rpartition("\n")[2]
    typing = _QUOTED.search(before) or _BARE.search(before)
    if typing is None or (typing.start() == 0 and len(before) == REACH):
        return Suggestions(offset, offset)
    start = offset - len(before) + typing.start()
    try:
        items = tuple(_items(typing[1] or "", typing[2], index))
    except IndexerError:
        items = tuple(_words(typing[2])) if not typing[1] else ()
    end = _end(text, offset)
    quoted = before[typing.start() :].count('"') == 1  # and the editor may have written the other one already
    return Suggestions(start, end + (quoted and text[end : end + 1] == '"'), items[:LIMIT])


def _end(text: str, offset: int) -> int:
    """Where the word that the cursor is in ends."""
    match = _REST.match(text, offset, offset + REACH)
    return match.end() if match is not None else offset


def _items(prefix: str, typed: str, index: Searches | None) -> list[Suggestion]:
    words = _words(typed) if not prefix else []
    if index is None:
        return words
    paths = Paths(index)
    names = list(islice(_names(typed, index), LIMIT)) if prefix in ("", "symbol") else []
    files = _files(typed, paths) if prefix in ("", "file") else []
    folders = _folders(typed, paths) if prefix in ("", "folder") else []
    ranked: list[tuple[bool, Fit, int, Suggestion]] = []
    for order, (found, share) in enumerate([(files, FILES), (names, NAMES), (folders, FOLDERS)]):
        ranked += [(place >= share, fit, order, one) for place, (fit, one) in enumerate(found)]
    ranked.sort(key=lambda one: one[:3])
    return list({one.insert: one for one in [*words, *(one for _, _, _, one in ranked)]}.values())


def _words(typed: str) -> list[Suggestion]:
    return [Suggestion(f"@{word}", f"@{word}", DETAILS[word]) for word in WORDS if word.startswith(typed.lower())]


def _files(typed: str, paths: Paths) -> list[tuple[Fit, Suggestion]]:
    """Files whose name begins with what is typed, then holds it, then whose path does, then its letters in order."""
    wanted = typed.replace("\\", "/").lower().removeprefix("./")
    letters = re.compile("".join(f"[^{re.escape(letter)}]*{re.escape(letter)}" for letter in wanted[:LETTERS]), re.S)

    def rank(path: str) -> tuple[Fit, int, str] | None:
        lower = path.lower()
        name = lower[lower.rfind("/") + 1 :]
        if name.startswith(wanted):
            return BEGINS, len(path), path
        if wanted in lower:
            return HOLDS if wanted in name else PATH, len(path), path
        return (SCATTERED, len(path), path) if letters.match(lower) else None

    ranked = nsmallest(LIMIT, filter(None, map(rank, paths.files)))
    found = [(fit, path) for fit, _, path in ranked if not hides(path)]
    return [(fit, Suggestion(path.rpartition("/")[2], _path(path, "file"), path)) for fit, path in found]


def _folders(typed: str, paths: Paths) -> list[tuple[Fit, Suggestion]]:
    """Folders whose path or name begins with what is typed."""
    wanted = typed.replace("\\", "/").lower().rstrip("/")
    found = (
        folder
        for folder in paths.folders
        if folder.lower().startswith(wanted) or folder.lower().rpartition("/")[2].startswith(wanted)
    )
    ranked = nsmallest(LIMIT, found, key=lambda folder: (folder.count("/"), folder))
    return [(BEGINS, Suggestion(f"{one}/", _path(f"{one}/", "folder"), "folder")) for one in ranked if not hides(one)]


def _names(typed: str, index: Searches) -> Iterator[tuple[Fit, Suggestion]]:
    """Symbols; behind a dot the members of what stands before it."""
    owner, dot, member = typed.rpartition(".")
    if dot:
        yield from ((EXACT, one) for one in _members(owner, member, index))
    elif _is_name(typed):
        for one in index.names(typed, limit=LIMIT):
            if _is_name(one.name):
                yield BEGINS if one.name.lower().startswith(typed.lower()) else HOLDS, _name(one)


def _members(owner: str, member: str, index: Searches) -> Iterator[Suggestion]:
    last = owner.rpartition(".")[2]
    for one in index.definitions(owner, limit=OWNERS) if last else ():
        for each in index.outline(one.path):
            inside = one.line <= each.line <= one.end_line and each.parent.rpartition(" > ")[2] == one.name
            if inside and each.name.lower().startswith(member.lower()) and _is_name(each.name):
                yield Suggestion(
                    f"{one.name}.{each.name}", _symbol(f"{one.name}.{each.name}"), f"{each.kind} in {each.path}"
                )


def _name(one: DefinedName) -> Suggestion:
    detail = one.path if one.places == 1 else f"{one.path} and {one.places - 1} more"
    return Suggestion(one.name, _symbol(one.name), detail)


def _symbol(name: str) -> str:
    """A symbol as a mention writes it."""
    if not name.isascii():
        return f'@symbol:"{name}"'
    return f"@symbol:{name}" if name in WORDS else f"@{name}"


def _is_name(name: str) -> bool:
    """Whether a mention can write it: sections and operators have names of any kind."""
    return re.fullmatch(r"[\w$]+", name) is not None and not hides(name)


def _path(path: str, kind: str) -> str:
    """A path as a mention writes it: quoted where it has more than letters, marked where it looks like a name."""
    if not _UNQUOTED.fullmatch(path):
        return f'@{kind}:"{path}"'
    return f"@{path}" if path.endswith("/") or _ENDING.search(path) else f"@{kind}:{path}"
