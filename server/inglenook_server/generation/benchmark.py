"""What this machine does with a model, in about ten seconds, and the profile that follows from it. Prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inglenook_server.generation.base import Cancelled, Generator, Infill, Options

PROMPT_LINES = 60
"""A prompt of 600-800 tokens: what a completion in a real file reads."""
TOKENS = 24
WARM_RUNS = 3
PLEASANT_MS = 1_000.0
"""A warm completion that takes longer than this comes after the thought is over."""
BALANCED_PER_FAST = 2.0
"""A warm completion of the default model in times of the small one: medians of tests/benchmarks/results/typing."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Milliseconds, tokens a second, bytes."""

    prompt_tokens: int
    cold_first_token_ms: float
    warm_first_token_ms: float
    warm_total_ms: float
    decode_tps: float
    memory_bytes: int
    """What the process grew by while the model was loaded and used; the caller knows the start."""


def prompt(number: int = 0) -> Infill:
    """A piece of code, another one for each `number`, whose start is always the same."""
    lines = [f"def field_{n}(record):\n    return record.get('field_{n}', {n * 7})\n" for n in range(PROMPT_LINES // 2)]
    return Infill("\n".join(lines) + f"\n\ndef total_{number}(records):\n    return")


def measure(generator: Generator, *, memory_before: int, cancelled: Cancelled | None = None) -> Bench | None:
    """Time a cold prompt and warm ones; None when `cancelled` said so meanwhile. Raises GenerationError."""
    import psutil

    options = Options(max_tokens=TOKENS)
    cold = generator.generate(prompt(), Options(max_tokens=1), cancelled=cancelled)
    warm = [generator.generate(prompt(number), options, cancelled=cancelled) for number in range(1, WARM_RUNS + 1)]
    if any(one.stop_reason == "cancelled" for one in (cold, *warm)):
        return None
    best = min((one.usage for one in warm), key=lambda usage: usage.total_ms)
    decoding = max(best.total_ms - best.first_token_ms, 0.001)
    return Bench(
        prompt_tokens=cold.usage.prompt_tokens,
        cold_first_token_ms=cold.usage.first_token_ms,
        warm_first_token_ms=best.first_token_ms,
        warm_total_ms=best.total_ms,
        decode_tps=max(best.generated_tokens - 1, 0) / decoding * 1000,
        memory_bytes=max(psutil.Process().memory_info().rss - memory_before, 0),
    )


def suggest(warm_total_ms: Mapping[str, float]) -> str:
    """The profile that suits: "balanced" where a warm completion of it is, or would be, pleasant; else "fast".

    `warm_total_ms` is by profile; the default model is judged by the small one where it was not measured itself.
    """
    if "balanced" in warm_total_ms:
        return "balanced" if warm_total_ms["balanced"] <= PLEASANT_MS else "fast"
    if "fast" in warm_total_ms:
        return "balanced" if warm_total_ms["fast"] * BALANCED_PER_FAST <= PLEASANT_MS else "fast"
    return "balanced"
