import pytest
from inglenook_server.errors import EngineDied, GenerationError, ModelMissing
from inglenook_server.session import load_failures
from inglenook_server.session.load_failures import LIFE_S, LONGEST_RETRY_S, RETRY_S, LoadFailures


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(load_failures.time, "monotonic", lambda: now[0])
    return now


def test_a_failed_load_is_not_tried_again_for_a_while(clock):
    failures = LoadFailures()
    error = failures.load_failed("key", GenerationError("It failed."))
    assert failures.recent("key") is error
    assert failures.recent("another") is None
    clock[0] += RETRY_S
    assert failures.recent("key") is None


def test_a_missing_model_is_tried_again_at_once(clock):
    failures = LoadFailures()
    failures.load_failed("key", ModelMissing("It is missing."))
    assert failures.recent("key") is None


def test_an_unexpected_error_becomes_a_sentence_without_its_text(clock):
    error = LoadFailures().load_failed("key", ValueError("secret"))
    assert error.message == "An unexpected ValueError while the model was loaded."
    memory = LoadFailures().load_failed("key", MemoryError())
    assert memory.message == "The memory ran out while the model was loaded."


def test_the_pause_doubles_with_each_death_in_a_row(clock):
    failures, died = LoadFailures(), EngineDied("It ended.")
    assert failures.engine_died("key", died, 1.0) is died
    assert failures.recent("key") is None
    pauses = []
    for _ in range(6):
        failures.engine_died("key", died, 1.0)
        begun = clock[0]
        while failures.recent("key") is not None:
            clock[0] += 10
        pauses.append(clock[0] - begun)
    assert pauses == [30, 60, 120, 240, LONGEST_RETRY_S, LONGEST_RETRY_S]
    assert failures.engine_died("key", died, LIFE_S + 1) is died
