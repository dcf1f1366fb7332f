import asyncio
import threading
import time

import pytest
from inglenook_server.runtime.workers import Worker

from tests.waiting import TIMEOUT_S


@pytest.fixture
def worker():
    made = Worker("test")
    yield made
    made.close()


def hold(worker: Worker) -> threading.Event:
    """Keep the worker busy until the event is set."""
    release, begun = threading.Event(), threading.Event()
    worker.submit(lambda _: (begun.set(), release.wait(TIMEOUT_S)))
    assert begun.wait(TIMEOUT_S)
    return release


def test_jobs_run_one_after_another_the_more_urgent_first(worker):
    release = hold(worker)
    order: list[str] = []
    jobs = [
        worker.submit(lambda _, name=name: order.append(name), urgency)
        for name, urgency in [("chat", 1), ("later chat", 1), ("completion", 0)]
    ]
    release.set()
    for job in jobs:
        job.future.result(TIMEOUT_S)
    assert order == ["completion", "chat", "later chat"]


def test_an_error_is_the_callers(worker):
    job = worker.submit(lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        job.future.result(TIMEOUT_S)
    assert worker.submit(lambda _: 5).future.result(TIMEOUT_S) == 5


def test_a_cancelled_job_that_waits_never_runs(worker):
    release = hold(worker)
    ran: list[int] = []
    job = worker.submit(lambda _: ran.append(1))
    job.cancel()
    release.set()
    worker.submit(lambda _: None).future.result(TIMEOUT_S)
    assert job.future.cancelled()
    assert not ran


async def test_cancelling_the_caller_stops_the_work(worker):
    begun, stopped = threading.Event(), threading.Event()

    def work(cancelled):
        begun.set()
        while not cancelled():
            time.sleep(0.001)
        stopped.set()

    task = asyncio.create_task(worker.call(work))
    await asyncio.to_thread(begun.wait, TIMEOUT_S)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(stopped.wait, TIMEOUT_S)


def test_idle_is_noticed_and_work_goes_on():
    idle = threading.Event()
    worker = Worker("test", idle_s=0.01, on_idle=idle.set)
    worker.submit(lambda _: None)
    assert idle.wait(TIMEOUT_S)
    assert worker.submit(lambda _: 1).future.result(TIMEOUT_S) == 1
    worker.close()


def test_closing_cancels_what_runs_and_what_waits_and_runs_the_last_thing():
    worker = Worker("test")
    begun = threading.Event()

    def work(cancelled):
        begun.set()
        while not cancelled():
            time.sleep(0.001)

    worker.submit(work)
    waiting = worker.submit(lambda _: None)
    assert begun.wait(TIMEOUT_S)
    last = threading.Event()
    worker.close(last.set)
    assert last.is_set()
    assert waiting.future.cancelled()
    assert worker.submit(lambda _: None).future.cancelled()
