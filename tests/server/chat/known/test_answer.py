"""Whole answers of each form, in six languages, as they stand in `answers.txt`: a heading with the question, the text.

A heading is `=== workspace form subject`, and may end with ` other NAME`, ` in PATH` and ` near FILE`.
"""

import re
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.known.answer import FAMILIES, known_answer
from inglenook_server.chat.known.types import Span
from inglenook_server.chat.questions.forms import Form, Question
from inglenook_server.session.services import make_services

from tests.server.chat.known.workspaces import ALL, PYTHON
from tests.waiting import TIMEOUT_S

GOLDEN = Path(__file__).with_name("answers.txt").read_text("utf-8")
ANSWERS = re.findall(r"^=== ([^\n]+)\n(.*?)\n*(?=^=== |\Z)", GOLDEN, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def indexes(tmp_path_factory):
    made = {}
    for language, files in ALL.items():
        root = tmp_path_factory.mktemp(language)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8", newline="")
        made[language] = Index(root)
        made[language].refresh()
    yield made
    for index in made.values():
        index.close()


def asked(index, form, subject, **more):
    near = more.pop("near", "")
    return known_answer(Question(form, subject, **more), index, near=near)


@pytest.mark.parametrize(("heading", "expected"), ANSWERS, ids=[heading for heading, _ in ANSWERS])
def test_the_whole_answer(indexes, heading, expected):
    rest, _, near = heading.partition(" near ")
    rest, _, path = rest.partition(" in ")
    rest, _, other = rest.partition(" other ")
    language, form, subject = rest.split(" ", 2)
    answer = asked(indexes[language], form, subject, path=path, near=near, other=other)
    assert (answer.text if answer else "(None)") == expected


def test_every_form_has_an_answer_in_the_table():
    assert {heading.split()[1] for heading, _ in ANSWERS} == set(FAMILIES) - {"changes", "commit"}
    assert set(FAMILIES) == set(Form.__args__)


def test_each_place_of_the_text_is_among_the_spans_in_its_order(indexes):
    for heading, _ in ANSWERS:
        rest = heading.partition(" near ")[0]
        rest, _, other = rest.partition(" in ")[0].partition(" other ")
        language, form, subject = rest.split(" ", 2)
        answer = asked(indexes[language], form, subject, other=other)
        if answer is None:
            continue
        written = re.findall(r"`([\w./-]+\.\w+):(\d+)(?:-(\d+))?`", answer.text)
        places = dict.fromkeys(Span(path, int(first), int(last or first)) for path, first, last in written)
        assert list(places) == list(answer.spans), heading


def test_what_has_changed_is_not_told_from_the_index(indexes):
    assert asked(indexes["python"], "changes", "price") is None
    assert asked(indexes["python"], "changes", "") is None
    assert asked(indexes["python"], "commit", "") is None


@pytest.mark.parametrize(("subject", "found"), [("shop", True), ("tests", True), ("life", False), ("price", False)])
def test_a_plain_word_is_a_folder_where_there_is_one(indexes, subject, found):
    answer = asked(indexes["python"], "contents", subject, unsure=True)
    assert (answer is not None) == found
    assert not found or answer.text.startswith(f"`{subject}` holds ")


@pytest.mark.parametrize("subject", ["", " ", "``", "?!", "()"])
def test_a_question_about_nothing_is_not_answered(indexes, subject):
    assert asked(indexes["python"], "definition", subject) is None


@pytest.mark.parametrize(
    ("subject", "kind", "expected"),
    [
        ("`Cart`", "", "`Cart` (class)"),
        ("Cart.total()", "", "`Cart.total` (method)"),
        ("cart", "", "`Cart` (class)"),
        ("price", "function", "2 definitions"),
        ("Cart", "function", "`Cart` (class)"),
        ("cart", "file", "The file `cart`"),
        ("shop", "folder", "The folder `shop`"),
        ("nowhere", "file", "The index has no file or folder `nowhere`"),
    ],
)
def test_a_subject_is_read_as_it_may_be_written(indexes, subject, kind, expected):
    assert asked(indexes["python"], "definition", subject, kind=kind).text.startswith(expected)


def test_what_the_user_looks_at_comes_first(indexes):
    def first(near):
        return asked(indexes["python"], "returns", "price", near=near).spans[0].path

    assert [first(near) for near in ("shop/cart.py", "other/money.py", "shop/till.py")] == [
        "shop/money.py",
        "other/money.py",
        "shop/money.py",
    ]


def test_another_language_without_its_file_is_answered_in_english(indexes):
    assert asked(indexes["python"], "definition", "Cart", language="eo").text.startswith("`Cart` (class)")


def test_unsaved_buffers_are_what_is_told(workspace):
    index = Index(workspace(PYTHON))
    index.refresh()
    index.shadow("other/money.py", "def fresh(x):\n    raise KeyError(x)\n\n\ndef user():\n    fresh(1)\n")
    assert asked(index, "raises", "fresh").text.endswith("`KeyError` at `other/money.py:2`")
    assert "`user` calls it at `other/money.py:6`" in asked(index, "callers", "fresh").text
    assert "`fresh`, defined at `other/money.py:1-2`" in asked(index, "callees", "user").text
    assert "`fresh` (function)" in asked(index, "definition", "fresch()").text
    assert "Tray" not in asked(index, "contents", "other/money.py").text
    index.close()


def test_several_folders_are_told_apart_by_their_names(workspace):
    services = make_services()
    try:
        shop, bank = workspace(PYTHON), workspace({"cart.py": "class Cart:\n    pass\n\n\nCart()\n"})
        for root in (shop, bank):
            services.open(root).updater.refresh().future.result(TIMEOUT_S)
        folders = services.folders
        found = asked(folders, "definition", "Cart")
        assert f"`{shop.name}/shop/cart.py:15-28`" in found.text
        assert f"`{bank.name}/cart.py:1-2`" in found.text
        one = asked(folders, "definition", "Cart", path=bank.name)
        assert one.spans == (Span(f"{bank.name}/cart.py", 1, 2),)
        called = asked(folders, "callers", "Cart", near=f"{bank.name}/cart.py")
        assert f"`{bank.name}/cart.py:5`, outside of any definition" in called.text
        assert f"{shop.name}/shop/till.py" not in called.text
        assert f"`{shop.name}/shop/money.py:4-20`" in asked(folders, "callees", "Cart.pay").text
        assert f"`{shop.name}/shop/cart.py:3`" in asked(folders, "importers", f"{shop.name}/shop/money.py").text
        assert f"`{shop.name}/shop/till.py:5`" in asked(folders, "imports", f"{shop.name}/shop/till.py").text
        assert "`Cart` (class)" in asked(folders, "definition", "Carrt()").text
        assert f"`{bank.name}` holds 1 file" in asked(folders, "contents", bank.name, kind="folder").text
    finally:
        services.close()


def test_a_name_that_many_have_is_cut_and_counted(workspace):
    files = {f"m{number:02}.py": f"def same():\n    return {number}\n" for number in range(20)}
    index = Index(workspace(files))
    index.refresh()
    text = asked(index, "definition", "same").text
    assert text.startswith("20 definitions are called `same`:")
    assert text.endswith("- and 8 more")
    assert text.count("\n- `same`") == 12
    index.close()


def test_a_very_common_call_is_said_to_be_counted_in_part(workspace):
    lines = "".join("    value.common()\n" for _ in range(40))
    files = {f"m{number:02}.py": f"def user{number}(value):\n{lines}" for number in range(40)}
    files["a.py"] = "class One:\n    def common(self):\n        pass\n"
    index = Index(workspace(files))
    index.refresh()
    text = asked(index, "callers", "common").text
    assert re.search(r"^`One\.common` is called at \d+ places at least:", text, re.MULTILINE)
    assert re.search(r"- at least \d+ more", text)
    index.close()


HOSTILE = "[x](http://evil.example) <img src=x> ![a](b) **bold** `tick` ](command:y) <!-- www.evil.example"


def test_the_text_of_a_repository_makes_no_markup_and_adds_no_line(workspace):
    index = Index(
        workspace(
            {
                "a.py": f'def run(x="`](http://evil.example)"):\n    """{HOSTILE}\n\n    Returns:\n        {HOSTILE}\n    """\n    return "` ``` {HOSTILE}"\n',  # noqa: E501
                "b`c.py": "import a\n\n\ndef other():\n    a.run()\n",
                "[d](e).py": "from a import run\n\n\nrun()\n",
                "f.md": "# <script>alert(1)</script> [x](http://evil.example)\n\ntext\n",
            }
        )
    )
    index.refresh()
    for form in ("definition", "returns", "callers", "impact", "contents"):
        for subject in ("run", "a.py", "f.md"):
            answer = asked(index, form, subject)
            if answer is None:
                continue
            outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", answer.text)
            assert not re.search(r"(?<!\\)[\[<]|://|www\.", outside), (form, subject, answer.text)
            assert "`" not in outside
    index.close()


@pytest.mark.parametrize(
    "subject", ["x\n\n# head", "`" * 50, "[a](b)", "a" * 5000, "\u202eevil_name", "<img>", "a_\x1b[2J"]
)
@pytest.mark.parametrize("form", ["definition", "callers", "contents"])
def test_a_hostile_subject_is_shown_as_code_or_not_at_all(indexes, form, subject):
    answer = asked(indexes["python"], form, subject)
    if answer is not None:
        head = answer.text.split("\n\n")[0]
        assert "\n" not in head
        assert not re.search(r"[\x00-\x08\x1b\u202e]", answer.text)
        assert len(head) < 400


def test_a_long_type_is_told_whole(workspace):
    parts = [f"tuple[VeryLongNameOfAType{number}, AnotherLongNameOfAType{number}]" for number in range(6)]
    long = f"dict[str, {' | '.join(parts)}]"
    broken = long.replace("dict[str, ", "dict[\n    str,\n    ").replace(" | ", "\n    | ")
    assert 300 < len(long) < 400
    files = {"a.py": f"def one(n):\n    return n\n\n\ndef two(name: str, value: int) -> {broken}:\n    return one(n)\n"}
    index = Index(workspace(files))
    index.refresh()
    assert f"- By its signature: `{long}`\n" in asked(index, "returns", "two").text
    index.close()
