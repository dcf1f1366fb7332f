"""A model's own tokenizer and chat template, read from a folder of Hugging Face files. Knows no engine.

Text is always encoded as plain text: a sentinel's letters in a user's file are letters, never the control token. Only
this program puts control tokens into a prompt, as `Special` pieces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import Message


@dataclass(frozen=True, slots=True)
class Special:
    """One control token, by its text."""

    text: str

    def __str__(self) -> str:
        return self.text


Piece = str | Special
"""Part of a prompt: text to be encoded, or one control token."""

_MARK = "\ue0f1"
"""Stands inside user text that looks like a control token while a template is rendered; a private-use character."""


class ModelTokenizer:
    """Token ids for text and back. Thread-safe for reading."""

    def __init__(self, folder: Path) -> None:
        """Read tokenizer.json and its companions from `folder`. Raises GenerationError."""
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._settings = _json(folder / "tokenizer_config.json")
            config = _json(folder / "config.json")
        except Exception as error:  # the tokenizers library raises bare Exception
            raise GenerationError(f"The tokenizer in {folder} can't be read: {error}.") from error
        self._tokenizer.encode_special_tokens = True
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        added = self._tokenizer.get_added_tokens_decoder()
        self._specials = {token.content: number for number, token in added.items() if token.special}
        self.special_ids = frozenset(self._specials.values())
        """All control tokens: whichever of them a model generates, its answer has ended."""
        self.context_length = int(config.get("max_position_embeddings", 2048))
        self.fills_in = bool(config.get("fills_in", False))
        """Whether its model, though it was taught to chat, is known to fill in the middle: `ModelSpec.fills_in`."""
        self._template = self._settings.get("chat_template") or _text(folder / "chat_template.jinja")

    def encode(self, text: str) -> list[int]:
        """Token ids of plain text."""
        try:
            return list(self._tokenizer.encode(text, add_special_tokens=False).ids)
        except (UnicodeEncodeError, TypeError):  # lone surrogates, from bytes that were no UTF-8
            whole = text.encode("utf-8", "replace").decode("utf-8")
            return list(self._tokenizer.encode(whole, add_special_tokens=False).ids)

    def encode_pieces(self, pieces: Iterable[Piece]) -> list[int]:
        """Token ids of a prompt."""
        ids: list[int] = []
        for piece in pieces:
            if isinstance(piece, Special):
                ids.append(self._specials[piece.text])
            else:
                ids.extend(self.encode(piece))
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`, control tokens included; an incomplete character shows as U+FFFD."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=False))

    def words(self, text: str) -> list[str]:
        """`text` in the runs that byte-pair merging never crosses; joined they are `text` again."""
        splitter = self._tokenizer.pre_tokenizer
        if splitter is None:
            return [text]
        return [text[start:end] for _, (start, end) in splitter.pre_tokenize_str(text)]

    def special(self, text: str) -> int | None:
        """The id of the control token written `text`, or None when the vocabulary has none."""
        return self._specials.get(text)

    @property
    def start(self) -> Special | None:
        """What a prompt begins with when it would have no token at all."""
        for name in ("bos_token", "eos_token"):
            token = self._settings.get(name)
            text = token.get("content") if isinstance(token, dict) else token
            if text in self._specials:
                return Special(str(text))
        return None

    def decoder(self) -> Callable[[Iterable[int]], str]:
        """A function for one stream of generated tokens: it takes the next ids and gives the text they complete.

        A character whose bytes are not all here yet is held back.
        """
        from tokenizers.decoders import DecodeStream

        stream = DecodeStream(skip_special_tokens=False)

        def decode(ids: Iterable[int]) -> str:
            return "".join(stream.step(self._tokenizer, number) or "" for number in ids)

        return decode

    @property
    def chats(self) -> bool:
        """Whether it comes with a chat template: its model was taught to chat."""
        return bool(self._template)

    def chat(self, messages: Sequence[Message]) -> tuple[Piece, ...]:
        """A conversation in the model's own template, ready for the assistant's answer. Raises GenerationError."""
        if not self._template:
            return self._plain_chat(messages)
        pattern = re.compile("|".join(map(re.escape, sorted(self._specials, key=len, reverse=True))) or r"(?!)")
        defused = [
            {
                "role": message.role,
                "content": pattern.sub(lambda found: found[0][0] + _MARK + found[0][1:], message.content),
            }
            for message in messages
        ]
        text = self._render(defused)
        pieces: list[Piece] = []
        end = 0
        for found in pattern.finditer(text):
            pieces.append(text[end : found.start()].replace(_MARK, ""))
            pieces.append(Special(found[0]))
            end = found.end()
        pieces.append(text[end:].replace(_MARK, ""))
        return tuple(piece for piece in pieces if piece)

    def _render(self, messages: list[dict[str, str]]) -> str:
        import jinja2
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        def refuse(reason: str) -> None:
            raise jinja2.TemplateError(reason)

        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = refuse
        tokens = {
            name: value.get("content") if isinstance(value, dict) else value
            for name, value in self._settings.items()
            if name in ("bos_token", "eos_token")
        }
        try:
            template = environment.from_string(self._template)
            return template.render(messages=messages, add_generation_prompt=True, **tokens)
        except jinja2.TemplateError as error:
            raise GenerationError(f"The model's chat template refuses this conversation: {error}.") from error

    @staticmethod
    def _plain_chat(messages: Sequence[Message]) -> tuple[Piece, ...]:
        """For a model that was never taught to chat and has no template."""
        names = {"system": "System", "user": "User", "assistant": "Assistant"}
        turns = "".join(f"{names[message.role]}: {message.content}\n\n" for message in messages)
        return (turns + "Assistant:",)


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return data if isinstance(data, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
