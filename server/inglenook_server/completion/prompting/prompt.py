"""Lays out a completion's prompt within a token budget, stable part first. Knows nothing of sentinels or token ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_server.completion.context.sources.related import IMPORT
from inglenook_server.completion.prompting.stable_suffix import SuffixMemory
from inglenook_server.completion.prompting.window_start import WindowStarts
from inglenook_server.completion.syntax.cursor import Cursor, indent_width
from inglenook_server.documents import split_lines
from inglenook_server.generation.base import Infill, Snippet
from inglenook_server.generation.prompts.token_budget import TokenCounter, cut_line_end, fitting, head, shown

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

SUFFIX_SHARE = 0.15
SNIPPET_SHARE = 0.18
"""Shares of the prompt's tokens. Copilot gives other files .35: over 82 cursors of the fitting packages the default
model wrote more of what their authors had written with half of that."""
NEAR = 1_200
"""Characters behind the cursor that drafts are taken from: a tenth fewer steps with a model that is not shown them."""
SNIPPETS_ABOVE = 6
"""Lines between the snippets and the cursor's line, when they are looked up."""
HEAD_SHARE = 0.10
"""Share for the file's first lines (imports) where the window no longer reaches them."""

LINE_TOKENS = 24
"""Room kept for the cursor's line."""
IMPORT_LINES = 200
"""Lines in which a file's imports are looked for."""

FIRST_LINES = 40
"""Lines of a window in which its first one with text is looked for."""

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
    snippet_tokens: int,
    counter: TokenCounter,
    suffixes: SuffixMemory | None = None,
    starts: WindowStarts | None = None,
    looked_up: int | None = None,
) -> Infill:
    """The prompt for a cursor, of about `tokens` at most; hits come best first and are laid out best last.

    `snippet_tokens` are theirs whether there are any or not: so a prompt with hits begins as the one without, and the
    engine has read that. (Over 92 cursors of the fitting packages as much was right without those tokens.)
    `looked_up` is the line (from 0) of the cursor that the hits were looked up for: they stay where they were put then.

    `suffixes` keeps the last prompt's suffix where this one is nearly the same, `starts` where its window began.
    """
    suffix = ""
    if max_suffix_tokens:
        suffix = head(cursor.suffix, min(int(tokens * SUFFIX_SHARE), max_suffix_tokens), counter) or cursor.after
    if suffixes is not None:
        suffix = suffixes.keep(path, suffix)
    texts = fitting([defuse(hit.chunk.text) for hit in hits], snippet_tokens, counter)
    snippets = tuple(Snippet(hit.chunk.path, text) for hit, text in zip(hits, texts, strict=False))
    before = prefix(cursor.prefix, tokens - snippet_tokens - counter.text(suffix), counter, path, starts)
    moved = len(cursor.above) - looked_up if looked_up is not None else 0
    at = lines_up(before, SNIPPETS_ABOVE + moved)
    return Infill(before, suffix, path, snippets[::-1], at, near=cursor.suffix[:NEAR])


def lines_up(text: str, lines: int) -> int:
    """Offset of the line that is so many above the last one; 0 where there are not so many."""
    at = len(text)
    for _ in range(lines + 1):
        at = text.rfind("\n", 0, at)
        if at < 0:
            return 0
    return at + 1


def prefix(text: str, tokens: int, counter: TokenCounter, path: str = "", starts: WindowStarts | None = None) -> str:
    """The end of the text before the cursor; where that is cut, the imports and the heads of what encloses it above.

    All tokens are used: what stands just above the cursor tells a small model more than anything else.
    """
    if counter.text(text) <= tokens:
        return text
    line = split_lines(text)[-1]
    above = split_lines(text[: len(text) - len(line)])
    above = above if above[-1] else above[:-1]
    if not above:
        return cut_line_end(line, tokens, counter)
    # The cursor's line changes at every key: room is kept for a longer one, so that the window above it stays.
    room = tokens - max(counter.line(line), min(LINE_TOKENS, tokens // 4))
    if room <= 0:
        return cut_line_end(line, tokens, counter)
    starts = starts if starts is not None else WindowStarts()
    share = int(tokens * HEAD_SHARE)
    least = head_of(above, shown(above, room - 2 * share, counter), path, share, counter)
    begin = starts.begin(path, above, room - counter.text(least), counter)
    window = "".join(above[begin:])
    left = min(2 * share, room - counter.text(window))
    return (
        head(head_of(above, begin, path, share, counter), left, counter) + window + cut_line_end(line, tokens, counter)
    )


def head_of(lines: Sequence[str], begin: int, path: str, tokens: int, counter: TokenCounter) -> str:
    """What is shown of the lines before `begin`: imports, and the heads of what encloses that line; `tokens` each."""
    hidden = "".join(lines[:begin])
    top = imports_within(imports(hidden), path, tokens, counter)
    return top + head(enclosing(hidden, "".join(lines[begin : begin + FIRST_LINES])), tokens, counter)


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
