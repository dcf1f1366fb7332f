import pytest
from inglenook_indexer.symbols import path_order


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("tests/helpers.py", True),
        ("Sources/Tests/Pool.swift", True),
        ("numpy/testing/x.py", True),
        ("web/__tests__/x.ts", True),
        ("test_data/x.json", True),
        ("a/test_x.py", True),
        ("conftest.py", True),
        ("x_test.go", True),
        ("x_tests.rs", True),
        ("x-spec.js", True),
        ("x.spec.ts", True),
        ("x_spec.rb", True),
        ("XTest.java", True),
        ("XTests.cs", True),
        ("TestX.java", True),
        ("PoolSpec.scala", True),
        ("Testing.java", False),
        ("Latest.java", False),
        ("contest.py", False),
        ("testing.py", False),
        ("src/attest/x.py", False),
        ("TestBed/x.ts", False),
        ("docs/x.md", False),
        ("", False),
    ],
)
def test_what_a_test_is(path, test):
    assert path_order.is_test(path) == test


def test_tests_examples_and_documents_come_last():
    paths = ["tests/a.py", "examples/a.py", "docs/conf.py", "z.py"]
    assert sorted(paths, key=path_order.of) == ["z.py", "docs/conf.py", "examples/a.py", "tests/a.py"]
