"""Cost is linear in every text that the indexer takes, from a file, a query or a path: each function, its worst shapes.

A function that by contract gets little text is called through whoever cuts it.
"""

from __future__ import annotations

import functools
import json

import pytest
from inglenook_indexer.chunks.chunk import Chunker
from inglenook_indexer.chunks.rows import chunk_words, embedded_text
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.files import git_config, read
from inglenook_indexer.files.wildmatch import parse as parse_patterns
from inglenook_indexer.search import features, name_features, path_features, spelling
from inglenook_indexer.search.features import Candidate
from inglenook_indexer.search.overlay import Overlay
from inglenook_indexer.search.query import parse
from inglenook_indexer.search.rank import rank
from inglenook_indexer.search.report.clues import Explainer
from inglenook_indexer.search.report.origins import own_path
from inglenook_indexer.search.report.report import report
from inglenook_indexer.search.report.sections import sections
from inglenook_indexer.search.stack_trace import frames
from inglenook_indexer.symbols import path_order
from inglenook_indexer.symbols.import_keys import import_keys
from inglenook_indexer.symbols.resolve import Files
from inglenook_indexer.text import notebook
from inglenook_indexer.text.languages import LANGUAGES, language_of
from inglenook_indexer.text.words import Splitter, path_words
from inglenook_indexer.types import Chunk

from tests.cost import Work, faults

NAMES = Files(["src/app/models.py", "src/app/__init__.py", "src/lib.rs", "lib/a.js", "a/b.go"])


@functools.cache
def embedder() -> StaticEmbedder:
    return StaticEmbedder()


def chunked(language: str) -> Work:
    chunker = Chunker()
    return lambda text: chunker.chunk(f"a.{language}", language, text)


def a_notebook(text: str) -> str:
    """One cell, its source a string and a line each."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": text},
        {"cell_type": "code", "metadata": {}, "source": text[: len(text) // 2].splitlines(keepends=True)},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=1)


def overlaid(text: str) -> object:
    overlay = Overlay(embedder())
    overlay.put("a.txt", text)
    vector = embedder().embed(["a"])[0]
    return overlay.candidates(["a", "x"], vector, [], 20, lambda chunk: True)


def ranked(text: str) -> object:
    """A search's own text, and a chunk that is one endless line."""
    query = parse(f"where is parse used? {text}")
    chunks = [Chunk("src/__init__.py", "python", one, 1, 1, 0, len(one), defines=("x",)) for one in (text, "import x")]
    return rank(query, [Candidate(chunk, 1.0, 0.5) for chunk in chunks], 10)


def reported(text: str) -> object:
    """Taken apart as a report, and a place's clues; the words before make it one."""
    query = parse(f"{'something is wrong here ' * 20}\n\n{text}")
    own_path(text)
    chunk = Chunk("src/a.py", "python", text, 1, 1, 0, len(text), defines=("parse",))
    explainer = Explainer(query)
    assert explainer.explains
    return sections(text), report(query, Splitter()), str(explainer.clues(chunk))


def passed_on(text: str) -> object:
    return features.passes_on(parse("parse"), Chunk("src/__init__.py", "python", text, 1, 1, 0, len(text)))


def matched(text: str) -> list[bool]:
    """A line of an ignore file against a path that it nearly matches, and the other way round."""
    pattern, path = text[:20_000].encode("utf-8", "surrogatepass"), text.encode("utf-8", "surrogatepass") + b"!"
    found = [one.matches(path) for one in parse_patterns(pattern)]
    return found + [one.matches(path) for one in parse_patterns(b"*a*a*b*\n/a/**/b/**/c\n[a-z]*[!x]?\n")]


TEXTS: dict[str, tuple[Work, tuple[str, ...]]] = {
    "identifiers and words": (Splitter().words, ("aB", "a_", "A1")),
    "words of a path": (lambda text: Splitter().words(path_words(text)), ()),
    "words of a chunk": (lambda text: chunk_words(Splitter(), text[:400], text, (text[:120],)), ()),
    "the static table": (lambda text: embedder().embed([embedded_text("a.py", text)]), ("acgt", "aB", "a_")),
    "cells": (lambda text: notebook.cells(a_notebook(text)), ("# a\n", "# a # ", "#")),
    "what is written of a notebook": (lambda text: read.odd(read.written("a.ipynb", a_notebook(text))), ()),
    "a notebook's own text": (notebook.cells, ('{"cells":', '{"cells":[],')),
    "oddness": (read.odd, ("@generated", "auto-generated ")),
    "decoding": (lambda text: read.decode(text.encode("utf-8", "surrogatepass")), ()),
    "a path's language": (language_of, ("a.", "a/")),
    "a first line's language": (lambda text: language_of("a", f"#!{text}"), ("/bin/env ", "python3.")),
    "a query": (
        parse,
        (
            'File "x.py", line 1\n', "at a (a.js:1) ", "at a() in a:line 1 ", "a.py:1:in `", "a.lua:1: in function <a",
            "a.go:1 +0x1\n", "ValueError", "Error.", "error[a", "where is a used ", "definition of a.", "a. - ", "a/b+",
            "+a/", "a::b ", "ClassName ", "snake_case ", "'ab", "``a", "\n\nerror ", "a(a(", "a.py ", "src/a.py:12 ",
            "main.f(0x1)\n\t/a/b.go:1\n",
        ),
    ),
    "a trace's places": (frames, ('File "', "at a(", "at at ", "in a.b ", "a.b:", "a.b(1): ", "a (x) at ")),
    "a report": (
        reported,
        (
            "word ", "a_b ", "'ab ", "`a b` ", "# Steps\n", "- [ ] a\n", "<!-- ", "```\n", "[a](http://b) ", "A b: \n",
            "    a\n", "$ a\n", "a 1.2\n", "OS: ", "https://a ", 'File "x.py", line 1\n', "a. b; ", "--ab ", "a.b() ",
            "a::", "/site-packages/", "a-1.2/", ">>> a\n", "Error: a\n", "Caused by: ", "user@host:", "C:\\a> ",
        ),
    ),
    "a name's stems": (name_features.name_stems, ("aB",)),
    "a name without joints": (name_features.flat, ("a_",)),
    "what a path is": (
        lambda text: (path_features.kinds(text), path_features.called(text)),
        ("test/", "docs/", "a.spec"),
    ),
    "ranking": (ranked, ("parse(", "import parse ", "aB ", "src/a.py ")),
    "what a folder's file passes on": (passed_on, ("from import ", "import (", "__all__ ", "\n", "export {", "parse")),
    "misspelt words": (
        lambda text: (spelling.doubtful(parse("parse respnse"), [text]), spelling.closest("respnse", text.split())),
        ("response ", "pars"),
    ),
    "unsaved buffers": (overlaid, ("def a\n",)),
    "an ignore file": (matched, ("*a", "a/**/", "[a", "\\ ", "!a\n", "**/a\n", "[[:alpha:]]")),
    "git's settings": (
        lambda text: list(git_config._entries(f"[core]\n{text}")),
        ('[a "', "a = \\\n", "\\\\\n", "a = b # c\n", '[a "b\\"', "[a]a="),
    ),
    "an import's target": (
        lambda text: [NAMES.target(one, text, "src/app/a.py") for one in LANGUAGES],
        ("a::", "super::", "../", "a\\", "@/a", "aB", "a/", "."),
    ),
    "an import's keys": (
        lambda text: [import_keys(one, "a/b.py", text, (text,)) for one in ("python", "tsx")],
        ("../", ".a", "a as "),
    ),
    "a filter on paths": (
        lambda text: (path_order.of(text), path_order.inside(text[:2_000], "")),
        ("*a", "tests/", "/TestA", "Tests.a"),
    ),
}  # fmt: skip

CHUNKED: dict[str, tuple[str, ...]] = {
    "python": ("def a(): pass\n", "class a:\n", "import a\n", "from a import b;", "@a\n", '"""'),
    "javascript": ("function a(){}", "require('a');", "import a from 'b';", "class A{", "`${"),
    "c": ("int a(){}", "#include <a>\n", "/* a */\nint b;", "struct a{"),
    "rust": ("use a::{", "fn a(){}", "mod a;"),
    "markdown": ("# a\n", "- a\n", "```\n"),
    "json": ('{"a":', '"a": 1, ', '{"a":1,\n', "[\n"),
    "yaml": ("---\n", "- a: b\n", "a: |\n", ": &a ", " a:\n"),
    "toml": ("[a]\n", "[[a", "a = '''\n", "a.b = 1\n", '["a"'),
    "ini": ("[a]\n", "a = b\n", "; a\n"),
    "sql": (";", "create table a ", "$a$", "insert into a;\n", "-- a\n", "begin "),
    "make": ("a: b\n", "a = b\n", "define a\n"),
    "dockerfile": ("FROM a AS b\n", "RUN a\\\n", "FROM --a "),
    "terraform": ('a "b" {\n', "a = {"),
    "css": ("a{", "a,\n"),
    "rst": ("a\n=\n", ".. _a:\n", "=\n"),
    "text": ("a\n",),
}
"""Formats, each with a scanner of its own, and grammars, each with queries of its own; and their key words.

Elixir and Ruby are not among them: what their grammars may cost is for `test_parse`.
"""


@pytest.mark.parametrize("language", CHUNKED)
def test_cutting_is_linear(language: str) -> None:
    assert faults(chunked(language), *CHUNKED[language]) == []


@pytest.mark.parametrize("name", TEXTS)
def test_cost_is_linear(name: str) -> None:
    work, units = TEXTS[name]
    assert faults(work, *units) == []
