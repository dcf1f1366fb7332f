"""Cursor positions in Python packages, drawn with a fixed seed. Knows no model, no index and no prompt.

Four kinds: what ends a line; what a bracket holds; a use of a symbol that the file imports from its own package
("crossfile"); a body of 2-8 lines. A target lies to the line's end, or to closers that stand there already.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

KINDS = {"line": 30, "expression": 20, "crossfile": 35, "block": 15}
"""Shares of a hundred positions."""
SEED = 20_251
SHORTEST = 4
LONGEST = 64
"""Characters of a target within a line: about twenty tokens, which is what every condition may write."""
LONGEST_BLOCK = 220
BLOCK_LINES = range(2, 9)
FILE_CHARACTERS = range(800, 120_000)
PER_FILE = 0.12
"""Share of a package's positions of one kind that one file may give: a large file should not be the benchmark."""

_CLOSERS = re.compile(r"[)\]}]*\s*[:,]?\s*\)*")
_ELSEWHERE = re.compile(r"(?:^|/)(?:tests?|_vendor|vendor)/|(?:^|/)(?:test_|conftest|_version)|_pb2|generated", re.I)
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr, ast.Raise, ast.Assert, ast.Delete)
_STARTS = re.compile(r" = |\breturn |\(|, |\.|\bin |\bif | [-+*/%<>]=? | == ")


@dataclass(frozen=True)
class Position:
    """A cursor, and what its author wrote there."""

    kind: str
    path: str
    """POSIX, relative to the package's folder."""
    text: str
    """The whole file as it was."""
    offset: int
    target: str

    @property
    def document(self) -> str:
        """The file with the target cut out, as a buffer would hold it."""
        return self.text[: self.offset] + self.text[self.offset + len(self.target) :]


def positions(folder: Path, count: int) -> list[Position]:
    """At most `count` positions, so ordered that any beginning of the list has its share of every kind."""
    found: dict[str, list[Position]] = {kind: [] for kind in KINDS}
    for file in sorted(folder.rglob("*.py")):
        path = file.relative_to(folder).as_posix()
        text = file.read_text(encoding="utf-8", errors="replace")
        if len(text) in FILE_CHARACTERS and not _ELSEWHERE.search(path):
            for position in in_file(path, text):
                found[position.kind].append(position)
    whole = sum(KINDS.values())
    drawn = {kind: _draw(kind, found[kind], -(-100 * share // whole)) for kind, share in KINDS.items()}
    spread = [
        ((number + 0.5) / KINDS[kind], kind, one) for kind, ones in drawn.items() for number, one in enumerate(ones)
    ]
    return [one for _, _, one in sorted(spread, key=lambda each: each[:2])][:count]


def _draw(kind: str, found: list[Position], count: int) -> list[Position]:
    """`count` of `found`, from many files and no two of a line."""
    random.Random(f"{SEED} {kind}").shuffle(found)
    most = max(2, round(PER_FILE * count))
    files: dict[str, int] = {}
    lines: set[tuple[str, int]] = set()
    drawn = []
    for one in found:
        line = (one.path, one.text.count("\n", 0, one.offset))
        if files.get(one.path, 0) >= most or line in lines:
            continue
        lines.add(line)
        files[one.path] = files.get(one.path, 0) + 1
        drawn.append(one)
        if len(drawn) == count:
            break
    return drawn


def in_file(path: str, text: str) -> Iterator[Position]:
    """Every position of one file; none where it can't be parsed."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    file = _File(path, text)
    docs = set(_docstrings(tree))
    quoted = {line for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for line in _lines(node)}
    imported = own_imports(tree, path.partition("/")[0])
    statements = [
        node
        for node in ast.walk(tree)
        if isinstance(node, _SIMPLE) and node.col_offset and node.lineno not in docs and node.lineno not in quoted
    ]
    for node in statements:
        if node.lineno == node.end_lineno:
            yield from file.line_ends(node)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if not line or line in quoted:
            continue
        if isinstance(node, ast.Call):
            yield from file.held(node)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in imported:
            yield from file.uses(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.If | ast.For | ast.While | ast.With):
            yield from file.bodies(node)


@dataclass
class _File:
    path: str
    text: str

    def __post_init__(self) -> None:
        self.lines = self.text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def at(self, kind: str, line: int, start: int, end: int) -> Iterator[Position]:
        """One position, if the target is of a good length and only closers follow. Line from 1, columns from 0."""
        content = self.lines[line - 1]
        target = content[start:end]
        good = content.isascii() and SHORTEST <= len(target) <= LONGEST and target == target.strip()
        if good and "#" not in content and _CLOSERS.fullmatch(content[end:]):
            yield Position(kind, self.path, self.text, self.starts[line - 1] + start, target)

    def line_ends(self, node: ast.stmt) -> Iterator[Position]:
        """From the statement's start or a place where a person pauses in it, to the line's end."""
        line = self.lines[node.lineno - 1]
        pauses = [match.end() for match in _STARTS.finditer(line, node.col_offset)]
        start = random.Random(f"{SEED} {self.path} {node.lineno}").choice([node.col_offset, *pauses[:2]])
        yield from self.at("line", node.lineno, start, len(line.rstrip()))

    def held(self, node: ast.Call) -> Iterator[Position]:
        """From the first or a later argument to before the bracket that closes."""
        places = [*node.args, *node.keywords]
        if places and node.end_lineno == node.lineno and node.end_col_offset is not None:
            one = random.Random(f"{SEED} {self.path} {node.lineno} {node.col_offset}").choice(places)
            if one.lineno == node.lineno:
                yield from self.at("expression", node.lineno, one.col_offset, node.end_col_offset - 1)

    def uses(self, node: ast.Name) -> Iterator[Position]:
        """From before the name, or from behind the dot or bracket that follows it, to the line's end."""
        line = self.lines[node.lineno - 1]
        if line.lstrip().startswith(("from ", "import ", "def ", "class ", "async def ", "@")):
            return
        before, after = node.col_offset, (node.end_col_offset or 0) + 1
        inside = line[after - 1 : after] in ("(", ".") and len(line.rstrip()) - after >= SHORTEST
        if inside and random.Random(f"{SEED} {self.path} {node.lineno}").random() < 0.5:
            yield from self.at("crossfile", node.lineno, after, len(line.rstrip()))
        else:
            yield from self.at("crossfile", node.lineno, before, len(line.rstrip()))

    def bodies(self, node: ast.stmt) -> Iterator[Position]:
        """A whole body of 2-8 lines, from behind its opener."""
        body: list[ast.stmt] = node.body  # type: ignore[attr-defined]
        opener, end = body[0].lineno - 1, body[-1].end_lineno or 0
        header = self.lines[opener - 1]
        documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        if not header.isascii() or not header.endswith(":") or opener < node.lineno or documented:
            return
        start = self.starts[opener] - 1
        target = self.text[start : self.starts[end] - 1]
        if len(target) <= LONGEST_BLOCK and target.count("\n") in BLOCK_LINES and target.isascii():
            yield Position("block", self.path, self.text, start, target)


def own_imports(tree: ast.Module, package: str) -> set[str]:
    """Names that a file takes from other files of its package."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").partition(".")[0] == package):
            found.update(name.asname or name.name for name in node.names)
        elif isinstance(node, ast.Import):
            found.update(name.asname for name in node.names if name.asname and name.name.startswith(f"{package}."))
    return found - {"*"}


def _docstrings(tree: ast.Module) -> Iterator[int]:
    """Lines of statements that are but text."""
    texts = (n for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
    return chain.from_iterable(map(_lines, texts))


def _lines(node: ast.expr | ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
