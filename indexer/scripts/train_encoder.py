"""Teach the encoder code: a LoRA adapter of all-MiniLM-L6-v2 on (comment, definition) pairs.

    python indexer/scripts/train_encoder.py CHECKPOINT pairs.jsonl.xz --output ADAPTER [--probe FILE]

Symmetric InfoNCE over in-batch negatives (Henderson et al., 2017; all other definitions of the batch are wrong
answers), half of each batch from a few packages only, because at query time all wrong answers are the same
repository's. At the end the adapter's strength is tried on the retrieval development sets (`--probe`, see probe.py):
full strength forgets what the checkpoint knew of plain questions; `pack_adapter.py` makes the asset at the one chosen.
Wants a GPU. Writes a peft adapter in float16 and a log.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pairs import (
    DOCUMENT_TOKENS,
    QUERY_TOKENS,
    Tokens,
    as_document,
    as_query,
    batches,
    load_pairs,
    plain_tokenizer,
    singles,
)
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModel

STRENGTHS = (0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
"""Shares of the trained adapter that are tried."""


class Embedding:
    """The encoder as sentence-transformers runs it: mean over tokens, unit length."""

    def __init__(self, checkpoint: Path, device: str, adapter: Path | None = None) -> None:
        self.tokenizer = plain_tokenizer(checkpoint)
        self.model: Any = AutoModel.from_pretrained(checkpoint, dtype=torch.float32).to(device)
        if adapter is not None:
            self.model = PeftModel.from_pretrained(self.model, str(adapter)).to(device)
        self.device = device

    def __call__(self, tokens: Tokens, rows: np.ndarray) -> torch.Tensor:
        """(len(rows), 384), float32: the chosen rows of `tokens`."""
        batch = singles(tokens, rows)
        with torch.autocast(self.device, torch.bfloat16):
            states = self.model(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1)
        return torch.nn.functional.normalize((states.float() * mask).sum(1) / mask.sum(1), dim=-1)

    @torch.no_grad()
    def rows(self, tokens: Tokens, size: int = 512) -> torch.Tensor:
        """All rows, float16, longest first so that padding is short."""
        self.model.eval()
        order = np.argsort(-tokens.lengths, kind="stable")
        out = torch.empty(len(tokens), self.model.config.hidden_size, dtype=torch.float16, device=self.device)
        for start in range(0, len(order), size):
            part = order[start : start + size]
            out[torch.from_numpy(part).to(self.device)] = self(tokens, part).half()
        return out

    def embed(self, texts: list[str], limit: int = 254) -> torch.Tensor:
        """(len(texts), 384), float32, on the CPU."""
        return self.rows(Tokens(self.tokenizer, texts, limit, self.device)).float().cpu()


def weaken(model: Any, share: float) -> None:
    """Set the adapter's strength to a share of what it was trained at."""
    for module in model.modules():
        if hasattr(module, "lora_A") and hasattr(module, "scaling"):
            for name in module.scaling:
                module.scaling[name] = share * module.lora_alpha[name] / module.r[name]


def main() -> None:
    """Train, choose the strength, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--probe", type=Path)
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--scale", type=float, default=25.0, help="1 / temperature")
    parser.add_argument("--seconds", type=float, default=180, help="of training: the schedule is made for it")
    parser.add_argument("--limit", type=int, default=0, help="pairs, for a trial")
    arguments = parser.parse_args()
    begun = time.monotonic()
    rng = random.Random(2)
    torch.manual_seed(2)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pairs = load_pairs(arguments.pairs, arguments.limit)
    encoder = Embedding(arguments.checkpoint, device)
    queries = Tokens(encoder.tokenizer, [as_query(pair["query"], rng) for pair in pairs], QUERY_TOKENS, device)
    documents = Tokens(encoder.tokenizer, [as_document(pair, rng) for pair in pairs], DOCUMENT_TOKENS, device)
    names = ["query", "key", "value", "dense"]
    config = LoraConfig(r=arguments.rank, lora_alpha=2 * arguments.rank, target_modules=names, lora_dropout=0.0)
    encoder.model = get_peft_model(encoder.model, config)
    weights = [weight for weight in encoder.model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=arguments.rate, weight_decay=0.01)
    print(f"{len(pairs)} pairs, ready after {time.monotonic() - begun:.0f} s", flush=True)
    started, step, losses = time.monotonic(), 0, []
    pending: list[list[int]] = []
    while (passed := time.monotonic() - started) < arguments.seconds:
        share = passed / arguments.seconds
        for group in optimiser.param_groups:  # warm up, then down in a line, by the clock
            group["lr"] = arguments.rate * min(1.0, share / 0.05) * max(0.02, 1 - share)
        pending = pending or batches([pair["package"] for pair in pairs], arguments.batch, rng)
        batch = pending.pop()
        encoder.model.train()
        asked, told = encoder(queries, np.array(batch)), encoder(documents, np.array(batch))
        scores = arguments.scale * asked @ told.T
        target = torch.arange(len(batch), device=device)
        cross = torch.nn.functional.cross_entropy
        loss = (cross(scores, target) + cross(scores.T, target)) / 2
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        step += 1
        losses.append(loss.detach())
        if step % 50 == 0:
            mean = torch.stack(losses[-50:]).mean().item()
            print(f"{step} loss {mean:.4f} {time.monotonic() - started:.0f} s", flush=True)
    best, strengths = 1.0, {}
    if arguments.probe:
        from probe import Probe

        probe = Probe(arguments.probe, few=device == "cpu")
        for share in STRENGTHS:
            weaken(encoder.model, share)
            strengths[share] = probe.score(encoder.embed)
            print(share, strengths[share], flush=True)
        best = max(strengths, key=lambda share: sum(strengths[share].values()))
    weaken(encoder.model, 1.0)
    encoder.model.half().save_pretrained(arguments.output)
    log = {"pairs": len(pairs), "steps": step, "strength": best, "strengths": strengths, **vars(arguments)}
    (arguments.output / "training.json").write_text(json.dumps(log, indent=1, default=str) + "\n")
    print(f"{step} steps, {time.monotonic() - begun:.0f} s in all", flush=True)


if __name__ == "__main__":
    main()
