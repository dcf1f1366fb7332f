"""The protocol itself: what holds whatever the model says. The echo engine answers."""

import asyncio
import json
import re
import sys
from concurrent.futures import Future

import pytest
from inglenook_indexer.text.printable import hides
from inglenook_server import __version__
from inglenook_server.protocol import methods
from inglenook_server.protocol.chat import ChatMessage, ChatParams
from inglenook_server.protocol.explain import ExplainParams
from inglenook_server.protocol.index import IndexParams
from inglenook_server.protocol.search import SearchParams
from inglenook_server.protocol.stats import StatsParams
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.harness import SERVE, session

ECHO = {"generation": {"engine": "echo"}, "completion": {"debounceMs": 0}}
REQUEST_FAILED = -32803
METHOD_NOT_FOUND = -32601


async def test_initialize_says_what_the_server_can(shop):
    async with session(shop, settings=ECHO) as editor:
        capabilities = editor.initialized.capabilities
        assert editor.initialize_s < 20  # the figure itself is a benchmark's; this is "at all"
        assert capabilities.position_encoding == "utf-16"
        assert capabilities.text_document_sync.change == lsp.TextDocumentSyncKind.Full
        assert capabilities.inline_completion_provider is not None
        assert "inglenook.reindex" in capabilities.execute_command_provider.commands
        assert editor.initialized.server_info.version == __version__


async def test_the_workspace_is_indexed_with_progress_and_status(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        status = await editor.status()
        assert (status.kind, status.model, status.engine) == ("Normal", "echo", "echo")
        assert status.files == 5
        await editor.until(lambda: editor.statuses and editor.statuses[-1].kind == "Normal")
        await editor.until(lambda: any(value["kind"] == "end" for _, value in editor.progress))
        kinds = [value["kind"] for _, value in editor.progress]
        assert kinds[0] == "begin"
        assert editor.progress[0][1]["cancellable"]


async def test_a_client_without_progress_gets_none(shop):
    async with session(shop, settings=ECHO, work_done_progress=False) as editor:
        await editor.indexed()
        assert editor.progress == []


async def test_indexing_can_be_cancelled(workspace):
    files = {f"m{number}.py": f"def function_{number}():\n    return {number}\n" * 40 for number in range(400)}
    async with session(workspace(files), settings={**ECHO, "index": {"background": False}}) as editor:
        editor.cancel_progress = True
        result = await editor.request(methods.INDEX.name, IndexParams("rebuild"))
        assert result.files < 400
        editor.cancel_progress = False
        result = await editor.request(methods.INDEX.name, IndexParams("refresh"))
        assert result.files == 400


async def test_search_gives_places_in_the_workspace(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        hits = await editor.search("postage")
        assert hits[0].path == "shop/postage.py"
        assert hits[0].uri == editor.uri("shop/postage.py")
        assert "postage_for" in hits[0].text
        assert hits[0].parts["words"] > 0
        lines = (shop / "shop/postage.py").read_text().splitlines()
        assert 0 <= hits[0].range.start.line < hits[0].range.end.line <= len(lines)
        assert not [hit for hit in await editor.search("zanzibar", 50) if "private" in hit.path]
        assert not [hit for hit in await editor.search("SHOP_TOKEN", 50) if ".env" in hit.path]


FAILING = [
    (methods.SEARCH.name, SearchParams(" "), "empty"),
    (methods.CHAT.name, ChatParams([]), "question"),
    (methods.CHAT.name, ChatParams([ChatMessage("user", " ")]), "empty"),
    (methods.CHAT.name, ChatParams([ChatMessage("wizard", "x")]), "wizard"),
    (methods.INDEX.name, IndexParams("burn"), "burn"),
    (
        lsp.TEXT_DOCUMENT_INLINE_COMPLETION,
        lsp.InlineCompletionParams(
            lsp.InlineCompletionContext(lsp.InlineCompletionTriggerKind.Invoked),
            lsp.TextDocumentIdentifier("file:///not/open.py"),
            lsp.Position(0, 0),
        ),
        "not open",
    ),
]


async def test_a_request_that_fails_is_one_sentence(shop):
    async with session(shop, settings=ECHO) as editor:
        for method, params, says in FAILING:
            with pytest.raises(JsonRpcException, match=says) as failure:
                await editor.request(method, params)
            assert failure.value.code == REQUEST_FAILED
            assert failure.value.data is None
            assert "Traceback" not in str(failure.value)
        document = editor.open("shop/cart.py")
        with pytest.raises(JsonRpcException, match="line 1000, but the document has"):
            await editor.complete(document, 999, 0)


async def test_malformed_messages_are_answered_and_survived(shop):
    async with session(shop, settings=ECHO) as editor:

        def send(body: bytes) -> None:
            editor.client._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

        async def answer(number: int, method: str, params: object) -> JsonRpcException:
            editor.client.protocol._request_futures[number] = future = Future()
            send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode())
            with pytest.raises(JsonRpcException) as failure:
                await asyncio.wait_for(asyncio.wrap_future(future), 60)
            assert failure.value.data is None
            return failure.value

        for body in (b"{not json", b"[]", b'{"hello": 1}', b"\xff\xfe", b'"secret words"'):
            send(body)
        for method in ("inglenook/chat", "textDocument/didChange", "textDocument/didOpen", "made/up"):
            send(json.dumps({"jsonrpc": "2.0", "method": method, "params": {"secret words": 1}}).encode())
        assert (await answer(1, "made/up", {"secret words": 1})).code == METHOD_NOT_FOUND
        for number, params in enumerate(({"limit": "ten"}, 7, None, {"query": "x", "limit": "secret words"}), 2):
            error = await answer(number, methods.SEARCH.name, params)
            assert "are not what the protocol says" in str(error)
        assert (await editor.status()).version == __version__
        assert not any("secret words" in line for line in editor.stderr)


async def test_a_stray_print_does_not_break_the_wire(shop):
    code = (
        "import inglenook_server.app as app, os, sys\n"
        "create = app.create_server\n"
        "def loud(services):\n"
        "    print('a library says hello')\n"
        "    os.write(1, b'a C library too\\n')\n"
        "    return create(services)\n"
        "app.create_server = loud\n"
        "from inglenook_server.cli.serve import serve\n"
        "sys.exit(serve([]))\n"
    )
    async with session(shop, settings=ECHO, command=(sys.executable, "-c", code)) as editor:
        await editor.indexed()
        await editor.until(lambda: "hello" in "".join(editor.stderr))
        assert "a C library too" in "".join(editor.stderr)


async def test_chat_streams_then_gives_references(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        result = await editor.chat(("user", "How is the total price computed?"))
        assert "".join(editor.deltas["chat"]) == result.text
        assert len(editor.deltas["chat"]) >= 1
        assert "shop/cart.py" in {reference.path for reference in result.references}
        for reference in result.references:
            lines = (shop / reference.path).read_text().splitlines()
            assert 0 <= reference.range.start.line < reference.range.end.line <= len(lines)
            assert reference.uri == editor.uri(reference.path)
        assert result.usage.generated_tokens > 0
        assert result.model == "echo"
        why = await editor.request(methods.EXPLAIN.name, ExplainParams("answer"))
        assert "How is the total price computed?" in why.prompt
        assert why.hits[0].path in {reference.path for reference in result.references}
        assert {"bm25", "words", "coverage"} <= why.hits[0].parts.keys()


async def test_what_is_saved_is_searchable(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        document = editor.open("shop/cart.py")
        editor.change(document, document.text + "\n\ndef quetzalcoatl():\n    return 1\n")
        editor.save(document, "shop/cart.py")

        async def found():
            return any("quetzalcoatl" in hit.text for hit in await editor.search("quetzalcoatl"))

        await editor.until(found, "the saved function")


async def test_an_unsaved_buffer_is_searchable_until_it_is_closed(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        document = editor.open("shop/postage.py")
        saved = document.text
        editor.change(document, saved + "\n\ndef popocatepetl():\n    return 1\n")

        async def found():
            return any("popocatepetl" in hit.text for hit in await editor.search("popocatepetl"))

        await editor.until(found, "the unsaved function")
        editor.close(document)
        document = editor.open("shop/postage.py", saved + "\n\ndef popocatepetl():\n    return 2\n")
        await editor.until(found, "the function of a buffer that was restored")
        editor.close(document)

        async def gone():
            return not await found()

        await editor.until(gone, "the end of the unsaved function")


async def test_changes_from_outside_are_told_by_the_editor(shop):
    async with session(shop, settings={**ECHO, "index": {"watch": False}}) as editor:
        await editor.indexed()
        (shop / "shop/new.py").write_text("def xochimilco():\n    return 1\n")
        (shop / "shop/numbers.py").unlink()
        changes = [
            lsp.FileEvent(editor.uri("shop/new.py"), lsp.FileChangeType.Created),
            lsp.FileEvent(editor.uri("shop/numbers.py"), lsp.FileChangeType.Deleted),
        ]
        editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(changes))

        async def seen():
            new = any(hit.path == "shop/new.py" for hit in await editor.search("xochimilco"))
            return new and not any(hit.path == "shop/numbers.py" for hit in await editor.search("first_ten"))

        await editor.until(seen, "the changes")


async def test_changes_from_outside_are_seen_by_the_watcher(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        await asyncio.sleep(1)  # the watcher starts after the first index; an event before that has no witness
        (shop / "shop/new.py").write_text("def tenochtitlan():\n    return 1\n")

        async def seen():
            return any(hit.path == "shop/new.py" for hit in await editor.search("tenochtitlan"))

        await editor.until(seen, "the new file")


async def test_many_changes_from_outside_show_progress_and_few_do_not(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        await editor.until(lambda: [value["kind"] for _, value in editor.progress][-1:] == ["end"], "the first index")
        await asyncio.sleep(1)  # as above
        editor.progress.clear()

        async def found(word):
            return any(word in hit.text for hit in await editor.search(word))

        (shop / "shop/few.py").write_text("def acapulco():\n    return 1\n")
        await editor.until(lambda: found("acapulco"), "one new file")
        assert editor.progress == []
        for number in range(300):
            (shop / f"shop/many{number}.py").write_text(f"def mazatlan_{number}():\n    return {number}\n")
        await editor.until(lambda: found("mazatlan_299"), "many new files")
        await editor.until(lambda: [value["kind"] for _, value in editor.progress][-1:] == ["end"], "the progress' end")
        assert editor.progress[0][1]["kind"] == "begin"
        assert editor.progress[0][1]["cancellable"]


async def test_a_changed_ignore_file_counts(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.indexed()
        (shop / ".gitignore").write_text("")
        event = lsp.FileEvent(editor.uri(".gitignore"), lsp.FileChangeType.Changed)
        editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))

        async def seen():
            return any(hit.path == "private/cart_copy.py" for hit in await editor.search("zanzibar"))

        await editor.until(seen, "what was ignored")


async def test_reindex_command(shop):
    async with session(shop, settings={**ECHO, "index": {"background": False}}) as editor:
        result = await editor.client.workspace_execute_command_async(lsp.ExecuteCommandParams("inglenook.reindex"))
        assert result["files"] == 5 if isinstance(result, dict) else result.files == 5


async def test_a_secret_file_gets_no_completion_and_the_user_is_told(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        document = editor.open(".env")
        assert await editor.complete(document, 0, 10) == ""
        status = await editor.status()
        assert status.kind == "Warning"
        assert ".env" in status.message
        assert await editor.request(methods.EXPLAIN.name, ExplainParams()) is None
        assert not any("abcdef0123456789" in line for line in editor.stderr)


async def test_an_ignored_file_is_completed_from_its_own_text_only(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        text = "from shop.cart import Cart\n\ncart = Cart()\ncart.add_line(1, 2)\nprice = cart."
        document = editor.open("private/cart_copy.py", text)
        await editor.complete(document, 4, 13)
        explanation = await editor.request(methods.EXPLAIN.name, ExplainParams())
        assert explanation.hits == []
        assert "price = cart." in explanation.prompt
        editor.change(document, text + "xipetotec()\n")
        await asyncio.sleep(0.6)
        assert not [hit for hit in await editor.search("xipetotec") if "xipetotec" in hit.text]


async def test_secrets_inside_a_file_are_masked_in_the_prompt(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        text = 'AWS = "AKIAIOSFODNN7EXAMPLQ"\nregion = '
        document = editor.open("shop/numbers.py", text)
        await editor.complete(document, 1, 9)
        explanation = await editor.request(methods.EXPLAIN.name, ExplainParams())
        assert "AKIAIOSFODNN7EXAMPLQ" not in explanation.prompt
        assert "*" * 20 in explanation.prompt


async def test_settings_change_while_running(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        editor.configuration = {**ECHO, "completion": {"enabled": False}, "chat": {"maxTokens": -1}}
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings=None))
        await editor.until(lambda: editor.messages, "a message about the bad value")
        assert "chat.max_tokens" in editor.messages[0]
        assert (await editor.status()).kind == "Inactive"
        document = editor.open("shop/cart.py")
        assert await editor.complete(document, 15, 15) == ""


async def test_no_folder_is_fine(tmp_path):
    async with session(None, settings=ECHO) as editor:
        status = await editor.status()
        assert status.kind in ("Inactive", "Busy")
        with pytest.raises(JsonRpcException, match="No folder is open"):
            await editor.search("anything")


async def test_a_folder_that_is_gone_is_said(tmp_path):
    async with session(tmp_path / "gone", settings=ECHO) as editor:
        status = await editor.status()
        assert status.kind == "Error"
        assert "gone" in status.message


@pytest.mark.parametrize("arguments", [["--tcp"], ["--tcp", "6010"], ["--what"], ["--stdio", "x"]])
async def test_bad_usage_is_one_sentence(arguments):
    process = await asyncio.create_subprocess_exec(
        *SERVE, *arguments, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, error = await process.communicate()
    assert process.returncode == 2
    assert error.decode().splitlines() == [
        "The server talks over stdin and stdout alone, and --stdio is its one option. Run: inglenook serve"
    ]


async def test_a_snooze_is_said_and_ends(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        document = editor.open("shop/cart.py", "x = 1\ny = ")
        run = editor.client.workspace_execute_command_async
        await run(lsp.ExecuteCommandParams(methods.SNOOZE.name, arguments=[5]))
        status = await editor.status()
        assert re.fullmatch(r"\d\d:\d\d", status.snoozed_until)
        assert status.message == f"Completions are snoozed until {status.snoozed_until}."
        assert await editor.complete(document, 1, 4, invoked=False) == ""
        assert await editor.complete(document, 1, 4) != ""
        await run(lsp.ExecuteCommandParams(methods.SNOOZE.name, arguments=[0]))
        status = await editor.status()
        assert (status.kind, status.snoozed_until) == ("Normal", ""), status.message


async def test_switching_completion_on_ends_a_snooze(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        run = editor.client.workspace_execute_command_async
        await run(lsp.ExecuteCommandParams(methods.SNOOZE.name, arguments=[5]))
        for enabled, message in ((False, "switched off"), (True, "ready")):
            assert (await editor.status()).snoozed_until
            editor.configuration = {**ECHO, "completion": {**ECHO["completion"], "enabled": enabled}}
            editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings=None))

            async def said(message=message):
                return message in (await editor.status()).message

            await editor.until(said, f"completion {message}")
        assert (await editor.status()).snoozed_until == ""


async def test_every_suggestion_is_explained_by_its_id(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        assert await editor.request(methods.EXPLAIN.name, ExplainParams()) is None
        document = editor.open("shop/cart.py", "x = 1\ny = ")
        suggested = [await suggest(editor, document, 1, 4)]
        editor.change(document, f"x = 1\ny = {suggested[0].insert_text[:2]}")
        suggested.append(await suggest(editor, document, 1, 6))  # typed through: the model is not asked
        editor.change(document, "size = 1\nother_size = ")
        suggested.append(await suggest(editor, document, 1, 13))
        ids = [one.command.arguments[0] for one in suggested]
        assert ids[0] == ids[1] != ids[2]
        for id, text, line in (
            (ids[0], suggested[0].insert_text, "y = "),
            (ids[2], suggested[2].insert_text, "size ="),
        ):
            why = await editor.request(methods.EXPLAIN.name, ExplainParams(id=id))
            assert why.text == text
            assert line in why.prompt
        with pytest.raises(JsonRpcException, match="too long ago"):
            await editor.request(methods.EXPLAIN.name, ExplainParams(id="nobody's"))


async def suggest(editor, document, line, character):
    place = lsp.TextDocumentIdentifier(document.uri), lsp.Position(line, character)
    context = lsp.InlineCompletionContext(lsp.InlineCompletionTriggerKind.Invoked)
    params = lsp.InlineCompletionParams(text_document=place[0], position=place[1], context=context)
    (item,) = (await editor.request(lsp.TEXT_DOCUMENT_INLINE_COMPLETION, params)).items
    return item


async def test_what_the_editor_is_told_is_clean_and_its_uris_are_exact(shop):
    name, text = "odd\x1b[31m\u202e.py", "def odd_name():\n    return '\x1b]52;c;cHduZWQ=\x07\u2066'\n"
    (shop / name).write_text(text, encoding="utf-8")
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        (hit, *_) = await editor.search("odd_name")
        assert (hit.uri, hit.path) == (editor.uri(name), "odd␛[31m<U+202E>.py")
        answer = await editor.chat(("user", "What does odd_name return?"))
        shown = [hit.text, answer.text, *(one.path for one in answer.references), *editor.deltas["chat"]]
        assert "␛]52;c;cHduZWQ=␇<U+2066>" in answer.text
        assert [one for one in shown if hides(one)] == []
        with pytest.raises(JsonRpcException) as failed:
            await editor.request(methods.CHAT.name, ChatParams([ChatMessage("evil\x1b[31m\u202e", "x")]))
        assert not hides(str(failed.value))


async def test_what_became_of_a_suggestion_is_counted_and_erased(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        document = editor.open("shop/cart.py", "x = 1\ny = ")
        text = await editor.complete(document, 1, 4)
        editor.change(document, f"x = 1\ny = {text}")

        async def accepted():
            groups = (await editor.request(methods.STATS.name, StatsParams())).groups
            return groups[0].accepted == 1 and groups[0].characters == len(text)

        await editor.until(accepted, "the count")
        erased = await editor.request(methods.STATS.name, StatsParams(erase=True))
        assert erased.groups[0].suggested == 0


async def test_a_client_without_inline_completion_asks_for_an_ordinary_item(shop):
    settings = {**ECHO, "completion": {"debounceMs": 0, "ordinary": True}}
    async with session(shop, settings=settings) as editor:
        await editor.ready()
        document = editor.open("shop/cart.py", "x = 1\ny = ")
        params = lsp.CompletionParams(lsp.TextDocumentIdentifier(document.uri), lsp.Position(1, 4))
        result = await editor.request(lsp.TEXT_DOCUMENT_COMPLETION, params)
        assert result.items[0].text_edit.new_text == await editor.complete(document, 1, 4)
