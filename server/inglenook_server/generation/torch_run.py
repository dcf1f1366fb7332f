"""One generation on PyTorch: a prompt read from where the cache ends, tokens drafted from the prompt, text put out.

Greedy decoding looks the last tokens up in what was read and has what followed there checked in one pass (prompt
lookup decoding, after Saxena 2023): the same text, sooner. Knows nothing of loading or adapters.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inglenook_server.generation.base import OnText, Options, StopReason
from inglenook_server.generation.prompter import Encoded
from inglenook_server.generation.stream import TextStream
from inglenook_server.generation.tokens import ModelTokenizer

PREFILL_TOKENS = 256
"""Read at a time: a cancelled prompt then ends within 0.3 s on two cores with the small model."""
CANDIDATES = 256
"""Most likely tokens looked through for one that goes on with a healed word."""
DRAFT_TOKENS = 5
DRAFT_NGRAM = 3
LOOK_BACK = 4_096
"""Tokens searched for a draft; searching more takes longer than a draft saves."""


@dataclass
class Cache:
    """Keys and values of the tokens read last."""

    ids: list[int]
    values: Any


class Run:
    """One generation: the cache it fills, the text it has made."""

    def __init__(
        self,
        model: Any,
        tokenizer: ModelTokenizer,
        encoded: Encoded,
        options: Options,
        on_text: OnText | None,
        paused: Callable[[], bool],
    ) -> None:
        """`paused` is called between steps, may take its time, and says whether the run was cancelled."""
        import torch

        self._model = model
        self._tokenizer = tokenizer
        self._prompt = encoded.ids
        self._options = options
        self._remainder = encoded.healed
        self._on_text = on_text
        self._paused = paused
        self._random: Any = torch.Generator(device=model.device).manual_seed(options.seed)
        self.stream = TextStream(options.stop, encoded.healed)
        self.cache: Cache | None = None
        self.generated = 0
        self.first_token = 0.0

    def run(self, cache: Cache | None, limit: int) -> StopReason:
        """Generate up to `limit` tokens, those that spell out a healed word not counted; why it ended."""
        logits = self._prefill(cache)
        return "cancelled" if logits is None else self._decode(logits, limit)

    def _prefill(self, cache: Cache | None) -> Any:
        """Read the prompt, what the cache has of it left out; the logits after it, or None when cancelled."""
        from transformers import DynamicCache

        reused = 0  # the prompt's last token is read anew in any case, for its logits
        if cache is not None and croppable(cache.values):
            for mine, theirs in zip(self._prompt[:-1], cache.ids, strict=False):
                if mine != theirs:
                    break
                reused += 1
            if reused < len(cache.ids):
                cache.values.crop(reused - len(cache.ids))  # negative: so many tokens off the end
        values = cache.values if cache is not None and reused else DynamicCache(config=self._model.config)
        self.cache = Cache(self._prompt[:reused], values)
        logits = None
        for start in range(reused, len(self._prompt), PREFILL_TOKENS):
            if self._paused():
                return None
            logits = self._read(self._prompt[start : start + PREFILL_TOKENS])[-1]
        return logits

    def _decode(self, logits: Any, limit: int) -> StopReason:
        decode, ends = self._tokenizer.decoder(), self._tokenizer.special_ids
        known = [self._pick(logits)]
        while True:
            if self._paused():
                return "cancelled"
            token = known.pop(0)
            self.first_token = self.first_token or time.perf_counter()
            if token in ends:
                break
            self.generated += 1
            piece = decode([token])
            limit -= 0 if self._remainder else 1
            self._remainder = self._remainder[len(piece) :]
            self._show(self.stream.push(piece))
            if self.stream.stopped:
                return "stop"
            if limit <= 0:
                self._show(self.stream.finish())
                return "length"
            if not known:
                known = self._advance(token, limit)
        self._show(self.stream.finish())
        return "stop"

    def _advance(self, token: int, limit: int) -> list[int]:
        """Read `token` and a draft of what may follow it; what of the draft holds, and the token after that."""
        assert self.cache is not None
        greedy = self._options.temperature <= 0 and not self._remainder
        draft = lookup([*self.cache.ids, token])[: limit - 1] if greedy and croppable(self.cache.values) else []
        logits = self._read([token, *draft], every=bool(draft))
        if not draft:
            return [self._pick(logits[-1])]
        best = logits.argmax(-1).tolist()
        held = 0
        while held < len(draft) and draft[held] == best[held]:
            held += 1
        wrong = len(draft) - held
        if wrong:
            self.cache.values.crop(-wrong)
            del self.cache.ids[-wrong:]
        return [*draft[:held], best[held]]

    def _read(self, ids: list[int], *, every: bool = False) -> Any:
        """Read `ids` into the cache; logits after the last, or after `every` one of them: [count, vocabulary]."""
        import torch

        assert self.cache is not None
        batch = torch.tensor([ids], device=self._model.device)
        keep = len(ids) if every else 1
        out = self._model(input_ids=batch, past_key_values=self.cache.values, use_cache=True, logits_to_keep=keep)
        self.cache.ids.extend(ids)
        return out.logits[0].float()

    def _pick(self, logits: Any) -> int:
        """The next token: sampled, or the likeliest; while a healed word is spelt out, one that goes on with it."""
        import torch

        allowed = self._healing(logits) if self._remainder else None
        if allowed is not None:
            logits = logits[allowed]
        if self._options.temperature <= 0:
            index = int(logits.argmax())
        else:
            odds, order = torch.softmax(logits / self._options.temperature, -1).sort(descending=True)
            odds[odds.cumsum(-1) - odds >= self._options.top_p] = 0.0  # keeps the one that crosses the border
            index = int(order[torch.multinomial(odds, 1, generator=self._random)])
        return index if allowed is None else int(allowed[index])

    def _healing(self, logits: Any) -> Any:
        """Ids of likely tokens that go on with the remainder, or the one that its plain encoding begins with."""
        import torch

        likely = logits.topk(min(CANDIDATES, len(logits))).indices.tolist()
        fitting = [number for number in likely if self._spells(number)]
        return torch.tensor(fitting or self._tokenizer.encode(self._remainder)[:1], device=logits.device)

    def _spells(self, number: int) -> bool:
        text = self._tokenizer.decode([number])
        if number in self._tokenizer.special_ids or not text:
            return False
        return self._remainder.startswith(text) or text.startswith(self._remainder)

    def _show(self, piece: str) -> None:
        if piece and self._on_text:
            self._on_text(piece)


def lookup(ids: list[int]) -> list[int]:
    """What followed the last `DRAFT_NGRAM` tokens of `ids` where they stood before, most recently; or nothing."""
    tail = ids[-DRAFT_NGRAM:]
    if len(tail) < DRAFT_NGRAM:
        return []
    for start in range(len(ids) - DRAFT_NGRAM - 1, max(-1, len(ids) - LOOK_BACK), -1):
        if ids[start] == tail[0] and ids[start : start + DRAFT_NGRAM] == tail:
            return ids[start + DRAFT_NGRAM : start + DRAFT_NGRAM + DRAFT_TOKENS]
    return []


def croppable(values: Any) -> bool:
    """Whether tokens can be taken off the end of a cache: not where a sliding window has forgotten what was before."""
    return all(type(layer).__name__ == "DynamicLayer" for layer in values.layers)
