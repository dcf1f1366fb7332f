"""An engine that is stopped, hangs or spins: it is noticed, ended and said; nobody waits for it, it outlives nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from inglenook_server.errors import EngineDied
from inglenook_server.generation.base import Chat, Infill, Message, Options
from inglenook_server.generation.load import load_in_process
from inglenook_server.generation.process.child import Process
from inglenook_server.generation.process.engine import ProcessGenerator
from inglenook_server.generation.process.watchdog import Bounds
from inglenook_server.runtime.status import SessionStatus
from inglenook_server.session.model_host import ModelHost
from inglenook_server.settings import GenerationSettings

from tests.server.generation.process.test_engine import gone

ECHO = GenerationSettings(engine="echo")
STUCK = "tests.server.generation.stuck_main"
BOUNDS = Bounds(step_s=1, load_s=2, tick_s=0.05)
PATIENT = Bounds(step_s=60, load_s=60, tick_s=0.05)
"""While Python starts: it may take its time on a busy machine."""
ENDED = r"The engine did not answer for \d+ s and was ended; the next request starts another\."
NEEDS_SIGNALS = pytest.mark.skipif(os.name == "nt", reason="needs signals")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a stopped process with its parent")

Make = Callable[..., ProcessGenerator]


def say(text: str) -> Chat:
    return Chat((Message("user", text),))


ROOT = str(Path(__file__).parents[3])


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The far end is the tests' own: behind the libraries, for what stands before them a process of ours leaves out."""
    monkeypatch.setattr(sys, "path", [*sys.path, ROOT])


@pytest.fixture
def make() -> Iterator[Make]:
    with ExitStack() as stack:

        def start(settings: GenerationSettings = ECHO, bounds: Bounds = BOUNDS) -> ProcessGenerator:
            process = Process(BOUNDS if settings.model else PATIENT, STUCK)
            process.hold()
            stack.callback(process.release)
            key, told = process.ask("load", settings, None)
            process.bounds = bounds
            generator = ProcessGenerator(process, key, told, None)  # type: ignore[arg-type]
            stack.callback(generator.close)
            return generator

        yield start


def stop(generator: ProcessGenerator) -> None:
    os.kill(generator.pid, signal.SIGSTOP)


@pytest.mark.parametrize("said", ["sleep for ever", "spin for ever"])
def test_a_step_that_never_ends_is_noticed(make: Make, said: str) -> None:
    generator = make()
    with pytest.raises(EngineDied, match=ENDED):
        generator.generate(say(said), Options())
    assert gone(generator.pid)
    assert generator.death is not None


@NEEDS_SIGNALS
def test_a_stopped_engine_is_noticed_when_something_is_asked_of_it(make: Make) -> None:
    generator = make()
    stop(generator)
    time.sleep(2 * BOUNDS.step_s)
    assert generator.death is None, "nothing was due"
    with pytest.raises(EngineDied, match=ENDED):
        generator.generate(say("hello"), Options())
    assert gone(generator.pid)


@NEEDS_SIGNALS
def test_one_that_is_stopped_in_the_middle_of_a_text_is_noticed(make: Make) -> None:
    generator = make()
    pieces: list[str] = []

    def take(piece: str) -> None:
        pieces.append(piece)
        stop(generator)

    with pytest.raises(EngineDied, match=ENDED):
        generator.generate(say("a long text " * 200), Options(max_tokens=600), take)
    assert pieces
    assert gone(generator.pid)


def test_one_that_takes_its_time_and_says_so_is_left_alone(make: Make) -> None:
    patient = Bounds(step_s=4, load_s=60, tick_s=0.05)
    generator = make(bounds=patient)
    assert generator.generate(say(f"work for {2 * patient.step_s}"), Options()).text


@pytest.mark.parametrize("call", ["log_probabilities", "generate", "with_adapter"])
def test_whoever_waits_behind_it_is_told(make: Make, call: str) -> None:
    generator = make()
    prompt = say("sleep for ever")
    behind = threading.Thread(target=lambda: generator.generate(prompt, Options(), cancelled=lambda: True))
    behind.start()
    behind.join()
    calls = {
        "log_probabilities": lambda: generator.log_probabilities("a b"),
        "generate": lambda: generator.generate(prompt, Options()),
        "with_adapter": lambda: generator.with_adapter(Path("any")),
    }
    if call == "log_probabilities":  # the echo engine scores beside what hangs
        stop(generator) if os.name != "nt" else None
    with pytest.raises(EngineDied, match=ENDED):
        calls[call]()


def test_it_is_noticed_also_where_every_request_was_cancelled(make: Make) -> None:
    generator = make()
    until = time.monotonic() + 20
    while generator.death is None and time.monotonic() < until:  # somebody who types without a pause
        began = time.monotonic()
        try:
            done = generator.generate(say("sleep for ever"), Options(), cancelled=lambda: True)
        except EngineDied:
            break
        assert (done.stop_reason, done.text) == ("cancelled", "")
        assert time.monotonic() - began < 1
        time.sleep(0.05)
    assert generator.death is not None


@NEEDS_SIGNALS
def test_a_cancel_is_answered_at_once_whatever_fills_the_pipe(make: Make) -> None:
    generator = make(bounds=Bounds(60, 60))
    stop(generator)
    for _ in range(3):
        began = time.monotonic()
        done = generator.generate(Infill("x" * 1_000_000), Options(), cancelled=lambda: True)
        assert done.stop_reason == "cancelled"
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("model", ["sleep for ever", pytest.param("stop", marks=NEEDS_SIGNALS)])
def test_a_load_that_never_ends_is_noticed(make: Make, model: str) -> None:
    with pytest.raises(EngineDied, match=ENDED):
        make(GenerationSettings(engine="echo", model=model))


@NEEDS_SIGNALS
def test_closing_waits_for_a_stopped_engine_no_longer_than_for_another(make: Make) -> None:
    generator = make(bounds=Bounds(600, 600))
    process = generator._process
    stop(generator)
    began = time.monotonic()
    generator.close()
    process.release()
    assert gone(generator.pid, 0.5)
    assert time.monotonic() - began < 5


@NEEDS_SIGNALS
def test_the_host_says_it_once_and_the_next_request_starts_another(make: Make) -> None:
    status, said = SessionStatus(), []
    status.listen(lambda facts: said.append(facts.model_problem))
    host = ModelHost(status, lambda settings, adapter: make())
    host.configure(ECHO, None)
    stop(host.generator())
    with pytest.raises(EngineDied, match=ENDED), host.lease() as generator:
        generator.generate(say("hello"), Options())
    assert len(dict.fromkeys(one for one in said if one)) == 1
    with host.lease() as generator:
        assert generator.generate(say("hello"), Options()).text == "hello"
    assert status.facts.model_problem == ""


def test_one_that_died_while_nobody_waited_costs_no_request(make: Make) -> None:
    host = ModelHost(SessionStatus(), lambda settings, adapter: make())
    host.configure(ECHO, None)
    with host.lease() as generator:
        generator.generate(say("sleep for ever"), Options(), cancelled=lambda: True)
    assert gone(generator.pid)
    with host.lease() as generator:
        assert generator.generate(say("hello"), Options()).text == "hello"


SERVER = """
import os, signal, sys, threading, time
from inglenook_server.generation.base import Chat, Message, Options
from inglenook_server.generation.process.engine import ProcessGenerator
from inglenook_server.generation.process.child import Process
from inglenook_server.settings import GenerationSettings
made = []
thread = threading.Thread(target=lambda: made.append(Process(module="tests.server.generation.stuck_main")))
thread.start()
thread.join()  # the engine lives on: it is not the caller's thread that it is tied to
key, info = made[0].ask("load", GenerationSettings(engine="echo"), None)
generator = ProcessGenerator(made[0], key, info, None)
doing = Chat((Message("user", sys.argv[1]),))
threading.Thread(target=lambda: generator.generate(doing, Options()), daemon=True).start()
time.sleep(0.5)
if sys.argv[2] == "stop":
    os.kill(generator.pid, signal.SIGSTOP)
sys.stdout.write(f"{generator.pid}\\n")
sys.stdout.flush()
time.sleep(600)
"""


@NEEDS_SIGNALS
@pytest.mark.parametrize(
    ("doing", "state"),
    [
        ("sleep for ever", "go"),
        ("spin for ever", "go"),
        pytest.param("hello", "stop", marks=LINUX),
        pytest.param("sleep for ever", "stop", marks=LINUX),
    ],
)
def test_it_is_gone_when_the_server_is_killed(doing: str, state: str) -> None:
    command = [sys.executable, "-c", f"import sys; sys.path.append({ROOT!r}){SERVER}", doing, state]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        assert not gone(pid, 0)
        server.kill()
    assert gone(pid)


@pytest.mark.model
@NEEDS_SIGNALS
def test_a_real_engine_that_is_stopped_in_the_middle_of_a_story(fast_model: str) -> None:
    status = SessionStatus()
    host = ModelHost(status, lambda settings, adapter: load_in_process(settings, bounds=Bounds(5, 300)))
    host.configure(GenerationSettings(profile="fast", threads=2), None)
    story = say("Tell me a long story about a lighthouse, in many words.")
    with pytest.raises(EngineDied, match=ENDED), host.lease() as real:
        real.generate(story, Options(max_tokens=500), lambda _: stop(real))
    assert "did not answer" in status.facts.model_problem
    with host.lease() as generator:
        assert generator.generate(Infill("return [1, 2, 3, "), Options(max_tokens=4)).text
    assert status.facts.model_problem == ""
    host.unload()
