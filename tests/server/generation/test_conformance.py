"""One suite for every engine: what `Generator` promises, whoever keeps it.

The `openai` engine is run against two real servers on this machine: a plain one over our own OpenVINO engine, and
llama-cpp-python's with the GGUF file where that is installed (`pip install 'llama-cpp-python[server]'`: it compiles).
"""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import Chat, Generation, Generator, Infill, Message, Options
from inglenook_server.generation.load import load_generator, load_in_process
from inglenook_server.settings import GenerationSettings

from tests.server.generation.openai_server import serving
from tests.waiting import TIMEOUT_S, until

CODE = "import os\n\n\ndef read_lines(path):\n    with open(path) as handle:\n        return"
STORY = Chat((Message("user", "Tell me a long story about a lighthouse, in many words."),))
LLAMA = "smollm2-by-llama"
START_S = 120
"""Seconds that llama-cpp-python's server may take to start on a busy machine."""


def llama_server(stack: ExitStack, gguf: str) -> str:
    """Start llama-cpp-python's server; its endpoint."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", gguf, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--n_ctx", "2048", "--model_alias", LLAMA, "--logits_all", "true"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended while starting"
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return f"http://127.0.0.1:{port}/v1"
        time.sleep(0.2)
    raise AssertionError("the server did not start")


def make(engine: str, model: str, stack: ExitStack) -> Generator:
    if engine == "openvino-apart":
        return load_in_process(GenerationSettings(profile="fast", threads=2))
    if engine in ("echo", "openvino", "transformers"):
        if engine == "transformers":
            pytest.importorskip("torch")
            pytest.importorskip("transformers")
        return load_generator(GenerationSettings(profile="fast", engine=engine, threads=2))  # type: ignore[arg-type]
    if engine == "openai-plain":
        served = load_generator(GenerationSettings(profile="fast", threads=2))
        stack.callback(served.close)
        endpoint = stack.enter_context(serving(served)).endpoint
    else:
        if any(importlib.util.find_spec(one) is None for one in ("llama_cpp", "uvicorn", "starlette_context")):
            pytest.skip("llama-cpp-python[server] is not installed")
        from inglenook_server.models import installed

        endpoint = llama_server(stack, str(installed(model).gguf))
    return load_generator(GenerationSettings(engine="openai", endpoint=endpoint))


@pytest.fixture(
    scope="module",
    params=[
        "echo",
        pytest.param("openvino", marks=pytest.mark.model),
        pytest.param("openvino-apart", marks=pytest.mark.model),
        pytest.param("transformers", marks=pytest.mark.model),
        pytest.param("openai-plain", marks=pytest.mark.model),
        pytest.param("openai-llama", marks=pytest.mark.model),
    ],
)
def generator(request: pytest.FixtureRequest) -> Iterator[Generator]:
    model = "" if request.param == "echo" else request.getfixturevalue("fast_model")
    with ExitStack() as stack:
        made = make(request.param, model, stack)
        stack.callback(made.close)
        yield made


def test_it_says_what_it_is(generator: Generator) -> None:
    assert generator.name
    assert generator.engine in ("echo", "openvino", "transformers", "openai")
    assert generator.adapter == ""
    assert generator.context_length >= 2048
    assert isinstance(generator.infills, bool)


def test_counts_grow_with_the_text(generator: Generator) -> None:
    assert generator.count("") == 0
    assert 0 < generator.count("return x") < generator.count("return x\n" * 20)


def test_a_rendered_prompt_holds_what_the_caller_wrote(generator: Generator) -> None:
    assert "def read_lines" in generator.render(Infill(CODE))
    assert "lighthouse" in generator.render(STORY)


def test_pieces_add_up_and_usage_is_told(generator: Generator) -> None:
    pieces: list[str] = []
    done = generator.generate(Infill(CODE), Options(max_tokens=12), pieces.append)
    assert done.text == "".join(pieces) != ""
    usage = done.usage
    assert usage.prompt_tokens > 0
    assert 0 < usage.generated_tokens <= 12 + 4  # the healed word's tokens are generated, too
    assert 0 < usage.first_token_ms <= usage.total_ms


def test_greedy_is_always_the_same(generator: Generator) -> None:
    texts = {generator.generate(Infill(CODE), Options(max_tokens=8)).text for _ in range(2)}
    assert len(texts) == 1


def test_the_length_ends_it(generator: Generator) -> None:
    done = generator.generate(STORY, Options(max_tokens=3))
    assert done.stop_reason == "length"
    assert done.text


def test_a_stop_string_ends_it_and_is_no_part_of_the_text(generator: Generator) -> None:
    whole = generator.generate(STORY, Options(max_tokens=12)).text
    stop = whole.split()[2]
    done = generator.generate(STORY, Options(max_tokens=12, stop=(stop,)))
    assert done.stop_reason == "stop"
    assert done.text == whole[: whole.index(stop)]


def test_a_cancel_during_the_answer_ends_it_and_the_next_is_served(generator: Generator) -> None:
    pieces: list[str] = []
    done = generator.generate(STORY, Options(max_tokens=300), pieces.append, lambda: len(pieces) >= 2)
    assert done.stop_reason == "cancelled"
    assert len(pieces) < 40
    assert generator.generate(Infill(CODE), Options(max_tokens=2)).text


def test_a_cancel_before_the_start_generates_nothing(generator: Generator) -> None:
    done = generator.generate(STORY, Options(max_tokens=50), cancelled=lambda: True)
    assert (done.stop_reason, done.text) == ("cancelled", "")


def test_a_completion_is_served_while_a_chat_is_answered(generator: Generator) -> None:
    if generator.name == LLAMA:
        pytest.skip("llama-cpp-python's server breaks a running answer off when another request comes")
    answers: list[Generation] = []
    pieces: list[str] = []
    stop = threading.Event()
    begun = threading.Event()

    def on_text(piece: str) -> None:
        pieces.append(piece)
        begun.set()

    def chat() -> None:
        answers.append(generator.generate(STORY, Options(max_tokens=1500), on_text, stop.is_set))

    thread = threading.Thread(target=chat)
    thread.start()
    try:
        assert begun.wait(60)
        assert generator.generate(Infill(CODE), Options(max_tokens=4)).text
        if generator.engine != "echo":  # whose answer is over in no time
            assert thread.is_alive(), "the completion had to wait for the whole answer"
        seen = len(pieces)
        until(lambda: len(pieces) > seen or not thread.is_alive())
        assert len(pieces) > seen or generator.engine == "echo", "the chat goes on afterwards"
    finally:
        stop.set()
        thread.join(TIMEOUT_S)
    assert answers[0].text == "".join(pieces)


def test_text_that_is_likely_scores_higher(generator: Generator) -> None:
    likely = "for i in range(10):\n    print(i)\n"
    try:
        logs = generator.log_probabilities(likely)
    except GenerationError as error:
        pytest.skip(error.message)
    assert len(logs) >= 5
    assert all(log <= 0 for log in logs)
    assert generator.score(likely) == pytest.approx(sum(logs) / len(logs), abs=0.05)
    if generator.name == LLAMA:
        pytest.skip("llama-cpp-python's log-probabilities of an echoed prompt are not the model's: -11 nats a token")
    if generator.engine != "echo":
        assert generator.score("range for ]( i:10 in print") < generator.score(likely)


def test_too_little_to_score_is_a_sentence(generator: Generator) -> None:
    with pytest.raises(GenerationError) as caught:
        generator.log_probabilities("x")
    assert caught.value.message.endswith(".")


def test_no_adapter_is_always_to_be_had(generator: Generator) -> None:
    if generator.engine == "openvino":
        pytest.skip("loads a second pipeline: see test_adapters.py")
    assert generator.with_adapter(None).adapter == ""


@pytest.mark.parametrize(
    "engine",
    [
        "echo",
        pytest.param("openvino", marks=pytest.mark.model),
        pytest.param("openvino-apart", marks=pytest.mark.model),
    ],
)
def test_closed_is_closed_and_ends_what_runs(engine: str, request: pytest.FixtureRequest) -> None:
    model = "" if engine == "echo" else request.getfixturevalue("fast_model")
    with ExitStack() as stack:
        made = make(engine, model, stack)
        made.close()
        for call in (lambda: made.generate(STORY, Options()), lambda: made.log_probabilities("a b c")):
            with pytest.raises(GenerationError, match="unloaded"):
                call()
