"""What is kept of a user's code is theirs alone, whatever the mask, whoever calls, and whoever wrote it before."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_indexer.system.location import cache_root, index_folder
from inglenook_indexer.system.permissions import make

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights are kept otherwise there")

COMMAND = "from inglenook_server.__main__ import main; main(['index', {root!r}])"
SEARCH = "from inglenook_server.__main__ import main; main(['search', 'total', {root!r}])"
LIBRARY = (
    "from inglenook_indexer import Index; from pathlib import Path; i = Index(Path({root!r})); i.refresh();"
    " assert i.search('total'); i.close(); i = Index(Path({root!r})); i.refresh(rebuild=True)"
)
FILES = {f"m{number}.py": f"def total{number}(a):\n    return a * {number}\n" for number in range(3)}


def run(code: str, root: Path, mask: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code.format(root=str(root))], umask=mask, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def others_may(folder: Path) -> dict[str, str]:
    """What others than the user may do with anything in `folder`."""
    return {
        str(path.relative_to(folder)): oct(mode)
        for path in [folder, *folder.rglob("*")]
        if (mode := stat.S_IMODE(path.lstat().st_mode)) & 0o077 and not path.is_symlink()
    }


def open_to_others(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)


@pytest.mark.parametrize("mask", [0o000, 0o022])
@pytest.mark.parametrize("codes", [[COMMAND, SEARCH], [LIBRARY]], ids=["command", "library"])
def test_an_index_is_the_users_alone(workspace, mask: int, codes: list[str]) -> None:
    root = workspace(FILES)
    for code in codes:
        run(code, root, mask)
    (root / "m1.py").write_text("def changed():\n    return 1\n")
    run(codes[0], root, mask)
    assert index_folder(root).is_dir()
    assert others_may(cache_root() / "indexes") == {}
    assert not stat.S_IMODE(cache_root().stat().st_mode) & 0o077


@pytest.mark.parametrize("code", [COMMAND, LIBRARY], ids=["command", "library"])
def test_what_an_earlier_version_left_open_is_put_right(workspace, code: str) -> None:
    root = workspace(FILES)
    run(code, root, 0o022)
    folder = index_folder(root)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.lance")}
    open_to_others(folder)
    (cache_root() / "indexes").chmod(0o755)
    run(COMMAND, root, 0o022)
    assert others_may(cache_root() / "indexes") == {}
    if code == COMMAND:
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.lance")} == before, "no file is made anew"


def test_putting_right_follows_no_link_and_touches_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir(mode=0o755)
    outside = tmp_path / "outside" / "file"
    outside.write_text("x")
    outside.chmod(0o644)
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "link").symlink_to(outside)
    (folder / "links").symlink_to(outside.parent)
    folder.chmod(0o755)
    make(folder)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, outside.parent, outside)] == [0o700, 0o755, 0o644]


def test_what_is_private_already_is_not_walked(tmp_path: Path) -> None:
    make(tmp_path / "a" / "b")
    (tmp_path / "a" / "b" / "file").touch(0o644)
    (tmp_path / "a" / "b" / "file").chmod(0o644)
    make(tmp_path / "a" / "b")
    assert others_may(tmp_path / "a") == {"b/file": "0o644"}


def test_a_folder_of_the_users_own_choice_is_made_private(workspace, tmp_path: Path) -> None:
    index = Index(workspace(FILES), tmp_path / "kept" / "here")
    before = os.umask(0)
    try:
        index.refresh()
        index.close()
    finally:
        os.umask(before)
    assert others_may(tmp_path / "kept") == {}
