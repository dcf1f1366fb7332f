"""From a prompt to token ids, by the model's own vocabulary and template. Knows no engine.

Every engine that holds its tokenizer itself prompts through this, so that they all see the same tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import Chat, Infill, Prompt
from inglenook_server.generation.prompts import token_healing
from inglenook_server.generation.prompts.fim import find_sentinels, infill_prompt
from inglenook_server.generation.prompts.tokens import ModelTokenizer, Piece


@dataclass(frozen=True, slots=True)
class Encoded:
    """A prompt as an engine wants it."""

    ids: list[int]
    healed: str
    """What was cut from its end: the generated text has to begin with it, and the caller has it already."""
    healed_tokens: int
    """How many tokens it takes to say `healed` again."""
    near: tuple[int, ...] = ()
    """`Infill.near`."""


class Prompter:
    """A tokenizer, and what its vocabulary says about how to prompt. Thread-safe."""

    def __init__(self, folder: Path, name: str, *, most: int = 0) -> None:
        """Read the tokenizer in `folder`. `most` bounds the context where the engine holds less than the model."""
        self.tokenizer = ModelTokenizer(folder)
        self._sentinels = find_sentinels(
            self.tokenizer.special, chats=self.tokenizer.chats, fills_in=self.tokenizer.fills_in
        )
        self._name = name
        length = self.tokenizer.context_length
        self.context_length = min(length, most) if most else length

    @property
    def infills(self) -> bool:
        """Whether the model fills in the middle better than it goes on."""
        return self._sentinels is not None and not self._sentinels.unlearned

    def count(self, text: str) -> int:
        """Tokens in `text`, without special ones."""
        return len(self.tokenizer.encode(text))

    def render(self, prompt: Prompt) -> str:
        """The exact text the model sees, sentinels included; what is healed is not in it."""
        return "".join(map(str, self._pieces(prompt)[0]))

    def encode(self, prompt: Prompt) -> Encoded:
        """The tokens of `prompt`. Raises GenerationError when no room is left for an answer."""
        pieces, healed = self._pieces(prompt)
        ids = self.tokenizer.encode_pieces(pieces)
        if not 1 <= len(ids) < self.context_length:
            raise GenerationError(
                f"The prompt has {len(ids):,} tokens and {self._name} reads at most {self.context_length:,}.",
                "ask about less at once",
            )
        near = self.tokenizer.encode(prompt.near) if isinstance(prompt, Infill) else []
        return Encoded(ids, healed, self.count(healed) if healed else 0, tuple(near))

    def encode_text(self, text: str) -> list[int]:
        """Plain text to be scored, cut to the context. Raises GenerationError for fewer than two tokens."""
        ids = self.tokenizer.encode(text)[: self.context_length]
        if len(ids) < 2:
            raise GenerationError("A text of fewer than two tokens can't be scored.")
        return ids

    def _pieces(self, prompt: Prompt) -> tuple[tuple[Piece, ...], str]:
        """The prompt in pieces, and what healing cut from its end."""
        if isinstance(prompt, Chat):
            pieces, healed = self.tokenizer.chat(prompt.messages), ""
        else:
            kept, healed = token_healing.cut(prompt.prefix, self.tokenizer.words)
            pieces = infill_prompt(replace(prompt, prefix=kept, at=min(prompt.at, len(kept))), self._sentinels)
        if not pieces and self.tokenizer.start:
            pieces = (self.tokenizer.start,)
        return pieces, healed
