"""A long text -> its sections: title, prose, code, console, trace, environment. Pure; linear in the text.

What tells nothing of the program is left out: a form's headings, its comments and its ticked boxes, and links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from inglenook_indexer.search.stack_trace import frames

Kind = Literal["title", "prose", "code", "console", "trace", "environment"]

_LONGEST = 2_000  # characters of a line that are looked at: a longer one is data
_LONGEST_TITLE = 200  # characters
_FENCE = re.compile(r"\s{0,8}(?:```|~~~)")
_COMMENT = re.compile(r"<!--|-->")
_TICKED = re.compile(r"\s*(?:[-*]\s*)?\[[ xX]\]\s")
_HEADING = re.compile(
    r"\s*(?:#{1,6}\s+(?P<marked>[^\n]+)|\*\*(?P<bold>[^*\n]{1,80})\*\*:?\s*$|(?P<plain>[A-Z][\w' ]{2,40}):\s*$)"
)
_FORM = re.compile(
    r"\W*(?:(?:to |how to )?reproduc\w*|steps|describe|expected|actual|current|observed|environment|your environment"
    r"|versions?|additional|screenshots?|system info\w*|context|motivation|summary|description|details?|checklist"
    r"|prerequisites|logs?|output|example|minimal|what (?:is|did|do|does|happen\w*|version)\b|which\b|bug report"
    r"|is this|has this|link to|code(?: sample)?|problem|issue|background|test plan)\b",
    re.IGNORECASE,
)
"""Headings that forms have: they say what comes, and nothing of the program."""
_ABOUT_MACHINE = re.compile(
    r"\W*(?:(?:your )?(?:environment|versions?|system|platform|setup|configuration of)|system info|output of .*version"
    r"|installed|dependencies|package)\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"\W*(?:os|operating system|platform|distro|python|node(?:\.?js)?|npm|yarn|pnpm|go|rustc?|cargo|java|jdk|jvm|ruby"
    r"|php|browser|kernel|arch(?:itecture)?|pip|conda|cpu|gpu|ram"
    r"|[\w.-]{1,30} version|version)\b(?: version| info)?\W{0,3}(?:[:=]|v?\d+\.\d)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\W*[\w.@/+-]{1,60}(?:\s*[=:~^]=?\s*|\s+|@)\(?v?\d+\.\d[\w.+-]*\W*$")
_PROMPT = re.compile(r"\s*(?:[\w.-]+@[\w.-]+[:~][^\s$#]{0,80})?(?:\$|%|PS [A-Z]:[^>]{0,80}>|[A-Z]:\\[^>]{0,80}>)\s+\S")
_DOCTEST = re.compile(r"\s*(?:>>>|\.\.\. |In \[\d+\]:)")
_BLOCK = re.compile(r"(?: {4}|\t)\s*\S")
_LISTED = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")
_TRACED = re.compile(
    r"\s*(?:Traceback \(most recent|During handling of|The above exception|Stack ?trace|goroutine \d|Caused by:"
    r"|thread '[^'\n]{0,80}' panicked|\.{3} \d+ more)",
    re.IGNORECASE,
)
_ERROR_LINE = re.compile(
    r"\s*(?:[\w$]+[.:])*[A-Z]\w*(?:Error|Exception|Warning|Panic)\b|\s*(?:error|fatal|panic)\b[^\n]{0,40}:"
)
_LINK = re.compile(r"!?\[(?P<said>[^\]\n]{0,200})\]\([^)\s]{1,500}\)|https?://\S+")


@dataclass(frozen=True, slots=True)
class Section:
    """Neighbouring lines of one kind. `line` is that of the first, from 1."""

    kind: Kind
    text: str
    line: int


def sections(text: str) -> tuple[Section, ...]:
    """The sections of a text, in order."""
    found: list[Section] = []
    kept: list[str] = []
    kind: Kind = "prose"
    first = 0
    for number, (of, line) in enumerate(_lines(text.splitlines()), 1):
        if of is None:
            continue
        if kept and of != kind:
            found.append(Section(kind, "\n".join(kept), first))
            kept = []
        if not kept:
            first = number
        kind = of
        kept.append(line)
    if kept:
        found.append(Section(kind, "\n".join(kept), first))
    return tuple(one for one in found if one.text.strip())


def _lines(lines: list[str]) -> Iterator[tuple[Kind | None, str]]:
    """(what a line is, or None where it is left out; the line without links)."""
    fenced = commented = machine = titled = False
    traced = ""  # the frame's indentation and more, while a trace goes on
    for raw in lines:
        line = raw[:_LONGEST]
        if commented or (not fenced and "<!--" in line):
            commented = not _ends_comment(line)
            yield None, ""
        elif _FENCE.match(line):
            fenced, traced = not fenced, ""
            yield None, ""
        elif not line.strip():
            yield ("prose", "") if not fenced else (None, "")
        elif not fenced and (_TICKED.match(line)):
            yield None, ""
        elif not fenced and (heading := _HEADING.match(line)):
            said = (heading["marked"] or heading["bold"] or heading["plain"]).strip()
            machine = _ABOUT_MACHINE.match(said) is not None
            yield (None, "") if _FORM.match(said) or machine else ("prose", said)
        elif (frames(line) and (fenced or not _sentence(line))) or _TRACED.match(line):
            traced = line
            yield "trace", line
        elif traced and (line[:1].isspace() or _ERROR_LINE.match(line)):
            yield "trace", line  # the source below a frame, and the message at the end
        else:
            traced = ""
            titled, of = True, _kind(line, fenced=fenced, machine=machine, first=not titled)
            yield of, _LINK.sub(lambda match: match["said"] or " ", line)


def _kind(line: str, *, fenced: bool, machine: bool, first: bool) -> Kind:
    if machine or _VERSION.match(line) or (not first and _MACHINE.match(line) and not _sentence(line)):
        return "environment"
    if _PROMPT.match(line):
        return "console"
    if fenced or _DOCTEST.match(line) or (_BLOCK.match(line) and not _LISTED.match(line)):
        return "console" if _ERROR_LINE.match(line) else "code"
    return "title" if first and len(line) <= _LONGEST_TITLE else "prose"


def _sentence(line: str) -> bool:
    """Whether a line is people's words: many of them, with few signs between."""
    words = line.split()
    return len(words) > 7 and sum(word.strip(".,;:()'\"").isalpha() for word in words) * 3 > 2 * len(words)


def _ends_comment(line: str) -> bool:
    last = ""
    for mark in _COMMENT.findall(line):
        last = mark
    return last == "-->"
