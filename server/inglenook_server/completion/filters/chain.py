"""The filters in their order. Knows only that each takes a text and gives a shorter one."""

from __future__ import annotations

from inglenook_server.completion.cursor import Cursor
from inglenook_server.completion.filters.closers import drop_duplicate_closers
from inglenook_server.completion.filters.cut_short import drop_cut_short
from inglenook_server.completion.filters.dedent import stop_at_dedent
from inglenook_server.completion.filters.repetition import drop_repetition
from inglenook_server.completion.filters.suffix_line import stop_at_suffix_line
from inglenook_server.completion.filters.trailing import trim_trailing
from inglenook_server.completion.trigger import Shape
from inglenook_server.generation.base import StopReason


def clean(text: str, cursor: Cursor, shape: Shape, stop_reason: StopReason) -> str:
    """A model's raw text as it may be shown: a prefix of it, possibly empty, but for a dropped duplicate closer."""
    if shape == "line":
        text = text.partition("\n")[0]
    text = text.replace("\r\n", "\n").rstrip("\r")
    if shape == "block":
        text = stop_at_dedent(stop_at_suffix_line(text, cursor), cursor)
    if stop_reason == "length":
        text = drop_cut_short(text)
    for apply in (drop_repetition, drop_duplicate_closers, trim_trailing):
        text = apply(text, cursor)
    return text
