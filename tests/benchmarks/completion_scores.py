"""How near a completion comes to what was written: exact match, edit similarity, identifiers, brackets. Pure.

Brackets are counted with Python's own tokenizer, not with the lexer that completion's filters use.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000
_PAIRS = {")": "(", "]": "[", "}": "{"}
_NAME = re.compile(r"[^\W\d]\w*")


def exact(text: str, target: str) -> float:
    """1 where they are the same but for blanks at their ends of lines and at the end."""
    return float(_plain(text) == _plain(target))


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip()


def edit_similarity(text: str, target: str) -> float:
    """1 - Levenshtein distance / the longer length; 0-1."""
    longest = max(len(text), len(target))
    if not longest:
        return 1.0
    row = list(range(len(target) + 1))
    for number, one in enumerate(text, 1):
        left, row[0] = row[0], number
        for place, other in enumerate(target, 1):
            left, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, left + (one != other))
    return 1 - row[-1] / longest


def identifier_f1(text: str, target: str) -> float:
    """F1 of the identifiers, each as often as it stands there; 1 where neither has any."""
    ours, theirs = Counter(_NAME.findall(text)), Counter(_NAME.findall(target))
    if not ours and not theirs:
        return 1.0
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


def open_brackets(code: str) -> int:
    """Brackets of a Python text that have no partner."""
    pending: list[str] = []
    wrong = 0
    # Without indentation: where a statement is missing it does not fit, and nothing behind it would be counted.
    level = "\n".join(map(str.lstrip, code.split("\n")))
    try:
        for token in tokenize.generate_tokens(io.StringIO(level).readline):
            if token.type != tokenize.OP or token.string not in "()[]{}":
                continue
            if token.string in "([{":
                pending.append(token.string)
            elif pending and pending[-1] == _PAIRS[token.string]:
                pending.pop()
            else:
                wrong += 1
    except (tokenize.TokenError, SyntaxError):  # the end of the text, inside a bracket or a string
        pass
    return len(pending) + wrong


def unbalanced(prefix: str, text: str, suffix: str) -> float:
    """1 where inserting `text` leaves more brackets without a partner than there were."""
    return float(open_brackets(prefix + text + suffix) > open_brackets(prefix + suffix))


def parses(code: str) -> float:
    """1 where Python can read it."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):
        return 0.0
    return 1.0


@dataclass(frozen=True)
class Paired:
    """The mean of ours, less the other's, with a 95 % interval; and ours as a multiple of the other's."""

    difference: float
    low: float
    high: float
    ratio: float


def paired_bootstrap(ours: Sequence[float], others: Sequence[float]) -> Paired:
    """Resample the items, each with both its scores. Raises ValueError on none, or on lists of different lengths."""
    if not ours or len(ours) != len(others):
        raise ValueError("no pairs")
    both = np.array([ours, others])
    difference = both[0] - both[1]
    drawn = np.random.default_rng(0).integers(0, len(ours), (RESAMPLES, len(ours)))
    low, high = np.percentile(difference[drawn].mean(axis=1), [2.5, 97.5])
    ours_mean, others_mean = both.mean(axis=1)
    ratio = float(ours_mean / others_mean) if others_mean else float("inf") if ours_mean else 1.0
    return Paired(float(difference.mean()), float(low), float(high), ratio)
