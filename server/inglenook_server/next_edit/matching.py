"""Where a rule matches in a text, and what it makes of each place. Pure; the cost grows with the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inglenook_server.next_edit.alignment import Hole
from inglenook_server.next_edit.rule import Rule, escaped
from inglenook_server.next_edit.tokens import is_line_end, is_value

MOST = 200
"""Places that are looked for in one text: a rule that matches more says too little."""
_LONG = 2_000
"""Characters of a line that may be looked at with texts of any length in a rule; longer lines are data."""


@dataclass(frozen=True, slots=True)
class Match:
    """`text[start:end]` may become `new`."""

    start: int
    end: int
    new: str


def matches(rule: Rule, text: str) -> Iterator[Match]:
    """Every place, from the top, at which the rule would change something."""
    rarest = max((one for one in rule.literals if not one.isspace()), key=len, default="")
    if rarest not in text:
        return
    pattern, loose = _compiled(rule)
    found, at = 0, 0
    while found < MOST and (match := pattern.search(text, at)):
        at = match.start() + 1
        start, end = match.span("old")
        if loose and (not _balanced(match) or text.find("\n", start, start + _LONG) < 0 <= len(text) - start - _LONG):
            continue
        new = _made(rule, match, text, start)
        if new != text[start:end] and not _there_already(text, start, end, new):
            found += 1
            yield Match(start, end, new)
            at = max(at, end)


def _compiled(rule: Rule) -> tuple[re.Pattern[str], bool]:
    seen: set[int] = set()
    left = "".join(escaped(one, seen) for one in rule.left)
    old = "".join(escaped(one, seen) for one in rule.old)
    right = "".join(escaped(one, seen) for one in rule.right)
    every = (*rule.left, *rule.old, *rule.right)
    first, last = every[0], every[-1]
    begin = r"(?<!\w)" if not isinstance(first, str) or is_value(first) else ""
    close = r"(?!\w)" if not isinstance(last, str) or is_value(last) else ""
    loose = any(isinstance(one, Hole) and not one.word for one in every)
    return re.compile(f"{begin}{left}(?P<old>{old}){right}{close}"), loose


def _made(rule: Rule, match: re.Match[str], text: str, start: int) -> str:
    line = text.rfind("\n", 0, start) + 1
    indent = text[line : line + len(text[line : start + 200]) - len(text[line : start + 200].lstrip(" \t"))]
    said = []
    for one in rule.new:
        if isinstance(one, Hole):
            said.append(match[f"h{one.number}"])
        elif is_line_end(one):
            inner = one.lstrip("\r\n")
            kept = inner[len(rule.indent) :] if inner.startswith(rule.indent) else None
            said.append("\n" + (inner if kept is None else indent + kept))
        else:
            said.append(one)
    return "".join(said)


def _balanced(match: re.Match[str]) -> bool:
    """Whether each text that is carried over closes the brackets it opens, and is one argument."""
    for name, text in match.groupdict().items():
        depth = 0
        for one in text or "":
            depth += (one in "([{") - (one in ")]}")
            if depth < 0 or (depth == 0 and one == "," and name != "old"):
                return False
        if depth:
            return False
    return True


def _there_already(text: str, start: int, end: int, new: str) -> bool:
    """Whether the new text stands here: a rule that adds something finds the places it was added at again."""
    old = text[start:end]
    at = new.find(old)
    while at >= 0:
        if text[start - at : start - at + len(new)] == new and start >= at:
            return True
        at = new.find(old, at + 1) if old else -1
    return not old and (text.startswith(new, end) or text.endswith(new, 0, start))
