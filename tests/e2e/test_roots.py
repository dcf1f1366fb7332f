"""Several folders in one session, over stdio. The echo engine answers."""

from itertools import count

from inglenook_server.protocol import methods
from inglenook_server.protocol.explain import ExplainParams

from tests.e2e.harness import session
from tests.e2e.test_wire import ECHO

BAKERY = {
    "ovens.py": (
        "class Oven:\n    def heat_up(self, degrees):\n        self.degrees = degrees\n\n\n"
        "def bake_bread(oven, minutes):\n    oven.heat_up(240)\n    return minutes\n"
    ),
    "shop/cart.py": "def bread_basket():\n    return []\n",
    "secret/recipe.py": "def quetzalcoatl():\n    return 'kept out'\n",
    ".inglenookignore": "secret/\n",
    ".env": "BAKERY_TOKEN=fedcba9876543210fedcba\n",
}
TEXT = "oven = Oven()\noven.heat_up(200)\nminutes = bake_bread(oven, 30)\nprint(minutes)\nbread = "

NUMBERS = count()
UNGATED = {**ECHO, "completion": {"debounceMs": 0, "gate": False}}


def places(hits):
    return {(hit.path, hit.uri) for hit in hits}


async def test_two_folders_are_searched_as_one_and_completed_apart(shop, workspace):
    bakery = workspace(BAKERY)
    async with session(shop, bakery, settings=UNGATED) as editor:
        folders = editor.initialized.capabilities.workspace.workspace_folders
        assert folders.supported
        assert folders.change_notifications
        await editor.ready()
        assert (await editor.status()).files == 5 + 3

        for name, root, path in (("postage_for", shop, "shop/postage.py"), ("bake_bread", bakery, "ovens.py")):
            first = (await editor.search(name))[0]
            assert (first.path, first.uri) == (f"{root.name}/{path}", (root / path).as_uri())
            assert name in first.text
        both = places(await editor.search("shop cart", limit=50))
        for root in (shop, bakery):
            assert (f"{root.name}/shop/cart.py", (root / "shop/cart.py").as_uri()) in both
        assert not [hit for hit in await editor.search("zanzibar quetzalcoatl", limit=50) if "kept out" in hit.text]
        assert not [hit for hit in await editor.search("BAKERY_TOKEN", limit=50) if "fedcba" in hit.text]

        answer = await editor.chat(("user", "What does bake_bread do?"))
        assert (bakery / "ovens.py").as_uri() in {one.uri for one in answer.references}

        async def own():
            _, hits = await completed(editor, bakery / "new_file.py")
            return hits

        # On a busy machine the index may be late, and is done without.
        hits = []
        for _ in range(100):
            if hits := await own():
                break
        assert (f"{bakery.name}/ovens.py", (bakery / "ovens.py").as_uri()) in places(hits)
        assert all(hit.path.startswith(f"{bakery.name}/") for hit in hits)
        prompt, hits = await completed(editor, shop / "new_file.py")
        assert "bread = " in prompt
        assert all(hit.path.startswith(f"{shop.name}/") for hit in hits)
        prompt, hits = await completed(editor, bakery.parent / "elsewhere.py")
        assert "bread = " in prompt
        assert hits == []


async def test_a_folder_comes_and_goes(shop, workspace):
    bakery = workspace(BAKERY)
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        assert (await editor.search("postage_for"))[0].path == "shop/postage.py"

        unsaved = editor.open(str(bakery / "unsaved.py"), "def huitzilopochtli():\n    return 1\n")
        editor.change_folders(added=[bakery])

        async def both():
            return (await editor.status()).files == 8

        await editor.until(both, "the second folder")
        assert (await editor.search("bake_bread"))[0].uri == (bakery / "ovens.py").as_uri()

        async def shadowed():
            return (await editor.search("huitzilopochtli"))[0].uri == unsaved.uri

        await editor.until(shadowed, "a buffer that was open before its folder")
        editor.close(unsaved)
        (bakery / "ovens.py").write_text("def knead_dough():\n    return 1\n")
        document = editor.open(str(bakery / "ovens.py"))
        editor.save(document, str(bakery / "ovens.py"))

        async def kneaded():
            return (await editor.search("knead_dough"))[0].uri == (bakery / "ovens.py").as_uri()

        await editor.until(kneaded, "what was saved in the second folder")

        editor.change_folders(removed=[shop])

        async def one():
            return (await editor.status()).files == 3

        await editor.until(one, "the first folder's end")
        hits = await editor.search("postage_for knead_dough", limit=50)
        assert {hit.path for hit in hits} <= {"ovens.py", "shop/cart.py", ".inglenookignore"}
        assert hits[0].uri == (bakery / "ovens.py").as_uri()
        editor.change_folders(removed=[bakery])

        async def none():
            return (await editor.status()).message.startswith("No folder")

        await editor.until(none, "the last folder's end")


async def completed(editor, file):
    """Prompt and hits of a completion in a new file."""
    text = f"number = {next(NUMBERS)}\n{TEXT}"  # another one each time, or memory would answer
    document = editor.open(str(file), text)
    line = text.count("\n")
    await editor.complete(document, line, len("bread = "))
    explanation = await editor.request(methods.EXPLAIN.name, ExplainParams())
    editor.close(document)
    return explanation.prompt, explanation.hits
