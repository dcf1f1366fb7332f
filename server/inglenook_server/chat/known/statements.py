"""What the own lines of a function return and raise: its statements, not those of functions inside it. Pure text.

By the words that a language has for it, outside strings and comments; nothing is evaluated.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inglenook_indexer.text.printable import cut_short

from inglenook_server.chat.signature import head_end
from inglenook_server.completion.syntax.blanked import blanked

MAX_STATEMENT = 100  # characters of a statement that are kept
_MAX_LINES = 3_000  # of one function that are read
_MAX_LINE = 1_000  # characters of a line in which a statement is looked for
_MAX_TEXT = 200_000  # characters of one function that are read

_THROW = r"\bthrow\b"
_RAISES = {
    "python": r"\braise\b",
    "ruby": r"\b(?:raise|fail)\b(?!\s*=)",
    "elixir": r"\b(?:raise|throw|reraise)\b",
    "lua": r"\berror(?=\s*\()",
    "go": r"\bpanic(?=\s*\()",
    "rust": r"\b(?:panic|todo|unimplemented|unreachable)!",
    **dict.fromkeys(
        ("javascript", "typescript", "tsx", "java", "csharp", "cpp", "kotlin", "scala", "swift", "php", "dart"), _THROW
    ),
}
_RETURNS = re.compile(r"\breturn\b(?:@\w+)?")
_NO_RETURNS = frozenset(("elixir", "bash", "markdown"))
"""Languages without such statements, or where they say a number only."""
_RAISED = re.compile(r"\s*(?:new\s+|\(\s*)?(?P<name>[A-Za-z_\\][\w.:\\]*)?")
_CALLED = frozenset(("lua", "go", "rust"))
"""Languages in which what is raised is a value, and the whole call says it."""
_INNER_HEAD = re.compile(
    r"(?:=>|->|\bfunction\b[^{};\n]{0,200}|\bfunc\s*\([^{}\n]{0,200}|\|[^|{}\n]{0,80}\||\][^{};\n\[\]]{0,120}\))\s*\{"
)
"""A function without a name that opens a body."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One `return` or `raise`."""

    line: int
    text: str
    """In one line; of a raise the name of what is raised if there is one; empty for one that raises again."""


def returned(
    lines: Sequence[str], start_line: int, end_line: int, language: str, inner: Iterable[tuple[int, int]]
) -> list[Statement]:
    """The `return` statements that give something back. `inner` are the lines of definitions inside this one."""
    if language in _NO_RETURNS:
        return []
    text, code = _body(lines, start_line, end_line, language, inner)
    starts, found = _line_starts(code), []
    for match in _RETURNS.finditer(code):
        said = _rest(text, code, match.end(), language)
        if said:
            found.append(Statement(start_line + bisect_right(starts, match.start()) - 1, f"return {said}"))
    return found


def raised(
    lines: Sequence[str], start_line: int, end_line: int, language: str, inner: Iterable[tuple[int, int]]
) -> list[Statement]:
    """The statements that raise or throw something, each with the name of what it raises if there is one."""
    pattern = _RAISES.get(language)
    if pattern is None:
        return []
    text, code = _body(lines, start_line, end_line, language, inner)
    starts, found = _line_starts(code), []
    for match in re.finditer(pattern, code):
        line = start_line + bisect_right(starts, match.start()) - 1
        if language in _CALLED:
            found.append(Statement(line, f"{match[0]}{_rest(text, code, match.end(), language)}"))
            continue
        rest = _rest(text, code, match.end(), language)
        name = _RAISED.match(rest)
        said = name["name"] if name and name["name"] else rest
        if language == "python" and (not rest or said == "from"):
            said = ""
        found.append(Statement(line, said))
    return found


def raised_at(lines: Sequence[str], language: str, name: str) -> list[int]:
    """The lines of a file in which `name` is raised or thrown, outside strings and comments."""
    pattern = _RAISES.get(language)
    if pattern is None:
        return []
    raising = re.compile(rf"(?:{pattern})\s*\(?\s*(?:new\s+)?(?:[A-Za-z_]\w*(?:\.|::|\\))*{re.escape(name)}(?![\w$])")
    found = [number for number, line in enumerate(lines, 1) if name in line and raising.search(line[:_MAX_LINE])]
    if not found:
        return []
    code = blanked("\n".join(line.rstrip("\r\n") for line in lines), language).split("\n")
    return [number for number in found if number <= len(code) and raising.search(code[number - 1][:_MAX_LINE])]


def _body(
    lines: Sequence[str], start_line: int, end_line: int, language: str, inner: Iterable[tuple[int, int]]
) -> tuple[str, str]:
    """The text of a function, and the same with all blanked that is not its own code: strings, inner functions."""
    last = min(end_line, start_line + _MAX_LINES - 1)
    own = [line.rstrip("\r\n") for line in lines[start_line - 1 : last]]
    text = "\n".join(own)[:_MAX_TEXT]
    rows = blanked(text, language).split("\n")
    for first, end in inner:
        for number in range(max(first, start_line) - start_line, min(end - start_line + 1, len(rows))):
            rows[number] = " " * len(rows[number])
    head_line, column = head_end(own, 1, len(own), language)
    for number in range(min(head_line, len(rows))):
        cut = len(rows[number]) if number < head_line - 1 else column
        rows[number] = " " * min(cut, len(rows[number])) + rows[number][cut:]
    return text, _without_inner("\n".join(rows), language)


def _without_inner(code: str, language: str) -> str:
    """Blank the bodies of functions that have no name. The function's own arrow is passed over."""
    if language == "python":
        return code
    parts: list[str] = []
    last = 0
    for match in _INNER_HEAD.finditer(code):
        if match.start() < last or not code[: match.start()].strip():
            continue
        end = max(match.end(), _closed(code, match.end() - 1) - 1)
        parts += [code[last : match.end()], re.sub(r"[^\n]", " ", code[match.end() : end])]
        last = end
    return "".join([*parts, code[last:]])


def _closed(code: str, at: int) -> int:
    """Behind the brace that closes the one at `at`."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(code, at):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    return len(code)


def _line_starts(code: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", code))]


def _rest(text: str, code: str, at: int, language: str) -> str:
    """The statement from `at` to its end, in one line."""
    depth, end = 0, at
    limit = min(len(code), at + 4 * MAX_STATEMENT)
    while end < limit:
        one = code[end]
        if one in "([{":
            depth += 1
        elif one in ")]}":
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and (one == ";" or (one == "\n" and _ends(code, at, end, language))):
            break
        end += 1
    flat = " ".join(blanked(text[at:end], language, strings=False).split())
    return cut_short(flat, MAX_STATEMENT)


def _ends(code: str, at: int, end: int, language: str) -> bool:
    """Whether the line end ends the statement: not in languages with semicolons, unless there is nothing yet."""
    if language in ("java", "c", "cpp", "csharp", "rust", "php"):
        return False
    return code[end - 1] != "\\" and not re.search(r"[,+=&|.?:(]\s*$", code[max(at, end - 20) : end])
