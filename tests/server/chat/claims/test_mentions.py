import pytest
from inglenook_server.chat.claims.mentions import find, is_path


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("The `Pool.run()` method", [("name", "Pool.run")]),
        ("The parse_cookie and parseCookie of AsyncClient", ["parse_cookie", "parseCookie", "AsyncClient"]),
        ("Call close() or pool.close() now", ["close", "pool.close"]),
        ("A::b and `a->b` and `self.x`", ["A::b", "a->b", "self.x"]),
        ("`x = foo(1)` and `'utf-8'`", [("code", "x = foo(1)"), ("code", "'utf-8'")]),
        ("GitHub, JavaScript, Node.js, e.g. U.S., and/or I/O", []),
        ("The Client of it", []),
        (
            "src/pool.py, `pool.py:3-9` and pool.py:L12",
            [("path", "src/pool.py"), ("path", "pool.py"), ("path", "pool.py")],
        ),
        ("`app/pool` and text/html", [("path", "app/pool")]),
        ("so it is [1], [2, 3] and [^4]", [("cite", "")] * 3),
        ("`items[1]` and x[2] and [1](https://a.py)", [("code", "items[1]")]),
        ("at http://localhost:80/a_b.py", []),
        ("asyncio.Task is no file", []),
    ],
)
def test_what_a_sentence_names(sentence, named):
    found = [(one.kind, one.text) for one in find(sentence)]
    assert found == [("name", one) if isinstance(one, str) else one for one in named]


def test_words_that_are_names_here():
    assert [one.text for one in find("The Client closes it.", frozenset({"Client"}))] == ["Client"]


def test_lines_and_numbers():
    first, second, third = find("`a.py:3-9` b.py:12 [1, 2]")
    assert (first.line, first.end_line, first.spelled) == (3, 9, True)
    assert (second.line, second.end_line, second.spelled) == (12, 12, False)
    assert third.numbers == (1, 2)


@pytest.mark.parametrize("path", ["a.py", "src/a.rs", "Makefile.md", "x/Node.js", "pyproject.toml", "a.c"])
def test_paths(path):
    assert is_path(path)


@pytest.mark.parametrize("word", ["e.g", "asyncio.Task", "Node.js", "v1.2", "U.S", "self.run", ".py"])
def test_no_paths(word):
    assert not is_path(word)
