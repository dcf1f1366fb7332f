"""The graph over a real index: both directions, across files, through every change that files go through."""

import os
import re
import signal
import subprocess
import sys

import pytest
from inglenook_indexer import Import, Index, IndexMissing, StorageError

FILES = {
    "shop/__init__.py": "from .cart import Cart\nfrom .money import *\n",
    "shop/cart.py": (
        '"""Carts."""\nfrom .money import price\n\nLIMIT = 3\n\n\nclass Base:\n    def total(self):\n        return 0\n\n\n'  # noqa: E501
        'class Cart(Base):\n    """What is bought. And more."""\n\n    def total(self):\n        return price(self)\n'
    ),
    "shop/money.py": "def price(cart):\n    return cart.total() + round(1)\n",
    "shop/till.py": "import shop\nfrom shop import Cart\n\n\ndef pay():\n    return Cart().total() + shop.price(1)\n",
    "other/money.py": "def price(x):\n    return x\n\n\nclass cart:\n    pass\n",
    "other/user.py": "from other.money import price\n\nprice(2)\n",
    "web/index.ts": "import { draw } from './draw';\nexport class Page extends Base { show(): void { draw(); } }\n",
    "web/draw.ts": "/** Draws. */\nexport const draw = () => 1;\n",
    "tests/test_cart.py": "from shop.cart import Cart\n\n\ndef test_cart():\n    assert Cart().total()\n",
}


@pytest.fixture
def root(workspace):
    return workspace(FILES)


@pytest.fixture
def index(root):
    made = Index(root)
    made.refresh()
    yield made
    made.close()


def places(found):
    return [f"{one.path}:{one.line}" for one in found]


@pytest.mark.parametrize(
    ("name", "filters", "expected"),
    [
        ("Cart", {}, ["shop/cart.py:12"]),
        ("cart", {}, ["other/money.py:5"]),
        ("CART", {}, ["other/money.py:5", "shop/cart.py:12"]),
        ("Cart.total", {}, ["shop/cart.py:15"]),
        ("Base::total", {}, ["shop/cart.py:8"]),
        ("total()", {}, ["shop/cart.py:8", "shop/cart.py:15"]),
        ("shop.Cart", {}, ["shop/cart.py:12"]),
        ("shop.money.price", {}, ["shop/money.py:1"]),
        ("price", {}, ["other/money.py:1", "shop/money.py:1"]),
        ("price", {"near": "shop/cart.py"}, ["shop/money.py:1", "other/money.py:1"]),
        ("price", {"near": "shop/till.py"}, ["shop/money.py:1", "other/money.py:1"]),
        ("price", {"near": "other/user.py"}, ["other/money.py:1", "shop/money.py:1"]),
        ("price", {"path": "shop"}, ["shop/money.py:1"]),
        ("price", {"path": "*/money.py", "limit": 1}, ["other/money.py:1"]),
        ("draw", {"language": "typescript"}, ["web/draw.ts:2"]),
        ("draw", {"language": "python"}, []),
        ("LIMIT", {"kind": "constant"}, ["shop/cart.py:4"]),
        ("LIMIT", {"kind": "class"}, []),
        ("nothing_like_it", {}, []),
        ("", {}, []),
    ],
)
def test_definitions(index, name, filters, expected):
    assert places(index.definitions(name, **filters)) == expected


def test_a_symbol_says_what_it_is(index):
    (cart,) = index.definitions("Cart")
    assert (cart.kind, cart.end_line, cart.language, cart.parent) == ("class", 16, "python", "")
    assert cart.doc == "What is bought."
    assert [one.name for one in index.outline("shop/cart.py")] == ["LIMIT", "Base", "total", "Cart", "total"]
    assert index.definitions("draw")[0].doc == "Draws."


@pytest.mark.parametrize(
    ("name", "filters", "expected"),
    [
        (
            "price",
            {},
            ["other/user.py:1", "other/user.py:3", "shop/cart.py:2", "shop/cart.py:16", "shop/till.py:6"],
        ),
        ("price", {"relation": "call", "path": "shop"}, ["shop/cart.py:16", "shop/till.py:6"]),
        ("price", {"defined_in": "shop/money.py"}, ["shop/cart.py:2", "shop/cart.py:16", "shop/till.py:6"]),
        ("price", {"defined_in": "other/money.py"}, ["other/user.py:1", "other/user.py:3"]),
        ("Base", {"relation": "inherit", "language": "python"}, ["shop/cart.py:12"]),
        ("Base", {"relation": "inherit"}, ["shop/cart.py:12", "web/index.ts:2"]),
        ("draw", {"relation": "call"}, ["web/index.ts:2"]),
        ("nothing_like_it", {}, []),
    ],
)
def test_references(index, name, filters, expected):
    assert places(index.references(name, **filters)) == expected


def test_a_reference_says_who_refers(index):
    (call,) = index.references("price", path="shop/till.py")
    assert (call.relation, call.container, call.qualifier) == ("call", "pay", "shop")
    (base,) = index.references("Base", relation="inherit", language="python")
    assert base.container == "Cart"
    (call,) = index.references("price", path="shop/cart.py", relation="call")
    assert call.container == "Cart > total"


@pytest.mark.parametrize(
    ("path", "lines", "expected"),
    [
        ("shop/cart.py", (12, 16), [("inherit", "Base", 12, "Cart"), ("call", "price", 16, "Cart > total")]),
        (
            "shop/till.py",
            (6, 6),
            [("call", "Cart", 6, "pay"), ("call", "total", 6, "pay"), ("call", "price", 6, "pay")],
        ),
        ("shop/till.py", (1, 2), []),
        ("shop/nothing.py", (1, 99), []),
        ("web/index.ts", (1, 9), [("call", "draw", 2, "Page"), ("inherit", "Base", 2, "Page")]),
    ],
)
def test_what_lines_mention(index, path, lines, expected):
    found = index.mentions(path, *lines)
    assert [(one.relation, one.name, one.line, one.container) for one in found] == expected
    assert {one.path for one in found} <= {path}


def test_what_lines_of_an_unsaved_buffer_mention(index):
    index.shadow("web/index.ts", "stroke();\n")
    assert [(one.name, one.container) for one in index.mentions("web/index.ts", 1, 1)] == [("stroke", "")]
    index.shadow("web/index.ts", None)
    assert [one.name for one in index.mentions("web/index.ts", 2, 2)] == ["draw", "Base"]


BEHIND_A_DOT = {
    "db/__init__.py": "",
    "db/models/__init__.py": "from .base import Model\n",
    "db/models/base.py": "class Model:\n    pass\n\n\ndef dumps():\n    pass\n",
    "app/one.py": "from db import models\n\n\nclass One(models.Model):\n    pass\n",
    "app/two.py": "import db.models as m\n\n\nclass Two(m.Model):\n    pass\n",
    "app/other.py": "import json\nimport outside as models\n\njson.dumps()\nmodels.Model()\nx.dumps()\n",
    "tests/test_a.py": "from db import models\n\n\nclass Model(models.Model):\n    pass\n\n\nModel()\n",
    "web/a.js": "const base = require('./base');\nconst other = require('./base');\nbase.stop(); other.stop();\n",
    "web/base.js": "function stop() {}\nmodule.exports = { stop };\n",
    "web/b.js": "import fs from 'fs';\nfs.stop();\n",
}


def test_what_stands_before_a_dot_says_which_definition_is_meant(workspace):
    made = Index(workspace(BEHIND_A_DOT))
    made.refresh()
    meant = made.references("Model", relation="inherit", defined_in="db/models/base.py")
    assert places(meant) == ["app/one.py:4", "app/two.py:4", "tests/test_a.py:4"]
    assert places(made.references("Model", defined_in="tests/test_a.py")) == ["tests/test_a.py:8"]
    assert places(made.references("dumps", defined_in="db/models/base.py")) == []
    assert {one.qualifier for one in made.references("stop", defined_in="web/base.js")} == {"base", "other"}
    assert {one.path for one in made.references("stop", defined_in="web/base.js")} == {"web/a.js"}
    made.close()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Cartt", ["Cart"]),
        ("Carts", ["Cart"]),
        ("prise", ["price"]),
        ("CART", ["Cart", "cart"]),
        ("test_carts", ["test_cart"]),
        ("zzzz", []),
        ("", []),
    ],
)
def test_names_that_are_written_alike(index, name, expected):
    assert index.similar_names(name)[: len(expected) or 1] == expected


def test_names_of_unsaved_buffers_are_among_those_written_alike(index):
    index.shadow("new.py", "def discount_for():\n    pass\n")
    assert index.similar_names("discont_for") == ["discount_for"]


def test_imports_in_both_directions(index):
    assert [(one.module, one.target) for one in index.imports("shop/till.py")] == [
        ("shop", "shop/__init__.py"),
        ("shop", "shop/__init__.py"),
    ]
    assert index.imports("web/index.ts") == [Import("./draw", ("draw",), "web/index.ts", 1, "web/draw.ts")]
    assert places(index.importers("shop/cart.py")) == ["shop/__init__.py:1", "tests/test_cart.py:1"]
    assert places(index.importers("shop/money.py")) == ["shop/__init__.py:2", "shop/cart.py:2"]
    assert places(index.importers("shop/__init__.py")) == ["shop/till.py:1", "shop/till.py:2"]
    assert places(index.importers("web/draw.ts")) == ["web/index.ts:1"]
    assert index.importers("web/index.ts") == []
    assert index.imports("not/there.py") == []


def test_a_change_a_rename_and_a_deletion_are_exact(index, root):
    (root / "shop/cart.py").write_text("class Basket:\n    pass\n")
    (root / "shop/money.py").rename(root / "shop/cash.py")
    (root / "other/user.py").unlink()
    index.refresh()
    assert index.definitions("Cart", language="python") == index.definitions("cart")
    assert places(index.definitions("Basket")) == ["shop/cart.py:1"]
    assert places(index.definitions("price")) == ["other/money.py:1", "shop/cash.py:1"]
    assert places(index.references("price")) == ["shop/till.py:6"]
    assert index.importers("shop/money.py") == []
    assert index.outline("other/user.py") == []
    again = Index(root)
    assert again.definitions("price") == index.definitions("price")
    again.close()


def test_many_small_commits_stay_exact(index, root):
    for number in range(30):
        (root / "shop/money.py").write_text(f"def price_{number}():\n    pass\n")
        index.update(["shop/money.py"])
        assert places(index.definitions(f"price_{number}")) == ["shop/money.py:1"]
        assert index.definitions(f"price_{number - 1}") == []
    assert places(index.definitions("Cart")) == ["shop/cart.py:12"]


def test_unsaved_buffers_stand_before_the_store(index, root):
    index.shadow("shop/money.py", "def cost(cart):\n    return Cart()\n")
    index.shadow("shop/new.py", "from shop.money import cost\n")
    assert places(index.definitions("price")) == ["other/money.py:1"]
    assert places(index.definitions("cost")) == ["shop/money.py:1"]
    assert "shop/money.py:2" in places(index.references("Cart", relation="call"))
    assert "shop/new.py:1" in places(index.importers("shop/money.py"))
    assert [one.name for one in index.outline("shop/money.py")] == ["cost"]
    index.shadow("shop/money.py", None)
    index.shadow("shop/new.py", None)
    assert places(index.definitions("price")) == ["other/money.py:1", "shop/money.py:1"]
    assert index.definitions("cost") == []
    index.shadow(".env", "def leaked(): pass\n")
    assert index.definitions("leaked") == []


def test_what_is_withheld_is_no_symbol(workspace):
    key = "AKIA" + "Z7Q2M4X8N1B5V3C9"
    index = Index(workspace({"a.py": f'aws_key = "{key}"\n', ".env": "TOKEN = 1\n", "secrets.env": "x = 1\n"}))
    index.refresh()
    assert index.definitions("TOKEN") == []
    assert key not in str(index.outline("a.py"))
    index.close()


def test_asking_before_indexing_is_said(workspace):
    index = Index(workspace({"a.py": "x = 1\n"}))
    for ask in (index.definitions, index.references, index.imports, index.importers, index.outline):
        with pytest.raises(IndexMissing):
            ask("x")


def test_a_store_of_before_is_set_aside_and_made_again(index, root, monkeypatch):
    index.close()
    with monkeypatch.context() as before:
        before.setattr("inglenook_indexer.chunks.schema.FORMAT", 2)
        before.setattr("inglenook_indexer.store.manifest.FORMAT", 2)
        older = Index(root)
        older.refresh(rebuild=True)
        older.close()
    newer = Index(root)
    with pytest.raises(StorageError):
        newer.definitions("Cart")
    report = newer.refresh()
    assert len(report.messages) == 1
    assert places(newer.definitions("Cart")) == ["shop/cart.py:12"]
    newer.close()


WRITER = """
import sys, time
from pathlib import Path
from inglenook_indexer import Index
root = Path(sys.argv[1])
index = Index(root)
for number in range(100_000):
    for name in ("one", "two"):
        (root / f"{name}.py").write_text(f"def made_{number}():\\n    return other_{number}()\\n")
    index.update(["one.py", "two.py"])
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_a_killed_writer_leaves_symbols_and_chunks_of_one_version(workspace):
    root = workspace({"one.py": "def start():\n    pass\n", "two.py": "def start():\n    pass\n"})
    Index(root).refresh()
    for wait in (1, 4):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(root)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(wait):
            assert writer.stdout.readline()
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        index = Index(root)
        names = {one.name for path in ("one.py", "two.py") for one in index.outline(path)}
        assert len(names) == 1, "both files are of one commit"
        (name,) = names
        hits = index.search(name, limit=2)
        assert {hit.chunk.path for hit in hits} == {"one.py", "two.py"}
        assert all(f"def {name}()" in hit.chunk.text for hit in hits)
        index.refresh()
        for path in ("one.py", "two.py"):
            written = re.findall(r"def (\w+)", (root / path).read_text())  # nothing, where it was killed in between
            assert [one.name for one in index.outline(path)] == written
        index.close()


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """180 files that all define and import the same, and tests of them."""
    root = tmp_path_factory.mktemp("crowd")
    for number in range(180):
        folder = root / f"p{number:03}"
        folder.mkdir()
        (folder / "a.py").write_text(
            f"from base import Base\n\n\nclass Common(Base):\n    def run(self):\n        return run({number})\n"
        )
        (folder / "test_a.py").write_text("from .a import Common\n\n\ndef test():\n    Common().run()\n")
    (root / "base.py").write_text("class Base:\n    pass\n\n\nclass common:\n    pass\n")
    (root / "p177/b.py").write_text("from .a import Common\n\nCommon().run()\n")
    made = Index(root, root.parent / "crowd-index")
    made.refresh()
    yield made
    made.close()


def counts(answer):
    return len(answer), answer.total, answer.exact


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda index: index.definitions("Common", limit=20), (20, 59, False)),  # of 60 rows read, one is another case
        (lambda index: index.definitions("Common", limit=500), (180, 180, True)),
        (lambda index: index.definitions("Common.run", limit=7), (7, 180, False)),
        (lambda index: index.definitions("Common", path="p17*", limit=60), (10, 10, True)),
        (lambda index: index.definitions("Base"), (1, 1, True)),
        (lambda index: index.definitions("common"), (1, 1, True)),
        (lambda index: index.definitions("nowhere"), (0, 0, True)),
        (lambda index: index.references("Base", relation="inherit", limit=500), (180, 180, True)),
        (lambda index: index.importers("base.py", limit=500), (180, 180, True)),
        (lambda index: index.importers("p003/a.py"), (1, 1, True)),
    ],
)
def test_an_answer_says_how_much_there_is(crowded, ask, expected):
    assert counts(ask(crowded)) == expected


def test_an_answer_that_is_cut_says_so_and_tells_tests_last(crowded):
    found = crowded.references("Common", limit=30)
    assert len(found) == 30
    assert not found.whole
    assert found.total > 180
    assert found[0].path == "p177/b.py", "all others are tests"
    assert crowded.importers("base.py", limit=30).whole is False
    assert [one.path for one in crowded.definitions("Common", limit=3)] == ["p000/a.py", "p001/a.py", "p002/a.py"]


def test_a_copy_of_a_project_imports_its_own_files(workspace):
    project = {"pkg/__init__.py": "", "pkg/io.py": "X = 1\n", "pkg/use.py": "import io\nfrom pkg.io import X\n"}
    files = {f"{copy}/{path}": text for copy in ("one", "two") for path, text in project.items()}
    index = Index(workspace(files | {"three/main.py": "from two.pkg.io import X\n"}))
    index.refresh()
    assert places(index.importers("one/pkg/io.py")) == ["one/pkg/use.py:2"]
    assert places(index.importers("two/pkg/io.py")) == ["three/main.py:1", "two/pkg/use.py:2"]
    index.close()


def test_a_package_is_imported_from_folders_that_are_packages_too(workspace):
    files = {
        "pkg/__init__.py": "from .io import X\n",
        "pkg/io.py": "X = 1\n",
        "examples/__init__.py": "",
        "examples/a.py": "import pkg\n",
        "examples/b.py": "from pkg import io\n",
        "examples/c.py": "from pkg import io, X\n",
        "examples/d.py": "from . import a\n",
    }
    index = Index(workspace(files))
    index.refresh()
    found = index.importers("pkg/__init__.py")
    assert places(found) == ["examples/a.py:1", "examples/b.py:1", "examples/c.py:1"]
    assert [one.names for one in found] == [(), ("io",), ("io", "X")]
    assert places(index.importers("pkg/io.py")) == ["pkg/__init__.py:1", "examples/b.py:1", "examples/c.py:1"]
    index.close()


def test_an_import_means_what_it_takes_though_its_file_has_a_method_of_that_name(workspace):
    files = {
        "pkg/__init__.py": "",
        "pkg/helpers.py": "class Sink:\n    def fail(self):\n        pass\n\n\ndef fail(it):\n    it.close()\n",
        "pkg/proto.py": "from .helpers import fail\n\n\nclass Proto:\n    def fail(self):\n        fail(self)\n",
        "pkg/own.py": "from other import fail\n\n\nclass Own:\n    def fail(self):\n        fail(self)\n",
    }
    index = Index(workspace(files))
    index.refresh()
    assert places(index.references("fail", relation="import", defined_in="pkg/helpers.py")) == ["pkg/proto.py:1"]
    assert places(index.references("fail", relation="call", defined_in="pkg/helpers.py")) == ["pkg/proto.py:6"]
    assert places(index.references("fail", relation="import", defined_in="pkg/own.py")) == []
    index.close()


def test_what_is_near_is_found_however_many_there_are(crowded):
    assert crowded.definitions("Common", near="p177/b.py")[0].path == "p177/a.py"
    assert crowded.definitions("Common", near="p150/a.py", limit=5)[0].path == "p150/a.py"
    assert {one.path for one in crowded.references("Common", defined_in="p177/a.py")} == {"p177/b.py", "p177/test_a.py"}


def test_buffers_and_pages_give_each_place_once(crowded):
    crowded.shadow("p005/a.py", "class Common:\n    pass\n\n\nclass Another(Common):\n    pass\n")
    try:
        found = crowded.definitions("Common", limit=500)
        assert counts(found) == (180, 180, True)
        assert [one.path for one in found] == sorted({one.path for one in found})
        assert crowded.definitions("Common", limit=6)[5].path == "p005/a.py"
    finally:
        crowded.shadow("p005/a.py", None)
