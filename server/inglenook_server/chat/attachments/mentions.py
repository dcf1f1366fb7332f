"""What a question names with `@`: files, folders, symbols, the editor's own. Pure; knows no index.

Not everything behind an `@` is a name of ours: e-mail addresses, decorators in pasted code and packages of npm look
alike. What can be told from the text alone is left out here; of the rest `certain` says whether it is surely meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MentionKind = Literal["path", "folder", "symbol", "name", "diff", "staged", "problems", "terminal", "selection"]
WORDS = ("selection", "problems", "terminal", "diff", "staged")
"""What is named by a word of its own."""
LONGEST = 400
"""Characters of a name: longer than any path that a person would write."""

_FENCE = re.compile(r"[ \t]*(```|~~~)")
_SPOKEN = re.compile(
    r"`[^`\n]*`"
    r"|(?<![^\s(\[{\"'«“‘,;:>，。：（])@(?:(file|folder|symbol):)?"
    rf"(?:\"([^\"\n]{{1,{LONGEST}}})\"|([^\s@\"'`<>|,;!?()\[\]{{}}«»“”‘’，。！？：；、（）]{{1,{LONGEST}}}))(\()?"
)
_DECORATOR = re.compile(r"[ \t]*@[\w.]+[ \t]*(?:\(.*)?$")
_DECLARES = re.compile(
    r"[ \t]*(?:@\w|(?:async|def|class|fn|func|function|fun|pub|public|private|protected|internal|static|final|abstract"
    r"|export|interface|void|override|const|let|var|val|struct|enum|trait|impl|type)\b)"
)
_BEFORE_HAN = re.compile(r"[!-~]+(?=[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef])")
"""A name in ASCII that words follow without a blank, as they do in Chinese and Japanese."""
_LINES = re.compile(r":(\d{1,7})(?:-(\d{1,7}))?$")
_ENDING = re.compile(r"\.\w{1,12}$")
_END = ".:…"
"""Punctuation that ends a sentence, not a name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One name; `start` and `end` are its place in the question, the `@` included."""

    kind: MentionKind
    """"name" may be a file's or a symbol's."""
    name: str
    start: int
    end: int
    start_line: int = 0
    """Of a path with lines, as in `@src/pool.py:10-20`; 1-based and inclusive, 0 for none."""
    end_line: int = 0
    certain: bool = True
    """Whether it is worth saying that there is no such thing."""


def mentions(text: str) -> list[Mention]:
    """What `text` names, in its order. Nothing within code, as Markdown marks it, is a mention."""
    found: list[Mention] = []
    lines = text.split("\n")
    at, fence = 0, ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark is not None and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        elif not fence and "@" in line and not (_DECORATOR.match(line) and _DECLARES.match(_next(lines, number))):
            indent = len(line) - len(line.lstrip()) if number else -1
            spoken = (_mention(match, at, line_start=match.start() == indent) for match in _SPOKEN.finditer(line))
            found += [one for one in spoken if one is not None]
        at += len(line) + 1
    return found


def _next(lines: list[str], number: int) -> str:
    """The line below, a blank one passed over; of a decorator what it decorates."""
    below = [line for line in lines[number + 1 : number + 3] if line.strip()]
    return below[0] if below else ""


def _mention(match: re.Match[str], offset: int, *, line_start: bool) -> Mention | None:
    """What a match names; None for code, for a call and for a bare sign."""
    prefix, quoted, bare, bracket = match.groups()
    if match[0].startswith("`") or (bracket and match.string[match.end() : match.end() + 1] != ")"):
        return None  # code, or a decorator with arguments
    start = offset + match.start()
    end = offset + (match.end(2) + 1 if quoted is not None else match.start(3))
    name = quoted
    if name is None:
        before = _BEFORE_HAN.match(bare)
        name = (before[0] if before is not None else bare).rstrip(_END)
        end += len(name)
    if not name.strip():
        return None
    if prefix is None and quoted is None and name in WORDS:
        return Mention(name, name, start, end)  # type: ignore[arg-type]
    first = last = 0
    if prefix != "symbol" and (lines := _LINES.search(name)) is not None:
        first, last = int(lines[1]), int(lines[2] or lines[1])
        name = name[: lines.start()]
    kind = _kind(prefix, name, quoted=quoted is not None)
    certain = prefix is not None or quoted is not None or _is_certain(kind, name, line_start)
    return Mention(kind, name, start, end, first, last, certain)


def _kind(prefix: str | None, name: str, *, quoted: bool) -> MentionKind:
    if prefix == "symbol":
        return "symbol"
    if prefix == "folder" or name.endswith(("/", "\\")):
        return "folder"
    return "path" if prefix == "file" or quoted or "/" in name or "\\" in name else "name"


def _is_certain(kind: MentionKind, name: str, line_start: bool) -> bool:
    """Whether a bare word is surely a name of the workspace: `@types/node` and `@property` may be anything."""
    if kind == "folder":
        return True
    if kind == "path":
        return _ENDING.search(name) is not None
    return not line_start and re.search(r"[_.]\w|[a-z][A-Z]", name) is not None
