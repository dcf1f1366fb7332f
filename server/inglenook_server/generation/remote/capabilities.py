"""What a server's model can do, found out by asking: its name, its context, how it fills in the middle. Sends no code.

Three ways to fill in: sentinels in the prompt, where the server's tokenizer (llama.cpp's and vLLM's can be asked)
knows them as single tokens; the protocol's own `suffix`, where the server takes it (Ollama); else the prefix alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from inglenook_server.errors import GenerationError
from inglenook_server.generation.prompts.fim import Sentinels, find_sentinels
from inglenook_server.generation.remote.http import HttpClient

CAUTIOUS_CONTEXT = 4_096
"""Tokens; for a server that does not tell. Ollama's default, and every current model's minimum."""

Filling = Literal["sentinels", "suffix", "none"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What was found out."""

    model: str
    context_length: int
    sentinels: Sentinels | None
    filling: Filling

    @property
    def infills(self) -> bool:
        """Whether text after the cursor is of use."""
        return self.filling != "none"


def probe(line: HttpClient, wanted: str) -> Capabilities:
    """Ask the server; `wanted` is a model's name or empty for its first. Raises GenerationError."""
    listed = _models(line)
    names = [str(one.get("id", "")) for one in listed]
    if wanted and names and wanted not in names:
        known = ", ".join(names[:8])
        raise GenerationError(
            f"The server at {line.endpoint} has no model called {wanted}; it has {known}.",
            "mend generation.model in your settings",
        )
    model = wanted or next(iter(names), "")
    if not model:
        raise GenerationError(f"The server at {line.endpoint} has no model.", "name one as generation.model")
    sentinels = find_sentinels(lambda token: _token(line, model, token))
    filling: Filling = "sentinels" if sentinels else "suffix" if _takes_suffix(line, model) else "none"
    entry = next((one for one in listed if one.get("id") == model), {})
    return Capabilities(model, _context(line, entry), sentinels, filling)


def _models(line: HttpClient) -> list[dict[str, Any]]:
    body = line.get("/models")
    data = body.get("data") if isinstance(body, dict) else None
    return [one for one in data or [] if isinstance(one, dict)]


def _context(line: HttpClient, entry: dict[str, Any]) -> int:
    told: Any = entry.get("max_model_len")  # vLLM
    if not told:
        told = (entry.get("meta") or {}).get("n_ctx")  # newer servers of llama.cpp
    if not told:
        properties = _quietly(line, "GET", "//props", None)  # llama.cpp
        told = (properties.get("default_generation_settings") or {}).get("n_ctx")
    return int(told) if told else CAUTIOUS_CONTEXT


def _token(line: HttpClient, model: str, text: str) -> int | None:
    """The id of a control token, or None where the vocabulary has none, or the server can't be asked."""
    if not text:
        return None
    for path, body, field in (
        ("//tokenize", {"content": text, "prompt": text, "model": model, "add_special_tokens": False}, "tokens"),
        ("//extras/tokenize", {"input": text, "model": model}, "tokens"),
    ):
        tokens = _quietly(line, "POST", path, body).get(field)
        if isinstance(tokens, list):
            return int(tokens[-1]) if len(tokens) == 1 and isinstance(tokens[-1], int) else None
    return None


def _takes_suffix(line: HttpClient, model: str) -> bool:
    """Whether the server knows `suffix`: one that does not says so when it is given one, or fails."""
    body = {"model": model, "prompt": "x = ", "suffix": "\n", "max_tokens": 1, "temperature": 0}
    return "choices" in _quietly(line, "POST", "/completions", body)


def _quietly(line: HttpClient, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """The answer, or nothing: to be refused is an answer, too."""
    try:
        answer = line.wait(line.once(method, path, body))
    except GenerationError:
        return {}
    return answer if isinstance(answer, dict) else {}
