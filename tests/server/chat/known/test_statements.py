"""Own `return` and `raise` statements, told from those in strings, comments and inner functions."""
# ruff: noqa: E501 (code that a table quotes)

import pytest
from inglenook_server.chat.known.statements import raised, returned

from tests.cost import faults

RETURNED = [
    ("python", "def f():\n    return 1\n", [(2, "return 1")]),
    ("python", "def f():\n    'return 2'\n    # return 3\n    return (\n        4,\n    )\n", [(4, "return ( 4, )")]),
    ("python", "def f():\n    return\n", []),
    ("python", "def f(): return 1", [(1, "return 1")]),
    ("typescript", "f(): number {\n  xs.map((x) => {\n    return 1;\n  });\n  return 2;\n}", [(5, "return 2")]),
    ("javascript", "const f = (x) => {\n  return x; // return y\n};", [(2, "return x")]),
    ("javascript", "function f() {\n  return new Promise(function (a) {\n    return a;\n  });\n}", [(2, "return new Promise(function (a) { return a; })")]),
    ("go", "func f() int {\n\tgo func() {\n\t\treturn\n\t}()\n\treturn 1\n}", [(5, "return 1")]),
    ("rust", "fn f() -> u8 {\n    xs.map(|x| { return 1; });\n    return 2;\n}", [(3, "return 2")]),
    ("java", 'int f() {\n  run(() -> { return 1; });\n  return a +\n    b; // return c\n}', [(3, "return a + b")]),
    ("c", "int f(void)\n{\n    return g(\"return 2;\");\n}", [(3, 'return g("return 2;")')]),
    ("ruby", "def f\n  return 1 if x\nend", [(2, "return 1 if x")]),
    ("elixir", "def f do\n  return\nend", []),
]  # fmt: skip
RAISED = [
    ("python", "def f():\n    raise ValueError('x') from e\n", [(2, "ValueError")]),
    ("python", "def f():\n    raise\n", [(2, "")]),
    ("python", 'def f():\n    """raise X"""\n    raise errors.Bad  # raise Y\n', [(3, "errors.Bad")]),
    ("python", "def f():\n    x = 1; raise KeyError\n", [(2, "KeyError")]),
    ("typescript", "f() {\n  throw new RangeError(`throw ${x}`);\n}", [(2, "RangeError")]),
    ("javascript", "function f() {\n  on(() => {\n    throw a;\n  });\n  throw b;\n}", [(5, "b")]),
    ("java", "void f() {\n  throw new a.b.C(1);\n}", [(2, "a.b.C")]),
    ("csharp", 'void F() {\n  throw new E(@"throw");\n}', [(2, "E")]),
    ("php", "function f() {\n  throw new \\A\\B();\n}", [(2, "\\A\\B")]),
    ("ruby", "def f\n  raise ArgumentError, 'x'\n  fail 'y'\nend", [(2, "ArgumentError"), (3, "'y'")]),
    ("elixir", 'def f do\n  raise ArgumentError, "x"\nend', [(2, "ArgumentError")]),
    ("go", 'func f() {\n\tpanic("x")\n\tpanics()\n}', [(2, 'panic("x")')]),
    ("rust", 'fn f() {\n    panic!("x");\n    panic;\n}', [(2, 'panic!("x")')]),
    ("lua", "function f()\n  error('x')\n  error_of()\nend", [(2, "error('x')")]),
    ("c", "int f(void) {\n  throw();\n}", []),
]


@pytest.mark.parametrize(("language", "text", "expected"), RETURNED)
def test_returned(language, text, expected):
    lines = ["", *text.split("\n")]
    found = returned(lines, 2, len(lines), language, ())
    assert [(one.line - 1, one.text) for one in found] == expected


@pytest.mark.parametrize(("language", "text", "expected"), RAISED)
def test_raised(language, text, expected):
    lines = ["", *text.split("\n")]
    found = raised(lines, 2, len(lines), language, ())
    assert [(one.line - 1, one.text) for one in found] == expected


def test_statements_of_inner_functions_are_theirs():
    lines = ["def f():", "    def g():", "        raise A", "        return 1", "    raise B", "    return 2"]
    assert [one.text for one in raised(lines, 1, 6, "python", [(2, 4)])] == ["B"]
    assert [one.text for one in returned(lines, 1, 6, "python", [(2, 4)])] == ["return 2"]


def test_a_long_statement_is_cut():
    (found,) = returned(["def f():", f"    return {'x' * 500}"], 1, 2, "python", ())
    assert len(found.text) <= len("return ") + 100
    assert found.text.endswith("…")


def test_cost_is_linear():
    for language in ("python", "typescript", "rust"):

        def work(text, language=language):
            lines = text.split("\n")
            return returned(lines, 1, len(lines), language, ()), raised(lines, 1, len(lines), language, ())

        assert not faults(work, "return ", "raise x\n", "throw a;", "=> {", "|x| {")
