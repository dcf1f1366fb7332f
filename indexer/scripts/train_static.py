"""Make the static table that ships in the package: distilled from the (code-taught) encoder, then trained on pairs.

    python indexer/scripts/train_static.py CHECKPOINT pairs.jsonl.xz --adapter ADAPTER --output static.npz [--probe FILE]

1. Vocabulary: the encoder's word pieces that code uses, and the most frequent words of code that are no single piece.
2. Start: what the encoder says of each token alone, reduced by PCA, weighted by smooth inverse frequency (as
   model2vec does).
3. Training: symmetric InfoNCE between comments and definitions, plus the encoder's own similarities within the batch
   as soft targets (Hinton et al., 2015); a text is the plain sum of its tokens' rows, so the rows' lengths are the
   weights.
4. 8 bits a number with one scale a row.

Wants a GPU (about two minutes on a large one), runs without. The output is deterministic for one machine and its
inputs.
"""

# ruff: noqa: T201, C901, E501
from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent.parent))
from inglenook_indexer.text.words import identifiers, parts
from pairs import as_document, batches, load_pairs
from tables import Table, quantise, save
from train_encoder import Embedding

_SIF = 1e-3  # Arora et al., 2017
_MAX_TOKENS = 320  # of a definition


def words_of(text: str) -> list[str]:
    """The words the static embedder looks up, in order."""
    return [word for identifier in identifiers(text) for word in parts(identifier)]


def _words_of_all(texts: list[str]) -> list[list[str]]:
    return [words_of(text)[:_MAX_TOKENS] for text in texts]


def in_parallel(texts: list[str]) -> list[list[str]]:
    """`words_of` each, on every core."""
    size = 4000
    with ProcessPoolExecutor() as pool:
        parts_ = pool.map(_words_of_all, [texts[start : start + size] for start in range(0, len(texts), size)])
        return list(chain.from_iterable(parts_))


class Vocabulary:
    """Words -> rows: whole words first, word pieces for the rest."""

    def __init__(self, pieces: list[str], words: list[str]) -> None:
        self.tokens = pieces + words
        self.row = {token: row for row, token in enumerate(self.tokens)}
        self._known: dict[str, list[int]] = {}

    def __getitem__(self, word: str) -> list[int]:
        """Rows of one word; none where it can't be spelled."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = self._split(word)
        return found

    def _split(self, word: str) -> list[int]:
        if word in self.row:
            return [self.row[word]]
        rows, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                row = self.row.get(word[start:end] if start == 0 else f"##{word[start:end]}")
                if row is not None:
                    rows.append(row)
                    start = end
                    break
            else:
                return []
        return rows


def choose(counts: Counter[str], spread: Counter[str], tokenizer: Any, size: int) -> Vocabulary:
    """The pieces that spell the corpus, and the most frequent words that are none, `size` tokens in all."""
    pieces = [piece for piece, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]
    pieces = [piece for piece in pieces if re.fullmatch(r"(?:##)?[a-z0-9]+", piece)]
    known = Vocabulary(pieces, [])
    used: Counter[int] = Counter()
    for word, count in counts.items():
        for row in known[word]:
            used[row] += count
    kept = [piece for row, piece in enumerate(pieces) if used[row] > 0 or len(piece.removeprefix("##")) == 1]
    new = [word for word, _ in counts.most_common() if word not in known.row and spread[word] >= 5 and len(word) > 1]
    new = [word for word in new if not word.isdigit() and word.isascii()][: max(0, size - len(kept))]
    return Vocabulary(kept, new)


class Bag:
    """Token rows of many texts, flat."""

    def __init__(self, texts: list[list[str]], vocabulary: Vocabulary, device: str) -> None:
        rows = [list(chain.from_iterable(map(vocabulary.__getitem__, words))) for words in texts]
        self.lengths = torch.tensor([len(row) for row in rows], device=device)
        self.offsets = torch.cumsum(self.lengths, 0) - self.lengths
        self.flat = torch.tensor(list(chain.from_iterable(rows)), dtype=torch.long, device=device)

    def sums(self, table: torch.Tensor, index: torch.Tensor, keep: torch.Tensor | None = None) -> torch.Tensor:
        """Unit vectors of texts `index`; `keep` gives (start, length) spans within each."""
        lengths, offsets = self.lengths[index], self.offsets[index]
        if keep is not None:
            begin = (keep[0] * lengths).long()
            lengths = torch.clamp(((keep[1] * (lengths - begin)).long()), min=2)
            lengths = torch.minimum(lengths, self.lengths[index] - begin).clamp(min=0)
            offsets = offsets + begin
        ends = torch.cumsum(lengths, 0)
        position = torch.arange(int(ends[-1]), device=table.device)
        owner = torch.searchsorted(ends, position, right=True)
        tokens = self.flat[position - (ends - lengths)[owner] + offsets[owner]]
        bags = torch.nn.functional.embedding_bag(tokens, table, ends - lengths, mode="sum")
        return torch.nn.functional.normalize(bags, dim=-1)


def main() -> None:
    """Train and write one .npz file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--probe", type=Path)
    parser.add_argument("--dimensions", type=int, default=256)
    parser.add_argument("--size", type=int, default=50_000, help="tokens")
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--epochs", type=float, default=8)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--scale", type=float, default=16.0)
    parser.add_argument("--soft", type=float, default=1.0, help="weight of the encoder's similarities")
    parser.add_argument("--cache", type=Path, help="where the encoder's vectors of the pairs wait for another run")
    arguments = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    rng = random.Random(1)
    torch.manual_seed(1)
    pairs = load_pairs(arguments.pairs)
    queries, documents = [pair["query"] for pair in pairs], [as_document(pair, rng) for pair in pairs]
    query_words, document_words = in_parallel(queries), in_parallel(documents)
    counts: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    by_package: dict[str, set[str]] = {}
    for pair, one, other in zip(pairs, query_words, document_words, strict=True):
        counts.update(one)
        counts.update(other)
        by_package.setdefault(pair["package"], set()).update(one, other)
    for found in by_package.values():
        spread.update(found)
    encoder = Embedding(arguments.checkpoint, device)
    if arguments.adapter:
        from peft import PeftModel

        encoder.model = PeftModel.from_pretrained(encoder.model, arguments.adapter).to(device)
    vocabulary = choose(counts, spread, encoder.tokenizer, arguments.size)
    print(f"{len(pairs)} pairs, {len(vocabulary.tokens)} tokens", flush=True)

    frequency: Counter[int] = Counter()
    for word, count in counts.items():
        for row in vocabulary[word]:
            frequency[row] += count
    total = sum(frequency.values())
    alone = encoder.embed([token.removeprefix("##") for token in vocabulary.tokens], 16).numpy()
    alone -= alone.mean(axis=0)
    _, _, axes = np.linalg.svd(alone, full_matrices=False)
    weights = np.array([_SIF / (_SIF + frequency[row] / total) for row in range(len(vocabulary.tokens))], np.float32)
    start = alone @ axes[: arguments.dimensions].T
    start = start / (np.linalg.norm(start, axis=1, keepdims=True) + 1e-6) * weights[:, None]
    if arguments.cache and arguments.cache.exists():
        kept = torch.load(arguments.cache)
        teacher_q, teacher_d = kept["q"].to(device), kept["d"].to(device)
    else:
        teacher_q = encoder.embed(queries, 48).to(device, torch.float16)
        teacher_d = encoder.embed(documents, 192).to(device, torch.float16)
        if arguments.cache:
            torch.save({"q": teacher_q.cpu(), "d": teacher_d.cpu()}, arguments.cache)
    print("encoder done", flush=True)

    table = torch.tensor(start, device=device, dtype=torch.float32, requires_grad=True)
    asked, told = Bag(query_words, vocabulary, device), Bag(document_words, vocabulary, device)
    probe = None
    if arguments.probe:
        from probe import Probe

        probe = Probe(arguments.probe)

    def embed(texts: list[str]) -> torch.Tensor:
        bag = Bag(_words_of_all(texts), vocabulary, device)
        with torch.no_grad():
            return torch.nan_to_num(bag.sums(table, torch.arange(len(texts), device=device))).cpu()

    if probe:
        print("start", probe.score(embed), flush=True)
    steps = int(len(pairs) // arguments.batch * arguments.epochs)
    optimiser = torch.optim.Adam([table], lr=arguments.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, arguments.rate, total_steps=steps + 1, pct_start=0.05)
    began, step, losses = time.monotonic(), 0, []
    while step < steps:
        for batch in batches([pair["package"] for pair in pairs], arguments.batch, rng):
            if step >= steps:
                break
            index = torch.tensor(batch, device=device)
            span = torch.rand(2, len(batch), device=device)
            whole = torch.rand(len(batch), device=device) < 0.6
            span[0] = torch.where(whole, torch.zeros_like(span[0]), span[0] * 0.6)
            span[1] = torch.where(whole, torch.ones_like(span[1]), 0.3 + 0.7 * span[1])
            ours = arguments.scale * asked.sums(table, index, span) @ told.sums(table, index).T
            target = torch.arange(len(batch), device=device)
            cross = torch.nn.functional.cross_entropy
            loss = (cross(ours, target) + cross(ours.T, target)) / 2
            if arguments.soft:
                theirs = 25.0 * teacher_q[index].float() @ teacher_d[index].float().T
                soft = cross(ours, theirs.softmax(-1)) + cross(ours.T, theirs.T.softmax(-1))
                loss = loss + arguments.soft * soft / 2
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            step += 1
            losses.append(loss.item())
            if step % max(1, steps // 8) == 0:
                line = f"{step}/{steps} loss {np.mean(losses[-50:]):.4f} {time.monotonic() - began:.0f} s"
                print(line, probe.score(embed) if probe else "", flush=True)
    small, scale = quantise(table.detach().cpu().numpy())
    with torch.no_grad():
        table.copy_(torch.tensor(small.astype(np.float32) * scale.astype(np.float32)[:, None]))
    if probe:
        print("8 bits", probe.score(embed), flush=True)
    save(arguments.output, Table(vocabulary.tokens, table.detach().cpu().numpy()))
    log = {"pairs": len(pairs), "tokens": len(vocabulary.tokens), "steps": steps, **vars(arguments)}
    arguments.output.with_suffix(".json").write_text(json.dumps(log, indent=1, default=str) + "\n")


if __name__ == "__main__":
    main()
