"""Lays out a completion's prompt within a token budget, stable part first. Knows nothing of sentinels or token ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_server.completion.budget import TokenCounter, cut_line_end, fitting, head, tail
from inglenook_server.completion.cursor import Cursor, indent_width
from inglenook_server.completion.sources.related import IMPORT
from inglenook_server.completion.suffixes import SuffixMemory
from inglenook_server.documents import split_lines
from inglenook_server.generation.base import Infill, Snippet

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

SUFFIX_SHARE = 0.15
SNIPPET_SHARE = 0.35
"""Shares of the prompt's tokens; what they leave unused goes to the prefix (Copilot's shares, volatile part folded
into the prefix)."""
HEAD_SHARE = 0.10
"""Share for the file's first lines (imports) where the window no longer reaches them."""

LINE_TOKENS = 48
"""Room kept for the cursor's line."""
IMPORT_LINES = 200
"""Lines in which a file's imports are looked for."""

_DEFINITION = re.compile(
    r"\s*(?:@\w|(?:export |pub |public |private |protected |static |async |abstract |final )*"
    r"(?:def|class|function|func|fn|struct|enum|trait|interface|impl|type)\s)"
)
_MODULE = re.compile(r"(?:\bfrom|\bimport|\buse|\busing|#include)\s*[\"'<(]?\s*([\w.@/:]+)")
_JOINT = re.compile(r",(?=\s*\))")
_SENTINEL = re.compile(r"<\|(?=[\w/]+\|>)|<(?=(?:file_sep|repo_name|fim_\w+|endoftext)>)")


def defuse(text: str) -> str:
    """Text of the workspace with model sentinels made harmless: `<|im_end|>` becomes `< |im_end|>`."""
    return _SENTINEL.sub(lambda match: match[0][0] + " " + match[0][1:], text)


def lay_out(
    cursor: Cursor,
    path: str,
    hits: Sequence[Hit],
    *,
    tokens: int,
    max_suffix_tokens: int,
    counter: TokenCounter,
    suffixes: SuffixMemory | None = None,
) -> Infill:
    """The prompt for a cursor, of about `tokens` at most; hits come best first and are laid out best last.

    `suffixes` keeps the last prompt's suffix where this one is nearly the same.
    """
    suffix = head(cursor.suffix, min(int(tokens * SUFFIX_SHARE), max_suffix_tokens), counter) or cursor.after
    if suffixes is not None:
        suffix = suffixes.keep(path, suffix)
    left = tokens - counter.text(suffix)
    texts = fitting([defuse(hit.chunk.text) for hit in hits], int(tokens * SNIPPET_SHARE), counter)
    snippets = tuple(Snippet(hit.chunk.path, text) for hit, text in zip(hits, texts, strict=False))
    left -= sum(counter.text(snippet.text) + counter.text(snippet.path) for snippet in snippets)
    return Infill(prefix(cursor.prefix, left, counter, path), suffix, path, snippets[::-1])


def prefix(text: str, tokens: int, counter: TokenCounter, path: str = "") -> str:
    """The end of the text before the cursor; where that is cut, the imports and the heads of what encloses it above.

    The window begins at a definition where one begins soon: half a function tells a model less than a whole one.
    """
    if counter.text(text) <= tokens:
        return text
    line = split_lines(text)[-1]
    above = text[: len(text) - len(line)]
    if not above:
        return tail(line, tokens, counter)
    # The cursor's line changes at every key: room is kept for a long one, so that the window above it stays.
    room = tokens - max(counter.line(line), min(LINE_TOKENS, tokens // 4))
    share = int(tokens * HEAD_SHARE)
    cut = above[: len(above) - len(tail(above, room, counter))]
    top = imports_within(imports(cut), path, share, counter)
    window = from_definition(tail(above, room - counter.text(top) - share, counter)) if room > 0 else ""
    scopes = head(enclosing(above[: len(above) - len(window)], window), share, counter)
    return top + scopes + window + cut_line_end(line, tokens, counter)


def imports(text: str) -> str:
    """A file's first lines where they import, with what stands between them; else its first lines as they are."""
    lines = split_lines(text)
    places = [number for number, line in enumerate(lines[:IMPORT_LINES]) if IMPORT.match(line)]
    if not places:
        return "".join(lines[:IMPORT_LINES])
    return "".join(line for line in lines[places[0] : places[-1] + 1] if line.strip())


def imports_within(block: str, path: str, tokens: int, counter: TokenCounter) -> str:
    """The imports that `tokens` hold, in their order; the own project's are kept before others', known by heart.

    Statements over several lines are joined, which makes room for more. Own are relative imports, and those whose
    first word is a folder above the file.
    """
    folders = frozenset(path.split("/")[:-1])
    statements: list[str] = []
    depth = 0
    for line in split_lines(block):
        bare = line.split("#", 1)[0].strip() if depth else line.strip()
        if depth and statements:
            statements[-1] += f" {bare}" if bare else ""
        elif bare:
            statements.append(bare)
        depth = max(0, depth + bare.count("(") + bare.count("{") - bare.count(")") - bare.count("}"))
    statements = [one for one in statements if IMPORT.match(one)] or statements
    whole = [_JOINT.sub("", one.replace("( ", "(").replace(", )", ")")) for one in statements]
    kept = set()
    for number in sorted(range(len(whole)), key=lambda number: not _is_own(whole[number], folders)):
        cost = counter.line(f"{whole[number]}\n")
        if cost <= tokens:
            kept.add(number)
            tokens -= cost
    return "".join(f"{whole[number]}\n" for number in sorted(kept))


def _is_own(statement: str, folders: frozenset[str]) -> bool:
    found = _MODULE.search(statement)
    return found is not None and (found[1].startswith(".") or re.split(r"\W", found[1])[0] in folders)


def enclosing(text: str, window: str) -> str:
    """The lines at the end of `text` that the first line of `window` is indented under, outermost first."""
    first = next((line for line in split_lines(window) if line.strip()), "")
    width = indent_width(first)
    found: list[str] = []
    for line in reversed(split_lines(text)):
        if not width:
            break
        if line.strip() and indent_width(line) < width and line.strip()[0] not in ")]}":
            found.append(line if line.endswith("\n") else f"{line}\n")
            width = indent_width(line)
    return "".join(reversed(found))


def from_definition(window: str) -> str:
    """`window` from its first definition on, where one begins in its first quarter."""
    lines = split_lines(window)
    for number, line in enumerate(lines[: len(lines) // 4]):
        if _DEFINITION.match(line):
            return "".join(lines[number:])
    return window
