import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.types import Symbol
from inglenook_server.chat.edits.edit import Edit, Refusal
from inglenook_server.chat.edits.placing import defined_name, indented, place

FILE = """\
import os

class Pool:
    @property
    def size(self):
        return len(self.idle)

    def run(self, job):
        worker = self.idle.pop()
        return worker(job)

def run(job):
    return Pool().run(job)
""".splitlines()
OUTLINE = [
    Symbol("Pool", "class", "pool.py", 3, 10, "python"),
    Symbol("size", "method", "pool.py", 5, 6, "python", "Pool"),
    Symbol("run", "method", "pool.py", 8, 10, "python", "Pool"),
    Symbol("run", "function", "pool.py", 12, 13, "python"),
]


def placed(code: str, start: int = 0, end: int = 0) -> Edit | Refusal:
    return place(code.splitlines(), "pool.py", FILE, OUTLINE, start, end)


@pytest.mark.parametrize(
    ("code", "start", "end", "first", "last"),
    [
        ("def size(self):\n    return 3", 0, 0, 5, 6),
        ("@property\ndef size(self):\n    return 3", 0, 0, 4, 6),
        ("def run(self, job):\n    return job()", 9, 9, 8, 10),
        ("def run(job):\n    return 1", 12, 13, 12, 13),
        ("worker = self.idle.pop()\nreturn worker(job, 1)\n", 9, 10, 9, 10),
        ("class Pool:\n    pass", 0, 0, 3, 10),
    ],
)
def test_code_lies_over_the_definition_it_makes(code, start, end, first, last):
    edit = placed(code, start, end)
    assert isinstance(edit, Edit)
    assert (edit.start_line, edit.end_line) == (first, last)
    assert list(edit.old_lines) == FILE[first - 1 : last]


def test_code_takes_over_the_margin_of_what_it_replaces():
    edit = placed("def size(self):\n    return 3")
    assert edit.new_lines == ("    def size(self):", "        return 3")
    assert edit.applied(FILE)[3:7] == ["    @property", "    def size(self):", "        return 3", ""]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "no code"),
        ("def elsewhere():\n    return 1", "can't be told"),
        ("def run(job):\n    return 1", "can't be told"),
        ("x = 1", "can't be told"),
        ("    def size(self):\n        return len(self.idle)", "already"),
    ],
)
def test_what_has_no_place_is_refused(code, sentence):
    refusal = placed(code)
    assert isinstance(refusal, Refusal)
    assert sentence in refusal.sentence


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("def f(x):", "f"),
        ("    async def f(x):", "f"),
        ("export async function load() {", "load"),
        ("export const load = () => {", "load"),
        ("func (p *Pool) Run() {", "Run"),
        ("pub(crate) fn run() {", "run"),
        ("public static int count(List<String> of) {", "count"),
        ("static int *find(const char *name)", "find"),
        ("x = 1", ""),
        ("", ""),
        ("# a comment\ndef f(): ...", ""),
    ],
)
def test_the_name_that_code_defines(code, name):
    assert defined_name(code.splitlines()) == name


@pytest.mark.parametrize(
    ("code", "like", "tabs", "moved"),
    [
        (["if x:", "    y()"], "\told", True, ("\tif x:", "\t\ty()")),
        (["if x:", "\ty()"], "    old", False, ("    if x:", "        y()")),
        (["func f() {", "\tx := 1\ty", "}"], "func f() {", True, ("func f() {", "\tx := 1\ty", "}")),
        (["func f() {", "    x()", "}"], "func f() {", True, ("func f() {", "\tx()", "}")),
        # a text in several lines keeps its blanks where the steps are the file's already
        (["\tx := `a", "\t    b`"], "\t\told", True, ("\t\tx := `a", "\t\t    b`")),
        (["  x\ty", "  z"], "", False, ("x\ty", "z")),
        (["", "  "], "  ", False, ("", "")),
    ],
)
def test_code_is_indented_as_the_file_is(code, like, tabs, moved):
    assert indented(code, like, tabs=tabs) == moved


@pytest.mark.parametrize(
    ("text", "first", "last", "code", "new"),
    [
        # the first old line has no indentation, the others say it
        (
            "func half(n int) int {\n\treturn n / 0\n}",
            1,
            3,
            "func half(n int) int {\n\treturn n / 2\n}",
            "func half(n int) int {\n\treturn n / 2\n}",
        ),
        (
            "func half(n int) int {\n\treturn n / 0\n}",
            1,
            3,
            "func half(n int) int {\n    return n / 2\n}",
            "func half(n int) int {\n\treturn n / 2\n}",
        ),
        # no old line has any, the file says it
        (
            "int half(int n);\nvoid f() {\n\tx();\n}",
            1,
            1,
            "int half(int n) {\n\tx();\n}",
            "int half(int n) {\n\tx();\n}",
        ),
        (
            "int half(int n);\nvoid f() {\n    x();\n}",
            1,
            1,
            "int half(int n) {\n\tx();\n}",
            "int half(int n) {\n    x();\n}",
        ),
        # the lines of a comment are indented by a blank
        ("/*\n * Half.\n */\nint half() {\n\tx();\n}", 1, 6, "int half() {\n    y();\n}", "int half() {\n\ty();\n}"),
    ],
)
def test_the_step_is_that_of_the_old_lines_else_of_the_file(text, first, last, code, new):
    outline = [Symbol("half", "function", "a", first, last, "c")]
    edit = place(code.split("\n"), "a", text.split("\n"), outline, first, last)
    assert isinstance(edit, Edit)
    assert "\n".join(edit.new_lines) == new


@given(st.lists(st.text(alphabet=" \tab:()", max_size=12), max_size=8), st.integers(0, 13), st.integers(0, 13))
def test_an_edit_changes_its_lines_alone(code, start, end):
    start, end = min(start, end), max(start, end)
    edit = place(code, "pool.py", FILE, OUTLINE, start, end if start else 0)
    if isinstance(edit, Edit):
        after = edit.applied(FILE)
        assert after[: edit.start_line - 1] == FILE[: edit.start_line - 1]
        assert after[len(after) - (len(FILE) - edit.end_line) :] == FILE[edit.end_line :]
