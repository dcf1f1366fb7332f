"""Processor time of a function as its text doubles: what `test_cost.py` judges by.

A text grows from a kilobyte until working on it takes long enough to be measured, or until it has two megabytes. From
there on the time may double when the text does, and a little more for caches that it outgrows. Time is the
processor's, the best of some tries, and judged once more before it is called too much: other programs may be busy.
"""

from __future__ import annotations

import gc
import itertools
import time
import tracemalloc
from collections.abc import Callable

Work = Callable[[str], object]
Shape = Callable[[int], str]

SMALLEST = 2_500  # characters, at which even a cubic function comes to an end
JUDGED = 20_000  # from here on the text is long, and its growth counts
LARGEST = 2_560_000
ENOUGH_S = 0.015  # of processor time that can be told from noise
TOO_LONG_S = 1.5  # for a text shorter than JUDGED
GROWTH = 2.6  # of the time, when the text doubles
NOISE_S = 0.005
PAUSE_S = 0.02  # that a whole run may lose to a page that is fetched or a table that grows
TRIES = 3
PER_CHARACTER_S = 2e-5  # 40 s for two megabytes: not even the slowest machine may take longer
TRACED = 100_000  # characters of the text whose memory is measured: following it takes several times as long
PER_CHARACTER_BYTES = 700  # a small object or two for each

_numbers = itertools.count()


def verdict(work: Work, shape: Shape) -> str:
    """What is wrong with how the time of `work` grows; empty where it grows with the text."""
    size = SMALLEST
    one = _time(work, shape, size)
    while one < ENOUGH_S and size < LARGEST // 4:
        size *= 4
        one = _time(work, shape, size)
    if size < JUDGED:
        if one > TOO_LONG_S or not _is_bearable(min(one, _time(work, shape, size)), size):
            return f"{one:.1f} s for {size:,} characters"
        size = JUDGED
        one = _time(work, shape, size)
    two = _time(work, shape, 2 * size)
    if two <= GROWTH * one + NOISE_S and _is_bearable(two, 2 * size):
        return ""
    # Again and further: a text that outgrows a cache does so at one doubling, a square at every one.
    doublings = 2 if two < TOO_LONG_S else 1
    last = 2**doublings * size
    for _ in range(TRIES):
        one, more = min(one, _time(work, shape, size)), _time(work, shape, last)
        if more <= GROWTH**doublings * one + PAUSE_S and _is_bearable(more, last):
            return ""
        if not _is_bearable(more, 2 * last):
            break
    return f"{one:.3f} s for {size:,} characters, {more:.3f} s for {last:,}"


def hoarded(work: Work, shape: Shape) -> str:
    """What is wrong with the memory that `work` takes; empty where it is a small multiple of the text."""
    text = shape(TRACED)
    work(text)  # imports, tables and grammars are made once
    text = f"{text}{next(_numbers)}"
    tracemalloc.start()
    try:
        work(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return f"{peak:,} bytes for {TRACED:,} characters" if peak > PER_CHARACTER_BYTES * TRACED else ""


def _is_bearable(took: float, size: int) -> bool:
    return took <= TOO_LONG_S / 3 + size * PER_CHARACTER_S


def _time(work: Work, shape: Shape, size: int) -> float:
    text = f"{shape(size)}{next(_numbers)}"  # never the same twice: what is remembered costs nothing
    enabled = gc.isenabled()
    gc.disable()
    try:
        started = time.process_time()
        work(text)
        return time.process_time() - started
    finally:
        if enabled:
            gc.enable()


def repeated(unit: str) -> Shape:
    """The shape of a text that is one `unit` over and over."""
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def nested(size: int) -> str:
    """Half of it opens, half of it closes."""
    return "(" * (size // 2) + ")" * (size // 2)


def _then(unit: str, end: str) -> Shape:
    return lambda size: (unit * (size // len(unit) + 1))[: size - len(end)] + end


WORST: dict[str, Shape] = {
    "one word": repeated("x"),
    "one word in capitals": _then("A", "b."),
    "blanks": _then(" ", "x"),
    "a word, then blanks": lambda size: "x" + " " * (size - 2) + "y",
    "line ends": repeated("\n"),
    "carriage returns": repeated("\r\n\r\n\n\r"),
    "lines of blanks": repeated(" \n"),
    "dots": repeated("a.b."),
    "colons": repeated("a: "),
    "slashes": repeated("a/b+"),
    "commas": repeated("a,"),
    "single quotes": repeated("'"),
    "double quotes": repeated('"'),
    "an open quote": _then('\\"', " "),
    "open quotes": repeated("' \\"),
    "backquotes": repeated("`"),
    "backslashes": repeated("\\"),
    "open brackets": repeated("([{"),
    "pairs of brackets": repeated("()"),
    "nested brackets": nested,
    "block comments": repeated("/*"),
    "emoji": repeated("\U0001f600"),
}
"""What is worst for somebody: each shape by name."""


def faults(work: Work, *units: str) -> list[str]:
    """Which of the worst shapes, and of the texts that are one of `units` over and over, cost `work` too much."""
    shapes = WORST | {repr(unit): repeated(unit) for unit in units}
    return [f"{name}: {wrong}" for name, shape in shapes.items() for wrong in [verdict(work, shape)] if wrong]
