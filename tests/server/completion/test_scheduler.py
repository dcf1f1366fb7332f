import asyncio

from inglenook_server.settings import CompletionSettings

from tests.server.completion.bench import Bench
from tests.waiting import TIMEOUT_S, until


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
