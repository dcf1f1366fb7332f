"""Where tests belong: data of real layouts."""

import pytest
from inglenook_indexer.symbols.path_order import is_test
from inglenook_server.chat.edits.tests_place import file_of_tests, new_file_of_tests

CASES = [
    # (path, the files, the tests that there are, where new ones go)
    ("shop/cart.py", ["shop/cart.py", "tests/test_cart.py"], "tests/test_cart.py", ""),
    ("shop/mail.py", ["shop/mail.py", "shop/cart.py", "tests/test_cart.py"], "", "tests/test_mail.py"),
    ("src/a/b/x.py", ["src/a/b/x.py", "src/a/y.py", "tests/a/test_y.py"], "", "tests/a/b/test_x.py"),
    ("pkg/a/x.py", ["pkg/a/x.py", "pkg/b/y.py", "tests/pkg/b/test_y.py"], "", "tests/pkg/a/test_x.py"),
    ("pkg/x.py", ["pkg/x.py"], "", "pkg/test_x.py"),
    ("x.go", ["x.go", "y.go", "y_test.go"], "", "x_test.go"),
    ("cmd/x.go", ["cmd/x.go"], "", "cmd/x_test.go"),
    ("src/x.ts", ["src/x.ts", "src/y.ts", "src/y.spec.ts"], "", "src/x.spec.ts"),
    ("src/x.ts", ["src/x.ts"], "", "src/x.test.ts"),
    ("src/a/x.ts", ["src/a/x.ts", "src/b/y.ts", "src/b/__tests__/y.test.ts"], "", "src/a/__tests__/x.test.ts"),
    (
        "src/main/java/a/X.java",
        ["src/main/java/a/X.java", "src/main/java/b/Y.java", "src/test/java/b/YTest.java"],
        "",
        "src/test/java/a/XTest.java",
    ),
    ("lib/x.rb", ["lib/x.rb", "lib/y.rb", "spec/y_spec.rb"], "", "spec/x_spec.rb"),
    ("src/x.rs", ["src/x.rs"], "", ""),
    ("tests/test_x.py", ["tests/test_x.py"], "", ""),
    ("Makefile", ["Makefile"], "", ""),
    # the nearest of several
    ("a/x.py", ["a/x.py", "b/x.py", "b/test_x.py", "a/test_x.py"], "a/test_x.py", "a/test_x.py"),
    ("web/x.py", ["web/x.py", "web/y.py", "db/z.py", "db/tests/test_z.py", "web/test_y.py"], "", "web/test_x.py"),
    # tests are those of the source that they are nearest to
    ("b/x.py", ["a/x.py", "b/x.py", "a/test_x.py"], "", "b/test_x.py"),
    ("src/a/x.py", ["src/a/x.py", "src/b/x.py", "tests/b/test_x.py", "tests/a/test_x.py"], "tests/a/test_x.py", ""),
    ("src/c/x.py", ["src/c/x.py", "src/b/x.py", "tests/b/test_x.py"], "", "tests/c/test_x.py"),
    ("src/x.py", ["src/x.py", "src/db/x.py", "tests/test_x.py"], "tests/test_x.py", ""),
    ("src/db/x.py", ["src/x.py", "src/db/x.py", "tests/test_x.py"], "", "tests/db/test_x.py"),
    ("src/x.py", ["src/x.py", "tests/x.py", "tests/test_x.py"], "tests/test_x.py", ""),
    ("web/x.py", ["web/x.py", "db/x.py", "tests/test_x.py"], "", ""),
    # of several open folders, whose names the paths begin with, none has the tests of another
    ("api/x.py", ["api/x.py", "web/x.py", "web/tests/test_x.py"], "", "api/test_x.py"),
    ("api/x.py", ["api/x.py", "web/tests/test_x.py"], "", "api/test_x.py"),
    ("api/x.py", ["api/x.py", "web/y.py", "web/tests/test_y.py"], "", "api/test_x.py"),
    ("api/x.py", ["README.md", "api/x.py", "qa/test_x.py"], "qa/test_x.py", ""),
    # a file that is there is never new
    ("pkg/x.go", ["pkg/x.go", "pkg/x_test.go"], "pkg/x_test.go", ""),
]


@pytest.mark.parametrize(("path", "files", "existing", "new"), CASES)
def test_where_tests_belong(path, files, existing, new):
    assert file_of_tests(path, files) == existing
    if not existing:
        assert new_file_of_tests(path, files) == new


def test_many_files_cost_what_they_are():
    files = [f"src/m{number}/x{number}.py" for number in range(20_000)]
    files += [f"tests/m{number}/test_x{number}.py" for number in range(1, 20_000)]
    assert new_file_of_tests("src/m0/x0.py", files) == "tests/m0/test_x0.py"


def test_many_files_of_one_name_cost_what_they_are():
    files = [f"src/m{number}/utils.py" for number in range(20_000)]
    files += [f"tests/m{number}/test_utils.py" for number in range(20_000)]
    assert file_of_tests("src/m19999/utils.py", files) == "tests/m19999/test_utils.py"
    assert is_test(new_file_of_tests("src/other/mail.py", files))
