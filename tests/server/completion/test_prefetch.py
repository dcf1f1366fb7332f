import asyncio

from inglenook_server.settings import CompletionSettings

from tests.server.completion.bench import Bench
from tests.waiting import until

AHEAD = CompletionSettings(debounce_ms=0)


async def test_what_follows_a_shown_suggestion_is_prepared():
    bench = Bench()
    await bench.ask("x = █\n", AHEAD)
    await asyncio.to_thread(until, lambda: len(bench.asked) > 1)
    assert bench.asked[:2] == ["x = ", "x = foo bar baz"]
    bench.close()


async def test_what_was_prepared_answers_the_request_after_accepting():
    bench = Bench(token_ms=100)
    await bench.ask("x = █\n", AHEAD)
    await asyncio.to_thread(until, lambda: len(bench.asked) > 1)
    assert (await bench.ask("x = foo bar baz█\n", AHEAD)) is not None
    assert bench.asked.count("x = foo bar baz") == 1
    bench.close()


async def test_nothing_is_prepared_where_that_is_switched_off():
    bench = Bench()
    await bench.ask("x = █\n")
    assert bench.scheduler._ahead._timer is None
    bench.close()
