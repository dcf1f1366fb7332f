"""Names that are written much like another one. Pure; knows nothing of where names come from.

A name is compared without underscores and in small letters, so that `fooBar`, `foo_bar` and `FOO_BAR` are one. Runs of
three letters choose those that are compared at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

from inglenook_indexer.search.spelling import likeness

ALIKE = 0.6
"""0-1, as `similarity` says it: below that, names have a word in common at best."""
_LONGEST = 80  # characters of a name that are compared
_TRANSPOSED = 0.15  # what letters in order count for less than trigrams: short names have many in common by chance
_BEGINS = 0.6, 0.3  # of a name that another one begins or ends with, and how much more where that is nearly all of it
_SHORTEST = 4  # characters of a beginning that says something
_COMPARED = 200  # names that have most trigrams in common, which are compared letter by letter: 10 ms
_RUN = 3  # letters
_BREAK = np.uint32(ord("\n"))
_MIXED = np.uint32(0x9E3779B1)  # odd and large, so that numbers of runs are spread
_BITS = np.uint64(24)  # for the number of a name, beside that of a run
_OWNER = np.uint64((1 << 24) - 1)


class Spellings:
    """Names, with the runs of three letters that each has: made once for many questions.

    Of 200,000 names that takes half a second and 40 MB, and a question after that a few milliseconds.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(name for name in names if "\n" not in name))
        plain = [_plain(name) for name in self._names]
        self._lengths = np.fromiter(map(len, plain), np.int64, len(plain))
        joined = np.frombuffer(
            "".join(f"{one}\n" for one in plain or [""]).encode("utf-32-le", "surrogatepass"), np.uint32
        )
        codes = _runs(joined)
        inside = (joined != _BREAK)[:-2] & (joined != _BREAK)[1:-1] & (joined != _BREAK)[2:]
        owners = np.repeat(np.arange(len(plain), dtype=np.uint64), self._lengths + 1)[: len(codes)]
        runs = np.sort((codes.astype(np.uint64)[inside] << _BITS) | owners[inside])
        self._runs = runs[np.append(True, runs[1:] != runs[:-1])[: len(runs)]]
        """Each run with a name that has it, by run."""

    def like(self, wanted: str, limit: int) -> list[str]:
        """Names that are written much like `wanted`, the likest first; itself, too, if it is there."""
        mine = _plain(wanted)
        if not mine or not self._names:
            return []
        return _likest(wanted, [self._names[one] for one in self._near(mine)], limit)

    def _near(self, mine: str) -> list[int]:
        """The names that have most runs in common with a plain one; of a very short one, those that are as short."""
        if len(mine) < _RUN:
            return [int(one) for one in np.flatnonzero(self._lengths <= _RUN)[:_COMPARED]]
        wanted = np.unique(_runs(_letters(mine))).astype(np.uint64)
        lows = np.searchsorted(self._runs, wanted << _BITS)
        highs = np.searchsorted(self._runs, (wanted + np.uint64(1)) << _BITS)
        owners = [self._runs[low:high] & _OWNER for low, high in zip(lows.tolist(), highs.tolist(), strict=True)]
        common = np.bincount(np.concatenate(owners).astype(np.int64), minlength=len(self._names))
        shares = common / (len(wanted) + np.maximum(self._lengths - _RUN + 1, 1))
        best = np.argsort(-shares, kind="stable")[:_COMPARED]
        return [one for one in best.tolist() if shares[one] > 0]


def similar(wanted: str, names: Iterable[str], limit: int) -> list[str]:
    """Those of `names` that are written much like `wanted`, the likest first; itself, too, if it is there."""
    return Spellings(names).like(wanted, limit)


def _likest(wanted: str, names: Iterable[str], limit: int) -> list[str]:
    scores = {name: similarity(wanted, name) for name in names}
    alike = [name for name, score in scores.items() if score >= ALIKE]
    return sorted(alike, key=lambda name: (-scores[name], (name[0] == "_") != (wanted[0] == "_"), name))[:limit]


def _letters(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _runs(letters: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """A number for each run of three letters. Two runs may share one, which costs a comparison and no more."""
    return (letters[:-2] * _MIXED + letters[1:-1]) * _MIXED + letters[2:]


def similarity(name: str, other: str) -> float:
    """How alike two names are written, 0-1: by trigrams, by letters in order, or as one's beginning or end."""
    mine, theirs = _plain(name), _plain(other)
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return 1.0
    score = likeness(mine, theirs)
    if 2 * min(len(mine), len(theirs)) >= (ALIKE + _TRANSPOSED) * (len(mine) + len(theirs)):
        letters = SequenceMatcher(None, mine, theirs, autojunk=False)
        if letters.quick_ratio() - _TRANSPOSED >= max(score, ALIKE):
            score = max(score, letters.ratio() - _TRANSPOSED)
    short, long = sorted((mine, theirs), key=len)
    if len(short) >= _SHORTEST and (long.startswith(short) or long.endswith(short)):
        score = max(score, _BEGINS[0] + _BEGINS[1] * len(short) / len(long))
    return score


def _plain(name: str, longest: int | None = _LONGEST) -> str:
    return name[:longest].lower().replace("_", "")
