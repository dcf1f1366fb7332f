"""Adapters, chats and statistics are the user's alone, whatever the mask, and older ones that are not are put right."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from inglenook_indexer.secrets import detector
from inglenook_indexer.system.location import cache_root
from inglenook_server.adapters import registry
from inglenook_server.conversations.store import of_workspace
from inglenook_server.conversations.types import Message
from inglenook_server.stats.store import Statistics

from tests.server.adapters.test_registry import info, weights

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights are kept otherwise there")


@pytest.fixture(params=[0o000, 0o022], autouse=True)
def mask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def adapter(root: Path) -> None:
    registry.save(root, info("a"), weights)
    registry.use(root, "a")


def statistics(_: Path) -> None:
    Statistics(cache_root() / "statistics.sqlite").shown("x")


def conversations(root: Path) -> None:
    of_workspace(root).save("a", [Message("user", "why?")])


@pytest.mark.parametrize("write", [adapter, statistics, conversations])
def test_what_derives_from_code_is_private(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    made = [path for path in cache_root().rglob("*")]
    for path in made:
        path.chmod(0o755 if path.is_dir() else 0o644)
    write(tmp_path)
    assert [str(path) for path in [cache_root(), *made] if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_the_detectors_rules_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tmp_path / "kept" / "rules"
    monkeypatch.setenv("KF_RULE_CACHE_DIR", str(rules))
    detector._loaded.cache_clear()
    try:
        detector._loaded()
    finally:
        detector._loaded.cache_clear()
    if rules.exists():  # there is no detector for some machines
        assert [str(path) for path in [rules, *rules.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_a_folder_that_the_user_named_keeps_what_else_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "named"
    other = named / "other-tool"
    other.mkdir(parents=True)
    (other / "run.sh").touch()
    for path, mode in ((named, 0o755), (other, 0o755), (other / "run.sh", 0o755)):
        path.chmod(mode)
    monkeypatch.setenv("INGLENOOK_CACHE", str(named))
    with Statistics()._open():
        pass
    monkeypatch.setenv("KF_RULE_CACHE_DIR", str(named))
    detector._loaded.cache_clear()
    detector._loaded()
    assert stat.S_IMODE(other.stat().st_mode) == stat.S_IMODE((other / "run.sh").stat().st_mode) == 0o755
