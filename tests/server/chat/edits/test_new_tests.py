import pytest
from inglenook_indexer import Index
from inglenook_server.chat.edits.edit import Edit, Refusal
from inglenook_server.chat.edits.new_tests import _module, propose_tests
from inglenook_server.chat.edits.propose import CUT
from inglenook_server.completion.syntax.blocks import Syntax

FILES = {
    "shop/cart.py": (
        "def total(lines):\n    return sum(lines)\n\n\nclass Cart:\n    def add(self, line):\n        return line\n"
    ),
    "shop/mail.py": "from shop.cart import total\n\n\ndef send(to):\n    return total([to])\n",
    "tests/test_mail.py": "from shop.mail import send\n\n\ndef test_send():\n    assert send(1)",
    "web/x.go": "package web\n\nfunc Half(n int) int {\n\treturn n / 2\n}\n",
    "web/y.rs": "pub fn half(n: i32) -> i32 {\n    n / 2\n}\n",
    ".gitignore": "ignored/\n",
}
CALL = "def test_total():\n    assert total([1]) == 1"


@pytest.fixture
def index(workspace):
    made = Index(workspace(FILES))
    made.refresh()
    yield made
    made.close()


def proposed(index, code, path="shop/cart.py", name="total"):
    return propose_tests(f"```\n{code}\n```\n", path, name, index, Syntax())


@pytest.mark.parametrize(
    "head",
    ["", "from your_module import total\n\n\n", "import pytest\nfrom cart import total\n\n\n", "import pytest\n\n\n"],
)
def test_a_new_file_imports_what_it_tests(index, head):
    edit = proposed(index, head + CALL)
    assert isinstance(edit, Edit), edit
    assert (edit.path, edit.start_line, edit.end_line, edit.old_lines) == ("tests/test_cart.py", 1, 0, ())
    assert edit.new_lines.count("from shop.cart import total") == 1
    assert "your_module" not in "\n".join(edit.new_lines)
    compile("\n".join(edit.new_lines), edit.path, "exec")
    assert edit.title == "Create tests/test_cart.py"


def test_a_method_is_imported_by_its_class(index):
    edit = proposed(index, "from x import Cart\n\ndef test_add():\n    assert Cart().add(1) == 1", name="add")
    assert "from shop.cart import Cart" in edit.new_lines


def test_what_is_there_is_added_to_at_its_end(index):
    edit = proposed(
        index, "from shop.mail import send\n\n\ndef test_twice():\n    assert send(2)", "shop/mail.py", "send"
    )
    lines = FILES["tests/test_mail.py"].split("\n")
    after = edit.applied(lines)
    assert edit.path == "tests/test_mail.py"
    assert after[: len(lines)] == lines
    assert after[len(lines) :] == ["", "", "def test_twice():", "    assert send(2)"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "no test"),
        ("def test_total():\n    assert (total([1]", "can't be parsed"),
        ("def test_other():\n    assert 1", "never call `total`"),
        ("# total(1)\ndef test_other():\n    assert 'total(1)'", "never call `total`"),
        ("from shop.cart import total\n\ndef test_other():\n    assert 1", "never call `total`"),
        ("def total(lines):\n    return 1\n\ndef test_total():\n    assert total([1])", "define `total` themselves"),
    ],
)
def test_tests_that_test_nothing_are_refused(index, code, sentence):
    refusal = proposed(index, code)
    assert isinstance(refusal, Refusal)
    assert sentence in refusal.sentence


def test_a_test_that_is_there_is_not_written_again(index):
    refusal = proposed(index, "def test_send():\n    assert send(3)", "shop/mail.py", "send")
    assert "already defines `test_send`" in refusal.sentence


def test_go_has_its_tests_beside(index):
    code = "package web\n\nfunc TestHalf(t *testing.T) {\n\tif Half(4) != 2 {\n\t\tt.Fail()\n\t}\n}"
    edit = proposed(index, code, "web/x.go", "Half")
    assert edit.path == "web/x_test.go"


def test_where_no_place_is_known_the_tests_are_shown_as_text(index):
    refusal = proposed(index, "#[test]\nfn halves() {\n    assert_eq!(half(4), 2);\n}", "web/y.rs", "half")
    assert "It can't be told where tests of `web/y.rs` belong" in refusal.sentence


def test_a_file_that_the_index_does_not_have_is_left_alone(index):
    (index.root / "tests/test_cart.py").write_text("kept = 1\n")
    refusal = proposed(index, CALL)
    assert isinstance(refusal, Refusal)
    assert "tests/test_cart.py` exists" in refusal.sentence


@pytest.mark.parametrize(
    ("path", "files", "module"),
    [
        ("shop/cart.py", ["README.md"], "shop.cart"),
        ("shop/cart.py", ["shop/__init__.py"], "shop.cart"),
        ("cart.py", [], "cart"),
        ("src/pkg/mod.py", ["README.md"], "pkg.mod"),
        ("src/pkg/mod.py", ["src/__init__.py", "src/pkg/__init__.py"], "src.pkg.mod"),
        ("lib/mod.py", ["README.md"], "mod"),
        # the names of open folders are no packages
        ("api/src/pkg/mod.py", ["api/src/pkg/mod.py"], "pkg.mod"),
        ("api/src/pkg/mod.py", ["api/src/pkg/__init__.py"], "pkg.mod"),
        ("api/pkg/mod.py", ["api/pkg/__init__.py", "api/pkg/mod.py"], "pkg.mod"),
        ("api/pkg/mod.py", ["api/pkg/mod.py"], "pkg.mod"),
        ("api/pkg/__init__.py", ["api/pkg/__init__.py"], "pkg"),
        ("api/src/pkg/__init__.py", ["api/src/pkg/__init__.py"], "pkg"),
        ("api/mod.py", ["api/mod.py"], "mod"),
        ("packages/core/src/pkg/sub/mod.py", ["README.md"], "pkg.sub.mod"),
    ],
)
def test_the_module_of_a_file(path, files, module):
    assert _module(path, [], files) == module


@pytest.mark.parametrize(("end", "cut", "refused"), [("", True, True), ("\n```\n", True, False), ("", False, False)])
def test_tests_that_were_cut_are_not_proposed(index, end, cut, refused):
    found = propose_tests(f"```\n{CALL}{end}", "shop/cart.py", "total", index, Syntax(), cut=cut)
    assert (found == Refusal(CUT)) is refused
    assert isinstance(found, Edit) is not refused
