from __future__ import annotations

import time

import pytest
from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import Chat, Generator, Infill, Message, Options
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.generation.load import load_generator
from inglenook_server.settings import GenerationSettings

QUESTION = Chat((Message("user", "one two three four"),))


def test_it_repeats_and_streams_what_it_says() -> None:
    generator: Generator = load_generator(GenerationSettings(engine="echo"))
    pieces: list[str] = []
    result = generator.generate(QUESTION, Options(), on_text=pieces.append)
    assert result.text == "".join(pieces) == "one two three four"
    assert result.stop_reason == "stop"
    assert generator.generate(Infill("a = 1\nb = 2\n"), Options()).text == "b = 2"


def test_it_ends_at_a_stop_string_at_the_length_and_when_cancelled() -> None:
    generator = EchoGenerator()
    assert generator.generate(QUESTION, Options(stop=(" three",))).text == "one two"
    cut = generator.generate(QUESTION, Options(max_tokens=2))
    assert (cut.text, cut.stop_reason, cut.usage.generated_tokens) == ("one two", "length", 2)
    asked = iter([False, False, True])
    cancelled = generator.generate(QUESTION, Options(), cancelled=lambda: next(asked))
    assert (cancelled.text, cancelled.stop_reason) == ("one two", "cancelled")


def test_it_takes_the_time_and_says_the_words_it_is_given() -> None:
    generator = EchoGenerator(lambda _: "a b", token_ms=20)
    started = time.perf_counter()
    assert generator.generate(QUESTION, Options()).text == "a b"
    assert time.perf_counter() - started >= 0.04


def test_closed_is_closed() -> None:
    generator = EchoGenerator()
    generator.close()
    with pytest.raises(GenerationError):
        generator.generate(QUESTION, Options())
