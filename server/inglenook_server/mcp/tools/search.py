"""`search`: the places that answer a query, best first, with their code while the budget lasts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.text.printable import one_line

from inglenook_server.documents import bare_lines
from inglenook_server.errors import RequestError
from inglenook_server.mcp.budget import first_lines, fit, tokens
from inglenook_server.mcp.source import code, place, words
from inglenook_server.workspace.merge import merge

if TYPE_CHECKING:
    from pathlib import Path

    from inglenook_indexer.types import Hit

    from inglenook_server.mcp.served import Located, Served

LIMIT = 50
"""Chunks that are looked at: more than any budget holds with their code."""
_FOR_PLACES = 0.25
"""Share of a budget that is kept for places without their code: the answer may be among them."""
_LAST_LINES = 40
"""Tokens of the lines that say where places without code begin, and how many more there are."""
_LISTED = 12
"""Places without code that are named, at most."""


def search(
    served: Served,
    *,
    query: str,
    path: str = "",
    language: str = "",
    kind: str = "",
    with_code: bool = True,
    budget: int,
) -> str:
    """The best places for words, a name, a question or an error message. Raises RequestError, IndexerError."""
    _known(language, kind)
    within = served.narrowing(path)
    hits = _hits(served, query, within, language, kind)
    if not hits:
        where = f" in {within.shown or '.'}" if within else ""
        return f"Nothing is found for this query{where}. Try other words, or fewer filters."
    from inglenook_indexer.search.report.clues import reasons

    heads = [_head(hit, why) for hit, why in zip(hits, reasons(query, hits), strict=True)]
    if not with_code:
        return fit("", heads, budget, lambda left: f"… {left} more places: raise budget, or narrow path.")
    room = budget * (1 - _FOR_PLACES) - _LAST_LINES
    blocks: list[str] = []
    for head, hit in zip(heads, hits, strict=True):
        lines = bare_lines(hit.chunk.text.strip("\n"))
        block = f"{head}\n{code(lines, hit.chunk.start_line + _blank(hit.chunk.text))}\n"
        if tokens(block) > room:
            blocks += [] if blocks else [f"{first_lines(block, round(room))}\n… its first lines\n"]
            break
        room -= tokens(block)
        blocks.append(block)
    others = heads[len(blocks) :]
    if others:
        left = len(others) - _LISTED
        rest = [f"… {left} further places: raise budget, or narrow path."] if left > 0 else []
        blocks += ["Further places, without their code (`span` shows it):", *others[:_LISTED], *rest]
    return fit("", blocks, budget, lambda left: f"… cut at {budget:,} tokens: raise budget, or narrow path.")


def _hits(served: Served, query: str, within: Located | None, language: str, kind: str) -> list[Hit]:
    """Of the folder that is narrowed to, else of all of them as one list. Raises IndexMissing where none is indexed."""
    lists: list[list[tuple[Path, Hit]]] = []
    missing: IndexMissing | None = None
    for folder in served.folders:
        if within is not None and folder is not within.folder:
            continue
        inside = within.relative if within is not None else ""
        try:
            found = folder.workspace.index.search(query, limit=LIMIT, path=inside, language=language, kind=kind)
        except IndexMissing as error:
            missing = error
            continue
        shown = served.folders.shown(folder, "")
        lists.append(
            [
                (folder.path / hit.chunk.path, replace(hit, chunk=replace(hit.chunk, path=shown + hit.chunk.path)))
                for hit in found
            ]
        )
    if missing is not None and not lists:
        raise missing
    return [hit for _, hit in lists[0]] if len(lists) == 1 else merge(lists, LIMIT)


def _head(hit: Hit, why: str) -> str:
    """A place, what it is, and what of a pasted report led there."""
    chunk = hit.chunk
    defines = f"  defines {words(', '.join(chunk.defines))}" if chunk.defines else ""
    inside = f"  {words(chunk.symbol.replace(' > ', '.'))}" if chunk.symbol else ""
    led = f"  ({one_line(why)})" if why else ""
    return f"{place(chunk.path, chunk.start_line, chunk.end_line)}{inside or defines}{led}"


def _blank(text: str) -> int:
    """Blank lines that a chunk begins with, which are not shown."""
    return len(text) - len(text.lstrip("\n"))


def _known(language: str, kind: str) -> None:
    """Raise RequestError for a language or a kind that nothing ever has."""
    from inglenook_indexer.symbols.patterns import KINDS
    from inglenook_indexer.text.languages import LANGUAGES

    if language and language not in LANGUAGES:
        raise RequestError(f"No language is called {language!r}: one of {', '.join(sorted(LANGUAGES))}.")
    if kind and kind not in KINDS:
        raise RequestError(f"No kind of symbol is called {kind!r}: one of {', '.join(sorted(KINDS))}.")
