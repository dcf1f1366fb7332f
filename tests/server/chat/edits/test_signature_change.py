import pytest
from inglenook_indexer.types import Symbol
from inglenook_server.chat.edits.edit import Edit
from inglenook_server.chat.edits.signature_change import signature_notes

UNASKED = "Nothing else in it changes, and you did not ask for this."


def notes(old, new, symbols, wish="", language="python"):
    outline = [Symbol(*one, "a", *lines, language) for *one, lines in symbols]
    lines = ["# above", *old.splitlines(), "# below"]
    size = len(old.splitlines())
    edit = Edit("a", 2, size + 1, tuple(new.splitlines()), tuple(old.splitlines()), "Replace")
    return signature_notes(edit, lines, outline, wish, lambda one: f"3 places call {one.name}.")


F = [("f", "function", (2, 3))]


@pytest.mark.parametrize(
    ("old", "new", "symbols", "wish", "said"),
    [
        ("def f(a):\n    return a", "def f(a):\n    return a + 1", F, "", ""),
        (
            "def f(a):\n    return a",
            "def f(a, b):\n    return a + b",
            F,
            "",
            "The signature changes: `def f(a)` becomes `def f(a, b)`. 3 places call f.",
        ),
        (
            "def f(a):\n    return a",
            "async def f(a):\n    return a",
            F,
            "fix the sum",
            f"The signature changes: `def f(a)` becomes `async def f(a)`. 3 places call f. {UNASKED}",
        ),
        (
            "def f(a):\n    return a",
            "async def f(a):\n    return a",
            F,
            "make it async",
            "The signature changes: `def f(a)` becomes `async def f(a)`. 3 places call f.",
        ),
        ("def f(a):\n    return a", "def g(a):\n    return a", F, "", "`f` is not there any more. 3 places call f."),
        ("def f(a):\n    return a", "@cache\ndef f(a):\n    return a", F, "", ""),
        ("def f(a):\n    return a", "def f(\n    a,\n):\n    return a", F, "", ""),
        (
            "class A:\n    def f(self):\n        return 1\n    def g(self):\n        return 2",
            "class A:\n    def f(self):\n        return 1\n    def g(self, n):\n        return n",
            [("A", "class", (2, 6)), ("f", "method", (3, 4)), ("g", "method", (5, 6))],
            "",
            "The signature changes: `def g(self)` becomes `def g(self, n)`. 3 places call g.",
        ),
    ],
)
def test_what_becomes_of_the_heads(old, new, symbols, wish, said):
    assert notes(old, new, symbols, wish) == said


@pytest.mark.parametrize(
    ("language", "old", "new", "said"),
    [
        ("go", "func F(a int) int {\n\treturn a\n}", "func F(a int64) int {\n\treturn a\n}", "`func F(a int64) int`"),
        ("typescript", "function F(a: T) {\n  g(a);\n}", "async function F(a: T) {\n  g(a);\n}", "`async function F(a"),
        ("java", "  int F(int a) {\n    return a;\n  }", "  int F(long a) {\n    return a;\n  }", "`int F(long a)`"),
        ("java", "  int F(int a) {\n    return a;\n  }", "  int F(int a) {\n    return F(a);\n  }", ""),
    ],
)
def test_other_languages(language, old, new, said):
    found = notes(old, new, [("F", "function", (2, 4))], language=language)
    assert (said in found) if said else not found
