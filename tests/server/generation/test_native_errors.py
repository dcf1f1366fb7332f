import pytest
from inglenook_server.generation.native_errors import failure


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("std::bad_alloc"), RuntimeError("not enough memory")])
def test_memory_that_runs_out_is_a_sentence(error: Exception) -> None:
    assert failure(error).message == "The memory ran out."
    assert failure(error).mend


def test_the_last_line_of_what_a_runtime_says_is_told() -> None:
    assert failure(RuntimeError("Check failed\n\nbad graph\n")).message == "The engine failed: bad graph"
    assert failure(RuntimeError()).message == "The engine failed: RuntimeError"
