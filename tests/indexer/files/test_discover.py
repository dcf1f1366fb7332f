import os
import shutil
import subprocess

import pytest
from inglenook_indexer.errors import WorkspaceError
from inglenook_indexer.files.discover import Candidate, check_root, folders, reason_excluded, walk
from inglenook_indexer.types import Skipped


def found(root, below=""):
    return sorted(one.path for one in walk(root, below) if isinstance(one, Candidate))


def skipped(root):
    return {one.path: one.reason for one in walk(root) if isinstance(one, Skipped)}


CASES = {
    "patterns at every level": (
        {
            ".gitignore": "*.log\n/top.py\n",
            "top.py": "",
            "a/top.py": "",
            "a/x.log": "",
            "a/.gitignore": "secret/\n!x.log\n",
            "a/secret/y.py": "",
            "secret/z.py": "",
        },
        [".gitignore", "a/.gitignore", "a/top.py", "a/x.log", "secret/z.py"],
    ),
    "a folder that is out can't be half in": (
        {".gitignore": "gen/\n!gen/keep.py\n", "gen/keep.py": ""},
        [".gitignore"],
    ),
    "own rules go above git's": (
        {".gitignore": "gen.py\n", ".inglenookignore": "!gen.py\nnotes.md\n", "gen.py": "", "notes.md": ""},
        [".gitignore", ".inglenookignore", "gen.py"],
    ),
    "built-in folders": (
        {
            "node_modules/a/i.js": "",
            "dist/b.js": "",
            "a/__pycache__/c.py": "",
            "x.egg-info/d.txt": "",
            ".venv/e.py": "",
            "target/f.rs": "",
            "src/g.py": "",
        },
        ["src/g.py"],
    ),
    "built-in folders can be lifted": (
        {".inglenookignore": "!build/\n", "build/a.py": "", "dist/b.py": ""},
        [".inglenookignore", "build/a.py"],
    ),
    "version control can't be lifted": ({".inglenookignore": "!.git/\n", ".git/config": "x"}, [".inglenookignore"]),
    "secrets can't be lifted": (
        {
            ".inglenookignore": "!.env\n!*.pem\n!id_rsa\n",
            ".gitignore": "!.env\n",
            ".env": "",
            "a/k.pem": "",
            "id_rsa": "",
        },
        [".gitignore", ".inglenookignore"],
    ),
    "lock files and generated names": (
        {
            "package-lock.json": "",
            "Cargo.lock": "",
            "go.sum": "",
            "a.min.js": "",
            "a_pb2.py": "",
            "de.po": "",
            "a.js": "",
        },
        ["a.js"],
    ),
    "git's exclude file": (
        {".git/info/exclude": "private.py\n", "private.py": "", "a/private.py": "", "b.py": ""},
        ["b.py"],
    ),
    "odd patterns": (
        {
            ".gitignore": "# comment\n\n\\#x.py\n[bad\n**/deep/*.txt\nspace\\ \n",
            "#x.py": "",
            "a/deep/b.txt": "",
            "a/deep/b.py": "",
        },
        [".gitignore", "a/deep/b.py"],
    ),
    "binary by extension": ({"a.png": "", "b.JPG": "", "c.py": ""}, ["c.py"]),
}


@pytest.mark.parametrize("name", CASES)
def test_which_files_are_in(workspace, name):
    files, expected = CASES[name]
    root = workspace(files)
    assert found(root) == expected
    for path in files:
        assert (reason_excluded(root, path) is None) == (path in expected), path


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(
    "name", ["patterns at every level", "a folder that is out can't be half in", "git's exclude file", "odd patterns"]
)
def test_git_agrees(workspace, name):
    files, expected = CASES[name]
    root = workspace({path: text for path, text in files.items() if not path.startswith(".git/")})
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for path, text in files.items():
        if path.startswith(".git/"):
            (root / path).write_text(text)
    command = ["git", "-C", str(root), "ls-files", "--others", "--exclude-standard", "-z"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "XDG_CONFIG_HOME": str(root / "none")}
    output = subprocess.run(command, check=True, capture_output=True, env=environment).stdout
    assert sorted(filter(None, output.decode().split("\0"))) == expected


def test_rules_above_the_workspace_hold(workspace):
    root = workspace(
        {".git/HEAD": "", ".gitignore": "app/gen.py\n*.tmp\n", "app/gen.py": "", "app/a.py": "", "app/b.tmp": ""}
    )
    assert found(root / "app") == ["a.py"]


def test_a_walk_below_one_folder_knows_the_rules_above_it(workspace):
    root = workspace({".gitignore": "*.log\n", "a/b/x.log": "", "a/b/y.py": "", "c.py": ""})
    assert found(root, "a/b") == ["a/b/y.py"]


def test_links_are_not_followed(workspace, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("x")
    root = workspace({"a/real.py": ""})
    (root / "loop").symlink_to(root)
    (root / "a" / "up").symlink_to("..")
    (root / "elsewhere").symlink_to(outside)
    (root / "file.py").symlink_to(outside / "secret.py")
    (root / "self").symlink_to(root / "self")
    assert found(root) == ["a/real.py"]
    assert "symbolic link" in skipped(root)["file.py"]
    assert reason_excluded(root, "elsewhere/secret.py") == "it lies behind a symbolic link"
    assert list(folders(root)) == ["", "a"]


def test_big_files_and_pipes_are_left_out(workspace):
    root = workspace({"a.py": "x"})
    (root / "big.py").write_bytes(b"x" * 1_000_001)
    os.mkfifo(root / "pipe.py")
    assert found(root) == ["a.py"]
    assert "1 MB" in skipped(root)["big.py"]
    assert skipped(root)["pipe.py"] == "not a regular file"


@pytest.mark.parametrize("path", ["../x.py", "/etc/passwd", "a/../../x", ""])
def test_paths_outside_are_excluded(workspace, path):
    assert reason_excluded(workspace({}), path) == "it lies outside the workspace"


def test_a_file_that_does_not_exist_yet_may_come_in(workspace):
    assert reason_excluded(workspace({"a.py": ""}), "new/b.py") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folders_are_told(workspace):
    root = workspace({"a/b.py": "", "c.py": ""})
    (root / "a").chmod(0)
    try:
        assert found(root) == ["c.py"]
        assert "can't be read" in skipped(root)["a"]
    finally:
        (root / "a").chmod(0o755)


def test_an_unreadable_folder_stops_nothing(workspace, monkeypatch):
    root = workspace({"a/b.py": "", "c.py": ""})
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(root) == ["c.py"]
    assert skipped(root)["a"] == "the folder can't be read: Permission denied"


def test_names_that_are_not_utf8_are_told(workspace):
    root = workspace({"a.py": ""})
    (root / os.fsdecode(b"caf\xe9.py")).write_text("x")
    assert found(root) == ["a.py"]
    assert list(skipped(root).values()) == ["its name is not valid UTF-8"]


def test_bad_roots_are_one_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, word in (("nowhere", "does not exist"), ("file", "not a folder"), ("loop", "loop")):
        with pytest.raises(WorkspaceError) as caught:
            check_root(tmp_path / path)
        assert word in caught.value.message
        assert caught.value.mend


def test_code_in_a_folder_called_secrets_is_code(workspace):
    root = workspace(
        {"app/secrets/manager.py": "def m(): pass\n", "secrets/x.go": "package s\n", "secrets/db.txt": "x"}
    )
    found = {one.path: isinstance(one, Candidate) for one in walk(root)}
    assert found == {"app/secrets/manager.py": True, "secrets/x.go": True, "secrets/db.txt": False}
