"""The commit that is checked out: as git itself says it, wherever git writes it, and nothing but a commit."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from inglenook_indexer.files.git_head import commit


def git(root: Path, *arguments: str) -> str:
    given = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    return subprocess.run(given, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "r"
    (root / "inner").mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    git(root, "commit", "-q", "--allow-empty", "-m", "first")
    return root


def beside(root: Path) -> Path:
    git(root, "worktree", "add", "-q", "-b", "side/branch", str(root.parent / "side"))
    git(root.parent / "side", "commit", "-q", "--allow-empty", "-m", "second")
    return root.parent / "side"


def after(*commands: str) -> Callable[[Path], Path]:
    def prepare(root: Path) -> Path:
        for command in commands:
            git(root, *command.split())
        return root

    return prepare


@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(after(), id="a branch"),
        pytest.param(after("checkout -q --detach"), id="detached"),
        pytest.param(after("pack-refs --all"), id="packed"),
        pytest.param(after("checkout -q -b a/b-c.d", "pack-refs --all", "commit -q --allow-empty -m x"), id="newer"),
        pytest.param(after("branch b", "symbolic-ref refs/heads/alias refs/heads/b", "checkout -q alias"), id="alias"),
        pytest.param(beside, id="a worktree"),
        pytest.param(lambda root: root / "inner", id="a folder inside"),
    ],
)
def test_it_is_what_git_says(repository: Path, prepare: Callable[[Path], Path]) -> None:
    folder = prepare(repository)
    assert commit(folder) == git(folder, "rev-parse", "HEAD")


def test_there_is_none_without_git_or_without_a_commit(tmp_path: Path) -> None:
    assert commit(tmp_path) == ""
    git(tmp_path, "init", "-q")
    assert commit(tmp_path) == ""


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"ref: ../../secret",
        b"ref: refs/../../secret",
        b"ref: refs/heads/../../../secret",
        b"ref: /etc/passwd",
        b"ref: refs/heads/loop",
        b"ref: refs/heads/\x00",
        b"f" * 39,
        b"f" * 40 + b" and more",
        b"\xff\xfe",
        b"x" * 10_000,
    ],
)
def test_a_hostile_head_says_nothing(repository: Path, head: bytes) -> None:
    (repository / "secret").write_text("s" * 40)
    (repository / ".git" / "refs" / "heads" / "loop").write_text("ref: refs/heads/loop")
    (repository / ".git" / "HEAD").write_bytes(head)
    assert commit(repository) == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["HEAD", "refs/heads/main", "packed-refs"])
def test_a_pipe_in_its_place_hangs_nothing(repository: Path, name: str) -> None:
    (repository / ".git" / name).unlink(missing_ok=True)
    (repository / ".git" / "refs/heads/main").unlink(missing_ok=True)
    os.mkfifo(repository / ".git" / name)
    assert commit(repository) == ""
