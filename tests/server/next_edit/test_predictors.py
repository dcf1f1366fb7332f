"""Golden cases: what is changed, and what must be offered next. Each kind in six languages."""

import pytest
from inglenook_server.next_edit.manners import allowed
from inglenook_server.next_edit.predict import candidates

from tests.server.next_edit.replay import changed, following

PYTHON = """
def load(name, retries):
    for _ in range(retries):
        read(name)
    return retries


def other(retries):
    return retries


load("a", retries=3)
load("b", retries=5)
other(retries=1)
"""
TYPESCRIPT = """
function load(name: string, retries: number) {
  const left = retries;
  return read(name, () => retries - left);
}
const other = (retries: number) => retries;
"""
GO = """
package main

func load(name string, retries int) int {
	left := retries
	return left + retries
}

func other(retries int) int { return retries }
"""
RUST = """
fn load(name: &str, retries: u32) -> u32 {
    let left = retries;
    left + retries
}

fn other(retries: u32) -> u32 { retries }
"""
JAVA = """
class Loader {
  int load(String name, int retries) {
    int left = retries;
    return left + retries;
  }

  int other(int retries) { return retries; }
}
"""
RUBY = """
def load(name, retries)
  left = retries
  left + retries
end

def other(retries)
  retries
end
"""


@pytest.mark.parametrize(
    ("language", "text", "change", "wanted"),
    [
        (
            "python",
            PYTHON,
            ("def load(name, retries):", "def load(name, attempts):"),
            ["for _ in range(attempts):", "return attempts", 'load("a", attempts=3)', 'load("b", attempts=5)'],
        ),
        (
            "typescript",
            TYPESCRIPT,
            (
                "function load(name: string, retries: number) {",
                "function load(name: string, attempts: number) {",
            ),
            ["const left = attempts;", "return read(name, () => attempts - left);"],
        ),
        (
            "go",
            GO,
            ("func load(name string, retries int) int {", "func load(name string, attempts int) int {"),
            ["left := attempts", "return left + attempts"],
        ),
        (
            "rust",
            RUST,
            ("fn load(name: &str, retries: u32) -> u32 {", "fn load(name: &str, attempts: u32) -> u32 {"),
            ["let left = attempts;", "left + attempts"],
        ),
        (
            "java",
            JAVA,
            ("int load(String name, int retries) {", "int load(String name, int attempts) {"),
            ["int left = attempts;", "return left + attempts;"],
        ),
        ("ruby", RUBY, ("def load(name, retries)", "def load(name, attempts)"), ["left = attempts", "left + attempts"]),
    ],
)
def test_a_renamed_parameter_is_renamed_where_it_is_bound_and_nowhere_else(language, text, change, wanted):
    assert following(text, change, language=language) == wanted


@pytest.mark.parametrize(
    ("language", "text", "change", "wanted"),
    [
        (
            "python",
            "def a():\n    pass\n\n\ndef b():\n    return a() or x.b\n",
            ("def a():", "def c():"),
            ["return c() or x.b"],
        ),
        (
            "typescript",
            "class Pool {\n  take() {}\n  run() {\n    this.take();\n  }\n}\n",
            ("take() {}", "grab() {}"),
            ["this.grab();"],
        ),
        (
            "go",
            "package p\n\nconst Max = 1\n\nfunc f() int { return Max }\n",
            ("const Max = 1", "const Most = 1"),
            ["func f() int { return Most }"],
        ),
        (
            "rust",
            "struct Job;\n\nfn f() -> Job {\n    Job\n}\n",
            ("struct Job;", "struct Task;"),
            ["fn f() -> Task {", "Task"],
        ),
        (
            "java",
            "class A {\n  int size;\n  int f() { return size; }\n}\n",
            ("int size;", "int length;"),
            ["int f() { return length; }"],
        ),
        ("ruby", "def a\nend\n\ndef b\n  a()\nend\n", ("def a", "def c"), ["c()"]),
    ],
)
def test_a_renamed_definition_is_renamed_at_its_uses(language, text, change, wanted):
    assert following(text, change, language=language) == wanted


def test_a_name_that_is_taken_is_not_merged():
    text = "def f(a, b):\n    x = 1\n    return a + b\n"
    assert following(text, ("def f(a, b):", "def f(b, b):"), language="python") == []


def test_strings_and_comments_say_what_they_like():
    text = "def f(total):\n    # total is final\n    log('total')\n    return total\n"
    assert following(text, ("def f(total):", "def f(amount):"), language="python") == ["return amount"]


@pytest.mark.parametrize(
    ("language", "lines", "wanted"),
    [
        (
            "python",
            ["self.assertEqual(a, 1)", "self.assertEqual(b.c(), 2)", "self.assertEqual(d[0], f(3))"],
            "assert {} == {}",
        ),
        ("typescript", ["expect(a).toBe(1);", "expect(b.c()).toBe(2);", "expect(d[0]).toBe(f(3));"], "equal({}, {});"),
        ("go", ["log.Println(a, 1)", "log.Println(b.c(), 2)", "log.Println(d[0], f(3))"], 'log.Printf("%v", {}, {})'),
        ("rust", ["check(a, 1);", "check(b.c(), 2);", "check(d[0], f(3));"], "assert_eq!({}, {});"),
        (
            "java",
            ["assertEquals(a, 1);", "assertEquals(b.c(), 2);", "assertEquals(d[0], f(3));"],
            "assertThat({}).is({});",
        ),
        ("ruby", ["assert_equal(a, 1)", "assert_equal(b.c(), 2)", "assert_equal(d[0], f(3))"], "expect({}).to eq({})"),
    ],
)
def test_what_was_done_twice_is_offered_again_with_its_own_arguments(language, lines, wanted):
    arguments = (("a", "1"), ("b.c()", "2"), ("d[0]", "f(3)"))
    text = "\n".join(["head", *lines, "tail", ""])
    one, two, three = (wanted.format(*pair) for pair in arguments)
    assert following(text, (lines[0], one), (lines[1], two), language=language) == [three]


def test_one_argument_that_was_added_twice_is_added_again():
    text = "run(a)\nx = 1\nrun(b)\ny = 2\nz = run(c)\nstop(d)\n"
    found = following(text, ("run(a)", "run(a, timeout=5)"), ("run(b)", "run(b, timeout=5)"), language="python")
    assert found == ["z = run(c, timeout=5)"]


def test_what_is_there_already_is_not_added_again():
    text = "f(a)\ng(b)\nf(self.c)\n"
    found = following(text, ("f(a)", "f(self.a)"), ("g(b)", "g(self.b)"), language="python")
    assert found == []


def test_places_between_two_edits_were_passed_over_on_purpose():
    text = "old(1)\nold(2)\nold(3)\n"
    found = following(text, ("old(1)", "new(1)"), ("old(3)", "new(3)"), language="python")
    assert found == []


@pytest.mark.parametrize("language", ["python", "typescript", "go", "rust", "java", "ruby", "markdown", "text"])
def test_an_edit_that_stands_alone_has_no_next(language):
    text = "alpha = one\nbeta = two\ngamma = three\n"
    situation = changed(text, ("beta = two", "beta = four"), language=language)
    assert [one for one in candidates(situation) if allowed(one, situation)] == []
