"""Text -> chunks on syntax borders. Never raises; knows nothing of files, secrets, embeddings or stores.

After cAST (Zhang et al., 2025): siblings are merged while they fit, a node that does not fit is opened. Borders are
then moved to the starts of lines, so every line of the text is in exactly one chunk, in order. Where there is no
grammar, an outline takes its place (keys, sections, statements); without one, or when one fails, paragraphs do.
Notebooks are cut by cell, and each cell as its language wants it.
"""

from __future__ import annotations

import logging
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from inglenook_indexer.languages import LANGUAGES, load_grammar
from inglenook_indexer.notebook import CELL_LANGUAGE, Cell, cells
from inglenook_indexer.outline import Span, outline, outlined
from inglenook_indexer.types import Chunk

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

_MAX_BYTES = (
    1500  # bytes of one chunk: about 400 tokens, what the encoder reads at most; longer single lines stay whole
)
_NAME_BYTES = 120  # bytes of one symbol name that are kept: headings can be sentences
_PATH_DEPTH = 6  # enclosing definitions that are named; deeper ones say nothing to a reader

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Definition:
    start: int
    end: int
    name: str
    defines: bool = True
    """Whether others refer to it by its name; a key of a configuration file only says where one is."""


class Chunker:
    """Cuts texts; keeps parsers and queries between calls. Not thread-safe: one for each thread."""

    def __init__(self, max_bytes: int = _MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._parsers: dict[str, tuple[Parser, Query] | None] = {}

    def chunk(self, path: str, language: str, text: str) -> list[Chunk]:
        """Cut `text`, the content of `path`. Empty for an empty text; a text of white space is one chunk."""
        if language == CELL_LANGUAGE and (found := cells(text)) is not None:
            return list(self._cells(path, text, found))
        source = text.encode("utf-8", "surrogatepass")
        if not source:
            return []
        # bytes.splitlines knows \n, \r\n and \r, as the Language Server Protocol does; str.splitlines knows more
        starts = [0, *accumulate(map(len, source.splitlines(keepends=True)))][:-1]
        borders: list[int] = []
        definitions: list[_Definition] = []
        try:
            parsed = self._parser(language)
            if parsed is not None:
                parser, query = parsed
                root = parser.parse(source).root_node
                borders = list(_borders(root, self.max_bytes))
                definitions = _definitions(query, root, source)
            elif outlined(language):
                lines = [line.decode("utf-8", "surrogatepass") for line in source.splitlines(keepends=True)]
                tree = outline(language, lines, starts, len(source))
                borders = list(_borders(tree, self.max_bytes))
                definitions = [_Definition(s.start_byte, s.end_byte, _shown(s.name), s.defines) for s in tree.named()]
        except Exception as error:
            _log.warning("cutting %s by lines: %s", path, type(error).__name__)
            borders, definitions = [], []
        borders = list(_bounded(source, starts, borders, self.max_bytes))
        return list(_assemble(path, language, source, starts, borders, definitions))

    def _cells(self, path: str, text: str, found: list[Cell]) -> Iterator[Chunk]:
        """The chunks of a notebook: each cell's, and blank ones for the lines between, which hold no source."""
        lines = text.encode("utf-8", "surrogatepass").splitlines(keepends=True)
        starts = [0, *accumulate(map(len, lines))]
        following = 0  # the first line that is in no chunk yet

        def blank(until: int) -> Iterator[Chunk]:
            if until > following:
                spans = (following + 1, until, starts[following], starts[until])
                yield Chunk(path, "json", "\n" * (until - following), *spans)

        for cell in found:
            yield from blank(cell.line)
            for part in self.chunk(path, cell.language, cell.text):
                first, last = cell.line + part.start_line, cell.line + part.end_line
                yield replace(
                    part,
                    start_line=first,
                    end_line=last,
                    start_byte=starts[first - 1],
                    end_byte=starts[last],
                    symbol=" > ".join(filter(None, (cell.name, part.symbol))),
                )
            following = cell.line + cell.lines
        yield from blank(len(lines))

    def _parser(self, language: str) -> tuple[Parser, Query] | None:
        if language not in self._parsers:
            self._parsers[language] = self._load(language)
        return self._parsers[language]

    @staticmethod
    def _load(name: str) -> tuple[Parser, Query] | None:
        language = LANGUAGES.get(name)
        if language is None or not language.grammar:
            return None
        from tree_sitter import Parser, Query

        try:
            grammar = load_grammar(language)
            return Parser(grammar), Query(grammar, language.definitions)
        except Exception as error:
            _log.warning("no grammar for %s: %s", name, error)
            return None


def _borders(root: Node | Span, limit: int) -> Iterator[int]:
    """Byte offsets at which a new chunk starts, ascending. An explicit stack: nesting may be thousands deep."""
    start = 0
    pending: list[Any] = [root]
    while pending:
        node = pending.pop()
        if node.end_byte - start <= limit:
            continue  # still fits behind what has been gathered since `start`
        if node.end_byte - node.start_byte > limit and node.child_count:
            children = node.children
            # A definition that must be opened starts a chunk of its own, so that its head stays with its body.
            if node.start_byte > start and node.is_named and node.start_byte - start > limit // 3:
                yield node.start_byte
                start = node.start_byte
            pending.extend(reversed(children))
        elif node.start_byte > start:
            yield node.start_byte
            start = node.start_byte


def _definitions(query: Query, root: Node, source: bytes) -> list[_Definition]:
    """Every definition of the tree, by start, outer ones first."""
    from tree_sitter import QueryCursor

    found: dict[tuple[int, int], str] = {}
    for _, captures in QueryCursor(query).matches(root):
        if "def" in captures and "name" in captures:
            node, name = captures["def"][0], captures["name"][0]
            text = source[name.start_byte : min(name.end_byte, name.start_byte + _NAME_BYTES)]
            found.setdefault((node.start_byte, node.end_byte), " ".join(text.decode("utf-8", "ignore").split()))
    ordered = sorted(found.items(), key=lambda item: (item[0][0], -item[0][1]))
    return [_Definition(start, end, name) for (start, end), name in ordered if name]


def _bounded(source: bytes, starts: list[int], borders: list[int], limit: int) -> Iterator[int]:
    """`borders`, and more where what lies between two has many lines and is too much: a long string, a long list."""
    for begin, end in pairwise([0, *borders, len(source)]):
        if begin:
            yield begin
        if end - begin > limit + limit // 3:
            first, after = bisect_right(starts, begin) - 1, bisect_left(starts, end)
            yield from _paragraphs(source, [*starts[first:after], end], limit)


def _paragraphs(source: bytes, starts: list[int], limit: int) -> Iterator[int]:
    """Borders between the first and the last of `starts`: before the last blank line that fits, else where it must."""
    chunk = blank = starts[0]
    for here, following in pairwise(starts):
        if following - chunk > limit and here > chunk:
            border = blank if blank > chunk + limit // 3 else here
            yield border
            chunk = border
        if not source[here:following].strip():
            blank = following


def _assemble(
    path: str, language: str, source: bytes, starts: list[int], borders: list[int], definitions: list[_Definition]
) -> Iterator[Chunk]:
    """Chunks of whole lines: each border goes to the start of its line; borders that fall together become one."""
    first_lines = sorted({bisect_right(starts, border) - 1 for border in borders} | {0})
    following = 0
    enclosing: list[_Definition] = []
    for index, line in enumerate(first_lines):
        last = first_lines[index + 1] - 1 if index + 1 < len(first_lines) else len(starts) - 1
        start, end = starts[line], starts[last + 1] if last + 1 < len(starts) else len(source)
        enclosing = [definition for definition in enclosing if definition.end > start]
        inside: list[_Definition] = []
        while following < len(definitions) and definitions[following].start < end:
            inside.append(definitions[following])
            following += 1
        yield Chunk(
            path=path,
            language=language,
            text=source[start:end].decode("utf-8", "surrogatepass"),
            start_line=line + 1,
            end_line=last + 1,
            start_byte=start,
            end_byte=end,
            symbol=_symbol(enclosing, inside),
            defines=tuple(dict.fromkeys(definition.name for definition in inside if definition.defines)),
        )
        enclosing += [definition for definition in inside if definition.end > end]


def _shown(name: str) -> str:
    """A name on one line and no longer than names need to be."""
    return " ".join(name.encode("utf-8", "ignore")[:_NAME_BYTES].decode("utf-8", "ignore").split())


def _symbol(enclosing: list[_Definition], inside: list[_Definition]) -> str:
    """The definitions around the chunk, then the one it holds, if it holds one that spans all its others."""
    names = [definition.name for definition in enclosing]
    if inside and all(other.end <= inside[0].end for other in inside):
        names.append(inside[0].name)
        # A class whose first method starts here as well: name the method only if it is the class's only one here.
        if len(inside) == 2:
            names.append(inside[1].name)
    return " > ".join(names[-_PATH_DEPTH:])
