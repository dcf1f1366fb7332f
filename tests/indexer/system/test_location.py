from pathlib import Path

import pytest
from inglenook_indexer.system.location import cache_root, index_folder, workspace_key


def test_the_environment_names_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("INGLENOOK_CACHE", str(tmp_path))
    assert cache_root() == tmp_path
    assert index_folder(Path("/x/y")).parent == tmp_path / "indexes"


def test_without_it_the_platform_does(monkeypatch):
    monkeypatch.delenv("INGLENOOK_CACHE")
    assert cache_root().name == "inglenook"


def test_one_folder_has_one_key_however_it_is_reached(tmp_path):
    real = tmp_path / "project"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    assert workspace_key(tmp_path / "link") == workspace_key(real) == workspace_key(real / ".." / "project")


@pytest.mark.parametrize("name", ["a b/ü", "x", "...", "-rf"])
def test_keys_are_safe_file_names(tmp_path, name):
    key = workspace_key(tmp_path / name)
    assert key.replace("-", "").replace(".", "").replace("_", "").isalnum()
    assert not key.startswith((".", "-"))


def test_folders_of_the_same_name_differ(tmp_path):
    assert workspace_key(tmp_path / "a" / "src") != workspace_key(tmp_path / "b" / "src")
