"""Text -> chunks on syntax borders. Never raises; knows nothing of files, secrets, embeddings or stores.

After cAST (Zhang et al., 2025): siblings are merged while they fit, a node that does not fit is opened. Borders are
then moved to the starts of lines, so every line of the text is in exactly one chunk, in order. Where there is no
grammar, an outline takes its place (keys, sections, statements); without one, or when one fails, paragraphs do.
Notebooks are cut by cell, and each cell as its language wants it.
"""

from __future__ import annotations

import logging
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from inglenook_indexer.chunks.outline import Span, outline, outlined
from inglenook_indexer.symbols.extract import Definition, Found, extract
from inglenook_indexer.symbols.patterns import OBJECT, Patterns, load
from inglenook_indexer.symbols.per_chunk import PerChunk
from inglenook_indexer.system.ipc import Gone
from inglenook_indexer.system.limited_process import HARMLESS, LimitedProcess, serve
from inglenook_indexer.text.languages import LANGUAGES
from inglenook_indexer.text.notebook import CELL_LANGUAGE, Cell, cells
from inglenook_indexer.text.parse import parse
from inglenook_indexer.types import Chunk

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_BYTES = (
    1500  # bytes of one chunk: about 400 tokens, what the encoder reads at most; longer single lines stay whole
)
_NAME_BYTES = 120  # of a name that are kept: keys can be sentences
_PATH_DEPTH = 6  # enclosing definitions that are named; deeper ones say nothing to a reader

_log = logging.getLogger(__name__)


class Chunker:
    """Cuts texts; keeps parsers and queries between calls. Not thread-safe: one for each thread."""

    def __init__(self, max_bytes: int = _MAX_BYTES, *, grammars: bool = True) -> None:
        self.max_bytes = max_bytes
        self._grammars = grammars
        self._patterns: dict[str, Patterns | None] = {}

    def chunk(self, path: str, language: str, text: str) -> list[Chunk]:
        """Cut `text`, the content of `path`. Empty for an empty text; a text of white space is one chunk."""
        if language == CELL_LANGUAGE and (found := cells(text)) is not None:
            return list(self._cells(path, text, found))
        return self._cut(path, language, text)

    def _cut(self, path: str, language: str, text: str, above: int = 0) -> list[Chunk]:
        """The chunks of a text that has `above` lines of its file before it, which only its symbols' lines count."""
        source = text.encode("utf-8", "surrogatepass")
        if not source:
            return []
        # bytes.splitlines knows \n, \r\n and \r, as the Language Server Protocol does; str.splitlines knows more
        starts = [0, *accumulate(map(len, source.splitlines(keepends=True)))][:-1]
        borders: list[int] = []
        found = Found()
        try:
            patterns = self._load(language)
            if patterns is not None:
                tree = parse(patterns.parser, language, source)
                if tree is None:
                    _log.warning("cutting %s by lines: its grammar takes too long", path)
                else:
                    borders = list(_borders(tree.root_node, self.max_bytes))
                    found = extract(language, patterns, tree.root_node, source, starts)
            elif outlined(language):
                lines = [line.decode("utf-8", "surrogatepass") for line in source.splitlines(keepends=True)]
                spans = outline(language, lines, starts, len(source))
                borders = list(_borders(spans, self.max_bytes))
                found = Found([_definition(span) for span in spans.named()])
        except Exception as error:
            _log.warning("cutting %s by lines: %s", path, type(error).__name__)
            borders, found = [], Found()
        borders = list(_bounded(source, starts, borders, self.max_bytes))
        return list(_assemble(path, language, source, starts, borders, found, above))

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
            for part in self._cut(path, cell.language, cell.text, cell.line):
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

    def _load(self, language: str) -> Patterns | None:
        if not self._grammars:
            return None
        if language not in self._patterns:
            try:
                self._patterns[language] = load(language)
            except Exception as error:
                _log.warning("no grammar for %s: %s", language, error)
                self._patterns[language] = None
        return self._patterns[language]


class GuardedChunker:
    """A `Chunker` whose grammars work in a limited process: a text that kills one is cut by lines. Thread-safe."""

    def __init__(self) -> None:
        self._here = Chunker()
        self._by_lines = Chunker(grammars=False)
        self._process = LimitedProcess(__name__)
        self._lock = threading.Lock()

    def chunk(self, path: str, language: str, text: str) -> list[Chunk]:
        """As `Chunker.chunk`."""
        known = LANGUAGES.get(language)
        if len(text) <= HARMLESS or not (language == CELL_LANGUAGE or (known and known.grammar)):
            with self._lock:
                return self._here.chunk(path, language, text)
        try:
            chunks: list[Chunk] = self._process.ask((path, language, text), len(text), language)
            return chunks
        except (Gone, OSError) as error:
            _log.warning("cutting %s by lines: its grammar failed (%s)", path, error)
            with self._lock:
                return self._by_lines.chunk(path, language, text)


def main() -> None:
    """What a `GuardedChunker`'s process does."""
    chunker = Chunker()
    serve(lambda question: chunker.chunk(*question))


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
    path: str, language: str, source: bytes, starts: list[int], borders: list[int], found: Found, above: int
) -> Iterator[Chunk]:
    """Chunks of whole lines: each border goes to the start of its line; borders that fall together become one."""
    first_lines = sorted({bisect_right(starts, border) - 1 for border in borders} | {0})
    per_chunk = PerChunk(path, language, starts, found, above)
    enclosing: list[Definition] = []
    for index, line in enumerate(first_lines):
        last = first_lines[index + 1] - 1 if index + 1 < len(first_lines) else len(starts) - 1
        start, end = starts[line], starts[last + 1] if last + 1 < len(starts) else len(source)
        starting, facts = per_chunk.until(end, enclosing[-_PATH_DEPTH:])
        inside = [definition for definition in starting if not definition.quiet]
        yield Chunk(
            path=path,
            language=language,
            text=source[start:end].decode("utf-8", "surrogatepass"),
            start_line=line + 1,
            end_line=last + 1,
            start_byte=start,
            end_byte=end,
            symbol=_symbol(enclosing, inside),
            defines=tuple(dict.fromkeys(definition.said for definition in inside if definition.said)),
            kinds=facts.kinds,
            facts=facts.text,
            keys=facts.keys,
        )
        # Those that end here are the innermost ones: a text may be nested thousands deep, and they are not all asked.
        while enclosing and enclosing[-1].end <= end:
            enclosing.pop()
        enclosing += [definition for definition in inside if definition.end > end]


def _definition(span: Span) -> Definition:
    """A named span; what nobody refers to by its name, such as a key, only says where one is, and is no symbol."""
    name = " ".join(span.name.encode("utf-8", "ignore")[:_NAME_BYTES].decode("utf-8", "ignore").split())
    kind, said = (OBJECT, name) if span.defines else ("", "")
    return Definition(span.start_byte, span.end_byte, name, kind, quiet=False, said=said)


def _symbol(enclosing: list[Definition], inside: list[Definition]) -> str:
    """The definitions around the chunk, then the one it holds, if it holds one that spans all its others."""
    names = [definition.name for definition in enclosing[-_PATH_DEPTH:]]
    if inside and all(other.end <= inside[0].end for other in inside):
        names.append(inside[0].name)
        # A class whose first method starts here as well: name the method only if it is the class's only one here.
        if len(inside) == 2:
            names.append(inside[1].name)
    return " > ".join(names[-_PATH_DEPTH:])
