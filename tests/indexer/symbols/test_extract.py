"""Each language as a table: a small text -> its symbols (kind, parent, name), mentions (relation, written), imports."""

import time

import pytest
from inglenook_indexer.chunks.chunk import Chunker
from inglenook_indexer.symbols import facts
from inglenook_indexer.symbols.patterns import KINDS
from inglenook_indexer.text.languages import LANGUAGES

from tests.indexer.symbols.samples import LANGUAGE_TABLE

CHUNKER = Chunker()


def unpacked(language, text):
    definitions, mentions, imports = [], [], []
    for chunk in CHUNKER.chunk("x", language, text):
        if chunk.facts:
            some, lists, taken, _ = facts._read(chunk.facts)
            definitions += some
            for short, found in lists.items():
                words = found.split(" ")
                mentions += [(facts._LONG[short], *pair) for pair in zip(words[::2], words[1::2], strict=True)]
            imports += taken
    return definitions, mentions, imports


def test_every_grammar_is_in_the_table():
    assert {name for name, language in LANGUAGES.items() if language.grammar} <= LANGUAGE_TABLE.keys()


@pytest.mark.parametrize("language", LANGUAGE_TABLE)
def test_definitions_mentions_imports_and_docs(language):
    text, symbols, mentions, imports, docs = LANGUAGE_TABLE[language]
    definitions, said, taken = unpacked(language, text)
    found = {
        f"{kind} {parent.replace(' > ', '.')}.{name}" if parent else f"{kind} {name}"
        for name, kind, _, _, parent, _ in definitions
    }
    assert found == symbols
    assert {f"{relation} {written}" for relation, written, _ in said} == mentions
    assert {(module, tuple(names)) for _, module, names in taken} == imports
    told = {name: doc for name, *_, doc in sorted(definitions, key=lambda one: one[-1])}
    assert {name: told[name] for name in docs} == docs
    lines = len(text.splitlines())
    assert all(1 <= first <= last <= lines for _, _, first, last, _, _ in definitions)
    assert {kind for _, kind, *_ in definitions} <= set(KINDS)


def test_lines_are_those_of_the_file_in_every_chunk():
    body = "".join(f"def f{n}():\n    call_{n}()\n" + "    x = 1\n" * 40 for n in range(30))
    text = f"import a\n{body}"
    definitions, said, taken = unpacked("python", text)
    lines = text.splitlines()
    assert len(CHUNKER.chunk("x", "python", text)) > 5
    assert [one[0] for one in definitions] == [f"f{n}" for n in range(30)]
    for name, _, first, last, _, _ in definitions:
        assert lines[first - 1] == f"def {name}():"
        assert last == first + 41
    for _, written, line in said:
        assert f"{written}()" in lines[int(line) - 1]
    assert taken == [[1, "a", []]]


@pytest.mark.parametrize("language", LANGUAGE_TABLE)
@pytest.mark.parametrize(
    "text",
    [
        "class A(" * 3000,
        "a.b.c(" * 3000 + ")" * 3000,
        "import " * 3000,
        "use a::{" * 2000,
        "def f(x):\n" * 3000,
        "f(" + "g(1), " * 4_000 + ")",
        "\ud800 = \udfff\n",
        "from . import " + ", ".join(f"a{n}" for n in range(5000)) + "\n",
        "x" * 200_000 + "()",
        "function " + "é" * 500 + "() {}\n",
        "/*" + "*" * 12_000,
    ],
    ids=lambda text: text[:12].encode("ascii", "replace").decode(),
)
def test_hostile_text_is_bounded(language, text):
    for chunk in CHUNKER.chunk("x", language, text):
        assert len(chunk.facts) < 60_000
        assert len(chunk.keys) < 1200
        facts.symbols(chunk.facts, "x", language)
        facts.references(chunk.facts, "x", language, "g")


def test_an_endless_error_takes_no_minutes():
    started = time.thread_time()
    text = "/*" + "*" * 300_000
    assert "".join(chunk.text for chunk in CHUNKER.chunk("x", "python", text)) == text
    assert time.thread_time() - started < 10, "minutes, where a query is put to it"
