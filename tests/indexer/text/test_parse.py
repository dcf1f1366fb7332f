"""A tree for ordinary code; none for what a grammar takes too long for, and that is found out in a bounded time."""

import time

import pytest
from inglenook_indexer.chunks.chunk import Chunker
from inglenook_indexer.symbols.patterns import load
from inglenook_indexer.text.languages import LANGUAGES
from inglenook_indexer.text.parse import BASE_S, BYTE_S, GROWING, parse

from tests.cost import WORST
from tests.indexer.symbols.samples import LANGUAGE_TABLE

WITH_GRAMMAR = sorted(name for name, language in LANGUAGES.items() if language.grammar)
HOSTILE = {
    "bash": "pairs of brackets",
    "elixir": "slashes",
    "kotlin": "block comments",
    "lua": "slashes",
    "scala": "backquotes",
}
"""What a grammar takes the square of its length for, or more."""


@pytest.mark.parametrize("language", sorted(GROWING))
def test_ordinary_code_has_the_tree_that_it_had(language):
    parser = load(language).parser
    source = (LANGUAGE_TABLE[language][0] * 40).encode()
    tree, whole = parse(parser, language, source), parser.parse(source)
    assert tree is not None
    assert str(tree.root_node) == str(whole.root_node)
    assert tree.root_node.text == whole.root_node.text


@pytest.mark.parametrize("language", HOSTILE)
def test_what_takes_too_long_has_none(language):
    parser = load(language).parser
    source = WORST[HOSTILE[language]](200_000).encode()
    begun = time.thread_time()
    assert parse(parser, language, source) is None
    assert time.thread_time() - begun < 10 * (BASE_S + BYTE_S * len(source))
    assert parse(parser, language, b"x") is not None, "the parser goes on"


@pytest.mark.parametrize("language", HOSTILE)
def test_it_is_cut_by_lines(language, caplog):
    text = WORST[HOSTILE[language]](20_000)
    chunks = Chunker().chunk("a", language, text)
    assert "".join(chunk.text for chunk in chunks) == text
    assert "takes too long" in caplog.text


@pytest.mark.parametrize("shape", ["slashes", "commas", "colons", "double quotes", "block comments", "backquotes"])
@pytest.mark.parametrize("language", WITH_GRAMMAR)
def test_no_grammar_costs_more_than_the_length(language, shape):
    """A grammar of a new language, or of a new version, that takes the square of a text belongs into GROWING."""
    parser, source = load(language).parser, WORST[shape](100_000).encode()
    begun = time.thread_time()
    parse(parser, language, source)
    assert time.thread_time() - begun < 20 * BYTE_S * len(source)
