from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.chat.attachments.mentions import Mention, mentions


def named(text):
    return [(one.kind, one.name, one.certain) for one in mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what does @src/pool.py do?", [("path", "src/pool.py", True)]),
        ("@file:src/pool and @folder:src", [("path", "src/pool", True), ("folder", "src", True)]),
        ("@src/ or @src/lib/.", [("folder", "src/", True), ("folder", "src/lib/", True)]),
        ('see @"my file.py", @file:"a b"', [("path", "my file.py", True), ("path", "a b", True)]),
        ("@Pool.run and @parse_cookie", [("name", "Pool.run", True), ("name", "parse_cookie", True)]),
        ("(@Pool.run), “@parseCookie”:", [("name", "Pool.run", True), ("name", "parseCookie", True)]),
        ("@Pool does @run() what", [("name", "Pool", False), ("name", "run", False)]),
        ("@symbol:diff", [("symbol", "diff", True)]),
        ("@pool.py.", [("name", "pool.py", True)]),
        ("@diff @staged, @problems? @terminal: @selection.", [(one, one, True) for one in
            ("diff", "staged", "problems", "terminal", "selection")]),
        ("@differ", [("name", "differ", False)]),
        ("@pool.py是什么", [("name", "pool.py", True)]),
        ("解释 @src/pool.py，谢谢", [("path", "src/pool.py", True)]),
        ("mail a@b.org, git@github.com:x/y.git", []),
        ("@ and @@x and @", []),
        ("pool@src/pool.py", []),
        ("import @types/node", [("path", "types/node", False)]),
        ("`@property` and `a @b c`", []),
        ("why?\n```python\n@cache\ndef f(): ...\n```\n@src/a.py", [("path", "src/a.py", True)]),
        ("```\n@src/a.py\n~~~\n@src/b.py", []),
        ("why?\n@property\ndef size(self):\n    return 1\n", []),
        ("why?\n    @app.route('/')\n    async def f(): ...", []),
        ("why?\n@app.route('/')", []),
        ("why?\n@Override\npublic void run() {}", []),
        ("@parse_cookie\ndefine it", [("name", "parse_cookie", True)]),
        ("what of\n@parse_cookie", [("name", "parse_cookie", False)]),
        ("https://x.org/@user/page", []),
    ],
)  # fmt: skip
def test_what_a_question_names(text, expected):
    assert named(text) == expected


def test_lines_of_a_file():
    assert mentions("@src/pool.py:10-20 and @pool.py:3") == [
        Mention("path", "src/pool.py", 0, 18, 10, 20, True),
        Mention("name", "pool.py", 23, 33, 3, 3, True),
    ]


@given(st.text(alphabet='@"` \n/.:abAB_()文', max_size=60))
def test_spans_are_in_order_and_begin_with_the_sign(text):
    found = mentions(text)
    assert all(text[one.start] == "@" and one.name in text[one.start : one.end] for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(alphabet="ab_.AB", min_size=1, max_size=20).filter(lambda name: name.strip(".") == name))
def test_what_is_quoted_is_taken_as_it_is(name):
    assert [one.name for one in mentions(f'see @"{name} {name}"!')] == [f"{name} {name}"]
