"""A repository full of traps, worked in as one works: nothing in it is ever executed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dulwich.objects import Blob
from dulwich.repo import Repo

INGLENOOK = Path(sys.executable).with_name("inglenook")

pytestmark = pytest.mark.skipif(
    os.name != "posix" or shutil.which("git") is None or not INGLENOOK.exists(), reason="the traps are shell scripts"
)

MODULES = (
    "pip sitecustomize usercustomize torch transformers peft lancedb pyarrow numpy json typing types runpy pickle"
    " struct subprocess contextlib openvino openvino_genai tokenizers model2vec llama_index typer rich platformdirs"
    " filelock kingfisher_sdk tree_sitter psutil httpx keyring"
).split()
PROGRAMS = "git python python3 pip pip3 sh bash cat less ssh uname keyring".split()
HOOKS = "post-index-change fsmonitor-watchman pre-auto-gc reference-transaction post-checkout pre-commit".split()
GIT = """
[core]
    fsmonitor = TRAP
    hooksPath = HOOKS
    sshCommand = TRAP
    gitProxy = TRAP
    pager = TRAP
    editor = TRAP
    askPass = TRAP
    attributesFile = ATTRIBUTES
    alternateRefsCommand = TRAP
    untrackedCache = true
[filter "x"]
    clean = TRAP
    smudge = TRAP
    process = TRAP
    required = true
[diff]
    external = TRAP
[diff "x"]
    textconv = TRAP
    command = TRAP
[merge "x"]
    driver = TRAP
[alias]
    status = !TRAP
    rev-parse = !TRAP
[credential]
    helper = !TRAP
[pager]
    status = TRAP
[uploadpack]
    packObjectsHook = TRAP
[gpg]
    program = TRAP
[include]
    path = more
"""


class Trap:
    """The repository, and what sprang in it."""

    def __init__(self, top: Path) -> None:
        self.root = top / "repository"
        self.sprung = top / "sprung"
        self.sprung.mkdir()
        (self.root / "lib").mkdir(parents=True)
        for number in range(12):
            code = "".join(f"def total_{number}_{n}(a):\n    return a * {n}\n\n\n" for n in range(40))
            (self.root / f"m{number}.py").write_text(code)
        git = ["git", "-C", str(self.root), "-c", "user.name=a", "-c", "user.email=a@b"]
        for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
            subprocess.run([*git, *command], check=True)
        self._modules()
        self._programs()
        self._git()
        (self.root / "m1.py").touch()

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([".", "", str(self.root), os.environ["PATH"]])
        return subprocess.run(
            command,
            cwd=self.root,
            env={**os.environ, "PIP_NO_INDEX": "1", **variables, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    @property
    def ran(self) -> list[str]:
        return sorted(path.name for path in self.sprung.iterdir())

    def _modules(self) -> None:
        for name in MODULES:
            (self.root / f"{name}.py").write_text(f"open({str(self.sprung / name)!r}, 'w')\n")
        (self.root / "evil.pth").write_text(f"import os; open({str(self.sprung / 'pth')!r}, 'w')\n")
        for name in ("pip.conf", "pip.ini"):
            (self.root / name).write_text("[global]\nindex-url = http://127.0.0.1:9/\n")
        (self.root / "pyvenv.cfg").write_text("home = .\n")

    def _programs(self) -> None:
        for name in PROGRAMS:
            self._program(self.root / name)

    def _git(self) -> None:
        git = self.root / ".git"
        self._program(git / "trap")
        (git / "traps").mkdir()
        for name in HOOKS:
            self._program(git / "traps" / name)
        (git / "attributes").write_text("* filter=x diff=x merge=x\n")
        (self.root / ".gitattributes").write_text("*.py filter=x diff=x merge=x\n")
        text = GIT.replace("TRAP", str(git / "trap")).replace("HOOKS", str(git / "traps"))
        text = text.replace("ATTRIBUTES", str(git / "attributes"))
        with (git / "config").open("a") as file:
            file.write(text)
        (git / "more").write_text(text.replace("path = more", ""))

    def _program(self, file: Path) -> None:
        file.write_text(f"#!/bin/sh\n: > '{self.sprung}/{file.name}'\n")
        file.chmod(0o755)


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return Trap(tmp_path)


def test_the_traps_work(trap: Trap) -> None:
    """Else nothing below would prove anything."""
    git = shutil.which("git") or ""
    trap.run(git, "status")
    assert "trap" in trap.ran
    trap.run(sys.executable, "-m", "pip", "--version")
    assert set(trap.ran) & set(MODULES)
    trap.run("uname")
    assert "uname" in trap.ran


def test_index_search_and_all_the_rest(trap: Trap) -> None:
    for command in (
        ["index", "."],
        ["search", "total", ".", "--json"],
        ["symbols", "total_1_1", "."],
        ["status", "."],
        ["doctor", "."],
        ["models", "list"],
        ["clean", "--help"],
    ):
        done = trap.run(str(INGLENOOK), *command)
        assert "Traceback" not in done.stderr, done.stderr
        assert trap.ran == [], command
    assert "m1.py" in trap.run(str(INGLENOOK), "search", "total_1_1", ".", "--json").stdout


def test_pulling_a_model(trap: Trap, tmp_path: Path) -> None:
    done = trap.run(str(INGLENOOK), "models", "pull", "smollm2-135m", INGLENOOK_MODELS=str(tmp_path / "models"))
    assert "inglenook models pull" in done.stderr, "no index: one sentence, and what helps"
    assert trap.ran == []


DATA = """
import sys
from inglenook_server.__main__ import isolate
isolate()
from pathlib import Path
from inglenook_indexer.files import git_head
from inglenook_indexer.update.worker_process import WorkerProcess
from inglenook_indexer.search.access import EMBEDDER
from inglenook_server.training.data import documents, split
root = Path(sys.argv[1])
assert len(git_head.commit(root)) == 40
assert split(documents(root), 0).train
worker = WorkerProcess("cut", str(root), EMBEDDER)
assert worker.ask([]).rows
worker.stop()
"""


def test_the_data_of_an_adapter_and_a_helper(trap: Trap) -> None:
    code = trap.root.parent / "data.py"  # as a command has it: the folder of a script comes first, not this one
    code.write_text(DATA)
    done = trap.run(sys.executable, str(code), str(trap.root))
    assert done.returncode == 0, done.stderr
    assert trap.ran == []


CHANGES = """
import sys
def watch(event, arguments):
    probe = event == "socket.bind" and arguments[1] == ("::1", 0)  # urllib3's, which llama-index imports
    if event in WATCHED and not probe:
        sys.stderr.write(f"WATCHED {event} {arguments}\\n")
WATCHED = ("os.fork", "os.posix_spawn", "os.exec", "os.system", "subprocess.Popen", "socket.connect", "socket.bind")
sys.addaudithook(watch)
from inglenook_server.__main__ import isolate
isolate()
from pathlib import Path
from inglenook_indexer.chunks.chunk import Chunker
from inglenook_indexer.index import Index
from inglenook_server.changes.commit import for_commit, workspace_diff
from inglenook_server.changes.commit_message import subject_from_facts
from inglenook_server.chat.known.changes import changes_answer
from inglenook_server.chat.known.review import review_answer
from inglenook_server.chat.questions.forms import Question
root = Path(sys.argv[1])
index, cutter = Index(root), Chunker()
for staged in (False, True):
    said = changes_answer(Question("changes", staged=staged), index, root, cutter).text
    assert "`m1.py` was modified" in said, said
assert "total_1_0" in workspace_diff(root, cutter, 4_000, index=index)
frame, diff = for_commit(root, cutter, 4_000, index)
assert "total_1_0" in subject_from_facts(frame) and "total_1_0" in diff
sys.stderr.write("REVIEW\\n")
said = review_answer(Question("changes"), index, root, cutter).text
assert "m1.py" in said or "No linter" in said, said
"""


def test_what_has_changed_and_a_review_of_it(trap: Trap) -> None:
    """Filters, textconv, fsmonitor and hooks are never asked, nor the repository's own linters or their settings."""
    text = (trap.root / "m1.py").read_text()
    (trap.root / "m1.py").write_text(text.replace("return a * 0", "return undefined"))
    for name in ("ruff", "bandit", "runpy", "stevedore", "dulwich", "sysconfig", "dataclasses"):
        (trap.root / f"{name}.py").write_text(f"open({str(trap.sprung / name)!r}, 'w')\n")
    (trap.root / "ruff.toml").write_text('extend = "more.toml"\n')
    (trap.root / ".bandit").write_text("[bandit]\nskips = all\n")
    with Repo(str(trap.root)) as repo:
        index = repo.open_index()
        blob = Blob.from_string((trap.root / "m1.py").read_bytes())
        repo.object_store.add_object(blob)
        index[b"m1.py"].sha = blob.id
        index.write()
    assert trap.ran == []
    code = trap.root.parent / "changes.py"
    code.write_text(CHANGES)
    done = trap.run(sys.executable, str(code), str(trap.root))
    assert done.returncode == 0, done.stderr
    assert "WATCHED" not in done.stderr.partition("REVIEW")[0], "no process and no socket but a linter's"
    assert trap.ran == []


ENGINE = """
from inglenook_server.__main__ import isolate
isolate()
from inglenook_server.generation.base import Options, Prompt
from inglenook_server.generation.load import load_in_process
from inglenook_server.settings import GenerationSettings
generator = load_in_process(GenerationSettings(profile="fast"))
assert generator.count("def total") > 0
assert len(generator.log_probabilities("def total(a):")) > 1
generator.close()
"""


@pytest.mark.model
def test_the_engine(trap: Trap, fast_model: str) -> None:
    code = trap.root.parent / "engine.py"
    code.write_text(ENGINE)
    done = trap.run(sys.executable, str(code))
    assert done.returncode == 0, done.stderr
    assert trap.ran == []
