from bisect import bisect_right
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server import documents
from inglenook_server.documents import (
    Document,
    Documents,
    apply_change,
    common_end,
    common_start,
    file_path,
    line_begin,
    line_end,
    line_ends,
    line_start,
    line_starts,
    offset_at,
    position_at,
    split_lines,
    title,
    utf16_length,
)
from inglenook_server.errors import RequestError
from inglenook_server.features.places import file_of

# Everything that splits lines somewhere, astral characters, combining marks, and plain text.
ALPHABET = st.sampled_from(
    ["a", "é", "語", "😀", "𝒳", "\u0301", "\n", "\r", "\r\n", "\f", "\v", "\u2028", "\x85", "\t"]
)
TEXTS = st.lists(ALPHABET, max_size=40).map("".join)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a\n", ""]),
        ("a\r\nb", ["a\r\n", "b"]),
        ("a\rb\nc", ["a\r", "b\n", "c"]),
        ("a\r\r\nb", ["a\r", "\r\n", "b"]),
        ("a\fb\u2028c\x85d\ve", ["a\fb\u2028c\x85d\ve"]),
    ],
)
def test_only_the_protocols_line_ends_split(text, lines):
    assert split_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "line", "character", "offset"),
    [
        ("abc", 0, 2, 2),
        ("abc\ndef", 0, 99, 3),
        ("abc\r\ndef", 0, 99, 3),
        ("abc\r\ndef", 1, 1, 6),
        ("😀b", 0, 2, 1),
        ("😀b", 0, 1, 0),
        ("😀b", 0, 3, 2),
        ("a\n", 1, 0, 2),
    ],
)
def test_positions_are_utf16(text, line, character, offset):
    assert offset_at(text, line, character) == offset


@given(TEXTS)
def test_lines_join_to_the_text(text):
    assert "".join(split_lines(text)) == text
    assert len(split_lines(text)) == len(line_starts(text))


@given(TEXTS, st.integers(2, 6), st.data())
def test_lines_are_found_by_halving_as_by_cutting(text, block, data):
    """`BLOCK` is what is looked at one by one: made small, so that short texts are halved too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "BLOCK", block)
        starts = line_starts(text)
        assert [line_start(text, line) for line in range(len(starts) + 1)] == [*starts, None]
    assert line_ends(text, 0, len(text)) == len(starts) - 1
    offset = data.draw(st.integers(0, len(text)))
    line = bisect_right(starts, offset) - 1
    assert line_begin(text, offset) == starts[line]
    if not (offset and text[offset - 1 : offset + 1] == "\r\n"):
        assert line_end(text, offset) == starts[line] + len(split_lines(text)[line].rstrip("\r\n"))


@given(TEXTS)
def test_code_units_are_counted(text):
    assert utf16_length(text) == sum(1 + (character > "\uffff") for character in text)


@pytest.mark.parametrize("text", ["\ud800", "\ud800a", "a\udc00b"])
def test_half_a_pair_is_a_character_of_its_own(text):
    assert [offset_at(text, 0, at) for at in range(len(text) + 1)] == list(range(len(text) + 1))
    assert utf16_length(text) == len(text)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_common_borders(start, one, other, end):
    def alike(one, other):
        return next(
            (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
        )

    first, second = start + one + end, start + other + end
    assert common_start(first, second) == alike(first, second)
    assert common_end(first, second) == alike(first[::-1], second[::-1])


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///w/a%20b.py", "/w/a b.py"),
        ("untitled:a", None),
        ("", None),
        ("file:", None),
        ("file://[", None),
        ("file:///a%00b", None),
        ("file:///a\x00b", None),
        ("file:///\ud800", None),
    ],
)
def test_what_can_be_no_file_is_none(uri, path):
    for found in (file_path(uri), file_of(uri)):
        assert found == (Path(path) if path else None)
    assert isinstance(title(uri), str)


@given(TEXTS, st.data())
def test_offset_to_position_and_back(text, data):
    offset = data.draw(st.integers(0, len(text)))
    inside_line_end = text[offset - 1 : offset + 1] == "\r\n" and offset > 0
    line, character = position_at(text, offset)
    assert offset_at(text, line, character) == (offset - 1 if inside_line_end else offset)


@given(TEXTS, st.data())
def test_position_to_offset_and_back(text, data):
    lines = split_lines(text)
    line = data.draw(st.integers(0, len(lines) - 1))
    character = data.draw(st.integers(0, 60))
    found_line, found = position_at(text, offset_at(text, line, character))
    assert found_line == line
    content = lines[line].rstrip("\r\n")
    clamped = min(character, utf16_length(content))
    assert found in (clamped, clamped - 1)  # one less inside a surrogate pair
    if found == clamped - 1:
        assert utf16_length(content) > len(content)


@given(TEXTS, TEXTS, st.data())
def test_a_ranged_change_equals_slicing(text, replacement, data):
    safe = [at for at in range(len(text) + 1) if not (at and text[at - 1 : at + 1] == "\r\n")]
    low, high = sorted((data.draw(st.sampled_from(safe)), data.draw(st.sampled_from(safe))))
    changed = apply_change(text, position_at(text, low), position_at(text, high), replacement)
    assert changed == text[:low] + replacement + text[high:]


@pytest.mark.parametrize(("line", "character"), [(2, 0), (-1, 0), (0, -1)])
def test_a_cursor_outside_the_document_is_one_sentence(line, character):
    with pytest.raises(RequestError, match="the document has"):
        offset_at("a\nb", line, character)


def test_an_offset_outside_the_text_is_refused():
    with pytest.raises(RequestError):
        position_at("ab", 3)


def test_buffers_open_change_and_close():
    documents = Documents()
    documents.put(Document("file:///w/a.py", "x", 1))
    documents.put(Document("file:///w/a.py", "xy", 2))
    assert documents.get("file:///w/a.py").text == "xy"
    assert [document.version for document in documents.all()] == [2]
    documents.close("file:///w/a.py")
    documents.close("file:///w/a.py")
    with pytest.raises(RequestError, match=r"a\.py is not open"):
        documents.get("file:///w/a.py")
