"""What a grammar says about a cursor: at a block's opener or not, and where a construct ends. Knows no prompts.

Texts are cut to a window around the cursor before they are parsed, so an answer takes a few milliseconds at most; a
language without a grammar, or a text that can't be parsed, gives "don't know" (None), never an error.
"""

from __future__ import annotations

import functools
import logging
import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from inglenook_indexer.system.ipc import Gone
from inglenook_indexer.system.limited_process import HARMLESS, LimitedProcess, serve
from inglenook_indexer.text.languages import LANGUAGES, load_grammar
from inglenook_indexer.text.parse import parse

from inglenook_server.completion.syntax.brackets import Nesting, nesting
from inglenook_server.documents import line_starts

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

WINDOW = 12_000
"""Characters before the cursor that are parsed: 3-4 ms, and longer than nearly every function."""

_PROSE = frozenset({"markdown"})
_NO_BLOCK = frozenset(
    {
        *("pair", "lambda", "slice", "typed_parameter", "typed_default_parameter", "assignment", "dictionary"),
        *("type_annotation", "property_signature", "conditional_expression", "ternary_expression", "type"),
        *("named_imports", "export_clause", "object_pattern", "template_substitution", "interpolation"),
    }
)
"""Constructs whose colon or brace opens no body."""

_AT_MARGIN = re.compile(r"[\w@#/]")
"""What a definition at the left margin begins with, or a comment above it."""

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


class Syntax:
    """Answers, from a process that a hostile text may kill. Any thread; one question at a time."""

    def __init__(self) -> None:
        self._process = LimitedProcess(__name__)
        self._here = Reader()

    def opens_block(self, language: str, prefix: str) -> bool | None:
        """Whether the last visible character of `prefix` opens a body. None where the grammar can't say."""
        tail = code_window(prefix, language).rstrip()
        return self._asked(Reader.opens_block, language, tail) if tail else None

    def construct_end(self, language: str, prefix: str, text: str) -> int | None:
        """Offset in `text` at which the construct that is open at the end of `prefix` ends, if something follows.

        None where nothing is open, nothing follows, or the grammar can't say.
        """
        return self._asked(Reader.construct_end, language, code_window(prefix, language), text)

    def errors(self, language: str, text: str) -> int | None:
        """How many places of a whole text can't be parsed. None where the grammar can't say."""
        return self._asked(Reader.errors, language, text) if text else 0

    def _asked(self, what: Callable[..., Answer], *about: str) -> Answer | None:
        language, *texts = about
        if not _read(language):
            return None
        size = sum(map(len, texts))
        if size <= HARMLESS:
            return what(self._here, *about)
        try:
            answer: Answer | None = self._process.ask((what.__name__, about), size, language)
            return answer
        except (Gone, OSError) as error:
            _log.warning("a grammar for %s failed: %s", language, type(error).__name__)
            return None


class Reader:
    """Parsers by language, loaded when first needed. Any thread; one parse at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parsers: dict[str, Parser | None] = {}

    def opens_block(self, language: str, tail: str) -> bool | None:
        """As `Syntax.opens_block`, of a window that ends in something visible."""
        body = "}" if tail.endswith("{") else f"\n{_indent(tail)}    pass\n"
        root = self._root(language, f"{tail}{body}")
        if root is None:
            return None
        end = len(_bytes(tail))
        leaf = root.descendant_for_byte_range(end - 1, end)
        if leaf is None or leaf.parent is None:
            return None
        return leaf.parent.type not in _NO_BLOCK

    def construct_end(self, language: str, tail: str, text: str) -> int | None:
        """As `Syntax.construct_end`, of a window."""
        root = self._root(language, tail + text)
        if root is None:
            return None
        cursor, end = len(_bytes(tail)), len(_bytes(tail + text.rstrip()))
        opener = len(_bytes(tail.rstrip()))
        node = root.descendant_for_byte_range(max(opener - 1, 0), opener)
        while node is not None and node.end_byte <= cursor:
            node = node.parent
        if node is None or node.parent is None or node.type == "ERROR" or node.has_error or node.end_byte >= end:
            return None
        return len(_bytes(tail + text)[cursor : node.end_byte].decode("utf-8", "ignore"))

    def errors(self, language: str, text: str) -> int | None:
        """As `Syntax.errors`."""
        root = self._root(language, text)
        if root is None:
            return None
        count, pending = 0, [root]
        while pending:
            node = pending.pop()
            count += node.is_error or node.is_missing
            pending += [child for child in node.children if child.has_error or child.is_missing]
        return count

    def _root(self, language: str, text: str) -> Node | None:
        with self._lock:
            if language not in self._parsers:
                self._parsers[language] = _load(language)
            parser = self._parsers[language]
            tree = parse(parser, language, _bytes(text)) if parser is not None else None
            return tree.root_node if tree is not None else None


def window(prefix: str) -> str:
    """The end of `prefix`, from a line at the left margin where there is one: a parser should see whole definitions."""
    if len(prefix) <= WINDOW:
        return prefix
    tail = prefix[-WINDOW:]
    starts = line_starts(tail)[1:]
    margin = next((start for start in starts if _AT_MARGIN.match(tail, start)), None)
    return tail[margin if margin is not None else starts[0] if starts else 0 :]


def code_window(prefix: str, language: str) -> str:
    """`window`, with the opener of a string or comment that it begins in before it: without, all would be inverted."""
    tail = window(prefix)
    return _nesting(prefix[: len(prefix) - len(tail)], language).opened + tail


@functools.lru_cache(maxsize=8)
def _nesting(text: str, language: str) -> Nesting:
    """What lies before a window stays the same while a line is typed: 2 ms for every 12,000 characters."""
    return nesting(text, language)


def main() -> None:
    """What the process of a `Syntax` does."""
    reader = Reader()

    questions: dict[str, Callable[..., bool | int | None]] = {
        one.__name__: one for one in (reader.opens_block, reader.construct_end, reader.errors)
    }

    def answer(question: tuple[str, tuple[str, ...]]) -> bool | int | None:
        what, about = question
        return questions[what](*about)

    serve(answer)


def _read(name: str) -> bool:
    language = LANGUAGES.get(name)
    return language is not None and bool(language.grammar) and name not in _PROSE


def _load(name: str) -> Parser | None:
    if not _read(name):
        return None
    from tree_sitter import Parser

    try:
        return Parser(load_grammar(LANGUAGES[name]))
    except Exception as error:  # a wheel of another platform, a grammar of another version
        _log.warning("no grammar for %s: %s", name, type(error).__name__)
        return None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _indent(text: str) -> str:
    line = text.rsplit("\n", 1)[-1]
    return line[: len(line) - len(line.lstrip())]
