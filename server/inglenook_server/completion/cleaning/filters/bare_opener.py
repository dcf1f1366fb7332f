"""Drops lines that open a block which is not there: an `else:` with nothing behind it. Pure."""

from __future__ import annotations

import re

from inglenook_server.completion.syntax.blocks import code_window
from inglenook_server.completion.syntax.brackets import nesting
from inglenook_server.completion.syntax.cursor import Cursor, indent_width

_BRACES = frozenset(
    "javascript typescript tsx java c cpp csharp go rust kotlin swift scala dart zig php css perl proto".split()
)
_OPENS = {
    "python": re.compile(
        r"[ \t]*(?:(?:async\s+)?(?:def|for|with)|class|if|elif|else|while|try|except|finally|match|case)\b"
        r".*:\s*(?:#.*)?"
    ),
    "ruby": re.compile(
        r"[ \t]*(?:if|unless|while|until|for|case|def|class|module|begin|else|elsif|ensure|rescue|when|in)\b"
        r"(?!.*\bend\s*(?:#.*)?$)(?!.*\bthen\s+\S)(?!\s*\w+[.\w?!]*(?:\(.*\))?\s=\s).*"
        r"|.*\bdo(?:\s*\|[^|]*\|)?\s*"
    ),
    "lua": re.compile(
        r"[ \t]*(?:else|repeat|do|(?:if|elseif)\b.*\bthen|(?:for|while)\b.*\bdo)\s*(?:--.*)?"
        r"|.*\bfunction\b[^()]*\([^()]*\)\s*"
    ),
    "bash": re.compile(r"[ \t]*(?:then|do|else|(?:if|elif)\b.*;\s*then|(?:for|while|until)\b.*;\s*do)\s*(?:#.*)?"),
    "elixir": re.compile(r"[ \t]*(?:else|rescue|catch|after)\s*|.*\bdo\s*|.*(?:->|\bfn)\s*"),
    "julia": re.compile(
        r"[ \t]*(?:if|elseif|else|for|while|function|struct|mutable struct|module|try|catch|finally|begin|let|macro)\b"
        r"(?!.*\bend\s*(?:#.*)?$).*|.*\bdo(?:\s+\w+(?:,\s*\w+)*)?\s*"
    ),
}
"""Lines after which a block must come, in languages that open one without a brace."""
_KEYWORD = re.compile(
    r"[ \t]*(?:else|try|except|finally|begin|rescue|ensure|catch|after|repeat|do|then|let)\s*:?\s*(?:(?:#|--).*)?"
)
"""Headers that say nothing by themselves, in any of these languages."""
_CONTINUED = re.compile(r"[ \t]*\).*:\s*(?:#.*)?")
"""The last line of a header over several lines."""


def drop_bare_openers(text: str, cursor: Cursor, language: str, *, cut_brace: bool = False) -> str:
    """Cut whole lines at the end of `text` that open a block, unless it is written on the lines below.

    A line that was begun before the cursor stays: whoever began it wants it finished. So does a header that is all of
    the text and says something, `for line in lines:`: its block is the next suggestion. `cut_brace` says that behind
    the text stood a brace that had to be cut: what is left of its line is a header without a body, too.
    """
    if cursor.after.strip() or not text.strip():
        return text
    lines = text.rstrip().split("\n")
    kept = len(lines)
    if cut_brace and language in _BRACES and (kept > 1 or not cursor.before.strip()):
        kept -= 1
    pattern = _OPENS.get(language)
    while pattern is not None and kept and (start := _opener(lines[:kept], cursor, pattern)) is not None:
        before = cursor.before if start == 0 else ""
        if indent_width(cursor.next_code_below) > indent_width(before + lines[start]):
            break
        if start == 0 and not _KEYWORD.fullmatch(lines[0]):
            break
        if nesting(code_window(cursor.prefix, language) + "\n".join(lines[:kept]), language).inside == "string":
            break
        kept = start
    return text if kept == len(lines) else "\n".join(lines[:kept]).rstrip()


def _opener(lines: list[str], cursor: Cursor, pattern: re.Pattern[str]) -> int | None:
    """The line on which the header begins that the lines end with; None where they end with none of theirs."""
    number = len(lines) - 1
    if _CONTINUED.fullmatch(lines[number]):
        depth = indent_width(lines[number])
        while number and (indent_width(lines[number]) > depth or lines[number].lstrip()[:1] in (")", "")):
            number -= 1
        found = pattern.match(lines[number] + lines[-1])
    else:
        found = pattern.fullmatch(lines[number])
    return number if found and (number or not cursor.before.strip()) else None
