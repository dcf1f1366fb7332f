import pytest
from inglenook_indexer.search.path_features import asked_for, called, is_front, kinds


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("tests/a.py", "tests"), ("a_test.go", "tests"), ("src/app.test.ts", "tests"), ("FooTests.swift", "tests"),
        ("examples/a.py", "examples"), ("docs_src/a.py", "examples"), ("a.d.ts", "types"), ("b.pyi", "types"),
        ("README.md", "prose"), ("LICENSE", "legal"), ("third/COPYING.LESSER", "legal"), ("lib/compat/x.py", "compat"),
        ("pkg/_internal/fields.py", "private"), ("a/internals/x.go", "private"),
    ],
)  # fmt: skip
def test_places_that_are_rarely_meant(path, kind):
    assert kind in kinds(path)


@pytest.mark.parametrize(
    "path",
    ["src/app.py", "latest/contest.py", "src/protest.go", "attestation.rs", "src/license_check.py", "_client.py",
     "api/v1/users.py", "privately.py"],
)  # fmt: skip
def test_places_that_only_sound_so(path):
    assert kinds(path) == ()


@pytest.mark.parametrize(
    ("words", "kind"),
    [({"test"}, "tests"), ({"example"}, "examples"), ({"license"}, "legal"), ({"internal"}, "private")],
)
def test_a_query_may_ask_for_them(words, kind):
    assert kind in asked_for(frozenset(words))


@pytest.mark.parametrize(
    ("path", "name", "stems", "around"),
    [
        ("src/extract/mod.rs", "extract", {"extract"}, {"src"}),
        ("flask/sansio/app.py", "app", {"app"}, {"flask", "sansio"}),
        ("index.js", "index", {"index"}, set()),
        ("core/AxiosError.js", "AxiosError", {"axio", "error"}, {"core"}),
    ],
)
def test_what_a_file_is_called(path, name, stems, around):
    assert called(path) == (name, stems, around)


def test_files_that_stand_for_their_folder():
    assert [is_front(path) for path in ("a/__init__.py", "a/mod.rs", "a/index.ts", "a/app.py")] == [
        True,
        True,
        True,
        False,
    ]
