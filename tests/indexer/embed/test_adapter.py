"""The adapter: merged into the checkpoint it was trained on, into no other, at the size it may have."""

import numpy as np
import pytest
from inglenook_indexer.embed.adapter import ASSET, VERSION, fingerprint, merged, pack
from safetensors.numpy import load_file

LAYERS = ("encoder.layer.0.attention.self.query", "encoder.layer.5.output.dense", "encoder.layer.3.intermediate.dense")


@pytest.fixture
def base():
    rng = np.random.default_rng(1)
    return {f"{name}.weight": rng.normal(size=(24, 16)).astype(np.float32) for name in LAYERS} | {
        "embeddings.LayerNorm.bias": np.zeros(16, np.float32)
    }


@pytest.fixture
def changes():
    rng = np.random.default_rng(2)
    thin = [(rng.normal(size=(24, 4)), rng.normal(size=(4, 16))) for _ in LAYERS[1:]]
    return {name: (left @ right / 50).astype(np.float32) for name, (left, right) in zip(LAYERS[1:], thin, strict=True)}


def test_it_is_small_enough_to_ship():
    assert ASSET.stat().st_size < 10_000_000


def test_what_was_packed_is_added(tmp_path, base, changes):
    asset = tmp_path / "adapter.npz"
    assert pack(changes, 4, base, asset) == pytest.approx(1, abs=1e-6)
    found, version = merged(base, asset)
    assert version == VERSION
    for name in LAYERS:
        wanted = base[f"{name}.weight"] + changes.get(name, 0)
        np.testing.assert_allclose(found[f"{name}.weight"], wanted, atol=2e-3)
    assert found["embeddings.LayerNorm.bias"] is base["embeddings.LayerNorm.bias"]


def test_a_lower_rank_keeps_less(tmp_path, base, changes):
    shares = [pack(changes, rank, base, tmp_path / "adapter.npz") for rank in (1, 2, 3, 4)]
    assert shares == sorted(shares)
    assert shares[0] < 0.9


@pytest.mark.parametrize("change", ["another", "one number", "lacking"])
def test_another_checkpoint_is_left_as_it_is(tmp_path, base, changes, change):
    asset = tmp_path / "adapter.npz"
    pack(changes, 4, base, asset)
    other = {name: weights.copy() for name, weights in base.items()}
    if change == "another":
        other = {name: weights + 1 for name, weights in other.items()}
    elif change == "one number":
        other[f"{LAYERS[0]}.weight"][3, 3] += 1e-3
    else:
        del other[f"{LAYERS[0]}.weight"]
    found, version = merged(other, asset)
    assert version == ""
    assert found is other


def test_the_asset_in_a_checkpoint_without_its_layers():
    assert fingerprint({}) == ""
    assert merged({})[1] == ""


@pytest.mark.model
def test_the_shipped_adapter_belongs_to_the_pulled_encoder():
    from inglenook_server.models import installed

    weights = load_file(installed("all-minilm-l6-v2").folder / "model.safetensors")
    found, version = merged(weights)
    changed = [name for name in weights if found[name] is not weights[name]]
    assert version == VERSION
    assert len(changed) == 36  # query, key, value, output, and both of the feed-forward part, of six layers
    for name in changed:
        change = np.linalg.norm(found[name] - weights[name]) / np.linalg.norm(weights[name])
        assert 0 < change < 0.5
