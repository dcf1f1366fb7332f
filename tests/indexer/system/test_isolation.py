"""What a process of ours gets to see: modules, variables, folder, mask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from inglenook_indexer.system import processes
from inglenook_indexer.system.isolation import environment


@pytest.mark.parametrize(
    ("name", "value", "worker", "download"),
    [
        # what loads code, or steers a program that loads code
        ("LD_PRELOAD", "/x.so", None, None),
        ("DYLD_INSERT_LIBRARIES", "/x", None, None),
        ("PYTHONPATH", "/x", None, None),
        ("PYTHONSTARTUP", "/x", None, None),
        ("PYTHONHOME", "/x", None, None),
        ("GIT_SSH_COMMAND", "x", None, None),
        ("GIT_DIR", "x", None, None),
        ("BASH_ENV", "x", None, None),
        ("OPENSSL_CONF", "x", None, None),
        ("INGLENOOK_API_KEY", "k", None, None),
        # what they need
        ("HOME", "/home/a", "/home/a", "/home/a"),
        ("SystemRoot", "C:\\Windows", "C:\\Windows", "C:\\Windows"),
        ("LC_ALL", "C", "C", "C"),
        ("OMP_NUM_THREADS", "2", "2", "2"),
        ("INGLENOOK_CACHE", "/c", "/c", "/c"),
        ("INGLENOOK_MODELS", "m", os.path.abspath("m"), os.path.abspath("m")),
        # where to look: never in the folder somebody stands in
        ("PATH", ":/usr/bin:.:bin:/bin:", "/usr/bin:/bin", "/usr/bin:/bin"),
        ("PATH", f"{os.getcwd()}:{os.getcwd()}/:/bin", "/bin", "/bin"),
        ("LD_LIBRARY_PATH", ":/opt/lib", "/opt/lib", "/opt/lib"),
        # what names the way out of a firewall
        ("https_proxy", "http://p", None, "http://p"),
        ("HTTPS_PROXY", "http://p", None, "http://p"),
        ("REQUESTS_CA_BUNDLE", "/ca", None, "/ca"),
        ("PIP_INDEX_URL", "http://i", None, "http://i"),
        ("PIP_CONFIG_FILE", "/pip.conf", None, "/pip.conf"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="lists of folders are written otherwise there")
def test_a_fixed_set_of_variables_passes(name: str, value: str, worker: str | None, download: str | None) -> None:
    assert environment({name: value}).get(name) == worker
    assert environment({name: value}, network=True).get(name) == download


ASK = """
import json, os, sys
mask = os.umask(0)
sys.stdout.write(json.dumps({"path": sys.path, "folder": os.getcwd(), "isolated": sys.flags.isolated,
    "mask": mask, "variables": dict(os.environ), "arguments": sys.argv[1:]}))
"""


def test_a_started_process_has_nothing_of_the_folder_one_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{os.pathsep}lib")
    monkeypatch.setenv("LD_PRELOAD", "")
    for entry in ("lib", ".", str(tmp_path / "lib"), str(tmp_path), ""):
        monkeypatch.syspath_prepend(entry)
    sys.path.insert(0, "")
    started = processes.python(ASK, ["a b", "$HOME;x"], stdout=processes.PIPE)
    out, _ = started.communicate(timeout=60)
    assert started.returncode == 0
    told = json.loads(out)
    assert all(os.path.isabs(entry) and not entry.startswith(str(tmp_path)) for entry in told["path"])
    assert Path(told["folder"]) == Path(processes.__file__).parent
    assert told["isolated"] == 1
    assert told["arguments"] == ["a b", "$HOME;x"]
    assert not {"PYTHONPATH", "LD_PRELOAD"} & set(told["variables"])
    assert os.name != "posix" or told["mask"] == 0o077


@pytest.mark.parametrize(
    ("python_path", "how"),
    [
        ("", ["-m", "inglenook_server"]),
        (os.pathsep, ["-m", "inglenook_server"]),
        (os.pathsep, ["-c", "from inglenook_server.__main__ import main; main()"]),
        (".", ["-c", "from inglenook_server.__main__ import main; main()"]),
        (f"lib{os.pathsep}", ["-c", "from inglenook_server.__main__ import main; main()"]),
    ],
)
def test_the_command_takes_no_module_from_the_folder_one_stands_in(
    tmp_path: Path, python_path: str, how: list[str]
) -> None:
    """But for what Python itself imports before it comes to us, and for a package of our name after -m."""
    (tmp_path / "lib").mkdir()
    for name in ("typer", "rich", "numpy", "tomllib", "sqlite3", "platformdirs", "psutil", "filelock", "hashlib"):
        for folder in (tmp_path, tmp_path / "lib"):
            (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'RAN')!r}, 'w')\n")
    for command in (["--version"], ["models", "list"], ["status", "."]):
        done = subprocess.run(
            [sys.executable, *how, *command],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": python_path},
            capture_output=True,
            text=True,
        )
        assert "Error" not in done.stderr
        assert not (tmp_path / "RAN").exists(), command


ENTRIES = {
    "the command": ["-c", "import sys; from inglenook_server.__main__ import main; main()"],
    "the module": ["-m", "inglenook_server"],
}
BARE = "import sys; sys.stdout.write(' '.join(sys.modules))"


@pytest.mark.parametrize("how", ENTRIES)
def test_no_module_of_the_library_is_taken_from_there(tmp_path: Path, how: str) -> None:
    """But for those that Python has imported before it comes to us: nothing of ours can see to them."""
    inside, apart = tmp_path / "repository", tmp_path / "apart"
    inside.mkdir()
    apart.mkdir()
    (apart / "bare.py").write_text(BARE)
    asked = ["-c", BARE] if how == "the command" else ["-m", "bare"]
    bare = subprocess.run([sys.executable, *asked], cwd=apart, capture_output=True, text=True, check=True)
    before = {name.partition(".")[0] for name in bare.stdout.split()}
    # Of the packages beside the library, those that the start needs: their folder comes behind the library.
    names = (sys.stdlib_module_names | {"typer", "rich", "click"}) - before - {"__main__"}
    assert {"__future__", "typing", "contextlib", "json"} - before <= names
    for name in names:
        (inside / f"{name}.py").write_text(f"open({str(tmp_path / 'RAN')!r}, 'a').write({name!r} + ' ')\n")
    done = subprocess.run(
        [sys.executable, *ENTRIES[how], "--version"],
        cwd=inside,
        env={**os.environ, "PYTHONPATH": os.pathsep},
        capture_output=True,
        text=True,
    )
    assert not (tmp_path / "RAN").exists(), (tmp_path / "RAN").read_text()
    assert done.stdout.startswith("inglenook "), done.stderr
