import pytest
from inglenook_indexer.errors import IndexMissing
from inglenook_server.documents import Document
from inglenook_server.session.services import make_services

from tests.waiting import TIMEOUT_S


@pytest.fixture
def services():
    made = make_services()
    yield made
    made.close()


def test_files_are_called_by_their_folders_once_there_are_several(services, tmp_path):
    one, two, inner = tmp_path / "x/app", tmp_path / "y/app", tmp_path / "x/app/lib"
    for folder in (inner, two):
        folder.mkdir(parents=True)
    folders = services.folders
    first = services.open(one)
    assert services.open(one) is None
    check = [(folders.of(one / "a.py"), "a.py", first), (folders.of(tmp_path / "a.py"), "a.py", None)]
    second, third = services.open(two), services.open(inner)
    assert [root.path for root in folders] == [one, two, inner]
    check += [
        (folders.of(one / "lib.py"), "app/lib.py", first),
        (folders.of(two / "lib/a.py"), "app-2/lib/a.py", second),
        (folders.of(inner / "a.py"), "lib/a.py", third),
        (folders.of(tmp_path / "y/b.py"), "b.py", None),
    ]
    for place, path, root in check:
        assert (place.path, place.folder) == (path, root)
    assert [folders.file(path) for path in ("app/a.py", "app-2/a.py", "lib/a/b.py", "app-3/a.py")] == [
        one / "a.py",
        two / "a.py",
        inner / "a/b.py",
        None,
    ]
    assert [root for root, _ in folders.holding(inner / "a.py")] == [third, first]
    services.leave(two)
    services.leave(inner)
    services.leave(tmp_path / "never")
    assert list(folders) == [first]
    assert folders.of(one / "lib/a.py").path == "lib/a.py"
    assert folders.file("lib/a.py") == one / "lib/a.py"


def test_a_folder_that_is_still_being_indexed_does_not_keep_others_from_being_searched(services, workspace):
    done, begun = workspace({"a.py": "def alpha():\n    pass\n"}), workspace({"a.py": "def beta():\n    pass\n"})
    first, second = services.open(done), services.open(begun)
    with pytest.raises(IndexMissing):
        services.folders.search("alpha")
    first.updater.refresh().future.result(TIMEOUT_S)
    assert [one.chunk.path for one in services.folders.search("alpha")] == [f"{done.name}/a.py"]
    second.updater.refresh().future.result(TIMEOUT_S)
    assert services.folders.search("beta")[0].chunk.path == f"{begun.name}/a.py"
    assert services.status.facts.files == 2
    only = services.folders.index_of(second).search("alpha beta")
    assert [one.chunk.path for one in only] == [f"{begun.name}/a.py"]


def test_definitions_and_texts_are_named_as_the_core_names_files(services, workspace):
    shop = workspace({"cart.py": "class Cart:\n    pass\n", "main.py": "from cart import Cart\n"})
    bank = workspace({"cart.py": "class Cart:\n    fee = 1\n"})
    folders = services.folders
    first = services.open(shop)
    first.updater.refresh().future.result(TIMEOUT_S)
    alone = folders.index_of(first)
    assert [one.path for one in folders.definitions("Cart", near="main.py")] == ["cart.py"]
    assert alone.text("cart.py") == folders.text("cart.py") == "class Cart:\n    pass\n"
    second = services.open(bank)
    second.updater.refresh().future.result(TIMEOUT_S)
    assert [one.path for one in folders.index_of(second).definitions("Cart")] == [f"{bank.name}/cart.py"]
    both = folders.definitions("Cart", near=f"{bank.name}/cart.py")
    assert [one.path for one in both] == [f"{bank.name}/cart.py", f"{shop.name}/cart.py"]
    for index in (folders, folders.index_of(second)):
        assert index.text(f"{bank.name}/cart.py") == "class Cart:\n    fee = 1\n"
    assert folders.text("nowhere/cart.py") == ""
    assert folders.unsaved() == frozenset()
    second.workspace.index.shadow("cart.py", "class Cart:\n    fee = 2\n")
    assert folders.unsaved() == folders.index_of(second).unsaved() == {f"{bank.name}/cart.py"}
    assert second.workspace.index.unsaved() == {"cart.py"}
    second.workspace.index.shadow("cart.py", None)
    assert folders.unsaved() == frozenset()


def test_a_folder_that_cannot_be_used_is_said_until_it_is_taken_out(services, workspace, tmp_path):
    services.open(tmp_path / "gone")
    services.open(workspace({"a.py": "x = 1\n"})).updater.refresh().future.result(TIMEOUT_S)
    assert "gone" in services.status.facts.index_problem
    services.leave(tmp_path / "gone")
    assert services.status.facts.index_problem == ""


def test_what_is_queued_for_a_folder_that_goes_ends_at_once(services, workspace):
    root = services.open(workspace({f"m{n}.py": f"x = {n}\n" for n in range(50)}))
    running = root.updater.refresh()
    later = root.updater.refresh()
    services.leave(root.path)
    assert later.future.result(TIMEOUT_S).cancelled
    running.future.result(TIMEOUT_S)
    assert (services.status.facts.workspace, services.status.facts.files) == (False, 0)
    assert len(services.folders) == 0


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
    assert services.open(workspace({"a.py": "x = 1\n"})).updater._encoding is None
    services.configure({"index": {"tier": 2, "onBattery": True}})
    assert services.open(workspace({"a.py": "x = 1\n"})).updater._encoding is not None
    assert services.activity.on_battery


def test_files_and_names_are_those_of_every_folder(services, workspace):
    shop = workspace({"cart.py": "class Cart:\n    pass\n", "Makefile": "all:\n\techo\n"})
    bank = workspace({"cart.py": "class Cart:\n    fee = 1\n\n\nclass Carton:\n    pass\n", ".env": "A=1\n"})
    folders = services.folders
    assert folders.files() == folders.names("ca") == []
    first = services.open(shop)
    first.updater.refresh().future.result(TIMEOUT_S)
    assert folders.files() == ["Makefile", "cart.py"]
    assert [(one.name, one.path, one.places) for one in folders.names("CA")] == [("Cart", "cart.py", 1)]
    second = services.open(bank)
    assert [one.name for one in folders.names("ca")] == ["Cart"]  # one of them has no index yet
    second.updater.refresh().future.result(TIMEOUT_S)
    assert folders.files() == [f"{shop.name}/Makefile", f"{shop.name}/cart.py", f"{bank.name}/cart.py"]
    found = [(one.name, one.path, one.places) for one in folders.names("ca")]
    assert found == [("Cart", f"{shop.name}/cart.py", 2), ("Carton", f"{bank.name}/cart.py", 1)]
    assert [one.name for one in folders.names("ca", limit=1)] == ["Cart"]
    assert folders.explain_file(f"{bank.name}/cart.py").startswith("cart.py is indexed")
    assert "may hold secrets" in folders.explain_file(f"{bank.name}/.env")
    assert folders.explain_file("elsewhere/cart.py") == "It lies in no open folder."
