"""The server's environment: made from nothing, made anew where half of it is there, renewed, stopped, refused."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest

from tests.vscode import tiny_wheel
from tests.vscode.package import CLIENT
from tests.waiting import until

SCRIPT = CLIENT / "setup" / "make_environment.py"


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A storage folder with a space in its name, and a pip that knows no index."""
    for name in [one for one in os.environ if one.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")
    return tmp_path / "global storage"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The two modules, as they are imported by the script."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    loaded: dict[str, ModuleType] = {}
    for name in ("explain_pip", "make_environment"):
        spec = importlib.util.spec_from_file_location(name, SCRIPT.with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        loaded[name] = module
    return loaded


def start(storage: Path, wheel: Path, key: str = "9.0-a") -> subprocess.Popen[str]:
    constraints = wheel.with_name("constraints.txt")
    constraints.write_text("")
    command = [sys.executable, "-E", "-s", "-B", str(SCRIPT), str(storage), str(wheel), str(constraints), key]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=wheel.parent)


def end(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """What it told. Its stdin stays open until it has ended."""
    assert process.stdout is not None
    assert process.stderr is not None
    told = [json.loads(line) for line in process.stdout]
    process.stderr.read()
    code = process.wait()
    assert process.stdin is not None
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    assert code == (0 if "python" in told[-1] else 1)
    return told


def made(storage: Path, wheel: Path, key: str = "9.0-a") -> list[dict[str, Any]]:
    return end(start(storage, wheel, key))


def homes(storage: Path) -> list[str]:
    return sorted(one.name for one in (storage / "environments").iterdir())


def test_it_is_made_once_with_steps_and_a_record(storage: Path, tmp_path: Path) -> None:
    wheel = tiny_wheel.write(tmp_path)
    told = made(storage, wheel)
    python = Path(told[-1]["python"])
    assert python.is_relative_to(storage / "environments" / "9.0-a")
    steps = [one["step"] for one in told[:-1]]
    assert steps[0] == "Making a Python environment"
    assert any(step.startswith("Installing") for step in steps)
    assert steps[-1] == "Checking that it runs here"
    assert json.loads((storage / "environments/9.0-a/environment.json").read_text())["version"] == "9.0"
    said = subprocess.run(
        [python, "-I", "-c", "import inglenook_server as i; print(i.__version__)"], capture_output=True
    )
    assert said.stdout.strip() == b"9.0"
    assert made(storage, wheel) == [told[-1]], "the second time there is nothing to do"


@pytest.mark.parametrize("half", ["no record", "no Python"])
def test_half_of_one_is_made_anew(storage: Path, tmp_path: Path, half: str) -> None:
    home = storage / "environments" / "9.0-a"
    (home / "bin").mkdir(parents=True)
    (home / "rest").write_text("of a killed set-up")
    if half == "no Python":
        (home / "environment.json").write_text("{}")
        (home / "bin" / "python").symlink_to(tmp_path / "gone")
    assert "python" in made(storage, tiny_wheel.write(tmp_path))[-1]
    assert not (home / "rest").exists()


def test_another_version_takes_the_place_of_the_one_before_once_it_works(storage: Path, tmp_path: Path) -> None:
    made(storage, tiny_wheel.write(tmp_path), "9.0-a")
    failed = made(
        storage, tiny_wheel.write(tmp_path, "9.1", app="raise ImportError('libx.so.1 is not there')"), "9.1-b"
    )
    assert failed[-1]["problem"] == "check"
    assert "libx.so.1 is not there" in failed[-1]["sentence"]
    assert homes(storage) == ["9.0-a"], "what works stays, what does not leaves nothing"
    made(storage, tiny_wheel.write(tmp_path, "9.1"), "9.1-b")
    assert homes(storage) == ["9.1-b"]


def test_an_environment_that_a_server_still_runs_from_stays(storage: Path, tmp_path: Path) -> None:
    python = made(storage, tiny_wheel.write(tmp_path), "9.0-a")[-1]["python"]
    with subprocess.Popen([python, "-c", "input()"], stdin=subprocess.PIPE) as server:
        made(storage, tiny_wheel.write(tmp_path, "9.1"), "9.1-b")
        assert homes(storage) == ["9.0-a", "9.1-b"]
        server.communicate(b"\n")
    made(storage, tiny_wheel.write(tmp_path, "9.1"), "9.1-b")
    assert homes(storage) == ["9.1-b"]


def test_two_windows_make_one(storage: Path, tmp_path: Path) -> None:
    wheel = tiny_wheel.write(tmp_path)
    first, second = start(storage, wheel), start(storage, wheel)
    told = [end(first), end(second)]
    assert told[0][-1] == told[1][-1]
    assert sum({"step": "Making a Python environment"} in one for one in told) == 1


def test_it_is_stopped_with_all_that_it_started(storage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # an index that takes the call and says nothing
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/simple")
        process = start(storage, tiny_wheel.write(tmp_path))
        assert process.stdin is not None
        assert process.stdout is not None
        told = [json.loads(process.stdout.readline()), json.loads(process.stdout.readline())]
        assert told[-1] == {"step": "Updating pip"}
        below = psutil.Process(process.pid)
        until(below.children, "pip to run")
        started = below.children(recursive=True)
        process.stdin.close()
        told += [json.loads(line) for line in process.stdout]
        assert process.wait() == 1
        process.stdout.close()
        assert process.stderr is not None
        process.stderr.close()
    assert told[-1]["problem"] == "stopped"
    assert homes(storage) == []
    assert not [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_an_index_that_does_not_have_it_is_named(storage: Path, tmp_path: Path) -> None:
    told = made(storage, tiny_wheel.write(tmp_path, needs="a-package-that-nobody-has==1.0"))
    assert told[-1]["problem"] == "index"
    assert "a-package-that-nobody-has==1.0" in told[-1]["sentence"]
    assert homes(storage) == []


@pytest.mark.parametrize("kind", ["network", "proxy"])
def test_what_can_t_be_reached(storage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        closed = f"http://127.0.0.1:{probe.getsockname()[1]}"
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_INDEX_URL", f"{closed}/simple" if kind == "network" else "https://index.invalid/simple")
    if kind == "proxy":
        monkeypatch.setenv("PIP_PROXY", closed)
    told = made(storage, tiny_wheel.write(tmp_path))
    assert told[-1]["problem"] == kind
    assert homes(storage) == []


def test_settings_of_pip_that_lead_elsewhere_are_left_out(
    storage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "inglenook_server.py").write_text("raise SystemExit('the wrong one')\n")
    monkeypatch.setenv("PIP_TARGET", str(elsewhere / "target"))
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", str(elsewhere))
    assert "python" in made(storage, tiny_wheel.write(tmp_path))[-1]
    assert not (elsewhere / "target").exists()


def test_nothing_is_begun_without_room(scripts: dict[str, ModuleType], tmp_path: Path, monkeypatch) -> None:
    module = scripts["make_environment"]
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, 10**8))
    with pytest.raises(module.Problem, match=r"1\.6 GB of disk, and 0\.1 GB are free") as caught:
        module.make(tmp_path / "environments" / "k", tmp_path / "w", tmp_path / "c", module.Children())
    assert caught.value.kind == "disk"


@pytest.mark.parametrize(
    ("log", "kind"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
        ("ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication", "proxy"),
        (
            "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
            "certificate",
        ),
        (
            "NewConnectionError: [Errno -3] Temporary failure in name resolution\nNo matching distribution found",
            "network",
        ),
        ("ReadTimeoutError(\"HTTPSConnectionPool(host='x', port=443): Read timed out.\")", "network"),
        ("ERROR: No matching distribution found for openvino>=2026.4", "index"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'", "folder"),
        ("ERROR: something new\n", "pip"),
        ("", "pip"),
    ],
)
def test_what_pip_says_is_one_sentence(scripts: dict[str, ModuleType], log: str, kind: str) -> None:
    found, sentence = scripts["explain_pip"].explain(log)
    assert found == kind
    assert sentence.endswith((".", "?"))
    assert "\n" not in sentence


def test_a_python_without_the_part_that_makes_environments_says_how_to_get_it(scripts: dict[str, ModuleType]) -> None:
    debian = "The virtual environment was not created successfully because ensurepip is not\navailable."
    kind, sentence = scripts["explain_pip"].explain_venv(debian)
    assert kind == "venv"
    assert "sudo apt install python3-venv" in sentence


def test_a_large_package_says_how_far_it_is(scripts: dict[str, ModuleType]) -> None:
    steps = scripts["explain_pip"].Steps()
    lines = [
        "Processing ./inglenook-0.1.0-py3-none-any.whl",
        "Collecting lancedb<0.41,>=0.40 (from inglenook==0.1.0)",
        "  Downloading lancedb-0.40.0-cp39-abi3-manylinux_2_28_x86_64.whl (75.2 MB)",
        "Progress 0 of 75200000",
        "Progress 44000000 of 75200000",
        "Installing collected packages: a, b, c",
        "WARNING: something",
    ]
    assert [steps.read(line) for line in lines] == [
        "Downloading package 1: inglenook",
        "Downloading package 2: lancedb",
        "",
        "",
        "Downloading lancedb, 44 of 75 MB",
        "Installing 3 packages",
        "",
    ]
