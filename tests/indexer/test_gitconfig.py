"""Git's settings as a stranger may have written them: read to the end, whatever they name."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from inglenook_indexer.gitconfig import Settings, _all, repository, settings

MUCH = 900_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "config",
    [
        pytest.param("[core" + " " * MUCH, id="spaces in a section"),
        pytest.param("[core " + '"' * MUCH, id="quotes in a section"),
        pytest.param('[core "' + "\\" * MUCH, id="backslashes in a section"),
        pytest.param("[core]\na" + " " * MUCH + "b", id="spaces in a setting"),
        pytest.param("[core]\n" + "a" * MUCH + "!", id="a long name"),
        pytest.param("[core]\nx = " + "\\" * MUCH, id="backslashes in a value"),
        pytest.param("[core]\nx = " + "\\\n" * (MUCH // 2), id="lines that go on"),
        pytest.param("[" * MUCH, id="brackets"),
        pytest.param("[include]\n" + "path = config\n" * 50_000, id="itself, many times"),
        pytest.param("[include]\npath = a\npath = b\n", id="files that include each other"),
        pytest.param(
            "[include]\npath = /dev/zero\npath = /dev/stdin\npath = /proc/self/mem\npath = pipe", id="devices"
        ),
        pytest.param('[includeIf "gitdir:' + "**/" * 1000 + 'x"]\npath = a\n', id="many stars"),
        pytest.param("[include]\npath = " + "a/" * 100_000, id="a long path"),
        pytest.param("[include]\npath = ~nobody-here/x\npath = loop\npath = .", id="what is no file"),
    ],
)
def test_no_setting_hangs_or_ends_a_run(tmp_path: Path, config: str) -> None:
    git = tmp_path / ".git"
    git.mkdir()
    (git / "config").write_text(config)
    for name in ("a", "b"):
        (git / name).write_text("[include]\npath = a\npath = b\npath = a\npath = b\n")
    (git / "loop").symlink_to("loop")
    if hasattr(os, "mkfifo"):
        os.mkfifo(git / "pipe")
    assert isinstance(settings(repository(tmp_path)), Settings)


def test_files_that_include_each_other_end(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    git.mkdir()
    (git / "config").write_text("[core]\nx = 1\n[include]\npath = config\npath = config\npath = config\n")
    found = repository(tmp_path)
    assert len(list(itertools.islice(_all(found, tmp_path), 1_000))) <= 64
