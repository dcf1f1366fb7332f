"""Tiny GGUF files, converted: the graph's own matrices against the file's."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants
from inglenook_indexer.embed.runtime import import_openvino
from inglenook_indexer.system import ipc
from inglenook_indexer.types import Progress
from inglenook_server.errors import AdapterError, ModelError
from inglenook_server.generation.openvino.engine import OpenVinoGenerator
from inglenook_server.weights.convert import convert
from inglenook_server.weights.convert_apart import convert_apart
from inglenook_server.weights.gguf_file import GgufFile
from inglenook_server.weights.projections import named_projections
from numpy.typing import NDArray
from safetensors.numpy import save_file

from tests.server.weights.ggufs import FFN, HIDDEN, LAYERS, weights, write

DOWN = "model.layers.1.mlp.down_proj"


def stored(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Each matrix that a converted model multiplies by, as it is unpacked, by module."""
    openvino = import_openvino()
    model = openvino.Core().read_model(folder / "openvino_model.xml")
    products = named_projections(model)
    outputs = [product.input(1).get_source_output() for product in products.values()]
    unpacked = openvino.Core().compile_model(openvino.Model(outputs, []), "CPU")([])
    return {module: np.array(unpacked[place]) for place, module in enumerate(products)}


def run(tmp_path: Path, gguf: Path, quantization: dict[str, str], adapter: Path | None = None) -> Path:
    folder = tmp_path / "openvino"
    convert(gguf, folder, quantization, lambda _: None, adapter)
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".convert-")] == []
    return folder


def published(gguf: Path) -> dict[str, NDArray[np.float32]]:
    return {matrix.module: np.concatenate(list(matrix.values())) for matrix in GgufFile(gguf).matrices}


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
@pytest.mark.parametrize("kind", ["F16", "Q8_0", "Q4_0"])
def test_what_is_kept_is_what_was_published(tmp_path: Path, architecture: str, kind: str) -> None:
    gguf = write(tmp_path / "m.gguf", weights(output=True), {"": kind}, architecture)
    found, given = stored(run(tmp_path, gguf, {"": "keep"})), published(gguf)
    assert len(found) == 7 * LAYERS + 1
    for module, matrix in found.items():
        assert np.allclose(matrix, given[module], atol=1e-3 * np.abs(given[module]).max()), module


def logs(folder: Path, adapter: Path | None = None) -> NDArray[np.float64]:
    with closing(OpenVinoGenerator("tiny", folder, adapter=adapter)) as generator:
        return np.array(generator.log_probabilities("return re; return ret; re = 1 and some more to read"))


def test_minimums_of_groups_are_products_of_their_own(tmp_path: Path) -> None:
    kinds = {"ffn_down": "Q8_0", "attn_v": "F16", "": "Q4_K"}
    gguf = write(tmp_path / "m.gguf", weights(output=True), kinds, "qwen2")
    exact = logs(run(tmp_path, gguf, {"": "F16"}))
    folder = run(tmp_path, gguf, {"": "keep"})
    assert np.abs(logs(folder) - exact).max() < 0.05
    model = import_openvino().Core().read_model(folder / "openvino_model.xml")
    added = [node for node in model.get_ops() if node.get_type_name() == "ReduceSum"]
    assert len(added) == 3 * LAYERS, "queries and keys have one input, so have gates and ups"
    found, given = stored(folder)["model.layers.1.mlp.up_proj"], published(gguf)["model.layers.1.mlp.up_proj"]
    groups = (given - found).reshape(len(given), -1, 32)
    assert groups.std(-1).max() < 1e-3, "the weights of a group lack the same"
    assert np.abs(groups.mean(-1)).max() > 0.05


def test_another_type_is_kept_as_gguf_would_round_it(tmp_path: Path) -> None:
    gguf = write(tmp_path / "m.gguf", weights(), {"attn_q": "Q4_1", "": "Q5_0"})
    eight = GGMLQuantizationType.Q8_0
    found, given = stored(run(tmp_path, gguf, {"": "keep"})), published(gguf)
    for module in (DOWN, "model.layers.0.self_attn.q_proj"):
        wanted = quants.dequantize(quants.quantize(given[module], eight), eight)
        assert np.allclose(found[module], wanted, atol=1e-3 * np.abs(wanted).max())


@pytest.mark.parametrize(
    ("grid", "bits", "steps"), [("int8", 8, 1), ("int4-32", 4, 3), ("int4-64", 8, 1), ("int4-sym-48", 8, 1)]
)
def test_a_grid_of_ours_and_eight_bits_where_its_groups_do_not_fit(
    tmp_path: Path, grid: str, bits: int, steps: int
) -> None:
    assert FFN % 64
    assert HIDDEN % 48
    module = DOWN if grid != "int4-sym-48" else "model.layers.1.mlp.up_proj"
    gguf = write(tmp_path / "m.gguf", weights(), {"": "F16"})
    folder = run(tmp_path, gguf, {module.rpartition(".")[2]: grid, "": "F16"})
    given = published(gguf)[module]
    width = given.shape[1] if bits == 8 else 32
    groups = given.reshape(len(given), -1, width)
    step = (groups.max(-1).clip(0) - groups.min(-1).clip(None, 0)) / (2**bits - 1)
    error = np.abs(stored(folder)[module] - given).reshape(groups.shape).max(-1)
    assert (error <= steps * step + 1e-3).all()
    assert error.max() > 0


@pytest.mark.parametrize(("alike", "copies"), [(True, 1), (False, 2)])
def test_a_matrix_that_was_published_twice_is_stored_once(tmp_path: Path, alike: bool, copies: int) -> None:
    tensors = weights(output=True)
    if alike:
        tensors["output.weight"] = tensors["token_embd.weight"]
    gguf = write(tmp_path / "m.gguf", tensors, {"token_embd": "Q5_0", "": "Q8_0"})
    folder = run(tmp_path, gguf, {"": "int8"})
    model = import_openvino().Core().read_model(folder / "openvino_model.xml")
    rows = len(tensors["output.weight"])
    ends = [
        node
        for node in model.get_ops()
        if node.get_type_name() == "Constant" and list(node.output(0).get_shape()) == [rows, HIDDEN]
    ]
    assert len(ends) == copies


def write_adapter(
    folder: Path, shape: tuple[int, int], module: str = DOWN, size: float = 0.1
) -> tuple[Path, NDArray[np.float32]]:
    """A random adapter of rank 2 for one module, and what it adds."""
    random = np.random.default_rng(1)
    down = random.normal(0, size, (2, shape[1])).astype(np.float32)
    up = random.normal(0, size, (shape[0], 2)).astype(np.float32)
    folder.mkdir()
    head = f"base_model.model.{module}"
    save_file({f"{head}.lora_A.weight": down, f"{head}.lora_B.weight": up}, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({"lora_alpha": 4, "r": 2}))
    return folder, 2 * up @ down


def test_an_adapter_is_added_before_anything_is_rounded(tmp_path: Path) -> None:
    gguf = write(tmp_path / "m.gguf", weights(), {"": "Q8_0"})
    adapter, added = write_adapter(tmp_path / "adapter", (HIDDEN, FFN))
    for how, tolerance in (("F16", 1e-3), ("keep", 1e-3), ("int8", 1e-2)):
        found = stored(run(tmp_path, gguf, {"": how}, adapter))[DOWN]
        assert np.allclose(found, published(gguf)[DOWN] + added, atol=tolerance), how


def test_an_adapter_may_be_served_beside_minimums(tmp_path: Path) -> None:
    gguf = write(tmp_path / "m.gguf", weights(output=True), {"ffn_down": "Q8_0", "": "Q4_K"}, "qwen2")
    adapter, _ = write_adapter(tmp_path / "adapter", (FFN, HIDDEN), "model.layers.1.mlp.up_proj", 0.5)
    merged = logs(run(tmp_path, gguf, {"": "F16"}, adapter))
    folder = run(tmp_path, gguf, {"": "keep"})
    assert np.abs(logs(folder, adapter) - merged).max() < 0.05
    assert np.abs(logs(folder) - merged).max() > 0.1


def test_an_adapter_of_another_model_is_refused(tmp_path: Path) -> None:
    gguf = write(tmp_path / "m.gguf", weights(), {"": "Q8_0"})
    adapter, _ = write_adapter(tmp_path / "adapter", (HIDDEN, FFN + 1))
    with pytest.raises(AdapterError, match="made for another model"):
        run(tmp_path, gguf, {"": "int8"}, adapter)


def test_an_unknown_architecture_is_a_sentence(tmp_path: Path) -> None:
    gguf = write(tmp_path / "m.gguf", weights(), {"": "F16"}, "granite")
    with pytest.raises(ModelError, match="OpenVINO can't read this GGUF file") as caught:
        run(tmp_path, gguf, {"": "int8"})
    assert caught.value.mend == "choose another model: inglenook models list"


def test_apart_it_is_the_same_and_tells_how_far_it_is(tmp_path: Path) -> None:
    gguf = write(tmp_path / "m.gguf", weights(), {"": "Q8_0"})
    seen: list[Progress] = []
    convert_apart(gguf, tmp_path / "apart", {"": "int8"}, seen.append)
    folder = run(tmp_path, gguf, {"": "int8"})
    assert (tmp_path / "apart" / "openvino_model.bin").read_bytes() == (folder / "openvino_model.bin").read_bytes()
    rounding = [progress for progress in seen if progress.stage == "Rounding"]
    assert rounding[-1].done == rounding[-1].total > 0
    assert [progress.done for progress in rounding] == sorted(progress.done for progress in rounding)


def test_apart_an_error_keeps_its_class_and_its_sentence(tmp_path: Path) -> None:
    gguf = write(tmp_path / "m.gguf", weights(), {"": "Q8_0"})
    adapter, _ = write_adapter(tmp_path / "adapter", (HIDDEN, FFN + 1))
    with pytest.raises(AdapterError, match="made for another model") as caught:
        convert_apart(gguf, tmp_path / "openvino", {"": "int8"}, lambda _: None, adapter)
    assert caught.value.mend.startswith("inglenook adapters off")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="file") as refused:
        convert_apart(gguf, tmp_path / "file" / "openvino", {"": "int8"}, lambda _: None)
    assert refused.value.errno


def test_what_ends_the_process_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    begin: Callable[..., object] = ipc.start

    def start_and_kill(module: str) -> object:
        process = begin(module)
        process.kill()  # type: ignore[attr-defined]
        started.append(process.pid)  # type: ignore[attr-defined]
        return process

    monkeypatch.setattr(ipc, "start", start_and_kill)
    with pytest.raises(ModelError, match=r"The process that converted m\.gguf ended") as caught:
        convert_apart(tmp_path / "m.gguf", tmp_path / "openvino", {"": "int8"}, lambda _: None)
    assert caught.value.mend
    assert len(started) == 1


def test_an_interrupt_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gguf = write(tmp_path / "m.gguf", weights(), {"": "Q8_0"})
    started: list[int] = []
    begin: Callable[..., object] = ipc.start

    def remember(module: str) -> object:
        process = begin(module)
        started.append(process.pid)  # type: ignore[attr-defined]
        return process

    def interrupt(_: Progress) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ipc, "start", remember)
    with pytest.raises(KeyboardInterrupt):
        convert_apart(gguf, tmp_path / "openvino", {"": "int8"}, interrupt)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)
