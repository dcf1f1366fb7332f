"""An edit of a buffer changes the lines it was made for, and nothing else, whatever the line ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.chat.edits.edit import Edit
from inglenook_server.documents import Document, apply_change, split_lines
from inglenook_server.features.text_edits import text_edit, workspace_edit

LINES = st.lists(st.text(alphabet="ab \U0001f600", max_size=4), min_size=1, max_size=6)


def after(text, edit):
    made = text_edit(edit, Document("file:///a.py", text, 3))
    if made is None:
        return None
    low, high = made.range.start, made.range.end
    return apply_change(text, (low.line, low.character), (high.line, high.character), made.new_text)


@pytest.mark.parametrize(
    ("text", "first", "last", "old", "new", "result"),
    [
        ("a\nb\nc\n", 2, 2, ["b"], ["x", "y"], "a\nx\ny\nc\n"),
        ("a\r\nb\r\nc", 2, 2, ["b"], ["x", "y"], "a\r\nx\r\ny\r\nc"),
        ("a\nb", 2, 2, ["b"], ["x"], "a\nx"),
        ("a\nb", 2, 2, ["b"], ["x", "b"], "a\nx\nb"),
        ("a\r\nb", 2, 2, ["b"], ["x", "b"], "a\r\nx\r\nb"),
        ("", 1, 0, [], ["x", "y"], "x\ny\n"),
        # no text says where these belong, so nothing tells that the place is there still
        ("a\nb", 2, 1, [], ["x"], None),
        ("a\n", 1, 0, [], ["x"], None),
        ("", 2, 1, [], ["x"], None),
        ("a\nb\n", 2, 2, ["other"], ["x"], None),
        ("a\n", 5, 6, ["", ""], ["x"], None),
        ("\U0001f600\nb", 1, 1, ["\U0001f600"], ["x"], "x\nb"),
    ],
)
def test_the_lines_change_as_they_are_there(text, first, last, old, new, result):
    assert after(text, Edit("a.py", first, last, tuple(new), tuple(old), "Change")) == result


@given(LINES, st.integers(0, 5), st.integers(0, 5), LINES, st.sampled_from(["\n", "\r\n"]))
def test_it_is_what_the_core_meant(lines, one, other, new, end):
    first, last = sorted((min(one, len(lines) - 1), min(other, len(lines) - 1)))
    text = end.join(lines)
    edit = Edit("a.py", first + 1, last + 1, tuple(new), tuple(lines[first : last + 1]), "Change")
    assert [line.rstrip("\r\n") for line in split_lines(after(text, edit))] == edit.applied(lines)


def test_a_client_gets_the_version_it_can_check():
    document = Document("file:///a.py", "a\n", 7)
    edit = text_edit(Edit("a.py", 1, 1, ("b",), ("a",), "Change"), document)
    assert workspace_edit(edit, document, versioned=True).document_changes[0].text_document.version == 7
    assert workspace_edit(edit, document, versioned=False).changes == {document.uri: [edit]}
