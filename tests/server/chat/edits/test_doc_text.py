import pytest
from inglenook_server.chat.edits.doc_text import doc_text

CODE = "def area(width, height):\n    return width * height"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Return the area from its `width` and `height`.", "Return the area from its `width` and `height`."),
        ("Return it. Uses the `depth` of it. All is done.", "Return it. All is done."),
        ("It multiplies [1]. See `a.py:1-2`.", "It multiplies."),
        ("```python\ndef area(width, height):\n    pass\n```\nReturns the area.", "Returns the area."),
        ("Returns the area.\n```\nx", "Returns the area."),
        ("# Area\n\n- Takes a `width`.\n- Returns the **area**.", "Takes a `width`. Returns the area."),
        ("Here is the documentation: Returns the area.", "Returns the area."),
        ("A one. A two. A three. A four. A five.", "A one. A two. A three. A four."),
        ("The same. The same.", "The same."),
        ("Returns `None` or an `int`.", "Returns `None` or an `int`."),
        ("Only `made_up` names.", ""),
        ("", ""),
        ("```", ""),
    ],
)
def test_sentences_that_may_stand_as_documentation(text, kept):
    assert doc_text(text, CODE) == kept
