"""One generation: a prompt read from where the cache ends, drafts checked, text put out. The same for every runtime.

A step reads the last token and a draft of what may follow it. Drafted tokens are accepted up to the first one that the
model would not have chosen (speculative decoding, Leviathan 2023): the same text, sooner. Knows nothing of loading,
adapters, or who waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from inglenook_server.generation.base import OnText, Options, StopReason
from inglenook_server.generation.draft_tokens import Drafts
from inglenook_server.generation.prompts.prompter import Encoded
from inglenook_server.generation.prompts.token_healing import Healing
from inglenook_server.generation.prompts.tokens import ModelTokenizer
from inglenook_server.generation.stream import TextStream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PREFILL_TOKENS = 256
"""Prompt tokens read in one step. A step can't be interrupted, so this decides how soon a cancel takes effect and a
completion is begun: 0.2-0.3 s while a cold prompt is read by a 135-million-parameter model on two cores, against 1.7 s
for a prompt read at once. Steps of 128 tokens read a prompt no faster."""
CANDIDATES = 256
"""Most likely tokens looked through for those that go on with a healed word."""
SAMPLED = 1_024
"""Most likely tokens that a sample is drawn from; to sort a whole vocabulary takes 10 ms."""


class Reader(Protocol):
    """A model that has read some tokens."""

    ids: list[int]
    """What was read, and holds."""
    draft: int
    """Tokens of a draft that a step should check; 0 where what was read can't be taken back."""

    def read(self, ids: Sequence[int], keep: int) -> NDArray[np.float32]:
        """Read on; logits [keep, vocabulary] after the last `keep` of `ids`, valid until the next call."""
        ...

    def rewind(self, count: int) -> None:
        """Forget the last `count` tokens."""
        ...


class SampledToken(NamedTuple):
    """A token that the text goes on with."""

    number: int
    log: float
    """Natural-log probability, among the tokens that were allowed."""


class DecodingLoop:
    """One generation, and the text it has made."""

    def __init__(
        self,
        reader: Reader,
        tokenizer: ModelTokenizer,
        encoded: Encoded,
        options: Options,
        on_text: OnText | None,
        paused: Callable[[], bool],
    ) -> None:
        """`reader` has read a beginning of the prompt, but not its last token.

        `paused` is called between steps, may take its time, and says whether the run was cancelled.
        """
        import numpy as np

        self._reader = reader
        self._tokenizer = tokenizer
        self._prompt = encoded.ids
        self._near = encoded.near
        self._options = options
        self._healing = Healing(encoded.healed)
        self._spelling: list[int] = []
        """What is left of the healed word's plain encoding, where no likely token went on with it."""
        self._on_text = on_text
        self._paused = paused
        self._random = np.random.default_rng(options.seed)
        self._stream = TextStream(options.stop, encoded.healed)
        self._logs: list[float] = []
        self.generated = 0
        """Tokens of the text, those that spell out a healed word among them."""
        self.first_token = 0.0
        """When the first token was known; `time.perf_counter`."""

    @property
    def text(self) -> str:
        """All that was put out."""
        return self._stream.text

    @property
    def log_probability(self) -> float | None:
        """The mean over the tokens of the text, the one that ended it among them; None before the first.

        What a draft held beyond the text's end doesn't count: a text that repeats another would seem likelier.
        """
        return sum(self._logs) / len(self._logs) if self._logs else None

    def run(self, limit: int, guesses: dict[int, int]) -> StopReason:
        """Generate up to `limit` tokens, those that spell out a healed word among them; why it ended.

        `guesses` is what `Drafts` remembers from run to run.
        """
        start = len(self._reader.ids)
        for at in range(start, len(self._prompt), PREFILL_TOKENS):
            if self._paused():
                return "cancelled"
            logits = self._reader.read(self._prompt[at : at + PREFILL_TOKENS], 1)
        known = [self._pick(logits[0])]
        self.first_token = time.perf_counter()
        drafts = Drafts(self._prompt, guesses, self._near)
        decode = self._tokenizer.decoder()
        while True:
            shown, reason, limit = self._take(known, decode, limit)
            if shown and self._on_text:
                self._on_text(shown)
            if reason:
                return reason
            if self._paused():
                return "cancelled"
            drafts.extend(pick.number for pick in known)
            known = self._advance(known[-1].number, drafts, limit)

    def _take(
        self, known: Sequence[SampledToken], decode: Callable[[Sequence[int]], str], limit: int
    ) -> tuple[str, StopReason | None, int]:
        """Put tokens through the stream: what is to be shown, why that is the end if it is, and how many may follow."""
        shown = ""
        for token, log in known:
            self._logs.append(log)
            if token in self._tokenizer.special_ids:
                return shown + self._stream.finish(), "stop", 0
            self.generated += 1
            piece = decode([token])
            limit -= 1
            self._healing.take(piece)
            shown += self._stream.push(piece)
            if self._stream.stopped:
                return shown, "stop", 0
            if limit <= 0:
                return shown + self._stream.finish(), "length", 0
        return shown, None, limit

    def _advance(self, token: int, drafts: Drafts, limit: int) -> list[SampledToken]:
        """Read `token` and a draft of what may follow it; what of the draft holds, and the token after that."""
        draft = [] if self._healing.active else drafts.propose(min(self._reader.draft, limit - 1))
        read = [token, *draft]
        logits = self._reader.read(read, len(read))
        known: list[SampledToken] = []
        for row in logits:
            known.append(self._pick(row))
            if len(known) > len(draft) or draft[len(known) - 1] != known[-1].number:
                break
        if draft:
            drafts.learn(read, logits.argmax(-1).tolist())
        if wrong := len(read) - len(known):
            self._reader.rewind(wrong)
        return known

    def _pick(self, logits: NDArray[np.float32]) -> SampledToken:
        """The next token: sampled, or the likeliest; while a healed word is spelt out, one that goes on with it."""
        import numpy as np

        allowed = self._allowed(logits) if self._healing.active else None
        if allowed is not None:
            logits = logits[allowed]
        if self._options.temperature <= 0:
            index = int(logits.argmax())
        else:
            likely = np.argpartition(-logits, min(SAMPLED, len(logits)) - 1)[:SAMPLED]
            order = likely[np.argsort(-logits[likely])]
            odds = np.exp((logits[order] - logits[order[0]]).astype(np.float64) / self._options.temperature)
            odds /= odds.sum()
            odds[odds.cumsum() - odds >= self._options.top_p] = 0.0  # keeps the one that crosses the border
            index = int(order[self._random.choice(len(odds), p=odds / odds.sum())])
        top = logits.max()
        log = float(logits[index] - top - np.log(np.exp(logits - top).sum()))
        return SampledToken(index if allowed is None else int(allowed[index]), log)

    def _allowed(self, logits: NDArray[np.float32]) -> NDArray[np.int64]:
        """Ids of likely tokens that go on with what was healed; if there are none, its plain encoding, step by step."""
        import numpy as np

        ends = self._tokenizer.special_ids
        if not self._spelling:
            count = min(CANDIDATES, len(logits))
            likely = np.argpartition(-logits, count - 1)[:count]
            fitting = [
                number
                for number in likely.tolist()
                if (not self._healing.left if number in ends else self._healing.fits(self._tokenizer.decode([number])))
            ]
            if fitting:
                return np.array(fitting, np.int64)
            self._spelling = self._tokenizer.encode(self._healing.left) or sorted(ends)[:1]
        return np.array([self._spelling.pop(0)], np.int64)
