"""Git's settings as a stranger may have written them: read to the end, whatever they name."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from inglenook_indexer.files import git_config
from inglenook_indexer.files.git_config import Settings, _all, elsewhere, own_settings, repository, settings

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


@pytest.mark.parametrize(
    ("name", "base", "is_so"),
    [
        ("//host/share/r.git", "C:/work", True),
        (r"\\host\share\r.git", "C:/work", True),
        (r"\/host\share", r"C:\work", True),
        ("//?/UNC/host/share/x", "C:/work", True),
        (r"\\?\C:\x", "C:/work", True),
        (r"\\.\pipe\x", "C:/work", True),
        ("//host/share/r.git", "//host/other/work", True),
        ("//HOST/share/r.git", r"\\host\share\work", False),
        ("C:/r/.git/worktrees/x", "C:/work", False),
        ("D:/r/.git", "C:/work", False),
        ("../r/.git/worktrees/x", "C:/work", False),
        ("../r/.git/worktrees/x", "//host/share/work", False),
        ("/r/.git", "C:/work", False),
        ("", "C:/work", False),
    ],
)
def test_another_machine_is_told_by_its_name(name: str, base: str, is_so: bool) -> None:
    assert elsewhere(name, base) == is_so


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every file that is looked for, where a name with two slashes is one on another machine, as on Windows."""
    seen: list[str] = []
    real = git_config.read_regular

    def read(file: Path, *arguments: int, **options: bool) -> bytes | None:
        seen.append(str(file))
        return real(file, *arguments, **options)

    monkeypatch.setattr(git_config, "read_regular", read)
    monkeypatch.setattr(git_config, "os", Windows())
    return seen


class Windows:
    """`os` under another name."""

    name = "nt"

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)


def test_no_file_of_a_repository_leads_to_another_machine(tmp_path: Path, asked: list[str]) -> None:
    pointer = tmp_path / "pointer"
    pointer.mkdir()
    (pointer / ".git").write_text("gitdir: //host/share/r.git\n")
    assert repository(pointer) == git_config.Repository(pointer, pointer / ".git", pointer / ".git")
    assert repository(pointer, strict=True) is None
    worktree, git = tmp_path / "worktree", tmp_path / "git"
    worktree.mkdir()
    git.mkdir()
    (worktree / ".git").write_text("gitdir: ../git\n")
    (git / "commondir").write_text("//host/share/r.git\n")
    assert repository(worktree) == git_config.Repository(worktree, worktree / ".git", worktree / ".git")
    (git / "commondir").unlink()
    (git / "config").write_text(
        "[include]\npath = //host/share/more\npath = :(optional)//host/share/more\n"
        "[core]\nexcludesFile = //host/share/ignore\nignoreCase = true\n"
    )
    found = settings(repository(worktree))
    assert found.ignore_case
    assert "host" not in str(found.excludes)
    assert not [file for file in asked if "host" in file]


def test_a_repositorys_own_settings_are_its_own(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    git.mkdir()
    (git / "config").write_text(
        '[core]\nX = 1\n[Extensions]\nobjectFormat = "sha256"\n[a "b"]\ny = 2\n[include]\npath = m\n'
    )
    (git / "m").write_text("[core]\nx = 2\n")
    found = repository(tmp_path)
    assert found is not None
    assert own_settings(found) == {"core.x": "1", "extensions.objectformat": "sha256", "include.path": "m"}
    (git / "config").unlink()
    assert own_settings(found) == {}
