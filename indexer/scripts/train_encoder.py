"""Teach the encoder code: a LoRA adapter of all-MiniLM-L6-v2 on (comment, definition) pairs.

    python indexer/scripts/train_encoder.py CHECKPOINT pairs.jsonl.xz --output ADAPTER [--probe FOLDER]

Symmetric InfoNCE over in-batch negatives (Henderson et al., 2017; all other definitions of the batch are wrong
answers), half of each batch from a few packages only, because at query time all wrong answers are the same
repository's. `--probe` scores the retrieval development sets along the way (see probe.py). Wants a GPU: about three
minutes for a million pairs seen on a large one. Writes a peft adapter in float16 and a log.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import time
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModel, AutoTokenizer

_STOP = frozenset(
    "a an the is are was be been of to in on for with by from and or if it its this that these those as at into which"
    " will can should must may not given when then used using use returns return gets get sets set".split()
)


def as_query(sentence: str, rng: random.Random) -> str:
    """A comment as somebody might type it: whole, without its full stop, or as key words."""
    text = sentence.rstrip(". ")
    kind = rng.random()
    if kind < 0.35:
        return text
    if kind < 0.6:
        return text.lower()
    words = [word for word in re.findall(r"[A-Za-z][\w.-]*", text) if word.lower() not in _STOP]
    if len(words) < 2:
        return text
    if kind < 0.75:
        return (
            "how does it " + text[:1].lower() + text[1:]
            if rng.random() < 0.3
            else "how to " + text[:1].lower() + text[1:]
        )
    size = rng.randint(2, min(6, len(words)))
    start = rng.randint(0, len(words) - size)
    return " ".join(words[start : start + size]).lower()


def as_document(pair: dict[str, str], rng: random.Random) -> str:
    """A definition as the index embeds a chunk: its place in words, then its code; sometimes the code alone."""
    if rng.random() < 0.25:
        return pair["code"]
    path = re.sub(r"\.\w+$", "", pair["path"])
    path = "/".join(path.split("/")[-rng.randint(1, 4) :])
    return f"{path} {pair['symbol']}\n{pair['code']}"


def load_pairs(file: Path) -> list[dict[str, str]]:
    """All pairs of a file."""
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def batches(pairs: list[dict[str, str]], size: int, rng: random.Random) -> list[list[int]]:
    """Indices by batch: half of each is drawn package by package in runs of 32, half at random."""
    order = list(range(len(pairs)))
    rng.shuffle(order)
    grouped: dict[str, list[int]] = {}
    for index in order[: len(order) // 2]:
        grouped.setdefault(pairs[index]["package"], []).append(index)
    runs = [group[start : start + 32] for group in grouped.values() for start in range(0, len(group), 32)]
    rng.shuffle(runs)
    near = [index for run in runs for index in run]
    far = order[len(order) // 2 :]
    half = size // 2
    count = min(len(near), len(far)) // half
    return [near[n * half : (n + 1) * half] + far[n * half : (n + 1) * half] for n in range(count)]


class Embedding:
    """The encoder as sentence-transformers runs it: mean over tokens, unit length."""

    def __init__(self, checkpoint: Path, device: str) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(checkpoint)
        self.model: Any = AutoModel.from_pretrained(checkpoint, dtype=torch.float32).to(device)
        self.device = device

    def __call__(self, texts: list[str], limit: int) -> torch.Tensor:
        """(len(texts), 384), float32."""
        batch = self.tokenizer(texts, padding=True, truncation=True, max_length=limit, return_tensors="pt")
        batch = {name: value.to(self.device, non_blocking=True) for name, value in batch.items()}
        with torch.autocast(self.device, torch.bfloat16):
            states = self.model(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1)
        return torch.nn.functional.normalize((states.float() * mask).sum(1) / mask.sum(1), dim=-1)

    @torch.no_grad()
    def embed(self, texts: list[str], limit: int = 256, size: int = 512) -> torch.Tensor:
        """All of `texts`, longest first so that padding is short."""
        self.model.eval()
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        out = torch.empty(len(texts), 384)
        for start in range(0, len(order), size):
            part = order[start : start + size]
            out[part] = self([texts[index] for index in part], limit).cpu()
        return out


def main() -> None:
    """Train, probe, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--probe", type=Path)
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--scale", type=float, default=25.0, help="1 / temperature")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop and save after so long")
    arguments = parser.parse_args()
    rng = random.Random(1)
    torch.manual_seed(1)
    pairs = load_pairs(arguments.pairs)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    encoder = Embedding(arguments.checkpoint, device)
    probe = None
    if arguments.probe:
        from probe import Probe

        probe = Probe(arguments.probe)
        print("before", probe.score(encoder.embed), flush=True)
    names = ["query", "key", "value", "dense"]
    config = LoraConfig(r=arguments.rank, lora_alpha=2 * arguments.rank, target_modules=names, lora_dropout=0.05)
    encoder.model = get_peft_model(encoder.model, config)
    weights = [weight for weight in encoder.model.parameters() if weight.requires_grad]
    per_epoch = len(pairs) // arguments.batch
    total = int(per_epoch * arguments.epochs)
    optimiser = torch.optim.AdamW(weights, lr=arguments.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, arguments.rate, total_steps=total + 1, pct_start=0.06)
    started, step, seen = time.monotonic(), 0, 0.0
    losses: list[float] = []
    while step < total and time.monotonic() - started < arguments.seconds:
        for batch in batches(pairs, arguments.batch, rng):
            if step >= total or time.monotonic() - started > arguments.seconds:
                break
            encoder.model.train()
            queries = encoder([as_query(pairs[index]["query"], rng) for index in batch], 48)
            documents = encoder([as_document(pairs[index], rng) for index in batch], 192)
            scores = arguments.scale * queries @ documents.T
            target = torch.arange(len(batch), device=device)
            loss = (
                torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)
            ) / 2
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            losses.append(loss.item())
            if step % 50 == 0:
                seen = time.monotonic() - started
                print(f"{step}/{total} loss {sum(losses[-50:]) / 50:.4f} {seen:.0f} s", flush=True)
            if probe and step % max(1, total // 4) == 0:
                print(f"{step}", probe.score(encoder.embed), flush=True)
    encoder.model.half().save_pretrained(arguments.output)
    log = {"pairs": len(pairs), "steps": step, "seconds": round(time.monotonic() - started), **vars(arguments)}
    (arguments.output / "training.json").write_text(json.dumps(log, indent=1, default=str) + "\n")


if __name__ == "__main__":
    main()
