from pathlib import Path

import pytest
from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.types import Chunk, Hit
from inglenook_server.documents import Document
from inglenook_server.roots import merge
from inglenook_server.services import make_services

from tests.waiting import TIMEOUT_S


@pytest.fixture
def services():
    made = make_services()
    yield made
    made.close()


def hit(path, score, **parts):
    return Path("/w") / path, Hit(Chunk(path, "python", "x", 1, 2, 0, 1), score, parts)


def order(*lists, limit=10):
    return [one.chunk.path for one in merge(lists, limit)]


def test_hits_of_several_indexes_in_one_list():
    assert order() == []
    assert order([hit("a", 9.0), hit("b", 5.0)], [hit("c", 7.0)]) == ["a", "c", "b"]
    assert order([hit("a", 9.0), hit("b", 5.0)], [hit("c", 7.0)], limit=2) == ["a", "c"]
    assert order([hit("b", 5.0)], [hit("a", 5.0)]) == ["a", "b"]
    # The best words of a folder that has next to none of the query's must not weigh like those of one that has all.
    loud = [hit("loud", 4.0, words=1.4, more_words=0.6, bm25=0.5)]
    apt = [hit("apt", 3.5, words=1.4, bm25=10.0)]
    assert order(loud, apt) == ["apt", "loud"]
    assert merge([loud, apt], 10)[1].score == pytest.approx(4.0 - 2.0 * 0.95)


def test_a_file_of_nested_folders_counts_once():
    assert order([hit("in/a", 5.0)], [(Path("/w/in/a"), hit("a", 6.0)[1])]) == ["a"]


def test_files_are_called_by_their_folders_once_there_are_several(services, tmp_path):
    one, two, inner = tmp_path / "x/app", tmp_path / "y/app", tmp_path / "x/app/lib"
    for folder in (inner, two):
        folder.mkdir(parents=True)
    roots = services.roots
    first = services.open(one)
    assert services.open(one) is None
    check = [(roots.of(one / "a.py"), "a.py", first), (roots.of(tmp_path / "a.py"), "a.py", None)]
    second, third = services.open(two), services.open(inner)
    assert [root.path for root in roots] == [one, two, inner]
    check += [
        (roots.of(one / "lib.py"), "app/lib.py", first),
        (roots.of(two / "lib/a.py"), "app-2/lib/a.py", second),
        (roots.of(inner / "a.py"), "lib/a.py", third),
        (roots.of(tmp_path / "y/b.py"), "b.py", None),
    ]
    for place, path, root in check:
        assert (place.path, place.root) == (path, root)
    assert [roots.file(path) for path in ("app/a.py", "app-2/a.py", "lib/a/b.py", "app-3/a.py")] == [
        one / "a.py",
        two / "a.py",
        inner / "a/b.py",
        None,
    ]
    assert [root for root, _ in roots.holding(inner / "a.py")] == [third, first]
    services.leave(two)
    services.leave(inner)
    services.leave(tmp_path / "never")
    assert list(roots) == [first]
    assert roots.of(one / "lib/a.py").path == "lib/a.py"
    assert roots.file("lib/a.py") == one / "lib/a.py"


def test_a_folder_that_is_still_being_indexed_does_not_keep_others_from_being_searched(services, workspace):
    done, begun = workspace({"a.py": "def alpha():\n    pass\n"}), workspace({"a.py": "def beta():\n    pass\n"})
    first, second = services.open(done), services.open(begun)
    with pytest.raises(IndexMissing):
        services.roots.search("alpha")
    first.keeper.refresh().future.result(TIMEOUT_S)
    assert [one.chunk.path for one in services.roots.search("alpha")] == [f"{done.name}/a.py"]
    second.keeper.refresh().future.result(TIMEOUT_S)
    assert services.roots.search("beta")[0].chunk.path == f"{begun.name}/a.py"
    assert services.board.facts.files == 2
    only = services.roots.index_of(second).search("alpha beta")
    assert [one.chunk.path for one in only] == [f"{begun.name}/a.py"]


def test_definitions_and_texts_are_named_as_the_core_names_files(services, workspace):
    shop = workspace({"cart.py": "class Cart:\n    pass\n", "main.py": "from cart import Cart\n"})
    bank = workspace({"cart.py": "class Cart:\n    fee = 1\n"})
    roots = services.roots
    first = services.open(shop)
    first.keeper.refresh().future.result(TIMEOUT_S)
    alone = roots.index_of(first)
    assert [one.path for one in roots.definitions("Cart", near="main.py")] == ["cart.py"]
    assert alone.text("cart.py") == roots.text("cart.py") == "class Cart:\n    pass\n"
    second = services.open(bank)
    second.keeper.refresh().future.result(TIMEOUT_S)
    assert [one.path for one in roots.index_of(second).definitions("Cart")] == [f"{bank.name}/cart.py"]
    both = roots.definitions("Cart", near=f"{bank.name}/cart.py")
    assert [one.path for one in both] == [f"{bank.name}/cart.py", f"{shop.name}/cart.py"]
    for index in (roots, roots.index_of(second)):
        assert index.text(f"{bank.name}/cart.py") == "class Cart:\n    fee = 1\n"
    assert roots.text("nowhere/cart.py") == ""


def test_a_folder_that_cannot_be_used_is_said_until_it_is_taken_out(services, workspace, tmp_path):
    services.open(tmp_path / "gone")
    services.open(workspace({"a.py": "x = 1\n"})).keeper.refresh().future.result(TIMEOUT_S)
    assert "gone" in services.board.facts.index_problem
    services.leave(tmp_path / "gone")
    assert services.board.facts.index_problem == ""


def test_what_is_queued_for_a_folder_that_goes_ends_at_once(services, workspace):
    root = services.open(workspace({f"m{n}.py": f"x = {n}\n" for n in range(50)}))
    running = root.keeper.refresh()
    later = root.keeper.refresh()
    services.leave(root.path)
    assert later.future.result(TIMEOUT_S).cancelled
    running.future.result(TIMEOUT_S)
    assert (services.board.facts.workspace, services.board.facts.files) == (False, 0)
    assert len(services.roots) == 0


def test_what_is_open_or_was_edited_lately_is_hot_in_its_own_folder(services, workspace):
    one, two = workspace({"a.py": "x = 1\n"}), workspace({"a.py": "x = 1\n"})
    first, second = services.open(one), services.open(two)
    services.documents.put(Document((one / "b c.py").as_uri(), "", 1))
    services.documents.put(Document("untitled:Untitled-1", "", 1))
    services.activity.edited((two / "a.py").as_uri())
    services.activity.edited((one / "a.py").as_uri())
    assert services._hot(first.workspace) == ["b c.py", "a.py"]
    assert services._hot(second.workspace) == ["a.py"]


def test_the_second_tier_is_wired_where_it_is_asked_for(services, workspace):
    assert services.open(workspace({"a.py": "x = 1\n"})).keeper._second is None
    services.configure({"index": {"tier": 2, "onBattery": True}})
    assert services.open(workspace({"a.py": "x = 1\n"})).keeper._second is not None
    assert services.activity.on_battery
