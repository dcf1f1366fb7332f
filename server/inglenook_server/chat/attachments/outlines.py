"""A text too long for a prompt, told in less: its signatures, and the parts that hold a question's words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from inglenook_indexer.text.words import STOP_WORDS, identifiers, parts, stem

from inglenook_server.chat.signature import signature
from inglenook_server.documents import bare_lines, split_lines
from inglenook_server.generation.prompts.token_budget import TokenCounter, head

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

OUTLINE_SHARE = 0.4
"""Of the tokens, where parts of the text hold the question's words: the parts say more."""
BLOCK_LINES = 40
"""Lines of a part: a longer definition is cut into several."""
LOOKED_AT = 200
"""Parts, the best first, that are tried."""
TOKEN_CHARACTERS = 16
"""More than a token has in any text worth showing; a text that is longer than this need not be counted."""
GAP = "..."
LEAST = 16
"""Tokens below which a part of a text says nothing, so that it is left out."""

_QUIET = frozenset(("field", "variable", "attribute", "property", "declaration"))
_BODIES = frozenset(("function", "method", "constructor"))


def lines_of(text: str) -> list[str]:
    """The lines of a text without their ends, as the index counts them: behind the last line end there is none."""
    lines = bare_lines(text)
    return lines if lines[-1] else lines[:-1]


def fits(text: str, tokens: int, counter: TokenCounter) -> bool:
    """Whether a text has at most so many tokens. One that is far too long is not counted."""
    return len(text) <= tokens * TOKEN_CHARACTERS and counter.text(text) <= tokens


def beginning(text: str, tokens: int, counter: TokenCounter) -> str:
    """The beginning of a text in whole lines; of a first line that alone is too long, its beginning."""
    text = text[: max(0, tokens) * TOKEN_CHARACTERS]
    if kept := head(text, tokens, counter):
        return kept
    line = split_lines(text)[0]
    while line and counter.line(line) > tokens:
        line = line[: len(line) // 2]
    return line


def words_of(text: str) -> frozenset[str]:
    """The words of a text by which its parts are chosen: stems, those of identifiers apart."""
    known: dict[str, None] = dict.fromkeys(identifiers(text))
    return frozenset(stem(part) for one in known for part in parts(one) if len(part) > 1) - STOP_WORDS


def outline(symbols: Sequence[Symbol], lines: Sequence[str]) -> Iterator[str]:
    """A line for each definition, indented by depth: its signature and the first sentence of its documentation."""
    bodies = {f"{one.parent} > {one.name}" if one.parent else one.name for one in symbols if one.kind in _BODIES}
    for one in symbols:
        if one.kind in _QUIET or one.parent in bodies or one.line > len(lines):
            continue
        said = signature(lines, one.line, one.end_line, one.language) or one.name
        depth = one.parent.count(" > ") + 1 if one.parent else 0
        yield f"{'  ' * depth}{said}{f'  # {one.doc}' if one.doc else ''}"


def digest(
    lines: Sequence[str],
    symbols: Sequence[Symbol],
    words: frozenset[str],
    tokens: int,
    counter: TokenCounter,
    *,
    first: int = 1,
    last: int = 0,
) -> str:
    """The lines of a file from `first` to `last` (0 is the end) in at most `tokens`.

    First the outline of `symbols`, those that begin there, then the parts that hold most of `words`. Without either it
    is the beginning of the lines.
    """
    last = min(last or len(lines), len(lines))
    symbols = [one for one in symbols if first <= one.line <= last]
    outlined = _first(outline(symbols, lines), tokens * TOKEN_CHARACTERS)
    blocks = _blocks(symbols, first, last)
    holding = _holding(blocks, lines, words, symbols[0].language if symbols else "")
    if not outlined and not holding:
        return beginning("\n".join(lines[first - 1 : last]), tokens, counter)
    kept = head(outlined, int(tokens * OUTLINE_SHARE) if holding else tokens, counter)
    left = tokens - counter.text(kept)
    gap = counter.line(f"{GAP}\n")
    chosen: list[tuple[int, int]] = []
    for low, high in holding[:LOOKED_AT]:
        part = "".join(f"{line}\n" for line in lines[low - 1 : high])
        if fits(part, left - gap, counter):
            chosen.append((low, high))
            left -= counter.text(part) + gap
    told, end = kept, 0
    for low, high in sorted(chosen):
        if low != end + 1:
            told += f"{GAP}\n"
        told += "".join(f"{line}\n" for line in lines[low - 1 : high])
        end = high
    return told or beginning("\n".join(lines[first - 1 : last]), tokens, counter)


def _first(lines: Iterable[str], characters: int) -> str:
    """The first of `lines`, as a text of about so many characters: of a large file no others need be made."""
    kept: list[str] = []
    for line in lines:
        kept.append(f"{line}\n")
        characters -= len(line) + 1
        if characters < 0:
            break
    return "".join(kept)


def _holding(
    blocks: Sequence[tuple[int, int]], lines: Sequence[str], words: frozenset[str], language: str
) -> list[tuple[int, int]]:
    """The blocks that hold some of `words`, those first that hold the rarest; in a first line a word counts twice."""
    inside = [words & words_of("\n".join(lines[low - 1 : high])) for low, high in blocks]
    blocks_with = Counter(word for held in inside for word in held)
    scores: dict[tuple[int, int], float] = {}
    for (low, high), held in zip(blocks, inside, strict=True):
        if held:
            weights = [*held, *(held & words_of(signature(lines, low, high, language)))]
            scores[low, high] = sum(log(1 + len(blocks) / blocks_with[word]) for word in weights)
    return sorted(scores, key=lambda block: (-scores[block], block))


def _blocks(symbols: Sequence[Symbol], first: int, last: int) -> list[tuple[int, int]]:
    """The lines from `first` to `last`, cut where definitions begin and end, and into blocks of bearable length."""
    borders = {first, last + 1}
    borders.update(line for one in symbols for line in (one.line, one.end_line + 1) if first < line <= last)
    ordered = sorted(borders)
    return [
        (low, min(low + BLOCK_LINES, high) - 1)
        for begin, high in pairwise(ordered)
        for low in range(begin, high, BLOCK_LINES)
    ]
