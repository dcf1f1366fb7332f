"""Notebooks by cell: what is in a chunk, where it says it is, and that the file's lines are all accounted for."""

import base64
import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook_indexer import Index
from inglenook_indexer.chunks.chunk import Chunker
from inglenook_indexer.files.read import decode, odd, written
from inglenook_indexer.text.languages import LANGUAGES
from inglenook_indexer.text.notebook import cells, sources

CHUNKER = Chunker()
SMALL = Chunker(max_bytes=60)


def code(source, outputs=()):
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "outputs": list(outputs),
        "source": source.splitlines(keepends=True),
    }


def markdown(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def notebook(*found, language="python", indent=1):
    data = {
        "cells": list(found),
        "metadata": {"kernelspec": {"language": language, "name": "k"}, "language_info": {"name": language}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(data, indent=indent, ensure_ascii=False) + "\n"


OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["zanzibar\n", "more\n"]}
BOOK = notebook(
    markdown("# Prices\n\nHow they are made.\n"),
    code('import numpy as np\n\ndef price(x):\n\treturn f"{x}\\n"\n', [OUTPUT]),
    markdown("## Taxes\n"),
    code(""),
    code("price(3)"),
)


def test_each_cell_is_a_chunk_with_its_number_headings_and_language():
    chunks = [chunk for chunk in CHUNKER.chunk("a.ipynb", "notebook", BOOK) if not chunk.text.isspace()]
    assert [(chunk.symbol, chunk.language, chunk.text) for chunk in chunks] == [
        ("Prices > cell 1 > Prices", "markdown", "# Prices\n\nHow they are made.\n"),
        ("Prices > cell 2 > price", "python", 'import numpy as np\n\ndef price(x):\n\treturn f"{x}\\n"\n'),
        ("Prices > Taxes > cell 3 > Taxes", "markdown", "## Taxes\n"),
        ("Prices > Taxes > cell 5", "python", "price(3)\n"),
    ]
    assert chunks[1].defines == ("price",)


def assert_places(text, chunks):
    """Spans cover every line once, in order; a line of a chunk is the source on that line of the file."""
    source = text.encode("utf-8", "surrogatepass")
    lines = source.splitlines(keepends=True)
    line, byte = 1, 0
    for chunk in chunks:
        assert (chunk.start_line, chunk.start_byte) == (line, byte)
        span = lines[chunk.start_line - 1 : chunk.end_line]
        assert source[chunk.start_byte : chunk.end_byte] == b"".join(span)
        if chunk.language != "json":
            for shown, raw in zip(chunk.text.rstrip("\n").split("\n"), span, strict=False):
                assert json.loads(raw.decode("utf-8", "surrogatepass").strip().rstrip(",")).rstrip("\r\n") == shown
        line, byte = chunk.end_line + 1, chunk.end_byte
    assert (line, byte) == (len(lines) + 1, len(source))


def test_places_are_those_of_the_file():
    assert_places(BOOK, CHUNKER.chunk("a.ipynb", "notebook", BOOK))


def test_outputs_are_in_no_chunk():
    chunks = CHUNKER.chunk("a.ipynb", "notebook", BOOK)
    assert not [chunk for chunk in chunks if "zanzibar" in chunk.text or "execution_count" in chunk.text]


SOURCES = st.lists(
    st.sampled_from(
        ["x = 1\n", "def f():\n", "    return '\\n'\n", "\n", "# Head\n", '"""\n', "äöü 😀\n", "{[]},\n", "last"]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), SOURCES), max_size=6), st.sampled_from([1, 2, 4]))
def test_every_line_of_any_notebook_is_in_exactly_one_chunk(found, indent):
    text = notebook(
        *[code(source, [OUTPUT]) if is_code else markdown(source) for is_code, source in found], indent=indent
    )
    assert_places(text, SMALL.chunk("a.ipynb", "notebook", text))


DAMAGED = {
    "cut short": BOOK[: len(BOOK) // 2],
    "no JSON": "not a notebook\n" * 5,
    "another JSON": '{\n"a": 1\n}\n',
    "on one line": notebook(code("x = 1\n"), code("y = 2\n"), indent=None),
    "cells are no list": '{\n"cells": 5\n}\n',
    "a cell is no object": '{\n"cells": [\n1\n]\n}\n',
    "a source is no text": '{\n"cells": [\n{"cell_type": "code", "source": [\n1\n]}\n]\n}\n',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_notebook_is_cut_by_lines(name):
    text = DAMAGED[name]
    chunks = CHUNKER.chunk("a.ipynb", "notebook", text)
    assert "".join(chunk.text for chunk in chunks) == text


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(BOOK)), st.text(max_size=3))
def test_a_notebook_that_was_hit_anywhere_does_no_harm(at, what):
    text = BOOK[:at] + what + BOOK[at + 1 :]
    chunks = SMALL.chunk("a.ipynb", "notebook", text)
    assert chunks[-1].end_byte == len(text.encode("utf-8", "surrogatepass"))
    assert [chunk.start_byte for chunk in chunks[1:]] == [chunk.end_byte for chunk in chunks[:-1]]


def test_a_source_in_one_string_stays_on_its_line():
    (cell,) = cells('{"cells": [\n{"cell_type": "code", "source": "a = 1\\nb = 2"}\n]}\n')
    assert (cell.line, cell.lines, cell.text) == (1, 1, "a = 1 ⏎ b = 2\n")


@pytest.mark.parametrize(("told", "language"), [("julia", "julia"), ("R", "r"), ("c++", "cpp"), ("klingon", "text")])
def test_code_is_in_the_kernels_language(told, language):
    assert language in LANGUAGES
    assert [cell.language for cell in cells(notebook(code("x"), language=told))] == [language]


def test_a_picture_in_an_output_does_not_make_a_notebook_data():
    picture = {"output_type": "display_data", "data": {"image/png": base64.b64encode(os.urandom(60_000)).decode()}}
    text = notebook(code("plot(prices)\n", [picture]))
    assert odd(text)
    assert odd(written("a.ipynb", text)) is None
    assert sources("no notebook") is None
    assert decode(text.encode()) == text


def test_a_notebook_is_found_by_what_is_in_its_cells(workspace):
    index = Index(workspace({"a.ipynb": BOOK, "b.py": "x = 1\n"}))
    index.refresh()
    (first, *_) = index.search("price", language="python")
    assert (first.chunk.path, first.chunk.symbol) == ("a.ipynb", "Prices > cell 2 > price")
    lines = BOOK.splitlines()
    assert "import numpy" in lines[first.chunk.start_line - 1]
    assert not [hit for hit in index.search("zanzibar execution_count") if "zanzibar" in hit.chunk.text]
    index.close()
