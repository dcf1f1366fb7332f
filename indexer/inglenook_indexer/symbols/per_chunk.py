"""What was found in a file, handed out chunk by chunk, from its top to its end. Knows nothing of where chunks end."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from inglenook_indexer.symbols.extract import Definition, Found
from inglenook_indexer.symbols.facts import Definition as Packed
from inglenook_indexer.symbols.facts import Facts, pack

_DOTTED = re.compile(r"(\w+(?:(?:::|\.|\\)\w+)*)(?:::|\.|\\)(\w+)")


class PerChunk:
    """`starts` are the bytes at which the text's lines start, `above` how many lines its file has before it."""

    def __init__(self, path: str, language: str, starts: Sequence[int], found: Found, above: int = 0) -> None:
        self._path = path
        self._language = language
        self._starts = starts
        self._above = above
        self._found = found
        self._definition = self._mention = self._import = 0

    def until(self, end: int, enclosing: Sequence[Definition]) -> tuple[list[Definition], Facts]:
        """The definitions that start before byte `end` and were not handed out yet, and the facts of that stretch.

        `enclosing` are the definitions that were open before it.
        """
        definitions, mentions, imports = self._found.definitions, self._found.mentions, self._found.imports
        first = self._definition
        while self._definition < len(definitions) and definitions[self._definition].start < end:
            self._definition += 1
        starting = definitions[first : self._definition]
        said = []
        while self._mention < len(mentions) and mentions[self._mention][0] < end:
            at, relation, name = mentions[self._mention]
            said.append((self._line(at), relation, name))
            self._mention += 1
        taken = []
        while self._import < len(imports) and imports[self._import][0] < end:
            at, module, names = imports[self._import]
            taken.append((self._line(at), module, names))
            self._import += 1
        outer = " > ".join(definition.name for definition in enclosing)
        return starting, pack(
            self._path, self._language, [self._packed(one) for one in starting if one.kind], said, taken, outer
        )

    def _packed(self, one: Definition) -> Packed:
        """A definition in lines; of a dotted name the last part, and the rest as what it belongs to."""
        name, parent = one.name, one.parent
        if one.kind == "implementation":
            name = name.partition("<")[0] or name
        if not name.isidentifier() and (dotted := _DOTTED.fullmatch(name)):
            parent, name = f"{parent} > {dotted[1]}" if parent else dotted[1], dotted[2]
        first = self._line(one.start)
        last = max(first, self._line(one.end - 1))
        return name, one.kind, first, last, parent, one.doc

    def _line(self, byte: int) -> int:
        return bisect_right(self._starts, byte) + self._above
