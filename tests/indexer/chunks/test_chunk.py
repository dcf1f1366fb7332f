import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook_indexer.chunks.chunk import Chunker
from inglenook_indexer.text.languages import LANGUAGES, language_of

GRAMMARS = sorted(name for name, language in LANGUAGES.items() if language.grammar)
EVERY = sorted(LANGUAGES)
CHUNKER = Chunker()
SMALL = Chunker(max_bytes=60)

PIECES = st.sampled_from(
    [
        "def f(x):\n",
        "    return x\n",
        "class A {\n",
        "}\n",
        "\n",
        "\r\n",
        "\r",
        "(((",
        ")))",
        "# Title\n",
        "```\n",
        "  ",
        "function g() { return `a${b}` }\n",
        "x = '''\n",
        "äöü 漢字 😀\n",
        "\u2028",
        "\x0c",
        "\x00",
        "if [ 1 ]; then\n",
        "fi\n",
        "<?php ",
        "fn main() {}\n",
        "a" * 90,
        '"unterminated\n',
        "key: value\n",
        "  - name: x\n",
        "text: |\n",
        "---\n",
        "[table]\n",
        'x = """\n',
        '"key": {\n',
        '],\n"k": [\n',
        "CREATE TABLE a.b (\n",
        ");\n",
        "$$ BEGIN ",
        "GO\n",
        "all: dep\n",
        "\trecipe \\\n",
        "FROM a AS b\n",
        "RUN x && \\\n",
        'resource "a" "b" {\n',
        "Title\n=====\n",
        ".. _label:\n",
        "/* open\n",
        "end\n",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join)


def lines_of(text):
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", text)


def assert_covers(text, chunks):
    assert "".join(chunk.text for chunk in chunks) == text
    source = text.encode("utf-8", "surrogatepass")
    line, byte = 1, 0
    lines = lines_of(text)
    for chunk in chunks:
        assert (chunk.start_line, chunk.start_byte) == (line, byte)
        assert chunk.text == "".join(lines[chunk.start_line - 1 : chunk.end_line])
        assert source[chunk.start_byte : chunk.end_byte].decode("utf-8", "surrogatepass") == chunk.text
        line, byte = chunk.end_line + 1, chunk.end_byte
    assert (line, byte) == (len(lines) + 1, len(source))


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, language=st.sampled_from(EVERY))
def test_every_line_is_in_exactly_one_chunk(text, language):
    assert_covers(text, SMALL.chunk("x", language, text))


@pytest.mark.parametrize("language", EVERY)
@pytest.mark.parametrize(
    "text",
    ["(" * 10_000, "[" * 10_000 + "]" * 10_000, "{\n" * 10_000, "a(b(" * 5_000, "> " * 3_000 + "\n", "\0" * 5000],
)
def test_deep_nesting_and_nonsense_do_no_harm(language, text):
    limit = sys.getrecursionlimit()
    assert_covers(text, CHUNKER.chunk("x", language, text))
    assert sys.getrecursionlimit() == limit


def test_functions_stay_whole_where_they_fit():
    functions = [
        f"def function_{n}(argument):\n" + "    value = argument + 1\n" * 12 + "    return value\n" for n in range(20)
    ]
    chunks = CHUNKER.chunk("a.py", "python", "\n\n".join(functions))
    assert all(chunk.text.lstrip().startswith("def function_") for chunk in chunks)
    assert all(chunk.text.rstrip().endswith("return value") for chunk in chunks)
    assert all(len(chunk.text) <= 1500 for chunk in chunks)
    assert len(chunks) < len(functions), "small neighbours are merged"


def test_a_long_class_is_opened_and_its_methods_know_where_they_are():
    methods = "".join(f"    def method_{n}(self):\n" + "        self.value = 1\n" * 50 + "\n" for n in range(8))
    chunks = CHUNKER.chunk("a.py", "python", f"class Worker:\n{methods}")
    assert chunks[-1].symbol == "Worker > method_7"
    assert sorted(name for chunk in chunks for name in chunk.defines) == sorted(
        ["Worker", *(f"method_{n}" for n in range(8))]
    )


def test_text_without_a_grammar_is_cut_at_blank_lines():
    paragraphs = [f"Paragraph {n} " + "word " * 60 + "\n" for n in range(12)]
    chunks = CHUNKER.chunk("a.txt", "text", "\n".join(paragraphs))
    assert len(chunks) > 2
    assert all(chunk.text.startswith("Paragraph") for chunk in chunks)


def test_an_empty_text_has_no_chunk():
    assert CHUNKER.chunk("a.py", "python", "") == []


def test_one_endless_line_is_one_chunk():
    (chunk,) = CHUNKER.chunk("a.py", "python", "x = [" + "1, " * 5000 + "]")
    assert (chunk.start_line, chunk.end_line) == (1, 1)


def test_a_grammar_that_is_missing_costs_only_borders(monkeypatch):
    def missing(_):
        raise ImportError("no such grammar")

    monkeypatch.setattr("inglenook_indexer.symbols.patterns.load_grammar", missing)
    text = "def f():\n    pass\n" * 200
    chunks = Chunker().chunk("a.py", "python", text)
    assert_covers(text, chunks)
    assert len(chunks) > 1


@pytest.mark.parametrize("language", ["python", "javascript", "go", "markdown", "yaml", "json", "text"])
def test_what_has_no_border_inside_is_cut_by_lines(language):
    text = {"python": 'X = """\n%s"""\n', "javascript": "x = `\n%s`\n", "go": "package p\nvar x = `\n%s`\n"}.get(
        language, "%s"
    ) % ("some words that go on and on\n" * 1000)
    chunks = CHUNKER.chunk("x", language, text)
    assert_covers(text, chunks)
    assert max(len(chunk.text) for chunk in chunks) <= 2000


def real_texts():
    """Up to four real files of every language: of this repository, and of what is installed beside its tests."""
    found = {}
    for top in (Path(__file__).parents[2], Path(sys.prefix) / "lib", Path(sys.base_prefix) / "lib"):
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if name not in ("node_modules", ".git", "__pycache__"))
            for name in names:
                language = language_of(name)
                path = Path(folder) / name
                texts = found.setdefault(language, [])
                if len(texts) < 4 and not path.is_symlink() and path.suffix not in (".so", ".pyc"):
                    data = path.read_bytes()[:60_000] if 200 < path.stat().st_size < 500_000 else b"\0"
                    text = data.decode("utf-8", "ignore")
                    if "\0" not in text:
                        texts.append((str(path), text))
    return {language: texts for language, texts in found.items() if texts}


def test_real_texts_of_every_language_are_covered():
    found = real_texts()
    assert len(found) > 12
    for language, texts in found.items():
        for path, text in texts:
            for chunker in (CHUNKER, SMALL):
                chunks = chunker.chunk(path, language, text)
                if language != "notebook":
                    assert_covers(text, chunks)
                else:
                    assert chunks[-1].end_byte == len(text.encode())
