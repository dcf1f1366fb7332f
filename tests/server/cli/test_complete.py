from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.cli.complete import offset_at, parse_place, read_document
from inglenook_server.errors import RequestError


@pytest.mark.parametrize(
    ("place", "expected"),
    [("a.py:1:1", ("a.py", 1, 1)), ("dir/b.c:20:3", ("dir/b.c", 20, 3)), ("C:\\x.py:4:5", ("C:\\x.py", 4, 5))],
)
def test_a_place_is_file_line_column(place: str, expected: tuple[str, int, int]) -> None:
    file, line, column = parse_place(place)
    assert (str(file), line, column) == expected


@pytest.mark.parametrize("place", ["a.py", "a.py:3", "a.py:x:1", ":1:1", ""])
def test_what_names_no_cursor_is_refused(place: str) -> None:
    with pytest.raises(RequestError, match="names no cursor"):
        parse_place(place)


@given(st.text(alphabet="ab\n\u2028é😀"), st.data())
def test_every_offset_has_one_place(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    assert offset_at(text, line, column, "x") == offset


@pytest.mark.parametrize(("line", "column"), [(0, 1), (3, 1), (1, 0), (1, 4), (2, 2)])
def test_a_cursor_outside_the_document_is_refused(line: int, column: int) -> None:
    with pytest.raises(RequestError, match="outside the document"):
        offset_at("ab\n", line, column, f"a.py:{line}:{column}")


def test_unreadable_documents_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no such file"):
        read_document(tmp_path / "missing.py")
    (tmp_path / "latin.py").write_bytes(b"# caf\xe9")
    with pytest.raises(RequestError, match="not UTF-8"):
        read_document(tmp_path / "latin.py")
