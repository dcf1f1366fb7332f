"""What every test stands on: caches of its own, no way out of the machine, workspaces made from strings."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from inglenook_indexer.system.location import cache_root

# The suite's verdict is the same on every machine: property tests try the same examples everywhere, and how fast the
# machine is decides nothing. The random search is `make fuzz`; what it finds becomes an `@example` of its test.
settings.register_profile(
    "suite", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fuzz", settings.get_profile("suite"), derandomize=False, max_examples=1000)
settings.load_profile("suite")

FAST_MODEL = "smollm2-135m"

WorkspaceFactory = Callable[[dict[str, str]], Path]


def pytest_configure(config: pytest.Config) -> None:
    # The weights are the one thing tests share with the user's own cache: found once, before that cache is hidden.
    os.environ.setdefault("INGLENOOK_MODELS", str(cache_root() / "models"))
    # So are the detector's compiled rules, which take some seconds to make.
    os.environ.setdefault("KF_RULE_CACHE_DIR", str(cache_root() / "detector"))
    # Threads of torch that wait for each other by spinning take the core that the other needs, on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGLENOOK_CACHE", str(tmp_path / "inglenook-cache"))
    monkeypatch.setenv("INGLENOOK_CONFIG", str(tmp_path / "inglenook-config"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    # Nor do the user's own git excludes count in a test.
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail any test whose Python code opens a socket to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family == socket.AF_UNIX or (
            isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1", "localhost")
        ):
            return connect(self, address)  # type: ignore[arg-type]
        raise AssertionError(f"a test tried to reach {address!r}")

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def workspace(tmp_path: Path) -> WorkspaceFactory:
    """Write files into a fresh folder: `workspace({"a.py": "x = 1\\n"})`."""
    made = 0

    def make(files: dict[str, str]) -> Path:
        nonlocal made
        made += 1
        root = tmp_path / f"workspace-{made}"
        root.mkdir()
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        return root

    return make


@pytest.fixture(scope="session")
def fast_model() -> str:
    """The name of the small model, whose weights `make test` fetches first."""
    from inglenook_server.errors import ModelError
    from inglenook_server.models import installed

    try:
        installed(FAST_MODEL)
    except ModelError as error:
        message = f"{error.message} {error.mend}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return FAST_MODEL
