"""A typing trace: which characters a person types into a real file, and when. Knows no server.

The gaps are drawn once, from a fixed seed, around figures of ordinary typists (a key every 160 ms, a longer one at a
word's end, a pause to think at a line's start): every run and every assistant sees the same keys at the same times.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

KEY_GAP_MS = 160
"""Median gap between two keys inside a word, about 75 words a minute."""
WORD_GAP_MS = 240
THINKING_MS = 1_500
"""Pause before a line, and one time in three after an opening bracket or an equals sign: when people look."""
SPREAD = 0.35
"""Standard deviation of the logarithm of a gap."""
SEED = 20


@dataclass(frozen=True, slots=True)
class Key:
    """One typed character and the pause before it."""

    gap_ms: float
    character: str
    thinking: bool
    """Whether a person would be looking at the suggestion during the pause."""


def trace(text: str, seed: int = SEED) -> list[Key]:
    """The keys that type `text`. Leading white space of a line comes at once, as editors indent by themselves."""
    rng = random.Random(seed)
    keys = []
    for position, character in enumerate(text):
        before = text[text.rfind("\n", 0, position) + 1 : position]
        if not before.strip() and character in " \t":
            keys.append(Key(0.0, character, thinking=False))
            continue
        begins_line = not before.strip() and character != "\n"
        thinking = begins_line or (before[-1:] in {"(", "=", "."} and rng.random() < 1 / 3)
        gap = THINKING_MS if thinking else WORD_GAP_MS if before.endswith(" ") else KEY_GAP_MS
        keys.append(Key(gap * rng.lognormvariate(0, SPREAD), character, thinking))
    return keys
