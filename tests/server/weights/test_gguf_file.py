from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants
from inglenook_server.errors import ModelError
from inglenook_server.weights import gguf_file
from inglenook_server.weights.gguf_file import GgufFile, Matrix

from tests.server.weights.ggufs import HEADS, HIDDEN, KV_HEADS, LAYERS, weights, write


def matrix(source: GgufFile, module: str) -> Matrix:
    return next(found for found in source.matrices if found.module == module)


@pytest.mark.parametrize("rows_at_once", [1, 7, 1024])
@pytest.mark.parametrize("kind", ["F32", "F16", "Q8_0", "Q4_1", "Q5_0"])
def test_matrices_come_in_parts_as_they_are(
    tmp_path: Path, kind: str, rows_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gguf_file, "ROWS", rows_at_once)
    tensors = weights()
    source = GgufFile(write(tmp_path / "m.gguf", tensors, {"": kind}, "qwen2"))
    assert (source.architecture, source.layers) == ("qwen2", LAYERS)
    assert len(source.matrices) == 7 * LAYERS + 1
    for name, module in {
        "token_embd.weight": "model.embed_tokens",
        "blk.1.ffn_down.weight": "model.layers.1.mlp.down_proj",
        "blk.0.attn_q.weight": "model.layers.0.self_attn.q_proj",
    }.items():
        found = matrix(source, module)
        target = GGMLQuantizationType[kind]
        parts = list(found.values())
        assert max(map(len, parts)) <= rows_at_once
        assert np.array_equal(np.concatenate(parts), quants.dequantize(quants.quantize(tensors[name], target), target))
        assert found.shape == tensors[name].shape
        assert found.size == sum(part.nbytes for part in found.stored())
    assert np.array_equal(source.vectors["blk.0.attn_norm.weight"], tensors["blk.0.attn_norm.weight"])


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
def test_rows_of_a_head_that_a_file_has_in_pairs_come_in_halves(tmp_path: Path, architecture: str) -> None:
    tensors = weights()
    source = GgufFile(write(tmp_path / "m.gguf", tensors, {"": "F32"}, architecture))
    for part, heads in {"attn_q": HEADS, "attn_k": KV_HEADS}.items():
        given = tensors[f"blk.0.{part}.weight"]
        size = HIDDEN // HEADS
        order = [
            head * size + 2 * place + half for head in range(heads) for half in (0, 1) for place in range(size // 2)
        ]
        module = f"model.layers.0.self_attn.{part[-1]}_proj"
        read = np.concatenate(list(matrix(source, module).values()))
        assert np.array_equal(read, given[order] if architecture == "llama" else given)
        assert np.array_equal(matrix(source, module).values_at(np.array([3, 0])), read[[3, 0]])


def test_what_no_decoder_has_is_left_out(tmp_path: Path) -> None:
    extra = {"blk.0.ffn_gate_inp.weight": np.ones((4, HIDDEN), np.float32), "mm.0.weight": np.ones((4, 32), np.float32)}
    source = GgufFile(write(tmp_path / "m.gguf", weights() | extra, {"": "F32"}))
    assert len(source.matrices) == 7 * LAYERS + 1


@pytest.mark.parametrize("content", [b"", b"not a model", b"GGUF", b"GGUF\x03\x00\x00\x00" + b"\xff" * 16])
def test_what_is_no_gguf_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"m\.gguf is not a readable GGUF file"):
        GgufFile(path)


def test_a_file_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "m.gguf", weights(), {"": "F16"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ModelError, match="not a readable GGUF file"):
        GgufFile(path)
