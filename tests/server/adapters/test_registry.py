import dataclasses
import json
from pathlib import Path

import pytest
from inglenook_server.adapters import registry
from inglenook_server.adapters.registry import AdapterInfo
from inglenook_server.errors import AdapterError
from inglenook_server.weights.adapter_file import match


def info(name: str, **changes: object) -> AdapterInfo:
    values = {
        field.name: {"str": "x", "int": 1, "float": 0.5, "bool": False, "Path": Path("x")}[str(field.type)]
        for field in dataclasses.fields(AdapterInfo)
    }
    return AdapterInfo(**{**values, "name": name, "model": "small", **changes})


def weights(folder: Path) -> None:
    (folder / registry.WEIGHTS).write_bytes(b"weights")
    (folder / registry.CONFIG).write_text('{"r": 8, "lora_alpha": 16}')


def test_what_is_saved_is_read_back_and_listed_oldest_first(tmp_path: Path) -> None:
    registry.save(tmp_path, info("young", created="2026-02-01"), weights)
    old = registry.save(tmp_path, info("old", created="2026-01-01"), weights)
    assert [one.name for one in registry.list_adapters(tmp_path)] == ["old", "young"]
    assert registry.read(old.folder) == old
    assert old.folder == registry.adapters_root(tmp_path) / "old"


def test_the_choice_is_switched_on_off_and_goes_with_its_adapter(tmp_path: Path) -> None:
    registry.save(tmp_path, info("a"), weights)
    assert registry.active(tmp_path) is None
    registry.use(tmp_path, "a")
    assert registry.active(tmp_path) == registry.read(registry.adapters_root(tmp_path) / "a")
    assert registry.off(tmp_path) is True
    assert registry.off(tmp_path) is False
    registry.use(tmp_path, "a")
    registry.remove(tmp_path, "a")
    assert registry.active(tmp_path) is None
    assert registry.list_adapters(tmp_path) == []


def test_two_workspaces_do_not_see_each_others_adapters(workspace) -> None:
    one, two = workspace({"a.py": ""}), workspace({"a.py": ""})
    registry.save(one, info("a"), weights)
    assert registry.list_adapters(two) == []


def test_a_failed_save_leaves_the_old_adapter_and_nothing_half_written(tmp_path: Path) -> None:
    registry.save(tmp_path, info("a", steps=1), weights)

    def fails(folder: Path) -> None:
        weights(folder)
        raise OSError(28, "No space left on device")

    with pytest.raises(AdapterError, match="No space left"):
        registry.save(tmp_path, info("a", steps=2), fails)
    assert registry.list_adapters(tmp_path)[0].steps == 1
    assert [path.name for path in registry.adapters_root(tmp_path).iterdir()] == ["a"]
    registry.save(tmp_path, info("a", steps=3), weights)
    assert registry.list_adapters(tmp_path)[0].steps == 3


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "a/b", ".hidden", "a b", "x" * 65, "a\\b"])
def test_names_that_are_no_folder_names_are_refused(name: str, tmp_path: Path) -> None:
    for call in (registry.use, registry.remove):
        with pytest.raises(AdapterError, match="can't name an adapter"):
            call(tmp_path, name)


@pytest.mark.parametrize("lost", [registry.WEIGHTS, registry.CONFIG, registry.CARD])
def test_a_damaged_adapter_is_named_and_can_be_removed(lost: str, tmp_path: Path) -> None:
    folder = registry.save(tmp_path, info("a"), weights).folder
    registry.use(tmp_path, "a")
    (folder / lost).unlink()
    with pytest.raises(AdapterError, match=lost):
        registry.active(tmp_path)
    registry.remove(tmp_path, "a")
    assert registry.active(tmp_path) is None


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"model": "small"}'])
def test_a_card_that_says_nothing_is_damaged(card: str, tmp_path: Path) -> None:
    folder = registry.save(tmp_path, info("a"), weights).folder
    (folder / registry.CARD).write_text(card)
    with pytest.raises(AdapterError, match=r"card\.json"):
        registry.read(folder)


@pytest.mark.parametrize("name", [registry.WEIGHTS, registry.CONFIG])
def test_an_adapter_with_a_changed_byte_is_not_loaded(name: str, tmp_path: Path) -> None:
    folder = registry.save(tmp_path, info("a"), weights).folder
    (folder / name).write_bytes((folder / name).read_bytes().swapcase())
    with pytest.raises(AdapterError, match=rf"{name} of the adapter in .* is not what was trained"):
        match(folder, {})


def test_a_choice_that_can_not_be_read_is_said_and_switched_off(tmp_path: Path) -> None:
    registry.save(tmp_path, info("a"), weights)
    (registry.adapters_root(tmp_path) / registry.ACTIVE).write_text("{")
    with pytest.raises(AdapterError, match="choice"):
        registry.active(tmp_path)
    assert registry.off(tmp_path)


def test_an_adapter_of_another_model_is_refused(tmp_path: Path) -> None:
    folder = registry.save(tmp_path, info("a", model="small"), weights).folder
    assert registry.require_model(folder, "small").name == "a"
    with pytest.raises(AdapterError, match="made for small and does not fit large") as refused:
        registry.require_model(folder, "large")
    assert "adapters off" in refused.value.mend


def test_a_card_is_json_without_paths(tmp_path: Path) -> None:
    folder = registry.save(tmp_path, info("a"), weights).folder
    card = json.loads((folder / registry.CARD).read_text())
    assert "folder" not in card
    assert str(tmp_path) not in json.dumps(card)
