"""What a mapped model file counts for, and that letting go of it loses nothing."""

from __future__ import annotations

import mmap
import sys
from pathlib import Path

import psutil
import pytest
from inglenook_server.errors import GenerationError
from inglenook_server.generation.free_memory import check_memory, unload_mapped

SIZE = 48 << 20

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is mapped")


def shared() -> int:
    return int(psutil.Process().memory_info().shared)


def test_pages_that_are_mapped_are_let_go_of_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "weights with a space.bin"
    file.write_bytes(bytes(range(256)) * (SIZE // 256))
    with file.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert sum(mapped[:: mmap.PAGESIZE]) == 0
        held = shared()
        unload_mapped(file)
        assert held - shared() > SIZE * 0.9
        assert mapped[255] == 255
        assert mapped[SIZE - 1] == 255


def test_what_was_written_to_stays(tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(bytes(SIZE))
    with file.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        mapped[7] = 7
        unload_mapped(file)
        assert mapped[7] == 7


def test_a_file_that_is_not_mapped_is_no_matter(tmp_path: Path) -> None:
    unload_mapped(tmp_path / "none.bin")


def test_a_model_that_would_not_fit_is_a_sentence(tmp_path: Path) -> None:
    with (tmp_path / "openvino_model.bin").open("wb") as file:
        file.truncate(1 << 42)
    with pytest.raises(GenerationError, match=r"big needs 10,?115\.?\d* GB of memory and .* GB are free\."):
        check_memory("big", tmp_path)
