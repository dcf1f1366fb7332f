"""The head of a definition in one line, for every language that has a grammar."""
# ruff: noqa: E501 (code that a table quotes)

import pytest
from inglenook_indexer.text.languages import LANGUAGES
from inglenook_server.chat.signature import MAX_SIGNATURE, head_end, signature

from tests.cost import faults

HEADS = [
    (
        "python",
        '@cached(a="x")\ndef run(self, a: int = 3,  # first\n        *, b: dict[str, int] = {"a": 1},\n) -> "Result":\n    return 1',
        'def run(self, a: int = 3, *, b: dict[str, int] = {"a": 1}) -> "Result"',
    ),
    ("python", "class Pool(Base, abc.ABC): pass", "class Pool(Base, abc.ABC)"),
    ("python", "LIMIT = 3", "LIMIT = 3"),
    ("python", "size: int = 4", "size: int = 4"),
    ("python", "async def f(x=lambda y: y): pass", "async def f(x=lambda y: y)"),
    (
        "typescript",
        "export abstract class Pool<T> extends Base<T> implements Runnable, ns.Closable { private size = 1; run(x: Shape): Out { return make(x) } }",
        "export abstract class Pool<T> extends Base<T> implements Runnable, ns.Closable",
    ),
    ("typescript", "start = (x: number): void => {\n  go();\n}", "start = (x: number): void"),
    ("typescript", "run(x: {a: number}): {b: string} {\n return 1 }", "run(x: {a: number}): {b: string}"),
    ("typescript", "const MAX = 10", "const MAX = 10"),
    (
        "typescript",
        "f = async (\n  a: string,\n  b: number,\n): Promise<void> => {\n}",
        "f = async (a: string, b: number): Promise<void>",
    ),
    ("typescript", "type Pair = [Shape, Shape];", "type Pair = [Shape, Shape]"),
    ("typescript", "type P = {\n a: number }", "type P = {a: number }"),
    ("javascript", "function each(a, b = {x: 1}) {}", "function each(a, b = {x: 1})"),
    ("javascript", "module.exports.stop = function (a) {};", "module.exports.stop = function (a)"),
    (
        "go",
        "func (p *Pool) Run(ctx context.Context, x interface{}) (int, error) {\n return 1\n}",
        "func (p *Pool) Run(ctx context.Context, x interface{}) (int, error)",
    ),
    ("go", "func F() interface{} {\n}", "func F() interface{}"),
    ("go", "type Pool struct {\n a int\n}", "type Pool struct"),
    ("go", "MaxSize = 3", "MaxSize = 3"),
    (
        "rust",
        "pub fn run<T: Into<String>>(&self, x: &'a str) -> Result<T, Error>\nwhere T: X\n{\n 1 }",
        "pub fn run<T: Into<String>>(&self, x: &'a str) -> Result<T, Error> where T: X",
    ),
    ("rust", "impl<T> Foo for Pool<T> {\n}", "impl<T> Foo for Pool<T>"),
    ("rust", "pub const MAX: usize = 3;", "pub const MAX: usize = 3"),
    ("rust", "struct A;", "struct A"),
    (
        "java",
        '@Override\n@Named("x;y")\npublic List<String> run(int a, String b)\n    throws IOException {\n return null; }',
        "public List<String> run(int a, String b) throws IOException",
    ),
    ("java", "public @interface Foo {}", "public @interface Foo"),
    ("c", "static int\nrun(struct pool *p, int n)\n{\n return 1;\n}", "static int run(struct pool *p, int n)"),
    ("c", "#define MAX(a, b) \\\n ((a) > (b))", "#define MAX(a, b) \\ ((a) > (b))"),
    ("c", "struct pool {\n int a;\n}", "struct pool"),
    ("cpp", "Foo::Foo(int x) : a(x), b{x} {\n}", "Foo::Foo(int x)"),
    ("cpp", "void Foo::run() const override {\n}", "void Foo::run() const override"),
    ("csharp", "[Test]\npublic int Run(int a) => a + 1;", "public int Run(int a)"),
    ("csharp", "public int Size { get; set; }", "public int Size"),
    ("ruby", "def run(a, b = {})\n  1\nend", "def run(a, b = {})"),
    ("ruby", "class Pool < Base\nend", "class Pool < Base"),
    ("elixir", "def run(x, y \\\\ []) when is_list(y) do\n 1\nend", "def run(x, y \\\\ []) when is_list(y)"),
    ("elixir", "def run(x), do: x", "def run(x)"),
    ("lua", "function Pool:run(a, b)\n return 1\nend", "function Pool:run(a, b)"),
    ("bash", "run() {\n echo 1\n}", "run()"),
    ("kotlin", "fun run(x: Int): Int = x + 1", "fun run(x: Int): Int"),
    ("kotlin", "class Pool(\n  val a: Int,\n) : Base() {\n}", "class Pool(val a: Int) : Base()"),
    ("kotlin", "val x: Int", "val x: Int"),
    ("swift", "func run(_ x: Int) throws -> [String: Int] {\n}", "func run(_ x: Int) throws -> [String: Int]"),
    ("scala", "def run(x: Int)(implicit y: Y): Int = {\n x }", "def run(x: Int)(implicit y: Y): Int"),
    ("scala", "case class Pool(a: Int) extends Base with Other {", "case class Pool(a: Int) extends Base with Other"),
    (
        "php",
        "public function run(?int $a, array $b = []): ?string\n{\n}",
        "public function run(?int $a, array $b = []): ?string",
    ),
    ("markdown", "# Head of it\ntext", "# Head of it"),
]
MANY = ", ".join(f"argument_{number}: int = {number}" for number in range(30))


@pytest.mark.parametrize(("language", "text", "expected"), HEADS)
def test_a_head_is_one_line_without_body_comments_and_decorators(language, text, expected):
    lines = ["", *text.split("\n"), "after"]
    assert signature(lines, 2, len(lines) - 1, language) == expected


def test_every_language_with_a_grammar_has_a_row():
    assert {language for language, _, _ in HEADS} | {"tsx"} == {one.name for one in LANGUAGES.values() if one.grammar}


def test_parameters_that_are_too_many_are_left_out_at_a_border():
    found = signature([f"def long({MANY}) -> Result:", "    pass"], 1, 2, "python")
    assert found.startswith("def long(argument_0: int = 0, ")
    assert found.endswith("= 5, …) -> Result")
    assert len(found) <= MAX_SIGNATURE


def test_what_has_no_parameters_is_cut_where_there_is_room_no_more():
    found = signature(["X = " + "a" * 300], 1, 1, "python")
    assert (len(found), found[-2:]) == (MAX_SIGNATURE, "a…")


@pytest.mark.parametrize("lines", [(1, 1), (5, 9), (0, 0), (2, 1)])
def test_lines_that_hold_nothing_have_no_signature(lines):
    assert signature(["", "x = 1"][:1], *lines, "python") == ""


def test_a_bracket_that_stays_open_and_a_quote_that_stays_open_end_with_the_lines():
    assert signature(["def f(a,", "  b"], 1, 2, "python") == "def f(a, b"
    assert signature(['void f(char *x = "', "{"], 1, 2, "c").startswith("void f(char *x = ")


def test_where_a_head_ends():
    assert head_end(["def f(", "  a):  # x", "  pass"], 1, 3, "python") == (2, 4)


def test_cost_is_linear():
    for language in ("python", "typescript", "cpp", "ruby"):
        assert not faults(lambda text, to=language: signature(text.split("\n"), 1, 1 << 30, to), "@a(", "=(")
