"""Ignore rules held against git itself, on generated patterns, trees, nested repositories and settings."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inglenook_indexer.files.discover import Candidate, reason_excluded, walk
from inglenook_indexer.files.wildmatch import parse

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

NAMES = ["a", "b", "ab", "a b", "a.log", "x.py", "#c", "!d", "[x]", "a-b", "B", "]", "^", "é", "a\tb", "a ", "*", "a:"]
ATOMS = [
    "a", "b", "x", "B", "*", "*", "?", "**", ".log", ".py", "[ab]", "[!a]", "[^a]", "[a-c]", "[]]", "[]-]", "[--0]",
    "[a-]", "[[:alpha:]]", "[[:space:]]", "[![:upper:]]", "[[:foo:]]", "[[:", "[z-a]", "[a", "\\*", "\\a", "\\[", "\\ ",
    " ", "\t", "é", "#", "!", "-", "\\\\", "[\\]]", "[a\\-c]", "[/]", "[!/]", "\\", "[x]", ":", "]",
]  # fmt: skip
SEGMENTS = st.one_of(
    st.just("**"), st.sampled_from(NAMES), st.lists(st.sampled_from(ATOMS), min_size=1, max_size=4).map("".join)
)


@st.composite
def patterns(draw):
    body = "/".join(draw(st.lists(SEGMENTS, min_size=1, max_size=4)))
    ends = draw(st.sampled_from(["", "", "/", " ", "\\ ", "\r"]))
    return draw(st.sampled_from(["", "", "", "!", "\\!"])) + draw(st.sampled_from(["", "", "/"])) + body + ends


IGNORES = st.lists(patterns(), max_size=6).map("\n".join)
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)
TREES = st.sets(PATHS, min_size=1, max_size=12).map(
    lambda paths: sorted(path for path in paths if not any(other.startswith(f"{path}/") for other in paths))
)
FOLDERS = st.lists(st.sampled_from(["a", "b", "ab"]), max_size=2).map("/".join)
SLOW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


class Git:
    """A repository that is filled anew for each example, and a home with its own settings."""

    def __init__(self, folder):
        self.home = folder / "home"
        self.root = folder / "tree"
        self.template = folder / "template"
        self.home.mkdir()
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "XDG_"))},
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        subprocess.run(["git", "init", "-q", "--template=", self.template], check=True, env=self.environment)

    def fill(self, files, repositories=("",)):
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        for path, text in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                file.write_bytes(text.encode())
        for repository in repositories:
            if (self.root / repository).is_dir():
                shutil.copytree(self.template / ".git", self.root / repository / ".git", dirs_exist_ok=True)

    def run(self, *command, cwd=None, text=""):
        return subprocess.run(
            ["git", "-C", str(cwd or self.root), *command],
            input=text.encode(), capture_output=True, env=self.environment, check=False,
        ).stdout.decode()  # fmt: skip

    def untracked(self, below=""):
        """What git would add, those of nested repositories asked for from within."""
        found = []
        for path in self.run("ls-files", "--others", "--exclude-standard", "-z", cwd=self.root / below).split("\0"):
            full = f"{below}/{path}" if below else path
            if path.endswith("/"):
                found += self.untracked(full.rstrip("/"))
            elif path:
                found.append(full)
        return sorted(found)

    def ours(self):
        return sorted(one.path for one in walk(self.root) if isinstance(one, Candidate))


@pytest.fixture(scope="module")
def git(tmp_path_factory):
    return Git(tmp_path_factory.mktemp("git"))


@pytest.fixture(autouse=True)
def at_home(git, monkeypatch):
    shutil.rmtree(git.home, ignore_errors=True)
    git.home.mkdir()
    for name in [name for name in os.environ if name.startswith(("GIT_", "XDG_"))]:
        monkeypatch.delenv(name)
    for name, value in git.environment.items():
        if name in ("HOME", "GIT_CONFIG_NOSYSTEM"):
            monkeypatch.setenv(name, value)


def put(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8", newline="")


@pytest.fixture(scope="module")
def grown(git):
    """Every name as a file, alone and below folders: git asks the disk which is which."""
    files = [f"{outer}{'' if outer == inner else '.d'}/{inner}" for outer in NAMES for inner in NAMES if inner != "*"]
    files += [f"a/{outer}/{inner}" for outer in NAMES if outer != "a" for inner in ("a", "b", "x.py", "é")]
    files += ["b/a/b/a/b", "b/a/x/y/b", "top.log", "a]", "b ", "B.py", "é.py", "#"]
    git.fill(dict.fromkeys(files, ""))
    found = {path.relative_to(git.root).as_posix(): path.is_dir() for path in git.root.rglob("*")}
    return {path: is_folder for path, is_folder in found.items() if not path.startswith(".git")}


@settings(SLOW, max_examples=300)
@given(patterns())
def test_a_pattern_matches_what_git_says(git, grown, pattern):
    put(git.root / ".gitignore", f"{pattern}\n")
    asked = "\0".join(grown)
    answer = git.run("check-ignore", "--no-index", "-v", "-n", "-z", "--stdin", text=asked).split("\0")
    theirs = {answer[at + 3] for at in range(0, len(answer) - 1, 4) if answer[at + 2]}
    parsed = parse(f"{pattern}\n".encode())
    matched = {
        path
        for path, is_folder in grown.items()
        for one in parsed
        if one.matches(path.rsplit("/", 1)[-1].encode() if one.by_name else path.encode())
        and (is_folder or not one.folders_only)
    }
    if parsed and not parsed[0].lifts:  # what lies in a folder that is left out is left out with it
        matched |= {path for path in grown for folder in matched if path.startswith(f"{folder}/")}
    assert matched == theirs


@settings(SLOW)
@given(TREES, st.dictionaries(FOLDERS, IGNORES, max_size=3), IGNORES, IGNORES, st.sets(FOLDERS, max_size=2))
def test_a_tree_is_walked_as_git_does(git, tree, ignores, exclude, everywhere, nested):
    files = dict.fromkeys(tree, "x")
    for folder, text in ignores.items():
        name = f"{folder}/.gitignore".lstrip("/")
        if not any(name.startswith(f"{path}/") for path in files):
            files[name] = text
    git.fill(files, {"", *nested})
    put(git.home / ".config" / "git" / "ignore", everywhere)
    put(git.root / ".git" / "info" / "exclude", exclude)
    expected = git.untracked()
    assert git.ours() == expected
    for path in files:
        assert (reason_excluded(git.root, path) is None) == (path in expected), path


def test_in_a_linked_worktree_the_shared_exclude_file_holds(git):
    git.fill({"a.py": "x"})
    git.run("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x")
    tree = git.root.parent / "linked"
    shutil.rmtree(tree, ignore_errors=True)
    git.run("worktree", "add", "-q", str(tree))
    put(git.root / ".git" / "info" / "exclude", "private.py\n")
    put(tree / "private.py", "x")
    put(tree / "open.py", "x")
    assert (tree / ".git").is_file()
    assert [one.path for one in walk(tree) if isinstance(one, Candidate)] == ["open.py"]


def test_a_submodule_has_rules_of_its_own(git):
    """Its `.git` is a file; the rules around it end there, all but our own."""
    git.fill({".gitignore": "*.log\n", ".inglenookignore": "notes.md\n", "a.log": "x", "notes.md": "x"})
    inside = git.root / "sub"
    shutil.copytree(git.template / ".git", git.root / ".git" / "modules" / "sub")
    put(inside / ".git", "gitdir: ../.git/modules/sub\n")
    put(git.root / ".git" / "modules" / "sub" / "info" / "exclude", "*.tmp\n")
    for name in ("b.log", "c.tmp", "d.py", "notes.md"):
        put(inside / name, "x")
    assert [path for path in git.ours() if path.startswith("sub/")] == ["sub/b.log", "sub/d.py"]
    assert reason_excluded(git.root, "sub/b.log") is None
    assert reason_excluded(git.root, "sub/notes.md") == ".inglenookignore:1 leaves it out"


CONFIGURATIONS = {
    "the user's": ({".gitconfig": '[core]\n\texcludesFile = "~/mine" ; where\n', "mine": "x.py\n"}, True),
    "XDG": ({".config/git/config": "[Core]\nExcludesFile=~/mine\n", "mine": "x.py\n"}, True),
    "the user's over XDG": (
        {".config/git/config": "[core] excludesfile = ~/other\n", ".gitconfig": "[core]\n excludesfile = ~/mine",
         "mine": "x.py\n"},
        True,
    ),
    "included": (
        {".gitconfig": "[include]\n\tpath = more\n", "more": "[core]\n\texcludesfile = ~/mi\\\nne\n", "mine": "x.py\n"},
        True,
    ),
    "included here": (
        {".gitconfig": '[includeIf "gitdir:**/tree/"]\n\tpath = more\n', "more": "[core]\n\texcludesfile = ~/mine\n",
         "mine": "x.py\n"},
        True,
    ),
    "included elsewhere": (
        {".gitconfig": '[includeIf "gitdir:**/forest/"]\n\tpath = more\n', "more": "[core]\n\texcludesfile = ~/mine\n",
         "mine": "x.py\n"},
        False,
    ),
    "an include that includes itself": ({".gitconfig": "[include]\n\tpath = .gitconfig\n"}, False),
    "none": ({".gitconfig": "[core]\n\texcludesfile =\n", ".config/git/ignore": "x.py\n"}, False),
    "another section": (
        {".gitconfig": '[core "x"]\n\texcludesfile = ~/mine\n[a]\nexcludesfile=~/mine', "mine": "x.py\n"},
        False,
    ),
    "nonsense": ({".gitconfig": '[core\n"]\n\x00\xff=\n[[]\nexcludesfile', ".config/git/ignore": "x.py\n"}, True),
    "case is all one": ({".gitconfig": "[core]\n\tignorecase = true\n", ".config/git/ignore": "X.PY\n"}, True),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_global_excludes_file_is_found_as_git_finds_it(git, name):
    files, expected = CONFIGURATIONS[name]
    for path, text in files.items():
        put(git.home / path, text)
    git.fill({"x.py": "x"})
    assert (git.ours() == []) == expected
    if name not in ("nonsense", "an include that includes itself"):  # with these git refuses to work at all
        assert git.ours() == git.untracked()


def test_the_repository_may_name_an_excludes_file_too(git):
    git.fill({"x.py": "x", "list": "x.py\nlist\n"})
    git.run("config", "core.excludesFile", "list")
    assert git.ours() == git.untracked() == []


@pytest.mark.parametrize("kind", ["device", "pipe", "link", "folder", "endless"])
def test_an_odd_ignore_file_neither_hangs_nor_breaks(git, kind):
    git.fill({"a.py": "x"})
    file = git.root / ".gitignore"
    if kind == "device":
        put(git.root / ".git" / "config", "[core]\n\texcludesfile = /dev/zero\n")
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "link":
        file.symlink_to("/dev/zero")
    elif kind == "folder":
        file.mkdir()
    else:
        file.write_bytes(b"#" * 2_000_000)
    assert git.ours() == ([] if kind == "endless" else ["a.py"])


@pytest.mark.parametrize("pattern", ["*a" * 30 + "b", "**/a/" * 30 + "b", "*a*/" * 20 + "b", "[a-z]*" * 40 + "!"])
def test_hostile_patterns_take_no_time(pattern):
    [one] = parse(pattern.encode())
    begin = time.process_time()
    for text in (b"a" * 250, b"/".join([b"a"] * 120), b"/".join([b"a" * 100] * 20)):
        assert not one.matches(text)
    assert time.process_time() - begin < 10  # seconds; git's own matching would take years


def test_an_unreadable_git_pointer_is_no_repository(tmp_path):
    for text in (b"gitdir: \0\n", b"\xff\xfe", b"gitdir: loop"):
        Path(tmp_path / ".git").write_bytes(text)
        (tmp_path / "a.py").touch()
        assert [one.path for one in walk(tmp_path) if isinstance(one, Candidate)] == ["a.py"]
