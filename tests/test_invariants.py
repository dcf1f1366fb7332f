"""The architecture's invariants: who may import what, what stays unimported, what never reaches stdout or a socket."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "server" / "inglenook_server"
INDEXER = ROOT / "indexer" / "inglenook_indexer"

HEAVY = ["httpx", "torch", "transformers", "peft", "llama_index", "lancedb", "openvino", "openvino_genai", "pyarrow"]


def modules(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.py"))
    assert found
    return found


def imports(file: Path, *, top_level_only: bool = False) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(sys.argv[1], no_cache=True))"


def lint_imports(packages: Path) -> subprocess.CompletedProcess[str]:
    """The contracts of pyproject.toml, held against both packages as they are in a folder."""
    path = os.pathsep.join(str(packages / name) for name in ("server", "indexer"))
    return subprocess.run(
        [sys.executable, "-c", LINT, str(ROOT / "pyproject.toml")],
        capture_output=True,
        text=True,
        cwd=packages,
        env={**os.environ, "PYTHONPATH": path},
    )


def test_every_room_imports_only_what_it_may() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        ("indexer/inglenook_indexer/files/read.py", "from inglenook_indexer.search import query", "indexer"),
        ("indexer/inglenook_indexer/index.py", "import inglenook_server.app", "indexer knows no server"),
        ("indexer/inglenook_indexer/search/rank.py", "import lancedb", "Only the store"),
        ("server/inglenook_server/completion/cleaning/filters/echo.py", "import lsprotocol", "Only the edge"),
        ("server/inglenook_server/chat/prompt.py", "import inglenook_server.features.chat", "rooms of the server"),
        ("server/inglenook_server/chat/prompt.py", "import tokenizers", "see tokens"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, module: str, statement: str, contract: str) -> None:
    for package in ("server", "indexer"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "trained"))
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{statement}\n")
    done = lint_imports(tmp_path)
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(contract in line for line in broken), done.stdout


def test_models_are_asked_for_by_their_package() -> None:
    """Two threads that import a package and one of its modules for the first time wait for each other."""
    parts = [f"inglenook_server.models.{file.stem}" for file in modules(SERVER / "models") if file.stem != "__init__"]
    assert [
        f"{file.relative_to(SERVER)} imports {name}"
        for file in modules(SERVER)
        if file.parent.name != "models"
        for name in imports(file)
        if name.startswith(tuple(f"{part}." for part in parts))
    ] == []


STARTERS = ("subprocess", "multiprocessing", "_posixsubprocess", "_winapi", "pty", "webbrowser", "ctypes")
"""Modules that can start a process. (ctypes can do anything.)"""
STARTING = re.compile(
    r"system|popen\w*|exec[lv]\w*|spawn\w*|posix_spawnp?|fork|forkpty|startfile|create_subprocess_\w+|subprocess_\w+"
    r"|ProcessPoolExecutor|Popen|import_module|__import__"
)
"""What they and `os` and `asyncio` call it, and what hides which module is meant."""
BUILT_IN = {"__import__", "eval", "exec", "import_module"}
DOORS = {
    "indexer/inglenook_indexer/system/processes.py": {"subprocess", "Popen"},
    # modules of our own, and grammars, by tables of our own
    "indexer/inglenook_indexer/__init__.py": {"import_module"},
    "indexer/inglenook_indexer/text/languages.py": {"import_module"},
    "indexer/inglenook_indexer/chunks/outline/__init__.py": {"import_module"},
    # prctl and madvise, of the process itself
    "server/inglenook_server/generation/process_main.py": {"ctypes"},
    "server/inglenook_server/generation/free_memory.py": {"ctypes"},
}


def starts(text: str) -> set[str]:
    """What in a module's text could start a process."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, ast.Name):
            found |= {node.id} & BUILT_IN
        elif isinstance(node, ast.Constant):
            found |= {str(node.value)} & set(STARTERS)
        found |= {name for name in names if name.split(".")[0] in STARTERS or STARTING.fullmatch(name)}
    return found


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess",
        "from subprocess import run",
        "import subprocess as s",
        "import os; os.system('x')",
        "from os import execvp as e",
        "import os; os.posix_spawn('x', [], {})",
        "import os; os.fork()",
        "import os; f = os.popen",
        "import multiprocessing.pool",
        "from concurrent.futures import ProcessPoolExecutor",
        "import asyncio; asyncio.create_subprocess_exec('x')",
        "loop.subprocess_shell(x)",
        "import webbrowser, pty",
        "import importlib; importlib.import_module('sub' + 'process')",
        "m = __import__('subprocess')",
        "import sys; sys.modules['subprocess'].run",
        "exec(text)",
    ],
)
def test_what_starts_a_process_is_seen(code: str) -> None:
    assert starts(code)


@pytest.mark.parametrize("folder", [SERVER, INDEXER], ids=["server", "indexer"])
def test_processes_start_through_one_door(folder: Path) -> None:
    """What it lets through is tested by `indexer/system/test_isolation.py`, all of it together by `test_hostile.py`."""
    for file in modules(folder):
        name = file.relative_to(ROOT).as_posix()
        assert starts(file.read_text(encoding="utf-8")) <= DOORS.get(name, set()), name


@pytest.mark.parametrize("folder", [SERVER, INDEXER], ids=["server", "indexer"])
def test_importing_a_module_runs_nothing_but_definitions(folder: Path) -> None:
    """Statements at module level are imports, definitions, constants, and the TYPE_CHECKING and __main__ forms."""
    allowed = (
        ast.Import,
        ast.ImportFrom,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.Assign,
        ast.AnnAssign,
    )
    strange = []
    for file in modules(folder):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            guard = isinstance(node, ast.If) and ast.unparse(node.test) in (
                "TYPE_CHECKING",
                "__name__ == '__main__'",
            )
            registering = isinstance(node, ast.Expr) and file.parent.name == "cli"  # typer's add_typer / command
            if not (isinstance(node, allowed) or docstring or guard or registering):
                strange.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert strange == []


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    "statement",
    [
        "import inglenook_server",
        "import inglenook_server.app",
        "import inglenook_server.models",
        "import inglenook_server.adapters.registry",
        "import inglenook_indexer; inglenook_indexer.Index",
        "from inglenook_server.cli import run; run(['--help'])",
        "from inglenook_server.cli import run; run(['models', 'list'])",
        "from inglenook_server.cli import run; run(['doctor'])",
    ],
)
def test_light_paths_import_nothing_heavy(statement: str, tmp_path: Path) -> None:
    report = f"import sys, json; sys.stderr.write('\\n' + json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    done = python(f"{statement}\n{report}")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stderr.splitlines()[-1]) == []


def test_an_unchanged_index_run_imports_neither_llama_index_nor_lancedb(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (root / "a.py").write_text("def a():\n    return 1\n")
    run = f"from inglenook_server.cli import run; import sys, json; code = run(['index', {str(root)!r}, '--json'])"
    first = python(run)
    assert first.returncode == 0, first.stderr
    again = python(f"{run}\nsys.stderr.write(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))")
    assert json.loads(again.stdout)["changed"] == 0
    assert json.loads(again.stderr.splitlines()[-1]) == []


UNASKED = [*(name for name in HEAVY if name != "pyarrow"), "lance_namespace", "lance_namespace_urllib3_client"]
"""What the index's own answers need nothing of: it is read by LanceDB's extension alone, and told by no model."""


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A repository that is indexed, and the variables that say where."""
    root, home = tmp_path_factory.mktemp("repository"), tmp_path_factory.mktemp("home")
    (root / "a.py").write_text("def parse_cookie(text):\n    return text.split(';')\n")
    (root / "b.py").write_text("from a import parse_cookie\n\n\ndef load(text):\n    return parse_cookie(text)\n")
    where = {"INGLENOOK_CACHE": str(home / "cache"), "INGLENOOK_CONFIG": str(home)}
    done = python(f"from inglenook_server.cli import run; import sys; sys.exit(run(['index', {str(root)!r}]))", **where)
    assert done.returncode == 0, done.stderr
    return root, where


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["search", "where are cookies parsed"], '"a.py"'),
        (["search", "parse_cookei"], '"a.py"'),
        (["symbols", "parse_cookie"], '"a.py"'),
        (["symbols", "parse_cookie", "--uses"], '"b.py"'),
        (["ask", "Who calls parse_cookie?"], '"b.py"'),
    ],
    ids=" ".join,
)
def test_what_the_index_answers_imports_neither_llama_index_nor_lancedbs_package(
    indexed: tuple[Path, dict[str, str]], command: list[str], says: str
) -> None:
    root, where = indexed
    words = [*command[:2], str(root), *command[2:], "--json"]
    report = f"sys.stderr.write('\\n' + json.dumps([m for m in {UNASKED!r} if m in sys.modules]))"
    done = python(f"from inglenook_server.cli import run; import sys, json; code = run({words!r})\n{report}", **where)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout
    assert json.loads(done.stderr.splitlines()[-1]) == []


def test_ask_shows_places_before_anything_of_a_model_is_imported(indexed: tuple[Path, dict[str, str]]) -> None:
    root, where = indexed
    load = f"""
import json, sys
from inglenook_server.cli import answering, run
from inglenook_server.errors import ModelError
def load_wanted(*arguments, **options):
    sys.stderr.write(f"LOADING {{json.dumps([m for m in {UNASKED!r} if m in sys.modules])}}\\n")
    raise ModelError("There is none.")
answering.load_wanted = load_wanted
sys.exit(run(["ask", "How does a cookie become a list of parts, and why?", {str(root)!r}]))
"""
    done = python(load, **where)
    shown, _, loading = done.stderr.partition("LOADING ")
    assert "a.py:1-2" in shown
    assert json.loads(loading.splitlines()[0]) == []


WATCH = """
import sys
def watch(event, arguments):
    # urllib3, which llama-index imports, binds ("::1", 0) once to see whether the machine has IPv6, and closes it.
    probe = event == "socket.bind" and arguments[1] == ("::1", 0)
    sockets = event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg")
    processes = event in ("os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "subprocess.Popen")
    if sockets and not probe or processes:
        sys.stderr.write(f"WATCHED {event} {arguments}\\n")
sys.addaudithook(watch)
from inglenook_server.cli import run
"""
"""Reports every socket and every new process: a library that calls home does it from a forked one."""


def test_index_and_search_open_no_socket_and_start_no_process(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (root / "a.py").write_text("def parse_cookie(text):\n    return text.split(';')\n")
    done = python(f"{WATCH}sys.exit(run(['search', 'cookie', {str(root)!r}, '--json']))")
    assert done.returncode == 0, done.stderr
    assert "WATCHED" not in done.stderr
    assert json.loads(done.stdout)["references"][0]["path"] == "a.py"


@pytest.mark.model
def test_an_answer_opens_no_socket_and_start_no_process(tmp_path: Path, fast_model: str) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (root / "a.py").write_text("def parse_cookie(text):\n    return text.split(';')\n")
    ask = f"['ask', 'What does parse_cookie do?', {str(root)!r}, '--profile', 'fast', '--json']"
    done = python(f"{WATCH}sys.exit(run({ask}))")
    assert done.returncode == 0, done.stderr
    assert "WATCHED" not in done.stderr
    assert json.loads(done.stdout)["answer"]


def test_nothing_in_the_repository_prints(tmp_path: Path) -> None:
    """ruff's T20 forbids print(); sys.stdout belongs to the command line and to the server's frames."""
    users = [
        str(file.relative_to(ROOT))
        for folder in (SERVER, INDEXER)
        for file in modules(folder)
        if "sys.stdout" in file.read_text(encoding="utf-8") and file.parent.name != "cli"
    ]
    assert users == []
