"""The loop that shares one pipeline: a completion first, a chat goes on where it was, a cancel is answered at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import Chat, Generation, Infill, Message, Options
from inglenook_server.generation.batching import Loop, Request, failure
from inglenook_server.generation.load import load_generator
from inglenook_server.generation.openvino_engine import OpenVinoGenerator
from inglenook_server.settings import GenerationSettings

STORY = Chat((Message("user", "Tell me a long story about a lighthouse, in many words."),))
LONG = Infill("".join(f"value_{number} = {number * 7919}\n" for number in range(300)))


@pytest.fixture(scope="module")
def generator(fast_model: str) -> Iterator[OpenVinoGenerator]:
    loaded = load_generator(GenerationSettings(profile="fast"))
    assert isinstance(loaded, OpenVinoGenerator)
    yield loaded
    loaded.close()


@pytest.mark.model
def test_a_chat_waits_for_a_completion_and_goes_on_where_it_was(generator: OpenVinoGenerator) -> None:
    begun, done = threading.Event(), list[Generation]()
    events: list[str] = []
    pieces: list[str] = []

    def on_chat(piece: str) -> None:
        events.append("chat")
        pieces.append(piece)
        begun.set()

    thread = threading.Thread(target=lambda: done.append(generator.generate(STORY, Options(max_tokens=60), on_chat)))
    thread.start()
    assert begun.wait(60)
    generator.generate(Infill("def add(a, b):\n    return"), Options(max_tokens=6), lambda _: events.append("typed"))
    thread.join(120)
    first, last = events.index("typed"), len(events) - events[::-1].index("typed")
    assert events[first:last].count("chat") <= 2, "at most what was under way when the completion came"
    assert "chat" in events[last:], "and then it goes on"
    assert done[0].text == "".join(pieces)
    assert generator.count(done[0].text) > 20, "it was not cut short; its end is the model's own choice"


@pytest.mark.model
def test_a_cancel_is_answered_while_a_step_still_runs(generator: OpenVinoGenerator) -> None:
    asked: list[float] = []

    def cancelled() -> bool:
        asked.append(time.perf_counter())
        return len(asked) > 1

    done = generator.generate(LONG, Options(max_tokens=5), cancelled=cancelled)
    assert time.perf_counter() - asked[1] < 0.1
    assert (done.stop_reason, done.usage.generated_tokens) == ("cancelled", 0)


@pytest.mark.model
def test_no_step_is_taken_before_the_caller_has_seen_the_last_ones_tokens(generator: OpenVinoGenerator) -> None:
    steps: list[str] = []
    pipeline = generator._loop._pipeline

    class Counted:
        def __getattr__(self, name: str) -> object:
            return getattr(pipeline, name)

        def step(self) -> None:
            pipeline.step()
            steps.append("step")

    generator._loop._pipeline = Counted()
    seen: list[int] = []
    try:
        prompt = Infill("def add(a, b):\n    return a")
        generator.generate(prompt, Options(max_tokens=9), lambda _: seen.append(len(steps)), lambda: len(seen) == 3)
        time.sleep(0.2)
    finally:
        generator._loop._pipeline = pipeline
    assert len(seen) == 3
    assert len(steps) <= seen[-1] + 1, "one step at most after the stop, in which the pipeline drops the request"


class Broken:
    """A pipeline whose steps fail."""

    def has_non_finished_requests(self) -> bool:
        return True

    def add_request(self, *_: object) -> Broken:
        return self

    def step(self) -> None:
        raise RuntimeError("Check failed\nbad graph\n")

    def cancel(self) -> None:
        pass


def exhaust(request: Request) -> None:
    while request.read() is not None:
        pass


def test_a_failing_engine_is_a_sentence_for_everybody_and_the_loop_lives() -> None:
    loop = Loop(Broken(), lambda ids: ids)
    for _ in range(2):
        request = loop.submit([1], 5, urgent=True, configure=lambda left, made: None)
        with pytest.raises(GenerationError, match="The engine failed: bad graph"):
            exhaust(request)
    loop.close()
    with pytest.raises(GenerationError, match="unloaded"):
        loop.submit([1], 5, urgent=True, configure=lambda left, made: None)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("std::bad_alloc"), RuntimeError("not enough memory")])
def test_memory_that_runs_out_is_a_sentence(error: Exception) -> None:
    assert failure(error).message == "The memory ran out while generating."
    assert failure(error).mend
