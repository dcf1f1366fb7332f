"""A prompt as a request body of the OpenAI protocol. Pure; knows no network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inglenook_server.generation.base import Chat, Infill, Options, Prompt
from inglenook_server.generation.prompts.fim import infill_prompt
from inglenook_server.generation.prompts.tokens import Special
from inglenook_server.generation.remote.capabilities import Capabilities

CHARACTERS = 3
"""Per token, on the safe side: code has 3 to 4."""
LONGEST_BLANK = 64
"""Blanks before the cursor that are healed at most; more would cost too many tokens to say again."""
BREAK = "\u200b"
"""Goes into sentinels that stand in a user's own text: a server reads control tokens in a prompt's text."""


def count(text: str) -> int:
    """An upper estimate of the tokens in `text`."""
    return -(-len(text.encode("utf-8", "replace")) // CHARACTERS)


def body_for(prompt: Prompt, options: Options, knowledge: Capabilities) -> tuple[str, dict[str, Any], str]:
    """The path, the body, and what the answer has to begin with because it was cut from the prompt."""
    common: dict[str, Any] = {
        "model": knowledge.model,
        "temperature": options.temperature,
        "top_p": options.top_p,
        "seed": options.seed,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if options.stop:
        common["stop"] = list(options.stop[:4])  # the protocol's limit; the rest is looked for here
    if isinstance(prompt, Chat):
        messages = [{"role": message.role, "content": message.content} for message in prompt.messages]
        return "/chat/completions", {**common, "messages": messages, "max_tokens": options.max_tokens}, ""
    healed = blank_end(prompt.prefix)
    if healed and "stop" in common:
        del common["stop"]  # what is said again may hold a stop string, such as a line's end
    cut = _cut(prompt, healed)
    body = {**common, "prompt": _text(cut, knowledge), "max_tokens": options.max_tokens + len(healed)}
    if knowledge.filling == "suffix" and cut.suffix:
        body["suffix"] = cut.suffix
    return "/completions", body, healed


def rendered(prompt: Prompt, knowledge: Capabilities) -> str:
    """The text that is sent."""
    if isinstance(prompt, Chat):
        return "\n\n".join(f"[{message.role}]\n{message.content}" for message in prompt.messages)
    return _text(_cut(prompt, blank_end(prompt.prefix)), knowledge)


def blank_end(prefix: str) -> str:
    """The line end and indentation, or the blank, before the cursor: a prompt must not end in the middle of either."""
    blank = prefix[len(prefix.rstrip()) :]
    return blank if len(blank) <= LONGEST_BLANK and len(blank) < len(prefix) else ""


def _cut(prompt: Infill, healed: str) -> Infill:
    kept = prompt.prefix[: len(prompt.prefix) - len(healed)]
    return replace(prompt, prefix=kept, at=min(prompt.at, len(kept)))


def _text(prompt: Infill, knowledge: Capabilities) -> str:
    """The prompt's text; sentinels in the user's own text are broken where the server would read them as its own."""
    pieces = infill_prompt(prompt, knowledge.sentinels)
    sentinels = knowledge.sentinels
    if sentinels is None:
        return "".join(map(str, pieces))
    parts = (sentinels.prefix, sentinels.suffix, sentinels.middle, sentinels.repository, sentinels.file)
    words = [one.text for one in parts if one is not None]
    return "".join(piece.text if isinstance(piece, Special) else _defused(piece, words) for piece in pieces)


def _defused(text: str, words: list[str]) -> str:
    for word in words:
        text = text.replace(word, word[0] + BREAK + word[1:])
    return text
