"""The graph of a GGUF file, built by OpenVINO GenAI without the weights: they would all be in memory, at 16 bits.

It reads a file with the same keys and the same vectors, in which every matrix is zeros, and thin wherever the graph
does not depend on its size. Knows no grid.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from inglenook_indexer.embed.runtime import import_genai, import_openvino

from inglenook_server.errors import ModelError
from inglenook_server.weights.gguf_file import GgufFile, Matrix
from inglenook_server.weights.projections import name_projections

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THIN = 32
"""Rows, or columns, of a matrix whose true number stands nowhere but in its shape."""


def build(source: GgufFile, scratch: Path) -> Any:
    """The `openvino.Model` of `source` with named projections and matrices of zeros; reads from the folder `scratch`.

    Leaves OpenVINO's tokenizers there, too. Raises ModelError where OpenVINO knows no such architecture.
    """
    file = scratch / "skeleton.gguf"
    _write(source, file)
    genai = import_genai()
    try:
        genai.LLMPipeline(str(file), "CPU", enable_save_ov_model=True)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ModelError(
            f"OpenVINO can't read this GGUF file: {reason}", "choose another model: inglenook models list"
        ) from error
    file.unlink()
    model = import_openvino().Core().read_model(scratch / "openvino_model.xml")
    name_projections(model, source.layers)
    return model


def matrices_of(model: Any) -> dict[str, Any]:
    """The constants that hold a matrix of 16 bits, by their module in PyTorch."""
    half = import_openvino().Type.f16
    return {
        _module(constant.get_friendly_name()): constant
        for constant in model.get_ops()
        if constant.get_type_name() == "Constant"
        and len(constant.output(0).get_shape()) == 2
        and constant.output(0).get_element_type() == half
    }


def _module(constant: str) -> str:
    """From GenAI's "model.layers[3].mlp.up_proj.weight" to "model.layers.3.mlp.up_proj"."""
    return constant.removesuffix(".weight").replace("[", ".").replace("]", "")


def _write(source: GgufFile, path: Path) -> None:
    """Write the file; every key is kept."""
    from gguf import GGMLQuantizationType, GGUFValueType, GGUFWriter

    writer = GGUFWriter(path, source.architecture)
    for key, value in source.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue  # the writer makes these itself
        kind, inner = source.kinds[key]
        writer.add_key_value(key, value, kind, sub_type=inner if kind == GGUFValueType.ARRAY else None)
    for name, vector in source.vectors.items():
        writer.add_tensor(name, vector, raw_dtype=GGMLQuantizationType.F32)
    for matrix in source.matrices:
        writer.add_tensor(matrix.tensor, _zeros(matrix), raw_dtype=GGMLQuantizationType.F16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _zeros(matrix: Matrix) -> NDArray[np.float16]:
    import numpy as np

    rows, width = matrix.shape
    if "attn" not in matrix.tensor:  # of those, both sides count: heads, and what layers hand on
        rows, width = (rows, min(THIN, width)) if "down" in matrix.tensor else (min(THIN, rows), width)
    return np.zeros((rows, width), np.float16)
