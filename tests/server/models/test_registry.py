from __future__ import annotations

from pathlib import Path

import pytest
from inglenook_server.errors import UnknownModel
from inglenook_server.models import LocalSource, WheelSource, find, list_models, model_for, profiles


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
