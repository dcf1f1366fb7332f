"""What needs a real model: completion, chat and cancellation with the small one, and life without any."""

import asyncio
import os
import signal
import time

import psutil
import pytest
from inglenook_server.protocol import methods
from inglenook_server.protocol.explain import ExplainParams
from pygls.exceptions import JsonRpcException

from tests.e2e.harness import session

FAST = {"generation": {"profile": "fast"}, "completion": {"debounceMs": 0}}
REQUEST_CANCELLED = -32800
REQUEST_FAILED = -32803


@pytest.mark.model
async def test_completion(shop, fast_model):
    async with session(shop, settings=FAST) as editor:
        await editor.ready()
        assert (await editor.status()).model == fast_model
        text = "def first_ten():\n    return [1, 2, 3, 4, 5, "
        document = editor.open("shop/numbers.py", text)
        suggestion = await editor.complete(document, 1, len(text.split("\n")[1]))
        assert suggestion.startswith("6, 7")
        assert "\n" not in suggestion
        explanation = await editor.request(methods.EXPLAIN.name, ExplainParams())
        assert "return [1, 2, 3" in explanation.prompt
        assert explanation.usage.prompt_tokens > 0
        assert {"context", "prompt", "generate", "filter", "total"} <= set(explanation.timings)

        typed = text + suggestion[:3]
        editor.change(document, typed)
        assert await editor.complete(document, 1, len(typed.split("\n")[1]), invoked=False) == suggestion[3:]
        again = await editor.request(methods.EXPLAIN.name, ExplainParams())
        assert again.usage == explanation.usage  # the model was not asked again

        # Newer requests make older ones stale, whoever forgot to cancel them.
        editor.change(document, text := "def first_six():\n    return [1, 2, 3, ")
        column = len(text.split("\n")[1])
        requests = [asyncio.create_task(editor.complete(document, 1, column)) for _ in range(4)]
        assert (await asyncio.gather(*requests))[-1].startswith("4")

        # Characters before the cursor count in UTF-16 units.
        editor.change(document, line := 'smiles = ["😀", "😃"]; x = [1, 2, 3, 4, ')
        units = len(line.encode("utf-16-le")) // 2
        assert units == len(line) + 2
        assert (await editor.complete(document, 0, units)).startswith("5")


@pytest.mark.model
async def test_chat_streams_an_answer_with_real_places(shop, fast_model):
    async with session(shop, settings={**FAST, "chat": {"maxTokens": 40}}) as editor:
        await editor.ready()
        result = await editor.chat(("user", "How is the total price of a cart computed?"))
        assert "".join(editor.deltas["chat"]).startswith(result.text)  # a loop is cut back
        assert len(editor.deltas["chat"]) >= 1
        assert result.references or result.note
        assert all((shop / reference.path).is_file() for reference in result.references)
        assert result.model == fast_model
        again = await editor.chat(
            ("user", "How is the total price of a cart computed?"),
            ("assistant", result.text),
            ("user", "And the postage?"),
            token=None,
        )
        why = await editor.request(methods.EXPLAIN.name, ExplainParams("answer"))
        shown = {hit.path for hit in why.hits}
        assert "shop/postage.py" in shown
        assert {reference.path for reference in again.references} <= shown
        assert list(editor.deltas) == ["chat"]


@pytest.mark.model
async def test_a_cancelled_chat_is_answered_at_once_and_frees_the_model(shop, fast_model):
    async with session(shop, settings=FAST) as editor:
        await editor.ready()
        task = asyncio.create_task(
            editor.chat(("user", "Why do programs use loops? Explain in great detail."), message_id="long")
        )
        await editor.until(lambda: len(editor.deltas["chat"]) > 2, "the first words")
        begin = time.monotonic()
        editor.cancel("long")
        with pytest.raises(JsonRpcException) as failure:
            await task
        assert failure.value.code == REQUEST_CANCELLED
        assert time.monotonic() - begin < 5  # 0.1 s on a quiet machine
        text = "x = [1, 2, 3, "
        document = editor.open("shop/numbers.py", text)
        assert (await editor.complete(document, 0, len(text))).startswith("4")
        count = len(editor.deltas["chat"])
        await asyncio.sleep(0.5)
        assert len(editor.deltas["chat"]) == count


@pytest.mark.model
@pytest.mark.skipif(os.name == "nt", reason="needs signals")
async def test_a_crash_of_the_engine_takes_neither_server_nor_editor_down(shop, fast_model):
    async with session(shop, settings=FAST) as editor:
        await editor.ready()
        engines = [
            child
            for child in psutil.Process().children(recursive=True)
            if any("process_main" in part for part in child.cmdline())
        ]
        assert len(engines) == 1
        task = asyncio.create_task(editor.chat(("user", "Why do programs use loops? Explain in great detail.")))
        await editor.until(lambda: len(editor.deltas["chat"]) > 2, "the first words")
        engines[0].send_signal(signal.SIGSEGV)
        with pytest.raises(JsonRpcException, match="SIGSEGV"):
            await task
        await editor.until(lambda: any("SIGSEGV" in one.message for one in editor.statuses), "the status")
        text = "x = [1, 2, 3, "
        document = editor.open("shop/numbers.py", text)
        assert (await editor.complete(document, 0, len(text))).startswith("4")
        assert (await editor.status()).kind == "Normal"


async def test_without_a_model_search_works_and_the_status_says_what_to_do(shop, tmp_path, monkeypatch):
    monkeypatch.setenv("INGLENOOK_MODELS", str(tmp_path / "no-models"))
    async with session(shop, settings={"generation": {"profile": "fast"}}) as editor:
        await editor.until(lambda: any(status.kind == "Warning" for status in editor.statuses), "the warning")
        await editor.indexed()
        status = await editor.status()
        assert status.kind == "Warning"
        assert "inglenook models pull" in status.message
        assert (await editor.search("postage"))[0].path == "shop/postage.py"
        document = editor.open("shop/numbers.py", "x = ")
        assert await editor.complete(document, 0, 4) == ""
        with pytest.raises(JsonRpcException, match="inglenook models pull") as failure:
            await editor.chat(("user", "How does the cart work?"))
        assert failure.value.code == REQUEST_FAILED
        assert not any("Traceback" in line for line in editor.stderr)
