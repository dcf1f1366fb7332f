"""Each tool over a real index: what it says, what it refuses, and that it stays within its budget."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_server.mcp.budget import tokens
from inglenook_server.mcp.calls import call
from inglenook_server.mcp.served import Served

from tests.server.mcp.conftest import SECRET_NAME, TOKEN, Ask


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("search", {"query": "what does a cart cost"}, ["shop/money.py:1-3", "1| def price(cart, tax=0.2):"]),
        ("search", {"query": "price", "path": "tests"}, ["tests/test_cart.py:1-5"]),
        ("search", {"query": "price", "with_code": False}, ["shop/money.py:1-3  price\n"]),
        ("search", {"query": "price", "language": "rust"}, ["Nothing is found for this query."]),
        (
            "definitions",
            {"name": "price"},
            [
                "shop/money.py:1-3  function price",
                "def price(cart, tax=0.2)",
                "Work out what a cart costs",
                "3|     ret",
            ],
        ),
        ("definitions", {"name": "Cart.total"}, ["shop/cart.py:12-13  method Cart.total", "13|         return 3"]),
        (
            "definitions",
            {"name": "pricee"},
            ["no definition of pricee.\nWritten much like it:\nshop/money.py:1-3  function price"],
        ),
        ("definitions", {"name": "price", "path": "tests"}, ["price is not defined in tests, but at shop/money.py:1."]),
        (
            "references",
            {"name": "price"},
            [
                "4 uses of price (defined at shop/money.py:1-3), 2 of them in tests:",
                "shop/cart.py:16  call in Cart.pay  | return price(self)",
                "tests/test_cart.py:5  call in test_price  | assert price(None) == 0",
            ],
        ),
        ("references", {"name": "price", "relation": "call", "path": "shop"}, ["1 calls of price", "in shop, 0 of"]),
        ("references", {"name": "Base", "relation": "inherit"}, ["1 heirs of Base", "shop/cart.py:9  inherit in Cart"]),
        ("references", {"name": "Cart", "relation": "call"}, ["No calls of Cart (defined at shop/cart.py:9-16)"]),
        ("importers", {"path": "shop/money.py"}, ["2 imports of shop/money.py:", "shop/cart.py:1  shop.money: price"]),
        ("importers", {"path": "shop/config.py"}, ["Nothing in the index imports shop/config.py."]),
        ("outline", {"path": "shop/cart.py"}, ["16 lines", "9-16  class Cart  What is bought.", "  15-16  method pay"]),
        ("span", {"path": "shop/cart.py", "start_line": 15, "end_line": 99}, ["shop/cart.py:15-16 of 16 lines\n15|  "]),
        ("span", {"path": "shop/cart.py:4-5"}, ["4| class Base:\n5|     def total(self):"]),
        ("impact", {"name": "price"}, ["A change of `price`", "`shop/cart.py:16`", "Tests name `price`"]),
        ("impact", {"name": "shop/money.py"}, ["`shop/money.py` is imported at 1 place", "In tests it is imported"]),
        ("index_status", {}, ["7 files, ", " chunks, last changed "]),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_tool_answers(ask: Ask, tool: str, arguments: dict[str, object], says: list[str]) -> None:
    said = ask(tool, **arguments)
    assert not said.failed, said.text
    for one in says:
        assert one in said.text


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("search", {"query": ""}, "query is empty."),
        ("search", {"query": "x", "language": "klingon"}, "No language is called 'klingon'"),
        ("search", {"query": "x", "kind": "klass"}, "No kind of symbol is called 'klass'"),
        ("search", {"query": "x", "path": "nowhere"}, "There is no nowhere in the index."),
        ("definitions", {"name": "shop/cart.py"}, "is a path: `outline`, `span` and `importers` take files."),
        ("definitions", {"name": "'' "}, "Give the name of a symbol"),
        ("references", {"name": "price", "relation": "owns"}, "relation has to be one of"),
        ("references", {"name": "price", "defined_in": "shop/mony.py"}, "Written much like it: shop/money.py, "),
        ("importers", {"path": "shop/mony.py"}, "There is no shop/mony.py in the index."),
        ("outline", {"path": "shop"}, "shop is a folder with"),
        ("span", {"path": "shop/cart.py", "start_line": 99}, "shop/cart.py has 16 lines; line 99 is none of them."),
        ("span", {"path": "shop/cart.py", "start_line": 9, "end_line": 3}, "Line 3 is before line 9"),
        ("span", {"path": "a\0b"}, "is no path"),
        ("impact", {"name": "shop/mony.py"}, "There is no shop/mony.py in the index."),
        ("index_status", {"path": "x"}, "There is no argument 'path'"),
        ("delete", {}, "There is no tool 'delete'; there are search,"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_bad_input_gets_a_sentence(ask: Ask, tool: str, arguments: dict[str, object], says: str) -> None:
    said = ask(tool, **arguments)
    assert said.failed
    assert says in said.text
    assert "\n" not in said.text


READERS = [("span", "path"), ("outline", "path"), ("importers", "path"), ("impact", "name"), ("search", "path")]


@pytest.mark.parametrize(("tool", "argument"), READERS, ids=[tool for tool, _ in READERS])
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("../outside/passwords.py", "lies outside of what this server was started for"),
        ("shop/../../outside/passwords.py", "lies outside of what this server was started for"),
        ("/etc/passwd.py", "lies outside of what this server was started for"),
        ("link/passwords.py", "link/passwords.py is not served: it lies behind a symbolic link."),
        ("link.py", "link.py is not served: a symbolic link"),
        ("made/x.py", "made/x.py is not served: .gitignore:1 leaves made/ out."),
        ("shop/y.gen.py", "shop/y.gen.py is not served: .gitignore:2 leaves it out."),
        (".env", ".env is not served: "),
        (".git/config.py", ".git/config.py is not served: .git belongs to version control."),
    ],
)
def test_what_may_not_be_read_is_refused(ask: Ask, tool: str, argument: str, path: str, says: str) -> None:
    if tool == "impact" and path == ".env":
        path = "./.env/"
    said = ask(tool, **{"query": "hidden password", argument: path} if tool == "search" else {argument: path})
    assert said.failed
    assert says in said.text.replace(".env/", ".env")
    assert "far away" not in said.text
    assert "hunter2" not in said.text


def test_an_absolute_path_inside_is_as_good(ask: Ask, indexed: Path) -> None:
    assert ask("outline", path=str(indexed / "shop/cart.py")) == ask("outline", path="shop/cart.py")
    assert ask("outline", path=(indexed / "shop/cart.py").as_uri()) == ask("outline", path="shop/cart.py")


def test_no_tool_shows_a_secret(ask: Ask) -> None:
    for tool, arguments in (
        ("search", {"query": SECRET_NAME}),
        ("search", {"query": TOKEN}),
        ("definitions", {"name": SECRET_NAME}),
        ("span", {"path": "shop/config.py"}),
        ("references", {"name": SECRET_NAME}),
        ("impact", {"name": SECRET_NAME}),
        ("outline", {"path": "shop/config.py"}),
    ):
        assert TOKEN not in ask(tool, **arguments).text
    assert "Masked, because it looks like a secret: line 1." in ask("span", path="shop/config.py").text


def test_no_text_of_a_file_acts_or_looks_like_ours(ask: Ask) -> None:
    for tool, arguments in (
        ("span", {"path": "shop/hostile.py"}),
        ("search", {"query": "hostile instructions"}),
        ("definitions", {"name": "hostile"}),
    ):
        said = ask(tool, **arguments).text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said)
        for line in said.split("\n"):
            assert not line.startswith(("# ", "x =", "9| x")), line


def test_a_cut_answer_says_so_and_how_to_get_more(workspace: Callable[[dict[str, str]], Path]) -> None:
    files = {f"use{number}.py": "from lib import work\n\n\n" + "work('x')\n" * 40 for number in range(6)}
    files["lib.py"] = "def work(x):\n" + "".join(f"    step_{n} = x  # says what step {n} does\n" for n in range(300))
    root = workspace(files)
    Index(root).refresh()
    served = Served([root])
    try:
        for tool, arguments, says in (
            ("search", {"query": "work"}, "urther places"),
            ("definitions", {"name": "work"}, "span lib.py:"),
            ("references", {"name": "work"}, " more: raise budget, or narrow path."),
            ("outline", {"path": "lib.py"}, ""),
            ("span", {"path": "lib.py"}, "follow; ask with start_line "),
            ("impact", {"name": "work"}, ""),
        ):
            small = call(served, tool, {**arguments, "budget": 300}).text
            large = call(served, tool, {**arguments, "budget": 3000}).text
            assert says in small, tool
            assert tokens(small) <= 300 + 1, tool
            assert tokens(large) <= 3000 + 1, tool
            assert len(small) <= len(large), tool
        first = call(served, "span", {"path": "lib.py", "budget": 300}).text
        on = int(re.search(r"start_line (\d+)", first)[1])  # type: ignore[index]
        assert f"\n{on - 1}| " in first
        assert f"\n{on}| " in call(served, "span", {"path": "lib.py", "start_line": on, "budget": 300}).text
    finally:
        served.close()


def test_a_folder_without_an_index_is_said_with_the_command(repository: Path) -> None:
    served = Served([repository])
    try:
        for tool, arguments in (("search", {"query": "price"}), ("index_status", {})):
            said = call(served, tool, arguments)
            assert f"run `inglenook index {repository}`" in said.text
            assert said.failed == (tool == "search")
        index = Index(repository)
        assert index.status().files == 0
        index.folder.mkdir(parents=True)
        with index._access.writing.held():
            assert "is being indexed now, by another process" in call(served, "search", {"query": "price"}).text
        Index(repository).refresh()  # as the user does, in another process
        assert not call(served, "search", {"query": "price"}).failed
    finally:
        served.close()


def test_what_has_changed_is_known_to_the_next_answer(ask: Ask, indexed: Path) -> None:
    assert "no definition" in ask("definitions", name="discount_for").text
    (indexed / "shop/new.py").write_text("def discount_for(cart):\n    return 1\n")
    (indexed / "shop/money.py").unlink()
    os.utime(indexed / "shop")
    said = ask("definitions", name="discount_for").text
    assert "shop/new.py:1-2  function discount_for" in said
    assert "There is no shop/money.py in the index." in ask("span", path="shop/money.py").text


def test_several_folders_are_told_apart(indexed: Path, workspace: Callable[[dict[str, str]], Path]) -> None:
    other = workspace({"shop/money.py": "def price(x):\n    return x\n", "web/page.py": "def page():\n    pass\n"})
    Index(other).refresh()
    served = Served([indexed, other])
    one, two = indexed.name, other.name
    try:
        said = call(served, "definitions", {"name": "price"}).text
        assert f"{one}/shop/money.py:1-3" in said
        assert f"{two}/shop/money.py:1-2" in said
        assert f"{two}/shop/money.py" in call(served, "search", {"query": "price", "path": two}).text
        assert one not in call(served, "search", {"query": "price", "path": f"{two}/shop"}).text
        assert "begin the path with its folder" in call(served, "span", {"path": "shop/money.py"}).text
        assert f"{two}/web/page.py:1-2" in call(served, "span", {"path": "web/page.py"}).text
        assert len(call(served, "index_status", {}).text.split("\n")) == 2
    finally:
        served.close()


def test_a_folder_that_is_gone_is_said(ask: Ask, indexed: Path) -> None:
    indexed.rename(indexed.with_name("moved"))
    assert "is gone" in ask("search", query="price").text


def test_of_a_bug_report_it_is_said_what_led_where(ask: Ask) -> None:
    report = (
        "Prices of empty carts are wrong\n\nWhen a customer opens the shop and leaves the cart empty, what they pay is "
        "worked out all the same, and the sum on the receipt is not nothing as anybody would expect. I looked at it "
        "with the debugger and `price` gets a tax that nobody set, so the default of the function counts. It has been "
        "so since the last release, on every machine that we tried, with and without a till."
    )
    text = ask("search", query=report).text
    assert re.search(r"^shop/money\.py:1-3  price  \(names `price`\)$", text, re.MULTILINE), text
