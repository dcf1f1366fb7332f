"""Go on training a static table on pairs, as the embedder uses it, and keep the best mix of old and new.

    python indexer/scripts/refine_static.py TABLE pairs.jsonl.xz --output static.npz [--probe probe.json.xz]

Symmetric InfoNCE between comments and definitions within a batch, half of it from a few packages only. Texts are summed
as `embed/static.py` sums them: a token that comes n times counts n to a power below 1. A pull towards the old table
keeps rare tokens where they were. The last step mixes old and new rows and takes the mix that the probe likes
best (Wortsman et al., 2022, "Robust fine-tuning"). Runs on two processor cores: some minutes for 100,000 pairs.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent.parent))
from inglenook_indexer.embed.static import _REPEATED, _Tokens
from inglenook_indexer.text.words import identifiers
from pairs import as_document, as_query, batches, load_pairs, without_copies
from probe import Probe
from tables import Table, load, save

_MAX_WORDS = 320  # of a definition
_MIXES = (0.25, 0.5, 0.75, 1.0)


class Bags:
    """Texts as (tokens, weights), ready for `embedding_bag`."""

    def __init__(self, texts: Sequence[str], tokens: _Tokens) -> None:
        found = [np.unique(_rows(text, tokens), return_counts=True) for text in texts]
        self._tokens = [torch.from_numpy(rows) for rows, _ in found]
        self._weights = [torch.from_numpy(counts.astype(np.float32) ** _REPEATED) for _, counts in found]

    def of(self, index: Sequence[int], table: torch.Tensor) -> torch.Tensor:
        """Unit vectors of some texts."""
        tokens = [self._tokens[one] for one in index]
        lengths = torch.tensor([len(one) for one in tokens])
        summed = torch.nn.functional.embedding_bag(
            torch.cat(tokens), table, lengths.cumsum(0) - lengths, mode="sum",
            per_sample_weights=torch.cat([self._weights[one] for one in index]),
        )  # fmt: skip
        return torch.nn.functional.normalize(summed, dim=-1)


def _rows(text: str, tokens: _Tokens) -> np.ndarray[Any, Any]:
    words = identifiers(text)[:_MAX_WORDS]
    return np.fromiter(chain.from_iterable(map(tokens.__getitem__, words)), np.int64)


def embedding(table: np.ndarray[Any, Any], tokens: _Tokens) -> Any:
    """A function for the probe: whole texts -> unit vectors."""

    def embed(texts: list[str]) -> np.ndarray[Any, Any]:
        out = np.zeros((len(texts), table.shape[1]), np.float32)
        for place, text in enumerate(texts):
            rows = list(chain.from_iterable(map(tokens.__getitem__, identifiers(text))))
            found, counts = np.unique(np.array(rows, np.int64), return_counts=True)
            out[place] = (counts.astype(np.float32) ** _REPEATED) @ table[found]
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)

    return embed


def main() -> None:
    """Train, mix, write one .npz file and its log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--probe", type=Path)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--scale", type=float, default=10.0, help="1 / temperature")
    parser.add_argument("--pull", type=float, default=0.0, help="weight of the mean squared change of a row")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--norms", type=float, default=0.8, help="power that the start's row lengths are raised to")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    rng = random.Random(1)
    pairs = load_pairs(arguments.pairs)
    if arguments.probe:
        probe = Probe(arguments.probe)
        every, pairs = len(pairs), without_copies(pairs, probe.texts())
        print(f"{every - len(pairs)} pairs left out: their code is in the probe")
    start = load(arguments.table)
    lengths = np.linalg.norm(start.rows, axis=1, keepdims=True) + 1e-9
    start = Table(start.vocabulary, start.rows * lengths ** (arguments.norms - 1))
    tokens = _Tokens(start.vocabulary)
    asked = Bags([as_query(pair["query"], rng) for pair in pairs], tokens)
    told = Bags([as_document(pair, rng) for pair in pairs], tokens)
    packages = [pair["package"] for pair in pairs]
    print(f"{len(pairs)} pairs", flush=True)

    old = torch.from_numpy(start.rows.copy())
    table = old.clone().requires_grad_()
    optimiser = torch.optim.Adam([table], lr=arguments.rate * float(old.std()) * 10)
    total = max(1, int(len(pairs) // arguments.batch * arguments.epochs))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, arguments.rate * float(old.std()) * 10, total_steps=total + 1, pct_start=0.1
    )
    began, step, losses, rng = time.monotonic(), 0, [], random.Random(1)
    waiting: list[list[int]] = []
    while step < total:
        waiting = waiting or batches(packages, arguments.batch, rng)
        batch = waiting.pop()
        scores = arguments.scale * asked.of(batch, table) @ told.of(batch, table).T
        target = torch.arange(len(batch))
        cross = torch.nn.functional.cross_entropy
        loss = (cross(scores, target) + cross(scores.T, target)) / 2
        if arguments.pull:
            loss = loss + arguments.pull * (table - old).square().sum(1).mean() / old.square().sum(1).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        step += 1
        losses.append(loss.item())
        if step % 20 == 0:
            print(f"{step}/{total} loss {np.mean(losses[-20:]):.4f} {time.monotonic() - began:.0f} s", flush=True)
    new = table.detach().numpy()
    best, scores_of = 1.0, {}
    if arguments.probe:
        for mix in (0.0, *_MIXES):
            scores_of[mix] = probe.score(embedding(start.rows + mix * (new - start.rows), tokens))
            print(mix, scores_of[mix], flush=True)
        best = max(scores_of, key=lambda mix: sum(scores_of[mix].values()))
    save(arguments.output, Table(start.vocabulary, start.rows + best * (new - start.rows)))
    log = {"pairs": len(pairs), "steps": step, "mix": best, "scores": scores_of, **vars(arguments)}
    arguments.output.with_suffix(".json").write_text(json.dumps(log, indent=1, default=str) + "\n")


if __name__ == "__main__":
    main()
