import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer import Index
from inglenook_server.chat.attachments.mentions import mentions
from inglenook_server.chat.command_names import COMMANDS
from inglenook_server.chat.suggest import LIMIT, suggest

FILES = {
    "src/pool.py": "class Pool:\n    def run(self):\n        return 1\n\n    def rest(self):\n        return 2\n",
    "src/http/cookie_jar.py": "def parse_cookie(text):\n    return text\n\n\ndef readHTTPCookie():\n    return 1\n",
    "tests/test_pool.py": "def parse_cookie(text):\n    return text\n\n\ndef diff():\n    return 1\n",
    "my notes/a b.md": "# Notes\n\nText.\n",
    "Makefile": "all:\n\techo done\n",
    "größe.py": "def größe():\n    return 1\n",
    "设计.md": "# 设计\n\nText.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("root").resolve()
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    made = Index(root, tmp_path_factory.mktemp("index"))
    made.refresh()
    yield made
    made.close()


def typed(text, index=None):
    """Suggestions at the `|` in a text: what they would replace, and what they would insert."""
    before, _, after = text.partition("|")
    found = suggest(before + after, len(before), index, COMMANDS)
    return (before + after)[found.start : found.end], [one.insert for one in found.items]


@pytest.mark.parametrize(
    ("text", "replaced", "inserts"),
    [
        ("/|", "/", [f"/{one.name}" for one in COMMANDS]),
        ("/ex|", "/ex", ["/explain"]),
        ("/EX|plain it", "/EXplain", ["/explain"]),
        ("  /fi|", "/fi", ["/find", "/fix"]),
        ("/nothing|", "/nothing", []),
        ("what /ex|", "", []),
        ("/find it|", "", []),
        ("|", "", []),
    ],
)
def test_commands_stand_at_the_very_start(text, replaced, inserts):
    assert typed(text) == (replaced, inserts)


@pytest.mark.parametrize(
    ("text", "replaced", "first"),
    [
        ("@|", "@", ["@selection", "@problems", "@terminal", "@diff", "@staged"]),
        ("see @s|", "@s", ["@selection", "@staged", "@src/"]),
        ("see @poo|", "@poo", ["@src/pool.py", "@Pool", "@tests/test_pool.py"]),
        ("see @src/po|ol.py!", "@src/pool.py", ["@src/pool.py"]),
        ("see @file:pool|", "@file:pool", ["@src/pool.py", "@tests/test_pool.py"]),
        ("see @cj|", "@cj", ["@src/http/cookie_jar.py"]),
        ("see @parse_|", "@parse_", ["@parse_cookie"]),
        ("see @PARSE|", "@PARSE", ["@parse_cookie"]),
        ("see @symbol:cookie|", "@symbol:cookie", ["@parse_cookie", "@readHTTPCookie"]),
        ("see @Pool.|", "@Pool.", ["@Pool.run", "@Pool.rest"]),
        ("see @Pool.re|", "@Pool.re", ["@Pool.rest"]),
        ("see @htt|", "@htt", ["@src/http/", "@readHTTPCookie", "@src/http/cookie_jar.py"]),
        ("see @folder:|", "@folder:", ['@folder:"my notes/"', "@src/", "@tests/", "@src/http/"]),
        ("see @make|", "@make", ["@file:Makefile"]),
        ('see @"my no|', '@"my no', ['@folder:"my notes/"', '@file:"my notes/a b.md"']),
        ('see @"my no|"', '@"my no"', ['@folder:"my notes/"']),
        ("see @symbol:dif|", "@symbol:dif", ["@symbol:diff"]),
        ("see @symbol:grö|", "@symbol:grö", ['@symbol:"größe"']),
        ("see @设|", "@设", ['@file:"设计.md"']),
        ("(@poo|", "@poo", ["@src/pool.py"]),
    ],
)
def test_names_are_completed_from_the_index(index, text, replaced, first):
    found = typed(text, index)
    assert (found[0], found[1][: len(first)]) == (replaced, first)
    assert len(found[1]) <= LIMIT


@pytest.mark.parametrize("text", ["a@poo|", "a@b.or|", "@poo |", "@poo\n|", "poo|", "@@poo|", '@"a" b|'])
def test_nothing_is_offered_where_no_name_is_typed(index, text):
    assert typed(text, index) == ("", [])


@pytest.mark.parametrize("text", ["@|", "@p|", "@s|", "@m|", "@d|", "@folder:|", "@file:|", "@c|", "@g|", "@设|"])
def test_what_is_inserted_is_read_as_it_is_meant(index, text):
    before = text.removesuffix("|")
    for one in suggest(before, len(before), index, COMMANDS).items:
        (mention,) = mentions(f"what is {one.insert} for?")
        assert mention.end - mention.start == len(one.insert)
        if one.insert.lstrip("@") != mention.kind:
            assert mention.name.rstrip("/") in {one.label, one.detail} or one.insert.endswith(("/", '/"'))


def test_where_it_stands_is_said_beside_it(index):
    found = {one.label: one.detail for one in suggest("@parse_cookie", 13, index, COMMANDS).items}
    assert found["parse_cookie"] == "src/http/cookie_jar.py and 1 more"
    assert suggest("@Pool.ru", 8, index, COMMANDS).items[0].detail == "method in src/pool.py"


def test_names_of_a_buffer_come_first_and_an_index_that_is_not_made_offers_words(index, workspace):
    index.shadow("src/pool.py", "def parse_crumbs():\n    return 1\n")
    try:
        assert typed("@symbol:parse|", index)[1] == ["@parse_crumbs", "@parse_cookie"]
    finally:
        index.shadow("src/pool.py", None)
    assert typed("@s|", Index(workspace({"a.py": "x = 1\n"})))[1] == ["@selection", "@staged"]
    assert typed("@s|", None)[1] == ["@selection", "@staged"]


def test_a_name_that_was_written_since_is_offered(workspace):
    root = workspace({"a.py": "def parse_one():\n    return 1\n"})
    index = Index(root)
    index.refresh()
    assert typed("@symbol:parse|", index)[1] == ["@parse_one"]
    (root / "a.py").write_text("def parse_two():\n    return 1\n")
    index.refresh()
    assert typed("@symbol:parse|", index)[1] == ["@parse_two"]
    index.close()


@given(st.text(alphabet='/@". \nabfile:äé', max_size=40), st.integers(-5, 50))
def test_the_place_lies_in_the_text(text, offset):
    found = suggest(text, offset, None, COMMANDS)
    assert 0 <= found.start <= found.end <= len(text)
    assert not found.items or text[found.start] in "/@"
