"""Where code that a model wrote belongs in a file: by the definition it makes, else by its lines. Pure.

Knows no parser: the file's definitions are given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_server.chat.edits.edit import Edit, Refusal

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

ALIKE = 0.5
"""Share of the code's lines that must stand in the file for it to be placed by them."""
FEWEST = 2
"""Lines that must be alike: one `return None` says nothing."""
LONGEST = 400
"""Lines of code that are placed by their lines."""
LONGEST_LINE = 400
"""Characters of a line in which a definition is looked for."""
TAB = 4
"""Columns that a tab is counted as."""

_DEFINITION = re.compile(
    r"^\s*(?:(?:export|default|public|private|protected|internal|static|async|pub(?:\(\w+\))?|final|abstract"
    r"|override|virtual|inline|const|unsafe|extern)\s+)*"
    r"(?:def|class|function\*?|func|fn|struct|enum|trait|interface|impl|type|module|object|record|let|const|var)\s+"
    r"(?:\([^)]{0,80}\)\s*)?(?P<name>[A-Za-z_$][\w$]*)"
)
_TYPED = re.compile(r"^\s*(?:[\w<>\[\],.?*&:]+\s+){1,6}\**(?P<name>[A-Za-z_]\w*)\s*\(")
_STATEMENTS = frozenset(
    "return await yield raise throw new else not assert del go defer case elif if for while with match import from "
    "print in and or is typeof delete".split()
)
"""Words that a statement begins with, so that a call behind them defines nothing."""
_DECORATOR = re.compile(r"\s*(?:@\w|#\[)")


def place(
    code: Sequence[str], path: str, lines: Sequence[str], outline: Sequence[Symbol], start_line: int, end_line: int
) -> Edit | Refusal:
    """Lay `code` over the file's `lines`. `start_line` to `end_line` is what was asked about (0 and 0 for nothing)."""
    code = trimmed(code)
    if not code:
        return Refusal("The model wrote no code.")
    name = defined_name(code)
    target = _symbol(name, outline, start_line, end_line) if name else None
    if target is not None:
        first = target.line
        if _DECORATOR.match(code[0]):
            first = _decorators(lines, first)
        return _edit(code, path, lines, first, target.end_line, f"Replace {target.name}")
    spanned = _by_lines(code, lines)
    if spanned is not None:
        return _edit(code, path, lines, *spanned, f"Change {_lines(*spanned)}")
    if start_line and not name:
        return _edit(code, path, lines, start_line, end_line, f"Change {_lines(start_line, end_line)}")
    if start_line and not any(start_line <= one.line <= end_line for one in outline):
        return _edit(code, path, lines, start_line, end_line, f"Change {_lines(start_line, end_line)}")
    return Refusal("It can't be told where this code belongs, so no change is proposed.")


def defined_name(code: Sequence[str]) -> str:
    """The name that the first definition in some code makes; empty where it makes none at its margin."""
    margin = min((_width(line) for line in code if line.strip()), default=0)
    for line in code:
        if line.strip() and _width(line) == margin:
            if name := name_on(line):
                return name
            if not _DECORATOR.match(line):
                return ""
    return ""


def trimmed(code: Sequence[str]) -> list[str]:
    """Code without the blank lines at both its ends."""
    written = [at for at, line in enumerate(code) if line.strip()]
    return list(code[written[0] : written[-1] + 1]) if written else []


def name_on(line: str) -> str:
    """The name of the definition that a line begins; empty where it begins none."""
    head = line[:LONGEST_LINE]
    if (match := _DEFINITION.match(head)) is not None:
        return match["name"]
    match = _TYPED.match(head)
    return match["name"] if match is not None and head.split(None, 1)[0] not in _STATEMENTS else ""


def indented(code: Sequence[str], like: str, *, tabs: bool) -> tuple[str, ...]:
    """Code moved to the margin of the line `like`; `tabs` says whether a step of the file's indentation is one."""
    written = [line for line in code if line.strip()]
    least = min(written, key=_width, default="")
    margin, lead = _width(least), _lead(least)
    prefix = _lead(like)
    alike = tabs == any(line[:1] == "\t" for line in written)
    moved = []
    for line in code:
        if not line.strip():
            moved.append("")
            continue
        if alike and line.startswith(lead):
            moved.append(prefix + line[len(lead) :])  # its steps are the file's: so a text in many lines stays as it is
            continue
        inner = " " * (_width(line) - margin)
        if tabs:
            inner = "\t" * (len(inner) // TAB) + " " * (len(inner) % TAB)
        moved.append(f"{prefix}{inner}{line[len(_lead(line)) :]}")
    return tuple(moved)


def _edit(code: Sequence[str], path: str, lines: Sequence[str], first: int, last: int, title: str) -> Edit | Refusal:
    old = tuple(lines[first - 1 : last])
    like = next((line for line in old if line.strip()), "")
    new = indented(code, like, tabs=_tabbed(old, lines))
    if new == old:
        return Refusal("The model proposes what stands there already.")
    return Edit(path, first, last, new, old, title)


def _tabbed(old: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether tabs indent the old lines; where these have no indentation, whether they do most of the file's."""
    steps = [line[0] for line in old if line[:1] in (" ", "\t") and line.strip()]
    if steps:
        return "\t" in steps
    steps = [line[0] for line in lines if line[:1] in (" ", "\t") and line.strip()]
    return 2 * steps.count("\t") > len(steps)


def _symbol(name: str, outline: Sequence[Symbol], start_line: int, end_line: int) -> Symbol | None:
    """The definition of that name that is asked about, else the only one in the file."""
    named = [one for one in outline if one.name == name]
    near = [one for one in named if one.line <= max(end_line, start_line) and one.end_line >= start_line]
    if start_line and near:
        return min(near, key=lambda one: one.end_line - one.line)
    return named[0] if len(named) == 1 else None


def _decorators(lines: Sequence[str], line: int) -> int:
    while line > 1 and _DECORATOR.match(lines[line - 2]):
        line -= 1
    return line


def _by_lines(code: Sequence[str], lines: Sequence[str]) -> tuple[int, int] | None:
    """The shortest run of the file's lines that begins with the code's first line and ends with its last one."""
    if len(code) > LONGEST:
        return None
    wanted = Counter(bare for line in code if (bare := line.strip()))
    first = next(bare for line in code if (bare := line.strip()))
    last = next(bare for line in reversed(code) if (bare := line.strip()))
    bares = [line.strip() for line in lines]
    starts = [at for at, bare in enumerate(bares) if bare == first]
    if len(starts) != 1 or first == last:
        return None
    ends = [at for at in range(starts[0] + 1, min(len(bares), starts[0] + 2 * len(code) + 10)) if bares[at] == last]
    if not ends:
        return None
    here = Counter(bare for bare in bares[starts[0] : ends[0] + 1] if bare)
    alike = (wanted & here).total()
    return (starts[0] + 1, ends[0] + 1) if alike >= max(FEWEST, ALIKE * wanted.total()) else None


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _width(line: str) -> int:
    return len(_lead(line).expandtabs(TAB))


def _lines(first: int, last: int) -> str:
    return f"lines {first}-{last}" if last > first else f"line {first}"
