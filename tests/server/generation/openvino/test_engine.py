"""The engine with the small model's real weights."""

from __future__ import annotations

import threading
import time
from collections import namedtuple
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from inglenook_server.errors import AdapterError, GenerationError
from inglenook_server.generation.base import Chat, Generation, Infill, Message, Options
from inglenook_server.generation.free_memory import check_memory
from inglenook_server.generation.load import load_generator
from inglenook_server.generation.openvino.engine import OpenVinoGenerator
from inglenook_server.generation.openvino.paged_graph import PROPERTIES, ROWS
from inglenook_server.models import installed
from inglenook_server.settings import GenerationSettings

from tests.server.weights.test_adapter_file import FITTING, write
from tests.waiting import TIMEOUT_S

pytestmark = pytest.mark.model

CODE = '''import json


def read_config(path):
    """Read a JSON file."""
    with open(path) as file:
        return json.load(file)


def write_config(path, config):
    """Write a JSON file."""
    with open(path, "w") as file:
        json.dump(config, file)


def merge(first, second):
'''


@pytest.fixture(scope="module")
def generator(fast_model: str) -> Iterator[OpenVinoGenerator]:
    loaded = load_generator(GenerationSettings(profile="fast"))
    assert isinstance(loaded, OpenVinoGenerator)
    yield loaded
    loaded.close()


def test_it_says_what_it_is(generator: OpenVinoGenerator) -> None:
    assert (generator.name, generator.engine, generator.adapter) == ("smollm2-135m", "openvino", "")
    assert generator.context_length == 8192
    assert not generator.infills
    assert generator.count("def f():") == 3


def test_greedy_is_always_the_same(generator: OpenVinoGenerator) -> None:
    prompt = Infill(CODE + "    return ", path="a.py")
    texts = {generator.generate(prompt, Options(max_tokens=12)).text for _ in range(3)}
    assert len(texts) == 1
    assert texts != {""}


def test_what_the_cache_holds_does_not_change_the_text(fast_model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With products of 32 bits: in 16 the rounding depends on how many tokens are read at once."""
    monkeypatch.setitem(PROPERTIES, "INFERENCE_PRECISION_HINT", "f32")
    exact = load_generator(GenerationSettings(profile="fast"))
    try:
        options = Options(max_tokens=24)
        fresh = exact.generate(Infill(CODE), options).text
        assert fresh
        for other in (CODE, CODE[:30], CODE[:-3], "class Other:\n", CODE + "    return first\n"):
            exact.generate(Infill(other), options)
            assert exact.generate(Infill(CODE), options).text == fresh
    finally:
        exact.close()


def test_only_what_was_typed_is_read(generator: OpenVinoGenerator, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    assert generator._model is not None
    whole = generator._model.read

    def counted(ids: Sequence[int], past: int, *rest: object) -> object:
        read.append(len(ids))
        return whole(ids, past, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(generator._model, "read", counted)
    generator.generate(Infill(CODE + "    first.up"), Options(max_tokens=1))
    read.clear()
    done = generator.generate(Infill(CODE + "    first.update(sec"), Options(max_tokens=1))
    assert done.usage.prompt_tokens > 60
    assert read[0] <= 6


def test_drafts_do_not_change_the_text_and_save_steps(
    generator: OpenVinoGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []
    assert generator._model is not None
    whole = generator._model.read

    def counted(ids: Sequence[int], *rest: object) -> object:
        steps.append(len(ids))
        return whole(ids, *rest)  # type: ignore[arg-type]

    def generate(prompt: Infill, *stop: str) -> tuple[str, int, float]:
        steps.clear()
        generator._guesses.clear()
        done = generator.generate(prompt, Options(max_tokens=40, stop=stop))
        assert done.log_probability is not None
        return done.text, len(steps), done.log_probability

    monkeypatch.setattr(generator._model, "read", counted)
    prompt = Infill(CODE + "    return ")
    drafted = replace(prompt, near=generate(prompt)[0])
    text, few, _ = generate(drafted)
    first, _, likely = generate(drafted, ",")
    monkeypatch.setattr("inglenook_server.generation.openvino.engine._Reader.draft", 0)
    plain, many, _ = generate(prompt)
    assert text == plain
    assert few < many / 2
    alone, _, as_likely = generate(prompt, ",")
    assert first == alone
    assert likely == pytest.approx(as_likely, abs=0.02), "what a draft holds beyond the end does not count"


def test_a_failing_runtime_is_a_sentence_and_the_next_request_is_served(
    generator: OpenVinoGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert generator._model is not None

    class Broken:
        def set_tensor(self, *_: object) -> None:
            raise RuntimeError("Check failed\nbad graph\n")

    with monkeypatch.context() as patch:
        patch.setattr(generator._model, "_request", Broken())
        with pytest.raises(GenerationError, match="The engine failed: bad graph"):
            generator.generate(Infill("def f("), Options(max_tokens=2))
    assert generator.generate(Infill("def f("), Options(max_tokens=2)).text


def test_a_chat_waits_for_a_completion_and_goes_on_where_it_was(generator: OpenVinoGenerator) -> None:
    story = Chat((Message("user", "Tell me a long story about a lighthouse, in many words."),))
    begun, done = threading.Event(), list[Generation]()
    events: list[str] = []
    pieces: list[str] = []

    def on_chat(piece: str) -> None:
        events.append("chat")
        pieces.append(piece)
        begun.set()

    alone = generator.generate(story, Options(max_tokens=60)).text
    thread = threading.Thread(target=lambda: done.append(generator.generate(story, Options(max_tokens=60), on_chat)))
    thread.start()
    assert begun.wait(60)
    generator.generate(Infill("def add(a, b):\n    return"), Options(max_tokens=6), lambda _: events.append("typed"))
    thread.join(TIMEOUT_S)
    first, last = events.index("typed"), len(events) - events[::-1].index("typed")
    assert events[first:last].count("chat") <= 1, "one that waited long, at most"
    assert "chat" in events[last:], "and then it goes on"
    assert done[0].text == "".join(pieces) == alone


def test_a_seed_repeats_a_sample(generator: OpenVinoGenerator) -> None:
    def say(seed: int) -> str:
        options = Options(max_tokens=16, temperature=1.0, seed=seed)
        return generator.generate(Chat((Message("user", "Say something."),)), options).text

    say(0)  # afterwards the prompt is cached, whatever ran before
    assert say(1) == say(1)
    assert len({say(seed) for seed in range(4)}) > 1


def test_stop_strings_end_the_text_and_the_pieces_add_up_to_it(generator: OpenVinoGenerator) -> None:
    pieces: list[str] = []
    result = generator.generate(Infill(CODE + "    "), Options(max_tokens=40, stop=("\n",)), on_text=pieces.append)
    assert result.stop_reason == "stop"
    assert "\n" not in result.text
    assert result.text == "".join(pieces)
    assert result.usage.generated_tokens < 30
    assert 0 < result.usage.first_token_ms <= result.usage.total_ms


def test_a_cancel_ends_it_within_a_step(generator: OpenVinoGenerator) -> None:
    pieces: list[str] = []
    result = generator.generate(
        Chat((Message("user", "Tell me a long story."),)),
        Options(max_tokens=300),
        on_text=pieces.append,
        cancelled=lambda: len(pieces) >= 3,
    )
    assert result.stop_reason == "cancelled"
    assert result.text == "".join(pieces)
    assert result.usage.generated_tokens <= 3 * ROWS
    assert generator.generate(Infill("def f("), Options(max_tokens=2)).text, "the next request is served"


def test_a_long_prompt_can_be_cancelled_while_it_is_read(generator: OpenVinoGenerator) -> None:
    prompt = Infill("".join(f"value_{number} = {number * 7919}\n" for number in range(300)))
    asked = iter([False])
    started = time.perf_counter()
    cancelled = generator.generate(prompt, Options(max_tokens=5), cancelled=lambda: next(asked, True))
    spent = time.perf_counter() - started
    assert (cancelled.stop_reason, cancelled.usage.generated_tokens) == ("cancelled", 0)
    started = time.perf_counter()
    assert generator.generate(prompt, Options(max_tokens=5)).stop_reason == "length"
    assert spent < time.perf_counter() - started


@pytest.mark.parametrize(
    "prefix",
    [
        CODE + "    ret",
        CODE + "    ",
        CODE[:-1],
        "import nump",
        "x = {'na",
        "print(",
        "# naïve 日本",
        'say("\\',
        "",
    ],
)
def test_the_text_goes_on_exactly_at_the_cursor(generator: OpenVinoGenerator, prefix: str) -> None:
    """What was healed is never repeated, and an indentation is followed by code."""
    result = generator.generate(Infill(prefix), Options(max_tokens=6))
    assert result.text
    assert "\ufffd" not in result.text
    if prefix.endswith(" "):
        assert not result.text[0].isspace()
    if prefix.endswith("ret"):
        assert result.text.startswith("urn")


def test_chat_uses_the_models_template(generator: OpenVinoGenerator) -> None:
    question = Chat((Message("user", "What is the capital of France? Answer in one sentence."),))
    shown = generator.render(question)
    assert shown.startswith("<|im_start|>system\n")
    assert shown.endswith("<|im_end|>\n<|im_start|>assistant\n")
    answer = generator.generate(question, Options(max_tokens=40))
    assert answer.stop_reason == "stop"
    assert "Paris" in answer.text


def test_the_prompt_that_is_shown_holds_the_context(generator: OpenVinoGenerator) -> None:
    assert generator.render(Infill("x = compute", path="a.py")) == "x ="


def test_too_long_is_a_sentence(generator: OpenVinoGenerator) -> None:
    with pytest.raises(GenerationError, match="reads at most 8,192"):
        generator.generate(Infill("a b " * 9000), Options())


def test_likely_text_scores_higher(generator: OpenVinoGenerator) -> None:
    likely = generator.score(CODE)
    assert -4 < likely < 0
    assert likely > generator.score(CODE[::-1])
    assert generator.score(CODE) == pytest.approx(likely, abs=0.02)
    with pytest.raises(GenerationError):
        generator.score("")


def test_an_adapter_of_another_model_is_an_error(fast_model: str, tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="another model"):
        load_generator(GenerationSettings(profile="fast"), adapter=write(tmp_path / "other", FITTING))


def test_a_model_that_would_not_fit_is_not_loaded(fast_model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = namedtuple("memory", "available")
    monkeypatch.setattr("psutil.virtual_memory", lambda: memory(10_000_000))
    with pytest.raises(GenerationError, match=r"needs 0\.\d GB of memory and 0\.0 GB are free"):
        check_memory("smollm2-135m", installed(fast_model).openvino)


def test_closed_is_closed(fast_model: str) -> None:
    loaded = load_generator(GenerationSettings(profile="fast"))
    loaded.close()
    with pytest.raises(GenerationError, match="unloaded"):
        loaded.generate(Infill("x"), Options())
