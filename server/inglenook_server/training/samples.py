"""Documents to rows of token ids: what the model is trained and judged on. Knows no torch, no files, no model names.

A model whose vocabulary has fill-in-the-middle tokens learns to fill gaps (inside a line, to a line's end, a block of
up to 32 lines, as Refact cuts them); another learns left to right. Prompts are made by the functions that serve the
editor, so an adapter never learns a layout that it will not meet again.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from inglenook_server.generation.base import Infill
from inglenook_server.generation.prompts import token_healing
from inglenook_server.generation.prompts.fim import find_sentinels, infill_prompt
from inglenook_server.generation.prompts.tokens import ModelTokenizer
from inglenook_server.training.data import Document

ROW_TOKENS = 512
"""Tokens of a packed row: long enough for a function and its neighbours, short enough for 2 s a step on two cores."""
PREFIX_CHARS = 900
SUFFIX_CHARS = 350
"""With a middle of ~150 characters, and 3-4 characters a token, prefix and suffix fill about one row."""
BLOCK_LINES = 32
BLOCK_CHARS = 700
STRIDE_CHARS = 1_200
"""One gap per so many characters of a file: each epoch then sees nearly every line once."""
LONGEST_LINE = 4_000
"""Characters: the rest of a longer line fills more than a row, and nobody wrote it by hand."""
KINDS = ("inside", "line", "line", "block")
"""Relative frequency of the gaps: what an editor asks for most is the rest of a line."""


_ENDS = ("<|endoftext|>", "<|end_of_text|>", "<eos>", "</s>", "<｜end▁of▁sentence｜>")
"""What the code models were pre-trained with between files and after a middle; the chat's end token is another."""


class Codec:
    """The model's side of a sample: the prompt the editor would send, healed as it would be, and its answer."""

    def __init__(self, tokenizer: ModelTokenizer) -> None:
        self._tokenizer = tokenizer
        self._sentinels = find_sentinels(tokenizer.special, chats=tokenizer.chats, fills_in=tokenizer.fills_in)
        known = (number for text in _ENDS if (number := tokenizer.special(text)) is not None)
        self._end = next(known, None)

    @property
    def infills(self) -> bool:
        """Whether the model is asked to fill in the middle."""
        return self._sentinels is not None and not self._sentinels.unlearned

    def file(self, text: str) -> list[int]:
        """Ids of a whole file and its end."""
        return self._ended(self._tokenizer.encode(text))

    def infill(self, infill: Infill, middle: str) -> list[int]:
        """Ids of a prompt and its answer. What healing cuts from the prefix is part of the answer, as when serving."""
        prefix, swallowed = token_healing.cut(infill.prefix, self._tokenizer.words)
        prompt = infill_prompt(replace(infill, prefix=prefix), self._sentinels)
        return self._ended([*self._tokenizer.encode_pieces(prompt), *self._tokenizer.encode(swallowed + middle)])

    def _ended(self, ids: list[int]) -> list[int]:
        return ids if self._end is None else [*ids, self._end]


@dataclass(frozen=True, slots=True)
class Gap:
    """A document cut in three: `prefix + middle + suffix` is a run of its text."""

    prefix: str
    middle: str
    suffix: str


def cut_gap(text: str, at: int, kind: str, rng: random.Random) -> Gap | None:
    """Cut a gap of `kind` from the line around offset `at`; None where there is nothing worth predicting."""
    low, high = max(0, at - LONGEST_LINE), min(len(text), at + LONGEST_LINE)
    start = text.rfind("\n", low, at) + 1 or low
    end = text.find("\n", at, high)
    end = high if end < 0 else end
    if end - start >= LONGEST_LINE:
        return None
    line = text[start:end]
    code = len(line) - len(line.lstrip())
    if len(line) - code < 4:
        return None
    first = start + rng.randrange(code, len(line) - 1)
    if kind == "inside":
        last = rng.randrange(first + 1, end + 1)
    elif kind == "line":
        last = end
    else:
        first, last = start + code, end
        for _ in range(rng.randrange(1, BLOCK_LINES)):
            further = text.find("\n", last + 1)
            further = len(text) if further < 0 else further
            if last >= len(text) or further - first > BLOCK_CHARS:
                break
            last = further
    if not text[first:last].strip():
        return None
    head, tail = max(0, first - PREFIX_CHARS), min(len(text), last + SUFFIX_CHARS)
    if head:  # whole lines only: an editor's prompt never starts inside one
        line_start = text.find("\n", head, first)
        head = line_start + 1 if line_start >= 0 else head
    return Gap(text[head:first], text[first:last], text[last:tail])


def _infill_ids(document: Document, codec: Codec, row_tokens: int, rng: random.Random) -> Iterator[list[int]]:
    """One sample per stride of the document, each no longer than a row."""
    for begin in range(0, len(document.text), STRIDE_CHARS):
        at = rng.randrange(begin, min(begin + STRIDE_CHARS, len(document.text)))
        gap = cut_gap(document.text, at, rng.choice(KINDS), rng)
        if gap is None:
            continue
        ids = codec.infill(Infill(gap.prefix, gap.suffix, document.path), gap.middle)
        if len(ids) <= row_tokens:
            yield ids


def _packed(samples: Sequence[list[int]], row_tokens: int) -> list[list[int]]:
    """Samples joined into rows of at most `row_tokens`, none of them cut: half a gap teaches nothing."""
    rows: list[list[int]] = []
    for sample in samples:
        if rows and len(rows[-1]) + len(sample) <= row_tokens:
            rows[-1] += sample
        else:
            rows.append(list(sample))
    return rows


def _chopped(stream: list[int], row_tokens: int, offset: int) -> list[list[int]]:
    """A stream of ids in rows of `row_tokens`, the first `offset` long, so that borders move between epochs."""
    borders = [0, *range(offset, len(stream), row_tokens), len(stream)]
    rows = [stream[a:b] for a, b in itertools.pairwise(borders)]
    return [row for row in rows if len(row) > row_tokens // 8]  # a scrap costs a whole step and says little


def make_rows(documents: Sequence[Document], codec: Codec, seed: int, row_tokens: int = ROW_TOKENS) -> list[list[int]]:
    """One pass over `documents` as shuffled rows of 2 to `row_tokens` ids; each seed has its own gaps and borders."""
    rng = random.Random(seed)
    order = list(documents)
    rng.shuffle(order)
    if codec.infills:
        samples = [ids for document in order for ids in _infill_ids(document, codec, row_tokens, rng)]
        rng.shuffle(samples)
        rows = _packed(samples, row_tokens)
    else:
        stream: list[int] = []
        for document in order:
            stream += codec.file(document.text)
        rows = _chopped(stream, row_tokens, rng.randrange(row_tokens // 4, row_tokens))
    rng.shuffle(rows)
    return [row for row in rows if len(row) > 1]


def endless_rows(
    documents: Sequence[Document], codec: Codec, seed: int, row_tokens: int = ROW_TOKENS
) -> Iterator[list[int]]:
    """Pass after pass over `documents`, each with fresh gaps; ends at once when they make no rows."""
    epoch = 0
    while rows := make_rows(documents, codec, seed + epoch, row_tokens):
        yield from rows
        epoch += 1
