"""The `openai` engine against the plain server over the echo engine: the protocol, failures, keys, and hanging up."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from types import ModuleType

import pytest
from inglenook_server.errors import AdapterError, GenerationError
from inglenook_server.generation.base import Chat, Infill, Message, Options, Prompt, Snippet
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.generation.load import load_generator
from inglenook_server.generation.prompts.fim import find_sentinels
from inglenook_server.generation.remote.capabilities import Capabilities
from inglenook_server.generation.remote.engine import RemoteGenerator
from inglenook_server.generation.remote.http import events
from inglenook_server.generation.remote.keys import key_for
from inglenook_server.generation.remote.request_body import blank_end, body_for, rendered
from inglenook_server.settings import GenerationSettings, load

from tests.server.generation.openai_server import Plain, serving
from tests.waiting import until

QUESTION = Chat((Message("user", "one two three four"),))


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INGLENOOK_API_KEY", raising=False)
    monkeypatch.setattr("inglenook_server.generation.remote.http.RETRIES_S", (0.01, 0.01))


@pytest.fixture
def plain() -> Iterator[Plain]:
    with serving(EchoGenerator()) as served:
        yield served


def connect(served: Plain, model: str = "") -> RemoteGenerator:
    generator = load_generator(GenerationSettings(engine="openai", endpoint=served.endpoint, model=model))
    assert isinstance(generator, RemoteGenerator)
    return generator


def test_it_asks_the_server_what_it_has(plain: Plain) -> None:
    with closing(connect(plain)) as generator:
        assert (generator.name, generator.engine) == ("echo", "openai")
        assert generator.context_length == 8192
        assert generator.infills, "the server takes text after the cursor"
    with serving(EchoGenerator(), suffix=False) as without, closing(connect(without)) as generator:
        assert not generator.infills
        generator.generate(Infill("x = ", "\ny"), Options())
        assert "suffix" not in without.requests[-1][1]
    with pytest.raises(GenerationError, match="has no model called other; it has echo"):
        connect(plain, "other")


def test_what_is_sent_at_a_cursor_holds_both_sides(plain: Plain) -> None:
    with closing(connect(plain)) as generator:
        done = generator.generate(Infill("a = 1\nb = 2", "\nend"), Options(max_tokens=9, stop=("\n",), seed=3))
        path, body, _ = plain.requests[-1]
        assert path == "/v1/completions"
        assert (body["prompt"], body["suffix"], body["max_tokens"], body["seed"]) == ("a = 1\nb = 2", "\nend", 9, 3)
        assert done.text == "b = 2"


def test_characters_that_python_takes_for_line_ends_come_through() -> None:
    text = "a\u2028b\x0cc\x85d"
    with serving(EchoGenerator(lambda _: text)) as served, closing(connect(served)) as generator:
        assert generator.generate(QUESTION, Options()).text == text


async def test_events_are_put_together_wherever_they_are_cut() -> None:
    data = b': comment\n\ndata: {"a": "\xe2\x80\xa8"}\r\n\r\ndata: {"b": 1}\n\ndata: [DONE]\n\ndata: {"c": 1}\n\n'
    for size in (1, 2, 3, 7, len(data)):

        async def blocks(size: int = size):
            for start in range(0, len(data), size):
                yield data[start : start + size]

        assert [event async for event in events(blocks())] == [{"a": "\u2028"}, {"b": 1}]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again(plain: Plain, status: int) -> None:
    with closing(connect(plain)) as generator:
        plain.refuse += [(status, {}), (status, {"Retry-After": "0.01"})]
        assert generator.generate(QUESTION, Options()).text == "one two three four"
        assert plain.refuse == []


@pytest.mark.parametrize(
    ("status", "headers", "sentence", "tries"),
    [
        (400, {}, "refuses the request: not now.", 1),
        (404, {}, "does not know this model", 1),
        (429, {}, "has too much to do: not now.", 3),
        (503, {"Retry-After": "3600"}, "failed with status 503", 1),
        (302, {"Location": "http://127.0.0.1:9/elsewhere"}, "failed with status 302", 1),
    ],
)
def test_a_refusal_is_a_sentence(plain: Plain, status: int, headers: dict[str, str], sentence: str, tries: int) -> None:
    with closing(connect(plain)) as generator:
        before = len(plain.requests)
        plain.refuse += [(status, headers)] * 5
        with pytest.raises(GenerationError, match=sentence) as caught:
            generator.generate(QUESTION, Options())
        assert caught.value.mend
        assert "Traceback" not in caught.value.message
        assert len(plain.requests) - before == tries


def test_where_nobody_listens_is_a_sentence() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    with pytest.raises(GenerationError, match="No server answers at http://127"):
        load_generator(GenerationSettings(engine="openai", endpoint=endpoint))
    with pytest.raises(GenerationError, match="needs to be told where the server is") as caught:
        load_generator(GenerationSettings(engine="openai"))
    assert "settings.toml" in caught.value.mend


def test_a_server_that_goes_away_is_a_sentence() -> None:
    with serving(EchoGenerator()) as served:
        generator = connect(served)
    with closing(generator), pytest.raises(GenerationError, match=r"No server answers|broke"):
        generator.generate(QUESTION, Options())


def test_the_key_is_sent_and_a_wrong_one_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(EchoGenerator(), key="secret") as served:
        with pytest.raises(GenerationError, match="refuses the key") as caught:
            connect(served)
        assert "INGLENOOK_API_KEY" in caught.value.mend
        monkeypatch.setenv("INGLENOOK_API_KEY", "secret")
        with closing(connect(served)) as generator:
            assert generator.generate(QUESTION, Options()).text
        assert served.requests[-1][2] == "Bearer secret"


def test_a_key_comes_from_the_environment_or_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = ModuleType("keyring")
    ring.get_password = lambda service, user: {("inglenook", "http://host/v1"): "kept"}.get((service, user))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setenv("OPENAI_API_KEY", "somebody else's")
    assert key_for("http://host/v1/") == "kept"
    assert key_for("http://other/v1") == ""
    monkeypatch.setenv("INGLENOOK_API_KEY", "given")
    assert key_for("http://host/v1") == "given"

    def locked(*_: object) -> str:
        raise RuntimeError("locked")

    monkeypatch.delenv("INGLENOOK_API_KEY")
    ring.get_password = locked  # type: ignore[attr-defined]
    assert key_for("http://host/v1") == ""


def test_a_cancel_is_answered_at_once_and_the_server_stops() -> None:
    with serving(EchoGenerator(lambda _: "word " * 2000, token_ms=5)) as served, closing(connect(served)) as generator:
        cancel = threading.Event()
        asked: list[float] = []

        def cancelled() -> bool:
            if cancel.is_set() and not asked:
                asked.append(time.perf_counter())
            return cancel.is_set()

        pieces: list[str] = []

        def on_text(piece: str) -> None:
            pieces.append(piece)
            if len(pieces) == 3:
                cancel.set()

        done = generator.generate(QUESTION, Options(max_tokens=2000), on_text, cancelled)
        assert done.stop_reason == "cancelled"
        assert time.perf_counter() - asked[0] < 5  # saying all of it takes twice as long
        until(lambda: served.hangups)
        assert served.hangups[0].stop_reason == "cancelled"
        assert served.hangups[0].usage.generated_tokens < 200


def test_closing_ends_what_runs() -> None:
    with serving(EchoGenerator(lambda _: "word " * 2000, token_ms=5)) as served:
        generator = connect(served)
        threading.Timer(0.2, generator.close).start()
        with pytest.raises(GenerationError, match="closed"):
            generator.generate(QUESTION, Options(max_tokens=2000))
        with pytest.raises(GenerationError, match="closed"):
            generator.generate(QUESTION, Options())


def test_an_adapter_is_not_sent(plain: Plain, tmp_path) -> None:
    with closing(connect(plain)) as generator, pytest.raises(AdapterError, match="can't be sent"):
        generator.with_adapter(tmp_path)


QWEN = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>", "<|file_sep|>")
SENTINELS = find_sentinels({token: number for number, token in enumerate(QWEN)}.get)
OTHER = (Snippet("a.py", "def a(): pass"),)


@pytest.mark.parametrize(
    ("prompt", "filling", "text"),
    [
        (Infill("x = f(", ")\n"), "sentinels", "<|fim_prefix|>x = f(<|fim_suffix|>)\n<|fim_middle|>"),
        (Infill("def f():\n    ", "\n"), "sentinels", "<|fim_prefix|>def f():<|fim_suffix|>\n<|fim_middle|>"),
        (Infill("'<|fim_middle|>'"), "sentinels", "<|fim_prefix|>'<\u200b|fim_middle|>'<|fim_suffix|><|fim_middle|>"),
        (Infill("x = f(", ")", "b.py", OTHER), "suffix", "# From a.py:\n# def a(): pass\n\nx = f("),
        (Infill("s = '<|fim_middle|>'"), "none", "s = '<|fim_middle|>'"),
    ],
)  # fmt: skip
def test_prompts(prompt: Infill, filling: str, text: str) -> None:
    knowledge = Capabilities("m", 4096, SENTINELS if filling == "sentinels" else None, filling)  # type: ignore[arg-type]
    path, body, _ = body_for(prompt, Options(), knowledge)
    assert (path, body["prompt"]) == ("/completions", text)
    assert rendered(prompt, knowledge) == text
    assert ("suffix" in body) == (filling == "suffix")


@pytest.mark.parametrize(
    ("prefix", "healed"),
    [
        ("def f():\n    ", "\n    "),
        ("x = ", " "),
        ("x =", ""),
        ("x\n", "\n"),
        ("   ", ""),
        ("", ""),
        ("x" + " " * 80, ""),
    ],
)
def test_blanks_before_the_cursor_are_said_again(prefix: str, healed: str) -> None:
    assert blank_end(prefix) == healed
    prompt: Prompt = Infill(prefix)
    _, body, cut = body_for(prompt, Options(max_tokens=5, stop=("\n",)), Capabilities("m", 4096, None, "none"))
    assert body["prompt"] + cut == prefix
    assert body["max_tokens"] == 5 + len(healed)
    assert ("stop" in body) == (not healed)


def test_only_the_users_own_file_says_where_text_goes(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"generation": {"engine": "openai", "endpoint": "http://evil.example/v1"}}
    settings, messages = load(wanted, trusted=False)
    assert (settings.generation.engine, settings.generation.endpoint) == ("auto", "")
    assert len(messages) == 2
    monkeypatch.setenv("INGLENOOK_CONFIG", str(tmp_path))
    (tmp_path / "settings.toml").write_text('[generation]\nengine = "openai"\nendpoint = "http://host/v1"\n')
    settings, messages = load({"generation": {"endpoint": "http://evil.example/v1"}}, trusted=False)
    assert settings.generation.endpoint == "http://host/v1"
    assert len(messages) == 1
