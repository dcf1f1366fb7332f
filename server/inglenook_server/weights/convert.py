"""A GGUF file becomes an OpenVINO model whose projections have their names. Runs once a model, when it is pulled.

OpenVINO's reader refuses some quantisations, so those tensors are rewritten first (every key of the file is kept), and
it leaves the graph's nodes anonymous, so that no LoRA tensor would find its place; both are mended here. Where a model
says so, its weights go through 16 bits, where a house adapter is added to them, to a grid of ours (`quantize`), which
the engine multiplies by faster than by the file's own. Knows nothing of downloads or of generating.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from inglenook_indexer.embed.runtime import import_genai, import_openvino
from inglenook_indexer.types import Progress

from inglenook_server.errors import ModelError
from inglenook_server.weights.gguf_tokenizer import write_tokenizer
from inglenook_server.weights.merge import merge
from inglenook_server.weights.projections import name_projections
from inglenook_server.weights.quantize import Grid, pack, unpacking

READABLE = ("F32", "F16", "Q4_0", "Q8_0")
"""GGML types that OpenVINO GenAI 2026.4 reads exactly. Of Q4_1 it rounds the minimum to four bits: SmolLM2-135M
published in Q4_1 loses a quarter of a nat a token that way, and nothing when it is rewritten as Q8_0."""
EMBEDDING, OUTPUT = "model.embed_tokens.weight", "lm_head.weight"
ALIKE = 0.995
"""Correlation above which embedding and output are one matrix that the publisher rounded twice. Five bits leave .999;
matrices that were trained apart are not alike at all."""
ALIKE_ROWS = 2_000
"""Rows compared to find out."""


def convert(
    gguf: Path,
    folder: Path,
    quantization: Mapping[str, str],
    progress: Callable[[Progress], None],
    adapter: Path | None = None,
) -> None:
    """Convert the GGUF file into `folder`: openvino_model, its tokenizer, tokenizer.json, config.json.

    `quantization` is `ModelSpec.quantization`; "keep" keeps what OpenVINO can read and makes the rest Q8_0. Uses about
    the file's size in memory and three times its size of scratch space beside `folder`; four bytes of memory and of
    scratch space a weight where it names grids or there is an `adapter`. Raises ModelError, AdapterError.
    """
    from gguf import GGUFReader

    try:
        reader = GGUFReader(gguf)
        fields = {key: field.contents() for key, field in reader.fields.items()}
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise ModelError(f"{gguf.name} is not a readable GGUF file: {error}.") from error
    write_tokenizer(fields, folder)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".convert-") as scratch:
        readable = Path(scratch) / "model.gguf"
        grids = {part: Grid.parse(name) for part, name in quantization.items() if name.startswith("int")}
        readers = {"": "F16"} if grids or adapter else quantization
        targets = {tensor.name: _target(tensor, readers) for tensor in reader.tensors}
        if any(targets[tensor.name] != tensor.tensor_type.name for tensor in reader.tensors):
            _rewrite(reader, fields, targets, readable, progress)
        else:
            _link(gguf, readable)
        progress(Progress("Converting", 0, 0))
        _build(readable)
        layers = int(fields[f"{fields['general.architecture']}.block_count"])
        _save_named(Path(scratch), folder, layers, adapter, grids, progress)


def _target(tensor: Any, quantization: Mapping[str, str]) -> str:
    kind = str(tensor.tensor_type.name)
    if len(tensor.shape) < 2:
        return "F32"  # norms and biases: tiny, and the reader wants them plain
    wanted = next((to for part, to in quantization.items() if part in tensor.name), "keep")
    if wanted == "keep":
        wanted = kind if kind in READABLE else "Q8_0"
    return wanted if int(tensor.shape[0]) % 32 == 0 else "F16"


def _rewrite(
    reader: Any, fields: dict[str, Any], targets: dict[str, str], path: Path, progress: Callable[[Progress], None]
) -> None:
    """Write the file again with each tensor in its target type; every key is kept."""
    from gguf import GGMLQuantizationType, GGUFValueType, GGUFWriter, quants

    writer = GGUFWriter(path, fields["general.architecture"])
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue  # the writer makes these itself
        kind = field.types[0]
        writer.add_key_value(key, fields[key], kind, sub_type=field.types[-1] if kind == GGUFValueType.ARRAY else None)
    total = sum(int(tensor.n_bytes) for tensor in reader.tensors)
    done = 0
    for tensor in reader.tensors:
        target = GGMLQuantizationType[targets[tensor.name]]
        data = tensor.data
        if target != tensor.tensor_type:
            data = quants.quantize(quants.dequantize(data, tensor.tensor_type), target)
        writer.add_tensor(tensor.name, data, raw_dtype=target)
        done += int(tensor.n_bytes)
        progress(Progress("Quantising", done, total))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(source, target)


def _build(gguf: Path) -> None:
    """Let OpenVINO GenAI read the GGUF file and save its model and tokenizer beside it."""
    openvino_genai = import_genai()

    try:
        openvino_genai.LLMPipeline(str(gguf), "CPU", enable_save_ov_model=True)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ModelError(
            f"OpenVINO can't read this GGUF file: {reason}", "choose another model: inglenook models list"
        ) from error


def _save_named(
    built: Path,
    folder: Path,
    layers: int,
    adapter: Path | None,
    grids: Mapping[str, Grid],
    progress: Callable[[Progress], None],
) -> None:
    openvino = import_openvino()

    model = openvino.Core().read_model(built / "openvino_model.xml")
    name_projections(model, layers)
    if adapter is not None:
        merge(model, adapter)
    if grids:
        tie(model)
        round_weights(model, grids, progress)
    openvino.save_model(model, folder / "openvino_model.xml", compress_to_fp16=False)
    for file in built.glob("openvino_*tokenizer.*"):
        shutil.move(file, folder / file.name)


def _matrices(model: Any) -> dict[str, Any]:
    """Constants of 16 bits in two dimensions: the weights that are not rounded yet, by name."""
    half = import_openvino().Type.f16
    return {
        constant.get_friendly_name(): constant
        for constant in model.get_ops()
        if constant.get_type_name() == "Constant"
        and len(constant.output(0).get_shape()) == 2
        and constant.output(0).get_element_type() == half
    }


def tie(model: Any) -> bool:
    """Let the embedding be read from the output's matrix where both are one matrix, rounded twice; whether they were.

    Some files hold it once coarsely for the embedding and once finely for the output. One copy less to store.
    """
    import numpy as np

    found = _matrices(model)
    if EMBEDDING not in found or OUTPUT not in found:
        return False
    first, second = (found[name].data for name in (EMBEDDING, OUTPUT))
    if first.shape != second.shape:
        return False
    rows = np.linspace(0, len(first) - 1, min(ALIKE_ROWS, len(first)), dtype=int)
    pair = [matrix[rows].astype(np.float32).ravel() for matrix in (first, second)]
    if float(np.corrcoef(*pair)[0, 1]) < ALIKE:
        return False
    for port in found[EMBEDDING].output(0).get_target_inputs():
        port.replace_source_output(found[OUTPUT].output(0))
    return True


def round_weights(model: Any, grids: Mapping[str, Grid], progress: Callable[[Progress], None]) -> None:
    """Store each matrix of an `openvino.Model` on the first grid whose key is part of its name.

    A matrix whose rows can't be cut into the grid's groups gets eight bits a weight, and one scale a row.
    """
    import numpy as np

    found = _matrices(model)
    for done, (name, constant) in enumerate(found.items()):
        grid = next((grid for part, grid in grids.items() if part in name), None)
        if grid is None:
            continue
        weights = constant.data
        packed = pack(weights.astype(np.float32), grid if grid.fits(weights.shape[1]) else Grid(8))
        unpacked = unpacking(packed, name)
        for widened in {port.get_node() for port in constant.output(0).get_target_inputs()}:
            for port in widened.output(0).get_target_inputs():
                port.replace_source_output(unpacked)
        progress(Progress("Rounding", done + 1, len(found)))
