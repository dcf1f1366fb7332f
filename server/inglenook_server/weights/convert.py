"""A GGUF file becomes an OpenVINO model whose projections have their names. Runs once a model, when it is pulled.

OpenVINO's own reader would hold every weight at 16 bits, refuses some types, and leaves the graph's nodes anonymous, so
that no LoRA tensor would find its place. So it builds the graph alone (`skeleton`), and the weights are put into that
one matrix after the other: on a grid of ours (`quantize`), which the engine multiplies by faster than by the file's
own, or in the file's own blocks (`ggml_blocks`). Knows nothing of downloads or of generating.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inglenook_indexer.embed.runtime import import_openvino
from inglenook_indexer.types import Progress

from inglenook_server.weights.ggml_blocks import EXACT, Blocks, blocks
from inglenook_server.weights.gguf_file import GgufFile, Matrix
from inglenook_server.weights.gguf_tokenizer import write_tokenizer
from inglenook_server.weights.group_offsets import add_offsets
from inglenook_server.weights.merge import Change, changes, sixteen_bits
from inglenook_server.weights.projections import named_projections
from inglenook_server.weights.quantize import Grid, Packed, pack, unpacking
from inglenook_server.weights.skeleton import build, matrices_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PLAIN = ("F32", "F16", "BF16")
"""GGML types that "keep" stores at 16 bits."""
EMBEDDING, OUTPUT = "model.embed_tokens", "lm_head"
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

    `quantization` is `ModelSpec.quantization`. Takes the memory of what is written and some 400 MB more, and a third
    of the file's size of scratch space beside `folder`. `progress` gets bytes of the file.

    Raises ModelError, AdapterError.
    """
    source = GgufFile(gguf)
    write_tokenizer(source.fields, folder)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".convert-") as scratch:
        progress(Progress("Converting", 0, 0))
        _save(source, Path(scratch), folder, quantization, changes(adapter, source.matrices), progress)


def _save(
    source: GgufFile,
    scratch: Path,
    folder: Path,
    quantization: Mapping[str, str],
    added: Mapping[str, Change],
    progress: Callable[[Progress], None],
) -> None:
    model = build(source, scratch)
    matrices = {matrix.module: matrix for matrix in source.matrices}
    if _alike(matrices):
        constants = matrices_of(model)
        for port in constants[EMBEDDING].output(0).get_target_inputs():
            port.replace_source_output(constants[OUTPUT].output(0))
    constants = matrices_of(model)
    offsets: dict[str, NDArray[np.float32]] = {}
    total = sum(matrices[module].size for module in constants)
    done = 0
    for module, constant in constants.items():
        matrix = matrices[module]
        stored = _stored(matrix, quantization, added.get(module))
        if isinstance(stored, Blocks):
            put(constant, stored.packed)
            if stored.offset is not None:
                offsets[module] = stored.offset
        else:
            put(constant, stored)
        done += matrix.size
        progress(Progress("Rounding", done, total))
    model.validate_nodes_and_infer_types()
    add_offsets(named_projections(model), offsets)
    model.validate_nodes_and_infer_types()
    import_openvino().save_model(model, folder / "openvino_model.xml", compress_to_fp16=False)
    for file in scratch.glob("openvino_*tokenizer.*"):
        shutil.move(file, folder / file.name)


def _stored(
    matrix: Matrix, quantization: Mapping[str, str], change: Change | None
) -> Packed | Blocks | NDArray[np.float16]:
    """What becomes of a matrix: the first entry of `quantization` whose key is part of its names or its type says it.

    A matrix whose rows can't be cut into the groups that are asked for gets eight bits a weight, and one scale a row;
    one that can't be cut into GGML's blocks, and one that is kept with something added to it, 16 bits. Those of
    embedding and output are no product of a layer, so that Q4_K is kept as Q8_0 there.
    """
    import numpy as np

    names = (matrix.module, matrix.tensor, matrix.kind)
    how = next((how for part, how in quantization.items() if any(part in name for name in names)), "keep")
    if how.startswith("int"):
        grid = Grid.parse(how)
        grid = grid if grid.fits(matrix.shape[1]) else Grid(8)
        return pack((half.astype(np.float32) for half in sixteen_bits(matrix, change)), matrix.shape, grid)
    if how == "keep":
        whole = matrix.module in (EMBEDDING, OUTPUT) and matrix.kind == "Q4_K"
        how = matrix.kind if matrix.kind in (*EXACT, *PLAIN) and not whole else "Q8_0"
    if how in EXACT and EXACT[how].fits(matrix.shape[1]) and change is None:
        return blocks(matrix, how)
    plain = np.empty(matrix.shape, np.float16)
    at = 0
    for half in sixteen_bits(matrix, change):
        plain[at : at + len(half)] = half
        at += len(half)
    return plain


def put(constant: Any, stored: Packed | NDArray[np.float16]) -> None:
    """Put a matrix in the place of a 16-bit constant of an `openvino.Model`, under its name."""
    name = constant.get_friendly_name()
    if not isinstance(stored, Packed):
        plain = import_openvino().op.Constant(stored)
        plain.set_friendly_name(name)
        for port in constant.output(0).get_target_inputs():
            port.replace_source_output(plain.output(0))
        return
    unpacked = unpacking(stored, name)
    for widened in {port.get_node() for port in constant.output(0).get_target_inputs()}:
        for port in widened.output(0).get_target_inputs():
            port.replace_source_output(unpacked)


def _alike(matrices: Mapping[str, Matrix]) -> bool:
    """Whether embedding and output are one matrix, rounded twice: then one is stored, the output's.

    Some files hold it once coarsely for the embedding and once finely for the output.
    """
    import numpy as np

    first, second = matrices.get(EMBEDDING), matrices.get(OUTPUT)
    if first is None or second is None or first.shape != second.shape:
        return False
    rows = np.linspace(0, first.shape[0] - 1, min(ALIKE_ROWS, first.shape[0]), dtype=int)
    one, other = (matrix.values_at(rows).ravel() for matrix in (first, second))
    return float(np.corrcoef(one, other)[0, 1]) >= ALIKE
