from __future__ import annotations

from pathlib import Path

import pytest
from inglenook_server.errors import UnknownModel
from inglenook_server.generation.load import load_generator
from inglenook_server.models import LocalSource, WheelSource, find, list_models, model_for, profiles, typed
from inglenook_server.settings import GenerationSettings


def test_every_model_can_be_held_to_a_hash_and_fetched_from_wheels() -> None:
    for spec in list_models():
        assert spec.license
        assert all(len(file.sha256) == 64 and file.size > 0 for file in spec.files)
        wheels = [source for source in spec.sources if isinstance(source, WheelSource)]
        assert wheels, f"{spec.name} can't be had where a model hub is out of reach"
        assert set(wheels[0].parts) == {file.name for file in spec.files}


def test_profiles_name_generators_of_the_registry() -> None:
    generators = {spec.name for spec in list_models() if spec.kind == "generator"}
    assert set(profiles().values()) <= generators


@pytest.mark.parametrize(
    ("profile", "model", "expected"),
    [
        ("fast", "", "smollm2-135m"),
        ("balanced", "", "qwen2.5-coder-0.5b"),
        ("quality", "", "qwen2.5-coder-1.5b"),
        ("fast", "qwen2.5-coder-0.5b", "qwen2.5-coder-0.5b"),
    ],
)
def test_a_model_overrides_the_profile(profile: str, model: str, expected: str) -> None:
    assert model_for(profile, model) == expected


def test_unknown_names_are_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="smollm2-135m") as caught:
        find("gpt-17")
    assert caught.value.mend == "inglenook models list"
    with pytest.raises(UnknownModel, match="balanced"):
        model_for("enormous")
    with pytest.raises(UnknownModel, match="neither"):
        find(str(tmp_path))


def test_a_path_is_a_model(tmp_path: Path) -> None:
    gguf = tmp_path / "mine.gguf"
    gguf.write_bytes(b"GGUF")
    spec = find(str(gguf))
    assert spec.sources == (LocalSource(gguf.resolve()),)
    assert spec.recipe == "gguf"
    exported = tmp_path / "exported"
    exported.mkdir()
    (exported / "openvino_model.xml").write_text("<net/>")
    assert find(str(exported)).recipe == "keep"


@pytest.fixture
def workspace_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that one stands in, with something of every kind that could be loaded."""
    root = tmp_path / "repository"
    for name in ("openvino", "checkpoint", "~", "smollm2-135m"):
        (root / name).mkdir(parents=True)
    (root / "openvino" / "openvino_model.xml").write_text("<net/>")
    (root / "checkpoint" / "config.json").write_text("{}")
    (root / "checkpoint" / "model.safetensors").write_bytes(b"")
    (root / "evil.gguf").write_bytes(b"GGUF")
    (root / "~" / "m.gguf").write_bytes(b"GGUF")
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize(
    "name",
    ["openvino", "./openvino", "checkpoint", "./checkpoint", "evil.gguf", "./evil.gguf", "../repository/evil.gguf"],
)
@pytest.mark.parametrize("engine", ["auto", "openvino", "transformers"])
def test_a_name_never_means_what_lies_in_the_folder_one_stands_in(
    workspace_models: Path, name: str, engine: str
) -> None:
    settings = GenerationSettings(profile="custom", model=name, engine=engine)  # type: ignore[arg-type]
    with pytest.raises(UnknownModel, match="There is no model called") as caught:
        load_generator(settings)
    assert caught.value.mend.startswith("inglenook models")


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ("smollm2-135m", "smollm2-135m"),
        ("evil.gguf", "ROOT/evil.gguf"),
        ("./openvino", "ROOT/openvino"),
        ("gpt-17", "gpt-17"),
        ("", ""),
    ],
)
def test_who_types_a_path_means_the_file_there(workspace_models: Path, given: str, means: str) -> None:
    assert typed(given) == means.replace("ROOT", str(workspace_models))
