"""What of the workspace's other files belongs in a completion's prompt. Knows nothing of engines or editors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inglenook_server.completion.context.recent_snippets import SnippetMemory
from inglenook_server.completion.context.source_runner import SourceRunner
from inglenook_server.completion.context.sources.definitions import awaited, called, definitions, looked_up, opened
from inglenook_server.completion.context.sources.diagnostics import diagnostics
from inglenook_server.completion.context.sources.edits import edits
from inglenook_server.completion.context.sources.place import Place
from inglenook_server.completion.context.sources.related import related, retrieval_query
from inglenook_server.completion.context.sources.similar import has_more, in_open_files, in_own_file, similar
from inglenook_server.completion.context.sources.usages import usages
from inglenook_server.settings import CompletionSettings

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

BUDGET_MS = {"definition": 20.0, "usage": 20.0, "edit": 10.0, "similar": 20.0, "index": 20.0, "diagnostic": 5.0}
"""Milliseconds each source may take, beside one another: a key that is typed meanwhile asks again. In this order
their hits are the better ones."""

SOURCES = {
    "definition": "definitions",
    "usage": "other calls",
    "edit": "recent edits",
    "similar": "similar lines",
    "index": "related code",
    "diagnostic": "problems",
}
"""What each source brings, in words."""


@dataclass(frozen=True, slots=True)
class Context:
    """Spans of other files, best first, and how they came about."""

    hits: tuple[Hit, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by source."""
    gate: str = ""
    """Why there are no spans, in words."""
    asked: frozenset[str] = frozenset()
    """Names whose definitions were looked for."""
    line: int = 0
    """The cursor's line, from 0, when they were looked up."""
    late: Mapping[str, float] = field(default_factory=dict)
    """Sources that had not answered in time, and the milliseconds they had."""
    awaited: tuple[str, ...] = ()
    """What the file imports from the workspace and did not use then, the last import first."""


def gather(
    place: Place,
    settings: CompletionSettings,
    runner: SourceRunner[tuple[Hit, ...]],
    snippets: SnippetMemory[Context],
) -> Context:
    """Ask every source, keep the best of what they found; `snippets` remembers it for the next places nearby.

    Sources that are late or fail are done without: a completion needs no context.
    """
    if not settings.looks_around:
        return Context(gate="other files are switched off")
    cursor, path = place.cursor, place.path

    def look_up(query: str) -> tuple[Context, bool]:
        # The index is asked for the lines above only, so that what it says late is still right a few keys later.
        found, times, late = runner.run(sources(place, settings), BUDGET_MS, {"index": (path, query)})
        asked = frozenset((*looked_up(cursor), called(cursor)))
        hits = merge(found)[: settings.max_snippets]
        line, names = len(cursor.above), awaited(cursor, found.get("definition", ()))
        gate = "" if hits else "nothing was found in other files" + (" in time" if late else "")
        return Context(hits, times, gate, asked, line, late, names), len(found) == len(times)

    # The name that is being called or looked into says most, and its definition may not be there yet.
    wanted = frozenset((*opened(cursor), *filter(None, (called(cursor),)))) if place.index is not None else frozenset()
    serves: Callable[[Context], bool] = lambda context: wanted <= context.asked  # noqa: E731
    return snippets.get(path, len(cursor.above), retrieval_query(cursor), look_up, serves)


def sources(place: Place, settings: CompletionSettings) -> dict[str, Callable[[], tuple[Hit, ...]]]:
    """The sources that apply to a place, by name."""
    wanted: dict[str, Callable[[], tuple[Hit, ...]]] = {}
    if place.index is not None:
        wanted["definition"] = lambda: definitions(place)
        wanted["index"] = lambda: related(place)
        if called(place.cursor):
            wanted["usage"] = lambda: usages(place)
    if place.surroundings.edits:
        wanted["edit"] = lambda: edits(place)
    if place.surroundings.buffers or has_more(place.cursor):
        wanted["similar"] = lambda: similar(place, in_own_file(place) + in_open_files(place))
    if settings.diagnostics and place.surroundings.diagnostics:
        wanted["diagnostic"] = lambda: diagnostics(place)
    return wanted


def merge(found: Mapping[str, Sequence[Hit]]) -> tuple[Hit, ...]:
    """All hits in the order of `BUDGET_MS`, the best of each source before the second of any; none twice.

    What reads like the lines above is one list, wherever it was found.
    """
    alike = sorted((*found.get("similar", ()), *found.get("index", ())), key=lambda hit: -hit.score)
    columns = [alike if name == "similar" else found.get(name, ()) for name in BUDGET_MS if name != "index"]
    merged: list[Hit] = []
    for rank in range(max(map(len, columns), default=0)):
        for column in columns:
            if rank < len(column) and not any(_overlap(column[rank], other) for other in merged):
                merged.append(column[rank])
    return tuple(merged)


def _overlap(one: Hit, other: Hit) -> bool:
    a, b = one.chunk, other.chunk
    return a.path == b.path and a.start_line <= b.end_line and b.start_line <= a.end_line
