"""An engine in a process of its own: what goes across, what a death looks like, and that nothing outlives anything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import psutil
import pytest
from inglenook_server.errors import EngineDied, GenerationError, UnknownModel
from inglenook_server.generation.base import Chat, Infill, Message, Options
from inglenook_server.generation.load import load_in_process
from inglenook_server.generation.process.child import Process, exit_message
from inglenook_server.generation.process.engine import ProcessGenerator
from inglenook_server.runtime.status import SessionStatus
from inglenook_server.session.model_host import ModelHost
from inglenook_server.settings import GenerationSettings

ECHO = GenerationSettings(engine="echo")
STORY = Chat((Message("user", "Tell me a long story about a lighthouse, in many words."),))


@pytest.fixture
def echo() -> Iterator[ProcessGenerator]:
    process = Process()
    key, told = process.ask("load", ECHO, None)
    made = ProcessGenerator(process, key, told, None)  # type: ignore[arg-type]
    yield made
    made.close()


def gone(pid: int, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_pieces_come_as_they_are_made_and_the_result_is_the_engines(echo: ProcessGenerator) -> None:
    pieces: list[str] = []
    done = echo.generate(Infill("x = [1, 2, 3]"), Options(max_tokens=3), pieces.append)
    assert (done.text, done.stop_reason) == ("x = [1,", "length")
    assert "".join(pieces) == done.text
    assert done.usage.generated_tokens == 3
    assert (echo.name, echo.engine, echo.infills) == ("echo", "echo", True)
    assert echo.score("a b c") == -1.0
    assert echo.with_adapter(None) is echo


def test_errors_come_across_as_what_they_are(echo: ProcessGenerator) -> None:
    with pytest.raises(GenerationError, match="fewer than two tokens"):
        echo.log_probabilities("x")
    process = Process()
    process.hold()
    with pytest.raises(UnknownModel) as caught:
        process.ask("load", GenerationSettings(profile="custom", model="starcoder2-3b-that-nobody-has"), None)
    assert caught.value.mend
    process.release()
    assert gone(process.pid)


def test_an_exception_in_the_callers_code_is_the_callers_and_stops_the_engine(echo: ProcessGenerator) -> None:
    def broken(_: str) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        echo.generate(Infill("a b c d"), Options(), broken)
    assert echo.generate(Infill("a b"), Options()).text == "a b"


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_death_is_told_to_everybody_who_waits_and_who_comes_later(echo: ProcessGenerator) -> None:
    os.kill(echo.pid, signal.SIGSTOP)  # so that it can't answer in time
    caught: list[EngineDied] = []

    def ask() -> None:
        with pytest.raises(EngineDied) as death:
            echo.generate(Infill("a b c"), Options())
        caught.append(death.value)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    os.kill(echo.pid, signal.SIGKILL)
    for thread in threads:
        thread.join(20)
    assert [one.message for one in caught] == ["The engine's process was killed, maybe because the memory ran out."] * 3
    with pytest.raises(EngineDied):
        echo.generate(Infill("a"), Options())


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_cancel_is_answered_at_once_even_by_an_engine_that_is_stuck(echo: ProcessGenerator) -> None:
    os.kill(echo.pid, signal.SIGSTOP)
    started = time.monotonic()
    done = echo.generate(Infill("a b c"), Options(), cancelled=lambda: time.monotonic() - started > 0.05)
    assert done.stop_reason == "cancelled"
    assert time.monotonic() - started < 1
    os.kill(echo.pid, signal.SIGCONT)
    assert echo.generate(Infill("a b"), Options()).text == "a b"


def test_closing_ends_the_process(echo: ProcessGenerator) -> None:
    echo.close()
    assert gone(echo.pid)
    with pytest.raises(GenerationError, match="unloaded"):
        echo.generate(Infill("a"), Options())


def test_it_does_not_outlive_who_started_it() -> None:
    code = (
        "import os, sys; from inglenook_server.generation.process.child import Process; process = Process();"
        "sys.stdout.write(str(process.pid)); sys.stdout.flush(); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert gone(int(done.stdout))


def test_how_it_ended_is_said() -> None:
    assert "(SIGSEGV)" in exit_message(-signal.SIGSEGV)[0]
    assert "(code 3)" in exit_message(3)[0]


@pytest.mark.model
@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_crash_in_the_engine_costs_one_answer_and_is_said_once(fast_model: str) -> None:
    status = SessionStatus()
    said: list[str] = []
    status.listen(lambda facts: said.append(facts.model_problem))
    host = ModelHost(status)
    host.configure(GenerationSettings(profile="fast"), None)
    with host.lease() as generator:
        assert isinstance(generator, ProcessGenerator)
        assert generator.name == fast_model
        pid = generator.pid
        with pytest.raises(EngineDied), host.lease() as same:
            same.generate(STORY, Options(max_tokens=500), lambda _: os.kill(pid, signal.SIGSEGV))
    problem = "The engine's process ended unexpectedly (SIGSEGV); the next request starts another."
    assert list(dict.fromkeys(one for one in said if one)) == [problem]
    with host.lease() as generator:
        assert generator.generate(Infill("return [1, 2, 3, "), Options(max_tokens=4)).text
    assert status.facts.model_problem == ""
    host.unload()


@pytest.mark.model
def test_it_says_what_the_engine_in_this_process_says(fast_model: str) -> None:
    from inglenook_server.generation.load import load_generator

    settings = GenerationSettings(profile="fast")
    prompt = Infill("def first_ten():\n    return [1, 2, 3, 4, 5, ")
    texts = []
    for load in (load_generator, load_in_process):
        with closing(load(settings)) as generator:
            assert generator.count("return x") == 2
            texts.append((generator.generate(prompt, Options(max_tokens=8)).text, generator.render(prompt)))
    assert texts[0] == texts[1]


@pytest.mark.model
def test_a_stop_over_here_is_a_stop_over_there_before_its_next_step(fast_model: str) -> None:
    with closing(load_in_process(GenerationSettings(profile="fast", threads=2))) as generator:
        prompt = Infill("numbers = [1, 2, 3, 4, 5, 6,")
        whole = generator.generate(prompt, Options(max_tokens=16))
        pieces: list[str] = []
        stopped = generator.generate(prompt, Options(max_tokens=16), pieces.append, lambda: len(pieces) >= 2)
    assert stopped.stop_reason == "cancelled"
    assert stopped.text == "".join(pieces)
    assert len(pieces) <= stopped.usage.generated_tokens < whole.usage.generated_tokens / 2
