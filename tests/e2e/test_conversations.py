"""Conversations that are kept, over stdio. The echo engine answers."""

import asyncio
import os
import stat

import pytest
from inglenook_indexer.text.printable import hides
from inglenook_server.chat.answer import NO_WORKSPACE
from inglenook_server.conversations.store import conversations_root, of_workspace
from inglenook_server.protocol import methods
from inglenook_server.protocol.conversations import ConversationsParams
from pygls.exceptions import JsonRpcException

from tests.e2e.harness import session
from tests.e2e.test_wire import ECHO, REQUEST_FAILED

KEY = "AKIA" + "Q3EGRTUNUZ4M7K2X"


async def asked(editor, action="list", id="", title=""):
    return await editor.request(methods.CONVERSATIONS.name, ConversationsParams(action, id, title))


async def test_an_answer_is_kept_where_the_client_wants_it(shop):
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        assert (await editor.request(methods.CONVERSATIONS.name, None)).conversations == []
        await editor.chat(("user", "postage_for?"))
        assert (await asked(editor)).conversations == []
        question = ("user", f"What does postage_for do with {KEY}?")
        answer = await editor.chat(question, conversation="one")
        assert answer.note == ""
        (info,) = (await asked(editor)).conversations
        assert (info.id, info.messages) == ("one", 2)
        loaded = (await asked(editor, "load", "one")).messages
        assert [one.role for one in loaded] == ["user", "assistant"]
        assert (loaded[1].content, loaded[1].origin, loaded[1].model) == (answer.text, answer.origin, answer.model)
        places = [(one.path, one.uri, one.range) for one in answer.references]
        assert places
        assert [(one.path, one.uri, one.range) for one in loaded[1].references] == places
        assert KEY not in (of_workspace(shop).folder / "chat-one.jsonl").read_text("utf-8")

        # The follow-up comes with the bare text of what was said; regenerated, the answer takes the old one's place.
        earlier = (question, ("assistant", answer.text))
        for _ in range(2):
            await editor.chat(*earlier, ("user", "And who calls it?"), conversation="one")
        loaded = (await asked(editor, "load", "one")).messages
        assert [one.role for one in loaded] == ["user", "assistant"] * 2
        assert [(one.path, one.uri, one.range) for one in loaded[1].references] == places

    async with session(shop, settings=ECHO) as editor:  # they outlive the server
        renamed = await asked(editor, "rename", "one", "Postage\u202e")
        assert [one.title for one in renamed.conversations] == ["Postage<U+202E>"]
        exported = (await asked(editor, "export", "one")).markdown
        assert exported.startswith("# Postage")
        assert "`shop/postage.py:" in exported
        assert (await asked(editor, "delete", "one")).conversations == []


async def test_what_cannot_be_done_is_one_sentence(shop):
    failing = [
        (("burn",), "'burn' is no action"),
        (("load", "gone"), "no conversation gone here"),
        (("rename", "gone", "x"), "no conversation gone here"),
        (("delete", "gone"), "no conversation gone here"),
        (("export", "../a"), "letters"),
    ]
    async with session(shop, settings=ECHO) as editor:
        for words, says in failing:
            with pytest.raises(JsonRpcException, match=says) as failure:
                await asked(editor, *words)
            assert failure.value.code == REQUEST_FAILED
        answer = await editor.chat(("user", "postage_for?"), conversation="no/id")
        assert "letters, digits" in answer.note
    async with session(None, settings=ECHO) as editor:
        with pytest.raises(JsonRpcException, match="No folder is open"):
            await asked(editor)
        assert (await editor.chat(("user", "postage_for?"), conversation="one")).note == NO_WORKSPACE


async def test_a_store_that_cannot_be_used_costs_no_answer(shop):
    conversations_root().parent.mkdir(parents=True, exist_ok=True)
    conversations_root().write_text("in the way")
    async with session(shop, settings=ECHO) as editor:
        await editor.ready()
        answer = await editor.chat(("user", "postage_for?"), conversation="one")
        assert answer.text
        assert "Conversations can't be written" in answer.note


async def test_damage_is_said_and_costs_the_others_nothing(shop):
    folder = of_workspace(shop).folder
    async with session(shop, settings=ECHO) as editor:
        for id in ("one", "two"):
            await editor.chat(("user", "postage_for?"), conversation=id)
        file = folder / "chat-one.jsonl"
        if os.name == "posix":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        text = file.read_text("utf-8")
        file.write_text(text[:-20], "utf-8")
        assert (await asked(editor, "load", "two")).note == ""
        assert "can't be read any more" in (await asked(editor, "load", "one")).note
        file.write_text("\x1b[31m\u202e" + text, "utf-8")
        listed = await asked(editor)
        assert len(listed.conversations) == 2
        assert "damaged" in listed.note
        assert not any(hides(one.title) for one in listed.conversations)


async def test_several_folders_keep_theirs_with_the_first(shop, workspace):
    other = workspace({"bread.py": "def bake():\n    return 1\n"})
    async with session(shop, other, settings=ECHO) as editor:
        await editor.ready()
        await asyncio.gather(*(editor.chat(("user", "bake?"), conversation=id) for id in ("one", "two")))
        assert len((await asked(editor)).conversations) == 2
    assert {one.id for one in of_workspace(shop).list().conversations} == {"one", "two"}
    assert of_workspace(other).list().conversations == ()
