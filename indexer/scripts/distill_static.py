r"""Make the static embedding table that ships inside the package from the all-MiniLM-L6-v2 checkpoint.

Needs `model2vec[distill]`, which pins older transformers, so run it in an environment of its own:

    python -m venv distill && distill/bin/pip install "model2vec[distill,quantization]==0.10.0"
    distill/bin/python indexer/scripts/distill_static.py MINILM_FOLDER \
        indexer/inglenook_indexer/assets/static-minilm.npz

Takes about 20 seconds on two cores. The output is a function of the checkpoint alone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

_DIMENSIONS = 256  # PCA from 384: what model2vec's authors settled on, and what keeps the table under 8 MB in 8 bits


def main() -> None:
    """Distil, quantise each row to 8 bits with a scale of its own, and write one .npz file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="folder with config.json, tokenizer.json and model.safetensors")
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()

    from model2vec.distill import distill

    model = distill(model_name=str(arguments.checkpoint), pca_dims=_DIMENSIONS)
    table = np.asarray(model.embedding, np.float32)
    vocabulary = sorted(model.tokenizer.get_vocab().items(), key=lambda item: item[1])
    if [row for _, row in vocabulary] != list(range(len(table))) or model.token_mapping is not None:
        sys.exit("The distilled vocabulary does not match the table row by row; use model2vec 0.10.")
    scale = np.abs(table).max(axis=1) / 127
    scale[scale == 0] = 1.0
    scale = scale.astype(np.float16)
    quantised = np.clip(np.rint(table / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
    joined = "\n".join(token for token, _ in vocabulary).encode()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    np.savez(arguments.output, table=quantised, scale=scale, vocabulary=np.frombuffer(joined, np.uint8))


if __name__ == "__main__":
    main()
