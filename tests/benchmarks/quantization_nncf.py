"""Data-aware four-bit weights by NNCF (AWQ, scale estimation, GPTQ), calibrated on the standard library's code.

NNCF is not a dependency: `pip install nncf` where these mixes are to be measured. What it leaves alone is rounded by
our own int8. Knows nothing of how a mix is judged.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

SAMPLES = 32
SAMPLE_TOKENS = 128


def samples(tokenizer: Path, inputs: set[str]) -> list[dict[str, Any]]:
    """Calibration batches of one text each, none of it held out elsewhere."""
    import numpy as np
    from tokenizers import Tokenizer

    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    random.Random(0).shuffle(files)
    read = Tokenizer.from_file(str(tokenizer))
    found = []
    for file in files:
        ids = read.encode(file.read_text(encoding="utf-8")[500:4_000]).ids[:SAMPLE_TOKENS]
        if len(ids) == SAMPLE_TOKENS and len(found) < SAMPLES:
            batch = {
                "input_ids": np.array([ids], np.int64),
                "attention_mask": np.ones((1, len(ids)), np.int64),
                "position_ids": np.arange(len(ids), dtype=np.int64)[None],
                "beam_idx": np.zeros(1, np.int32),
            }
            found.append({name: value for name, value in batch.items() if name in inputs})
    return found


def main() -> None:
    """Compress the projections that the command line names, in this process."""
    import nncf
    import openvino
    from inglenook_server.weights.convert import put
    from inglenook_server.weights.quantize import Grid, pack
    from inglenook_server.weights.skeleton import matrices_of

    source, target, how = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    parts = tuple(how.pop("parts"))
    model = openvino.Core().read_model(source / "openvino_model.xml")
    others = [
        node.get_friendly_name()
        for node in model.get_ops()
        if node.get_type_name() in ("MatMul", "Gather") and not any(part in node.get_friendly_name() for part in parts)
    ]
    data = nncf.Dataset(samples(source / "tokenizer.json", {port.get_any_name() for port in model.inputs}))
    model = nncf.compress_weights(
        model,
        mode=nncf.CompressWeightsMode.INT4_ASYM,
        dataset=data,
        all_layers=True,
        ignored_scope=nncf.IgnoredScope(names=others, validate=False),
        **how,
    )
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        # Saved and read again: NNCF leaves constants in the model that are computed when it is saved.
        openvino.save_model(model, Path(scratch) / "model.xml", compress_to_fp16=False)
        del model
        model = openvino.Core().read_model(Path(scratch) / "model.xml")
        for constant in matrices_of(model).values():
            put(constant, pack([constant.data.astype("float32")], constant.data.shape, Grid(8)))
        openvino.save_model(model, target / "openvino_model.xml", compress_to_fp16=False)
    for file in source.iterdir():
        if not file.name.startswith("openvino_model"):
            shutil.copyfile(file, target / file.name)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
