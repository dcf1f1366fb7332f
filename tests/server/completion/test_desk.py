import asyncio

from inglenook_server.completion.desk import Ask, Desk
from inglenook_server.completion.memory import Memory
from inglenook_server.completion.pace import Pace
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.host import ModelHost
from inglenook_server.settings import CompletionSettings, GenerationSettings
from inglenook_server.status import Board
from inglenook_server.workers import Worker

from tests.waiting import TIMEOUT_S, until

QUICK = CompletionSettings(debounce_ms=0, ahead=False)


class Bench:
    """A desk with an engine that counts what it was asked."""

    def __init__(self, reply: str = "foo bar baz", token_ms: float = 0.0) -> None:
        self.asked: list[str] = []

        def say(prompt) -> str:
            self.asked.append(prompt.prefix)
            return reply

        host = ModelHost(Board(), lambda settings, adapter: EchoGenerator(say, token_ms=token_ms))
        host.configure(GenerationSettings(engine="echo"), None)
        host.generator()
        self.worker = Worker("test-generate")
        self.desk = Desk(self.worker, host, Memory())

    def ask(self, text: str, settings: CompletionSettings = QUICK, *, automatic: bool = True, completing: bool = False):
        prefix, suffix = text.split("█")
        return self.desk.suggest(Ask("a.py", prefix + suffix, len(prefix), automatic, completing), settings)

    def close(self) -> None:
        self.desk.close()
        self.worker.close()


async def begun(bench: Bench) -> None:
    await asyncio.to_thread(until, lambda: bench.asked)


async def test_what_is_typed_through_is_answered_without_the_model():
    bench = Bench()
    assert (await bench.ask("x = █\n")).text == "foo bar baz"
    assert (await bench.ask("x = foo█\n")).text == " bar baz"
    assert len(bench.asked) == 1
    bench.close()


async def test_a_generation_is_kept_while_the_typed_text_agrees():
    bench = Bench(token_ms=400)
    first = asyncio.create_task(bench.ask("x = █\n"))
    await begun(bench)
    second = await bench.ask("x = f█\n")
    assert await first is None
    assert second.text == "oo bar baz"
    assert len(bench.asked) == 1
    bench.close()


async def test_a_generation_that_disagrees_is_stopped():
    bench = Bench(token_ms=400)
    first = asyncio.create_task(bench.ask("x = █\n"))
    await begun(bench)
    second = await bench.ask("x = z█\n")
    assert await first is None
    assert second.text == "foo bar baz"
    assert len(bench.asked) == 2
    bench.close()


async def test_requests_in_between_are_answered_with_nothing_and_never_reach_the_model():
    bench = Bench()
    patient = CompletionSettings(debounce_ms=500, ahead=False)
    first = asyncio.create_task(bench.ask("x = █\n", patient))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(bench.ask("x = y█\n", patient))
    assert await first is None
    assert not second.done()
    assert (await second).text == "foo bar baz"
    assert bench.asked == ["x = y"]
    bench.close()


async def test_who_asks_explicitly_does_not_wait():
    bench = Bench()
    slow = CompletionSettings(debounce_ms=600_000, max_debounce_ms=600_000, ahead=False)
    assert (await asyncio.wait_for(bench.ask("x = █\n", slow, automatic=False), TIMEOUT_S)).text == "foo bar baz"
    bench.close()


async def test_a_word_that_the_editors_list_completes_is_left_to_it():
    bench = Bench()
    assert await bench.ask("x = fo█\n", completing=True) is None
    assert bench.asked == []
    bench.close()


async def test_what_follows_a_shown_suggestion_is_prepared():
    bench = Bench()
    ahead = CompletionSettings(debounce_ms=0)
    await bench.ask("x = █\n", ahead)
    await asyncio.to_thread(until, lambda: len(bench.asked) > 1)
    assert bench.asked[:2] == ["x = ", "x = foo bar baz"]
    bench.close()


def test_the_pause_adapts_to_the_typist():
    fast, slow = Pace(), Pace()
    for key in range(12):
        fast.key(key * 80)
        slow.key(key * 300)
    assert fast.wait_ms(60, 400) == 120
    assert slow.wait_ms(60, 400) == 400
    slow.answered(300)
    assert slow.wait_ms(60, 400) == 150
    assert slow.wait_ms(0, 400) == 0
