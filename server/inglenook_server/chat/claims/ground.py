"""What an answer may rest on: the excerpts that the model was shown, the question, and the index behind them.

Knows nothing of sentences. Each question is asked of the index once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from inglenook_indexer.text.words import identifiers, parts, stem

from inglenook_server.chat.claims.languages import common_words
from inglenook_server.chat.excerpts import Excerpt
from inglenook_server.documents import split_lines

if TYPE_CHECKING:
    from inglenook_indexer.types import Reference, Symbol

    from inglenook_server.chat.claims.types import Known

T = TypeVar("T")
_PLAIN = re.compile(r"[^\W\d_]{2,}")

MOST_READ = 12
"""Definitions of one name that are read; of a name that more have, what is not found is not known."""
MOST_BASES = 4
"""How far up a class's bases are followed."""
HEAD_LINES = 3
"""Lines in which a class names its bases."""
MOST_SHOWN = 8_000
"""Characters of an excerpt that are searched for a value: more than any that is shown."""
SHORT = 2
"""Characters of a name that is not looked up: `i`, `fd`."""

TYPES = frozenset(("class", "interface", "struct", "enum", "trait", "object", "type"))
CALLABLE = frozenset(("function", "method", "constructor", "macro"))
DECISIVE = TYPES | CALLABLE
"""Kinds whose text says all that they do."""


class Ground:
    """The ground of one answer. Every method may raise Unchecked."""

    def __init__(self, excerpts: Sequence[Excerpt], known: Known, question: str) -> None:
        self.excerpts = tuple(excerpts)
        self.known = known
        self.excerpt_words = tuple(frozenset(identifiers(f"{one.text} {one.symbol}")) for one in self.excerpts)
        asked = identifiers(question)
        paths = [part for one in self.excerpts for part in identifiers(one.path)]
        self.words = frozenset((*asked, *paths)).union(*self.excerpt_words)
        self.text = "\n".join((question, *(one.text[:MOST_SHOWN] for one in self.excerpts))).lower()
        """What the question and the excerpts say, in small letters."""
        self.own: set[str] = set()
        """Names of the answer's own code."""
        shown = "\n".join(one.text[:MOST_SHOWN] for one in self.excerpts)
        self.plain_words = frozenset(_PLAIN.findall(shown.lower()))
        """The words of the excerpts, in small letters."""
        self.stems = stems((*paths, *(word for words in self.excerpt_words for word in words)), self.plain_words)
        """What the excerpts and their paths say, names taken apart."""
        self._common = common_words(one.path for one in self.excerpts)
        self._lines: dict[str, list[str]] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._outlines: dict[str, Sequence[Symbol]] = {}
        self._symbols: dict[str, Sequence[Symbol]] = {}
        self._references: dict[str, Sequence[Reference]] = {}
        self._bodies: dict[tuple[str, int, int], frozenset[str]] = {}
        self._files: dict[str, str | None] = {}
        self._line_words: list[frozenset[str]] | None = None

    def is_common(self, name: str) -> bool:
        """Whether every programmer of the excerpts' languages knows the name."""
        return name in self._common

    def exists(self, name: str) -> bool:
        """Whether a name is anywhere: in what was shown, in its language, in the index."""
        if len(name) <= SHORT or name in self.words or name in self._common or name in self.own:
            return True
        if any(one.name == name for one in self.symbols(name)) or any(
            one.name == name for one in self.references(name)
        ):
            return True
        return any(name in self.words_of(path) for path in {one.path for one in self.excerpts})

    def symbols(self, name: str) -> Sequence[Symbol]:
        """Definitions of a name, in any case."""
        return _once(self._symbols, name, self.known.symbols)

    def references(self, name: str) -> Sequence[Reference]:
        """References to a name."""
        return _once(self._references, name, self.known.references)

    def definitions(self, parts: Sequence[str]) -> list[Symbol]:
        """Definitions of a dotted name as it is written; those within its outer part, if there are any."""
        found = [one for one in self.symbols(parts[-1]) if one.name == parts[-1]]
        if len(parts) > 1:
            inside = [one for one in found if one.parent.rpartition(" > ")[2] == parts[-2]]
            return inside if inside or parts[-2][:1].isupper() else found
        return found

    def outline(self, path: str) -> Sequence[Symbol]:
        """What a file defines."""
        return _once(self._outlines, path, self.known.outline)

    def lines(self, path: str) -> list[str]:
        """The lines of a file; none for one that is not there."""
        if path not in self._lines:
            text = self.known.text(path)
            self._lines[path] = split_lines(text) if text else []
        return self._lines[path]

    def words_of(self, path: str) -> frozenset[str]:
        """The identifiers of a file, as far as they are known: those of its excerpts where it can't be read."""
        if path not in self._words:
            shown = (words for one, words in zip(self.excerpts, self.excerpt_words, strict=True) if one.path == path)
            self._words[path] = frozenset(identifiers("\n".join(self.lines(path)))).union(*shown)
        return self._words[path]

    def body(self, symbol: Symbol) -> frozenset[str]:
        """The identifiers of a definition, its own name too."""
        key = (symbol.path, symbol.line, symbol.end_line)
        if key not in self._bodies:
            said = "\n".join(self.lines(symbol.path)[symbol.line - 1 : symbol.end_line])
            self._bodies[key] = frozenset(identifiers(said))
        return self._bodies[key]

    def file(self, path: str) -> str | None:
        """The whole path of a file as it is named; of an excerpt's first."""
        if path not in self._files:
            shown = dict.fromkeys(one.path for one in self.excerpts)
            near = [one for one in shown if one == path or one.endswith(f"/{path}")]
            self._files[path] = near[0] if near else self.known.has_file(path)
            stem, dot, extension = path.rpartition(".")
            if self._files[path] is None and "." in stem.lstrip("."):  # a module with its file's extension
                self._files[path] = self.known.has_file(f"{stem.replace('.', '/')}{dot}{extension}")
        return self._files[path]

    def says(self, parts: Sequence[str], name: str) -> bool | None:
        """Whether the definition of a dotted name, or what a class inherits, says another name; None if not known."""
        found = self.definitions(parts)
        decisive = [one for one in found if one.kind in DECISIVE]
        if any(name in self.body(one) for one in found[:MOST_READ]):
            return True
        if not decisive or len(found) > MOST_READ:
            return None
        bases = [base for one in decisive if one.kind in TYPES for base in self.bases(one)]
        inherited = [one for base in bases for one in self.definitions([base])]
        if any(name in self.body(one) for one in inherited):
            return True
        return False if all(self.definitions([base]) or self.is_common(base) for base in bases) else None

    def is_module(self, name: str) -> bool:
        """Whether a name is that of a folder or a file, as far as what was shown and its definitions say."""
        paths = [*(one.path for one in self.excerpts), *(one.path for one in self.symbols(name))]
        return any(name in (*path.split("/")[:-1], path.rpartition("/")[2].partition(".")[0]) for path in paths)

    def adjoins(self, whole: str, part: str) -> bool | None:
        """Whether `whole.part` stands somewhere in what was shown; None where nothing of `whole` does."""
        owner, member = whole.lower(), part.lower()
        if any(f"{owner}{dot}{member}" in self.text for dot in (".", "::", "->")):
            return True
        return False if any(f".{owner}{dot}" in self.text for dot in (".", "::", "->")) else None

    def in_one_line(self, names: Sequence[str]) -> bool:
        """Whether a line of what was shown holds all of these."""
        wanted = set(names)
        if not any(wanted <= words for words in self.excerpt_words):
            return False
        return any(wanted <= words for words in self._shown_lines())

    def _shown_lines(self) -> list[frozenset[str]]:
        if self._line_words is None:
            texts = (line for one in self.excerpts for line in one.text[:MOST_SHOWN].split("\n"))
            self._line_words = [frozenset(identifiers(line)) for line in texts]
        return self._line_words

    def bases(self, symbol: Symbol) -> list[str]:
        """What a class inherits from, as its head says, and what that does in turn: names that may be classes."""
        found: dict[str, None] = {}
        level = [symbol]
        for _ in range(MOST_BASES):
            names = dict.fromkeys(name for one in level for name in self._head(one) if name not in found)
            if not names:
                break
            found |= names
            level = [one for name in names for one in self.definitions([name])[:MOST_READ] if one.kind in TYPES]
        return list(found)

    def excerpts_with(self, names: Iterable[str]) -> list[int]:
        """Which excerpts say all of these names, counted from 0."""
        wanted = set(names)
        return [number for number, words in enumerate(self.excerpt_words) if wanted <= words]

    def _head(self, symbol: Symbol) -> list[str]:
        lines = self.lines(symbol.path)[symbol.line - 1 : min(symbol.end_line, symbol.line - 1 + HEAD_LINES)]
        head: list[str] = []
        for line in lines:
            head += identifiers(line)
            if line.rstrip().endswith((":", "{", ";", ",)")):
                break
        after = head[head.index(symbol.name) + 1 :] if symbol.name in head else []
        return [name for name in after if name[:1].isupper()]


def stems(names: Iterable[str], words: Iterable[str]) -> frozenset[str]:
    """What names, taken apart, and words say."""
    return frozenset(stem(part) for name in names for part in parts(name)) | {stem(word) for word in words}


def _once(kept: dict[str, T], key: str, ask: Callable[[str], T]) -> T:
    if key not in kept:
        kept[key] = ask(key)
    return kept[key]
