"""Which classes, functions or methods are in a file, a folder or a type."""
# ruff: noqa: E501 (a table of sentences)

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.known import wanted
from inglenook_server.chat.known.answer import known_answer
from inglenook_server.chat.questions.read import read

from tests.server.chat.known.workspaces import JAVA, PYTHON


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("kinds")
    for name, text in (PYTHON | JAVA).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="")
    made = Index(root)
    made.refresh()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("question", "head", "names"),
    [
        ("which classes are in shop/?", "Of the kind class, the index knows 3 definitions in `shop`:", ["Base", "Cart", "Till"]),
        ("which functions are in shop/money.py?", "Of the kind function, the index knows 2 definitions", ["price"]),
        ("which functions are in other/money.py?", "Of the kind function, the index knows 1 definition in", ["price"]),
        ("what methods does Cart have?", "Of the kind method, the index knows 3 definitions in `Cart`:", ["Cart.total"]),
        ("which methods does Pool have?", "Of the kind method, the index knows 3 definitions in `Pool`:", ["Pool.Pool"]),
        ("which interfaces are in shop/?", "The index knows of no definition of the kind interface in `shop`.", []),
        ("which constants are in shop/cart.py?", "Of the kind constant, the index knows 1 definition", ["LIMIT"]),
        ("welche Klassen sind in shop/?", "Von der Art Klasse kennt der Index in `shop` 3 Definitionen:", ["Till"]),
        ("which folders are in src/?", "The folder `src` holds 2 folders:", ["src/main", "src/test"]),
        ("which files are in shop/?", "`shop` holds 4 files:", ["shop/cart.py:1"]),
    ],
)  # fmt: skip
def test_only_that_kind_is_told_and_counted(index, question, head, names):
    asked = read(question)
    assert asked.form == "contents"
    text = known_answer(asked, index).text
    assert text.startswith(head)
    assert [one for one in names if f"`{one}`" not in text] == []
    assert "LIMIT" in names or "LIMIT" not in text


def test_of_a_large_folder_not_all_files_are_read(index, monkeypatch):
    monkeypatch.setattr(wanted, "_MOST_FILES", 3)
    text = known_answer(read("which classes are in shop/?"), index).text
    assert text.startswith("Of the kind class, the index knows at least 2 definitions in `shop`:")
    assert text.endswith("Not all of its files were looked at.")
