import pytest
from inglenook_server.documents import Document, utf16_length
from inglenook_server.features import chat_context
from inglenook_server.features.attachments import Buffers
from inglenook_server.features.chat_context import estimate, from_utf16
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.protocol import methods
from inglenook_server.protocol.chat import Attachment, ChatCompleteParams, ChatContextParams
from inglenook_server.session.services import make_services
from lsprotocol import types as lsp

from tests.e2e.conftest import SHOP
from tests.e2e.harness import session

ECHO = {"generation": {"engine": "echo"}}
SECRET = ".env is a file of environment variables, which may hold secrets"
SELECTED = lsp.Range(lsp.Position(10, 0), lsp.Position(12, 0))


@pytest.fixture
def shop(workspace):
    return workspace({**SHOP, "AGENTS.md": "# House\n\nPrices are in cents.\n"})


async def chips(editor, text, *attachments):
    result = await editor.request(methods.CHAT_CONTEXT.name, ChatContextParams(text, list(attachments)))
    return result.chips


async def completed(editor, text):
    before, _, after = text.partition("|")
    params = ChatCompleteParams(before + after, utf16_length(before))
    result = await editor.request(methods.CHAT_COMPLETE.name, params)
    units = (before + after).encode("utf-16-le")
    replaced = units[2 * result.start : 2 * result.end].decode("utf-16-le")
    return replaced, [item.insert for item in result.items]


async def test_chips_say_what_goes_along_and_how_much_it_is(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        document = editor.open("shop/cart.py")
        given = [
            Attachment("selection", document.uri, SELECTED),
            Attachment("cursor", document.uri, lsp.Range(lsp.Position(14, 9), lsp.Position(14, 9))),
            Attachment("terminal", text="$ run\nValueError: \x1b[31mno\n"),
        ]
        found = await chips(editor, "what of @postage_for, @.env, @types/node and @shop/?", *given)
        assert [(one.kind, one.label, one.problem) for one in found] == [
            ("symbol", "postage_for", ""),
            ("file", ".env", f".env is not indexed: {SECRET}."),
            ("folder", "shop/", ""),
            ("selection", "shop/cart.py:11-12", ""),
            ("cursor", "Cart.total_price", ""),
            ("terminal", "terminal", ""),
            ("instructions", "AGENTS.md", ""),
        ]
        assert (found[1].tokens, found[1].uri) == (0, "")
        assert all(one.tokens > 0 for one in found if not one.problem)
        assert found[3].uri == document.uri
        assert found[3].range == lsp.Range(lsp.Position(10, 0), lsp.Position(12, 0))


def test_a_model_counts_that_is_in_memory_and_none_is_loaded(workspace):
    loads = []

    def load(settings, adapter):
        loads.append(settings)
        return EchoGenerator()

    services = make_services(load)
    services.configure(ECHO)
    services.open(workspace({"a.py": "x = 1\n"}))
    services.documents.put(Document("untitled:a", "alpha_beta_gamma = 1\n"))
    range = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 9))
    params = ChatContextParams("", [Attachment("selection", "untitled:a", range)])

    def tokens():
        (one,) = chat_context.chips(params, services, Buffers())
        return one.tokens

    assert tokens() == estimate("alpha_beta_gamma = 1") == 5
    assert loads == []
    with services.host.lease() as generator:
        assert tokens() == generator.count("alpha_beta_gamma = 1") != 5
    services.host.unload()
    assert tokens() == 5
    assert len(loads) == 1
    services.close()


async def test_what_is_unsaved_or_outside_goes_along_as_it_is_in_the_editor(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        text = "def fresh():\n    return 1\n"
        item = lsp.TextDocumentItem("untitled:Untitled-1", "python", 1, text)
        editor.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        (one, *_) = await chips(editor, "", Attachment("file", item.uri))
        assert (one.label, one.uri, one.problem) == ("Untitled-1", item.uri, "")
        document = editor.open("shop/cart.py", "x = 1\n" * 50)
        whole = lsp.Range(lsp.Position(0, 0), lsp.Position(50, 0))
        (one, *_) = await chips(editor, "", Attachment("selection", document.uri, whole))
        assert one.label == "shop/cart.py:1-50"
        editor.open(".env", "SHOP_TOKEN=hunter2hunter2\n")
        (one, *_) = await chips(editor, "", Attachment("selection", editor.uri(".env"), SELECTED))
        assert one.tokens == 0
        assert one.problem.startswith("It is withheld: ")


async def test_names_are_completed_as_they_are_typed(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        assert await completed(editor, "/ex|") == ("/ex", ["/explain"])
        assert await completed(editor, "\U0001f600 see @posta|") == ("@posta", ["@shop/postage.py", "@postage_for"])
        assert await completed(editor, "see @Cart.tot| now") == ("@Cart.tot", ["@Cart.total_price"])
        assert await completed(editor, "see @zanz|") == ("@zanz", [])
        assert await completed(editor, "a@b|") == ("", [])


async def test_hostile_questions_are_answered(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        for text in ("@" * 20_000, "@ " * 20_000, "@a/b.py " * 20_000, '@"' * 20_000, "\ud800@x", "\x00@\x1b\u202e"):
            assert len(await chips(editor, text)) <= 2
            await completed(editor, f"{text}|".encode("utf-8", "replace").decode())
        (one, *_) = await chips(editor, "@../../../etc/passwd.txt")
        assert one.problem == "It lies outside of the workspace. Write a path from the workspace's folder."


async def test_without_a_folder_there_are_still_commands():
    async with session(None, settings=ECHO) as editor:
        assert await chips(editor, "hello") == []
        assert (await completed(editor, "/ti|"))[1] == []
        assert (await completed(editor, "/te|"))[1] == ["/tests"]
        assert (await completed(editor, "@sel|"))[1] == ["@selection"]


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [("abc", 2, 2), ("abc", 99, 3), ("abc", -1, 0), ("a\U0001f600b", 3, 2), ("a\U0001f600b", 2, 1), ("ä", 1, 1),
     ("\U0001f600", 9, 1), ("", 3, 0), ("\ud800x", 1, 1)],
)  # fmt: skip
def test_a_place_in_units_is_one_in_characters(text, offset, place):
    assert from_utf16(text, offset) == place
