"""Pairs of a comment and its definition as token ids: tokenised once, ahead, on every core.

While training, tokenising a batch took longer than the step itself.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

QUERY_TOKENS = 40
DOCUMENT_TOKENS = 200
_CLS, _SEP = 101, 102
_LONG = 30  # characters: shorter lines are alike everywhere
_WITH_COMMENT = 0.5  # of the documents keep their comment: at query time most code has one
_STOP = frozenset(
    "a an the is are was be been of to in on for with by from and or if it its this that these those as at into which"
    " will can should must may not given when then used using use returns return gets get sets set".split()
)


def load_pairs(file: Path, limit: int = 0) -> list[dict[str, str]]:
    """All pairs of a file, or an even share of `limit`."""
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return found[:: max(1, len(found) // limit)] if limit else found


def without_copies(pairs: list[dict[str, str]], texts: Sequence[str]) -> list[dict[str, str]]:
    """Leave out pairs whose code stands in `texts` (what is evaluated on): most of its long lines, or its first."""
    lines = {line for text in texts for line in map(str.strip, text.splitlines()) if len(line) > _LONG}
    found = []
    for pair in pairs:
        own = [line for line in map(str.strip, pair["code"].splitlines()) if len(line) > _LONG]
        known = [line in lines for line in own]
        if not own or (not known[0] and sum(known) <= len(own) / 2):
            found.append(pair)
    return found


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
        how = "how does it " if rng.random() < 0.3 else "how to "
        return how + text[:1].lower() + text[1:]
    size = rng.randint(2, min(6, len(words)))
    start = rng.randint(0, len(words) - size)
    return " ".join(words[start : start + size]).lower()


def as_document(pair: dict[str, str], rng: random.Random) -> str:
    """A definition as the index embeds a chunk: its place in words, then its code; sometimes the code alone."""
    code = pair["code"]
    if rng.random() < _WITH_COMMENT:
        head, _, body = code.partition("\n")
        comment = ("# " if pair["language"] in ("py", "rb", "sh") else "// ") + pair["query"]
        code = f"{head}\n    {comment}\n{body}" if rng.random() < 0.5 else f"{comment}\n{code}"
    if rng.random() < 0.25:
        return code
    path = re.sub(r"\.\w+$", "", pair["path"])
    path = "/".join(path.split("/")[-rng.randint(1, 4) :])
    return f"{path} {pair['symbol']}\n{code}"


def batches(packages: list[str], size: int, rng: random.Random) -> list[list[int]]:
    """Indices by batch: half of each is drawn package by package in runs of 32, half at random."""
    order = list(range(len(packages)))
    rng.shuffle(order)
    grouped: dict[str, list[int]] = {}
    for index in order[: len(order) // 2]:
        grouped.setdefault(packages[index], []).append(index)
    runs = [group[start : start + 32] for group in grouped.values() for start in range(0, len(group), 32)]
    rng.shuffle(runs)
    near = [index for run in runs for index in run]
    far = order[len(order) // 2 :]
    half = size // 2
    count = min(len(near), len(far)) // half
    return [near[n * half : (n + 1) * half] + far[n * half : (n + 1) * half] for n in range(count)]


class Tokens:
    """Texts as rows of ids, without the special ones, on one device."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str], limit: int, device: str) -> None:
        rows = [found.ids[:limit] for found in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]
        self.lengths = np.array([len(row) for row in rows], np.int64)
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]])
        flat = np.fromiter(chain.from_iterable(rows), np.int64, int(self.lengths.sum()))
        self.ids = torch.from_numpy(np.append(flat, 0)).to(device)

    def __len__(self) -> int:
        return len(self.lengths)


def plain_tokenizer(folder: Path) -> Tokenizer:
    """The checkpoint's tokenizer, neither cutting nor padding."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def singles(tokens: Tokens, rows: np.ndarray) -> dict[str, torch.Tensor]:
    """[CLS] text [SEP], padded: a batch for the encoder."""
    lengths = _column(tokens.lengths[rows], tokens)
    place = _places(int(tokens.lengths[rows].max()) + 2, tokens)
    ids = _between(tokens, rows, place - 1, lengths)
    ids = torch.where(place == 0, _CLS, torch.where(place == lengths + 1, _SEP, ids))
    mask = (place < lengths + 2).long()
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(mask)}


def _places(width: int, tokens: Tokens) -> torch.Tensor:
    return torch.arange(width, device=tokens.ids.device)[None]


def _column(values: np.ndarray, tokens: Tokens) -> torch.Tensor:
    return torch.from_numpy(values).to(tokens.ids.device, non_blocking=True)[:, None]


def _between(tokens: Tokens, rows: np.ndarray, offset: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """The rows' ids, each at its offset; 0 (padding) before and behind."""
    inside = (offset >= 0) & (offset < lengths)
    at = torch.where(inside, _column(tokens.starts[rows], tokens) + offset, len(tokens.ids) - 1)
    return tokens.ids[at] * inside
