"""Make the asset of `embed/adapter.py` from a peft adapter: a share of its strength, a part of its rank.

    python indexer/scripts/pack_adapter.py CHECKPOINT ADAPTER --strength 0.4 --rank 32 --output minilm-code.npz

The strength was chosen on the development sets: full strength forgets what the checkpoint knew of plain questions.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

sys.path.insert(0, str(Path(__file__).parent.parent))
from inglenook_indexer.embed.adapter import pack

_PREFIX, _LEFT, _RIGHT = "base_model.model.", ".lora_B.weight", ".lora_A.weight"


def changes(adapter: Path, strength: float) -> dict[str, np.ndarray[Any, Any]]:
    """What a peft adapter adds to each weight of the model; the pooler is left out, for nothing asks it."""
    config = json.loads((adapter / "adapter_config.json").read_text("utf-8"))
    scale = np.float32(strength * config["lora_alpha"] / config["r"])
    found = load_file(adapter / "adapter_model.safetensors")
    names = [name.removesuffix(_RIGHT) for name in found if name.endswith(_RIGHT) and "pooler" not in name]
    return {
        name.removeprefix(_PREFIX): scale
        * found[name + _LEFT].astype(np.float32)
        @ found[name + _RIGHT].astype(np.float32)
        for name in names
    }


def main() -> None:
    """Pack and say how much was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("--strength", type=float, required=True)
    parser.add_argument("--rank", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    base = load_file(arguments.checkpoint / "model.safetensors")
    kept = pack(changes(arguments.adapter, arguments.strength), arguments.rank, base, arguments.output)
    print(f"{kept:.4f} of the change kept in {arguments.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
