import pytest
from inglenook_indexer.types import Symbol
from inglenook_server.chat.edits.docs import document
from inglenook_server.chat.edits.edit import Edit, Refusal

CASES = [
    ("python", "def f(\n    a,\n):\n    return a\n", 1, 4, 'def f(\n    a,\n):\n    """Give a."""\n    return a'),
    ("python", 'def f(a):\n    """Old."""\n    return a\n', 1, 3, 'def f(a):\n    """Give a."""\n    return a'),
    (
        "python",
        'def f(a):\n    """Old\n    one.\n    """\n    return a\n',
        1,
        5,
        'def f(a):\n    """Give a."""\n    return a',
    ),
    ("python", "class A:\n\n    x = 1\n", 1, 3, 'class A:\n    """Give a."""\n\n    x = 1'),
    ("javascript", "x;\nfunction f(a) {}\n", 2, 2, "x;\n/** Give a. */\nfunction f(a) {}"),
    ("java", "  // old\n  @Override\n  int f() {}\n", 3, 3, "  /** Give a. */\n  @Override\n  int f() {}"),
    ("go", "func F() {}\n", 1, 1, "// F: Give a.\nfunc F() {}"),
    ("rust", "/// old\n#[inline]\nfn f() {}\n", 3, 3, "/// Give a.\n#[inline]\nfn f() {}"),
    ("ruby", "# old\n# older\ndef f\nend\n", 3, 4, "# Give a.\ndef f\nend"),
    # between a head and its docstring
    ("python", 'def f():\n\n    """Old."""\n    pass\n', 1, 4, 'def f():\n\n    """Give a."""\n    pass'),
    ("python", 'def f():\n    # x\n    """Old\n    """\n', 1, 4, 'def f():\n    # x\n    """Give a."""'),
    ("python", "def f():\n    # x\n    pass\n", 1, 3, 'def f():\n    """Give a."""\n    # x\n    pass'),
    (
        "python",
        'def f():\n    """Old\n    """; x = 1\n',
        1,
        3,
        'def f():\n    """Give a."""\n    """Old\n    """; x = 1',
    ),
    ("erlang", "% old\nf() -> 1.\n", 2, 2, "%% Give a.\nf() -> 1."),
    ("lua", "function f() end\n", 1, 1, "--- Give a.\nfunction f() end"),
]


@pytest.mark.parametrize(("language", "text", "first", "last", "after"), CASES)
def test_documentation_in_the_form_of_the_language(language, text, first, last, after):
    lines = text.splitlines()
    edit = document(Symbol("F" if language == "go" else "f", "function", "x", first, last, language), lines, "Give a.")
    assert isinstance(edit, Edit)
    assert "\n".join(edit.applied(lines)) == after


def test_long_documentation_is_wrapped():
    lines = ["def f():", "    pass"]
    edit = document(Symbol("f", "function", "x", 1, 2, "python"), lines, "word " * 40)
    assert all(len(line) <= 88 for line in edit.new_lines)
    assert edit.new_lines[0] == lines[0]
    assert edit.new_lines[1].startswith('    """word')
    assert edit.new_lines[-1] == '    """'


@pytest.mark.parametrize("text", ['a """ b', "a */ b"])
def test_no_text_ends_its_own_comment(text):
    for language in ("python", "java"):
        lines = ["def f():", "    pass"]
        edit = document(Symbol("f", "function", "x", 1, 2, language), lines, text)
        joined = "\n".join(edit.new_lines)
        assert joined.count('"""') in (0, 2)
        assert joined.count("*/") in (0, 1)


@pytest.mark.parametrize("text", ["def f(): return 1", "def f():"])
def test_a_function_without_lines_of_its_own(text):
    assert isinstance(document(Symbol("f", "function", "x", 1, 1, "python"), [text], "Words."), Refusal)


@pytest.mark.parametrize(("language", "text", "first", "last", "after"), CASES)
def test_every_edit_tells_whether_its_place_is_there_still(language, text, first, last, after):
    lines = text.splitlines()
    edit = document(Symbol("f", "function", "x", first, last, language), lines, "Give a.")
    assert edit.old_lines == tuple(lines[edit.start_line - 1 : edit.end_line]) != ()
    assert edit.start_line <= last
    assert edit.end_line >= first
