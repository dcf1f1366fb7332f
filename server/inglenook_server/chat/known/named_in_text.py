"""Where a name stands in the text of the workspace, whatever it does there: what relations do not tell.

A property that is read, a function passed as a value, an exception that a test expects are no calls and no types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from inglenook_indexer.symbols import path_order

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import dotted
from inglenook_server.chat.known.places_of_tests import helps_tests

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

    from inglenook_server.chat.known.draft import Draft
    from inglenook_server.workspace.workspace import Searches

CHUNKS = 60
"""Chunks that hold the name, by words, and are read: a few milliseconds."""
MOST = 40
"""Lines that are told."""
IN_TESTS = "text.in_tests"
"""The sentence that lines of tests are told with."""
NAMELESS = frozenset(("variable", "field", "constant"))


@dataclass(frozen=True, slots=True)
class Mention:
    """A line that holds the name."""

    path: str
    line: int
    container: str = ""
    """The definition that the line stands in, as in "Pool > run"."""


def named_in_text(index: Searches, name: str, keep: Callable[[str], bool] = lambda _: True) -> tuple[Mention, ...]:
    """The lines of the files that `keep` keeps in which `name` stands as a word, its definitions left out.

    Not all of them: those of the chunks that a search for the name finds. Raises IndexMissing, StorageError.
    """
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    found: dict[tuple[str, int], None] = {}
    for hit in index.search(f"`{name}`", limit=CHUNKS):
        chunk = hit.chunk
        if not keep(chunk.path) or name not in chunk.text:
            continue
        for number, text in enumerate(chunk.text.split("\n"), chunk.start_line):
            if word.search(text):
                found[chunk.path, number] = None
    mentions = []
    outlines: dict[str, list[Symbol]] = {}
    for path, line in sorted(found, key=lambda one: (*path_order.of(one[0]), one[1]))[: 4 * MOST]:
        if path not in outlines:
            outlines[path] = list(index.outline(path))
        if any(one.line == line and one.name == name for one in outlines[path]):
            continue
        mentions.append(Mention(path, line, container_at(outlines[path], line)))
    return tuple(mentions[:MOST])


def container_at(outline: Sequence[Symbol], line: int) -> str:
    """The innermost definition of a file around a line, as in "Pool > run"; empty where there is none."""
    around = [one for one in outline if one.line <= line <= one.end_line and one.kind not in NAMELESS]
    inner = min(around, key=lambda one: one.end_line - one.line, default=None)
    return "" if inner is None else f"{inner.parent} > {inner.name}" if inner.parent else inner.name


def write_mentions(draft: Draft, key: str, name: str, found: tuple[Mention, ...]) -> None:
    """The lines, by the definition they stand in; nothing where there are none. `key` is a sentence of `text`.

    What stands outside of definitions comes last: it is an import, as a rule.
    """
    if not found:
        return
    draft.say(key, name=markdown.code(name))
    grouped: dict[tuple[str, str], list[int]] = {}
    for one in sorted(found, key=lambda one: (not one.container, key == IN_TESTS and helps_tests(one.container))):
        grouped.setdefault((one.path, one.container), []).append(one.line)

    def entry(path: str, container: str, lines: list[int]) -> str:
        places = draft.places([(path, line, line) for line in lines])
        if not container:
            return draft.phrase("tests.item_outside", places=places)
        return draft.phrase("tests.item", container=markdown.code(dotted(container)), places=places)

    entries = [partial(entry, path, container, lines) for (path, container), lines in grouped.items()]
    draft.entries(entries, len(entries), exact=False)
