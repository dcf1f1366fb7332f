"""What is noticed of a file that changed, and that one which did not is not read again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from inglenook_server.weights import file_record

NAMES = ("weights.bin", "config.json")


def touch_nothing(path: Path) -> None:
    """As it was."""


def one_byte(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"X")


def one_byte_and_the_old_time(path: Path) -> None:
    before = path.stat()
    one_byte(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def another_file(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes()[::-1])
    os.replace(other, path)


def same_again(path: Path) -> None:
    another_file(path)
    another_file(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).write_text(f"content of {name}")
    file_record.write(tmp_path, NAMES)
    time.sleep(0.02)  # longer than the grain of this disk's clock
    return tmp_path


def look(folder: Path) -> str:
    hashes = file_record.read(folder)
    assert hashes is not None
    return file_record.altered(folder, hashes, grain_s=0)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (touch_nothing, ""),
        (one_byte, "weights.bin"),
        pytest.param(
            one_byte_and_the_old_time,
            "weights.bin",
            marks=pytest.mark.skipif(os.name == "nt", reason="Windows tells no time of change"),
        ),
        (another_file, "weights.bin"),
        (same_again, ""),
        (Path.unlink, "weights.bin"),
    ],
)
@pytest.mark.parametrize("read_before", [False, True])
def test_a_change_is_found(folder: Path, change: Callable[[Path], None], found: str, read_before: bool) -> None:
    assert not read_before or look(folder) == ""
    change(folder / "weights.bin")
    assert look(folder) == found


def test_what_was_read_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Path] = []
    hashed = file_record.sha256_of
    monkeypatch.setattr(file_record, "sha256_of", lambda path: reads.append(path) or hashed(path))
    assert look(folder) == look(folder) == ""
    assert [path.name for path in reads] == list(NAMES)
    same_again(folder / "config.json")
    assert look(folder) == look(folder) == ""
    assert [path.name for path in reads[2:]] == ["config.json"]


def test_what_changed_a_moment_ago_is_not_trusted(folder: Path) -> None:
    hashes = file_record.read(folder)
    assert hashes is not None
    assert file_record.altered(folder, hashes) == ""
    assert not (folder / file_record.SEEN).exists()


def test_a_record_that_can_not_be_read_is_none(folder: Path) -> None:
    assert look(folder) == ""
    (folder / file_record.SEEN).write_text("{")
    assert look(folder) == ""
    (folder / file_record.RECORD).write_text("[]")
    assert file_record.read(folder) is None
