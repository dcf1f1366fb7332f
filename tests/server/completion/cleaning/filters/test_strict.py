import json
import tomllib

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook_server.completion.cleaning.filters.chain import clean
from inglenook_server.completion.cleaning.filters.strict import keep_valid
from inglenook_server.completion.syntax.cursor import Cursor

from tests.server.completion.marks import at


@pytest.mark.parametrize(
    ("path", "text", "raw", "kept"),
    [
        ("tsconfig.json", "[1,\n█\n]", "2,", "2,"),
        ("web/tsconfig.app.json", "[1,\n█\n]", "2, // two", "2, // two"),
        (".vscode/settings.json", "{\n// a\n█\n}", '"b": 1,', '"b": 1,'),
        ("a.jsonc", "[\n█\n2]", "1", "1,"),
        ("a.jsonc", "[\n█\n]", '"//", /* , */ 2,', '"//", /* , */ 2,'),
        ("a.json5", "[1,\n█\n]", "0x1F,", "0x1F,"),
        ("package.json", "[1,\n█\n]", "2,", "2"),
    ],
)
def test_comments_and_trailing_commas_where_they_are_allowed(path, text, raw, kept):
    assert keep_valid(raw, at(text), "json", path) == kept


@pytest.mark.parametrize(
    ("text", "raw", "kept"),
    [
        # what is too far left or right for the block
        ("a:\n   b: 1\n  █\n", "c: 2", ""),
        ("a:\n  b: 1\n █\n  d: 3\n", "c: 2", ""),
        ("a:\n  - x\n █\n", "- y", ""),
        ("a:\n  - x\n   █\n", "- y", ""),
        ("- x\n█\n", "- y\n - z", "- y"),
        ("a:\n  b: |\n    text\n █\n", "more", ""),
        ("a:\n  - x\n  █\n", "- y", "- y"),
        ("a: text\n  █\n", "that goes on", "that goes on"),
        ("a: |\n  text\n  █\n", "- of an item", "- of an item"),
        ("a: 'text\n  █'\n", "- quoted", "- quoted"),
        # tags and aliases mean something to others: that they are well-formed is enough
        ("X: █\n", "!Sub '${A}-b'", "!Sub '${A}-b'"),
        ("a: !Foo\n  b: 1\n█", "c: !Bar 2", "c: !Bar 2"),
        ("a: █\n", "*defined_elsewhere", "*defined_elsewhere"),
        ("b:\n  <<: █\n", "*base", "*base"),
    ],
)
def test_yaml_is_judged_by_its_form(text, raw, kept):
    assert keep_valid(raw, at(text), "yaml") == kept


@pytest.mark.parametrize(
    ("language", "line", "text", "raw", "kept"),
    [
        ("json", '"x",\n', "[LONG\n█\n]", '"y",', '"y"'),
        ("json", '"x",\n', "[LONG\n█\n1]", '"y"', '"y",'),
        ("toml", "# x\n", "LONG\na = { b = █ }", "2,", "2"),
        ("yaml", "# x\n", "LONG\na: █", "b: c", "b: c"),
    ],
)
def test_a_file_too_long_to_parse_goes_by_its_neighbours(language, line, text, raw, kept):
    assert keep_valid(raw, at(text.replace("LONG", line * 80_000)), language) == kept


@pytest.mark.parametrize("raw", ["[" * 100_000, "\ud800", "\0", "1" * 5_000, '"\\', "- " * 20_000, "\ufeff"])
@pytest.mark.parametrize("language", ["json", "toml", "yaml"])
def test_no_text_breaks_a_parser(language, raw):
    assert keep_valid(raw, at("\ufeffa█"), language) in (raw, raw.rstrip(), "")


READS = {"json": json.loads, "toml": tomllib.loads, "yaml": lambda text: list(yaml.parse(text, yaml.CSafeLoader))}
PIECES = {
    "json": [*'[]{},:"\n ', "1", '"a"', '"a": ', "null", "\n  ", "\\"],
    "toml": [*"[]{},='\"\n ", "1", "a = ", "b = ", '"""', "[a]\n", "\\", "# x"],
    "yaml": ["[", "]", ",", "- ", "a: ", "b: ", "\n", "\n  ", '"', "'", "x", "#", " # x", "|", ">", "&a "],
}


def reads(language, text):
    try:
        READS[language](text)
    except (ValueError, yaml.YAMLError):
        return False
    return True


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(PIECES)).flatmap(
        lambda language: st.tuples(
            st.just(language), *[st.lists(st.sampled_from(PIECES[language]), max_size=9).map("".join)] * 3
        )
    ),
    st.sampled_from(["line", "block"]),
)
def test_what_could_be_read_still_can(place, shape):
    language, prefix, suffix, raw = place
    shown = clean(raw, Cursor(prefix, suffix), shape, "stop", language)
    if reads(language, prefix + suffix):
        assert reads(language, prefix + shown + suffix)
