"""The filters in their order, and the same rules asked while the text is still coming. Knows no engine."""

from __future__ import annotations

from inglenook_server.completion.cursor import Cursor
from inglenook_server.completion.filters.balance import keep_balanced
from inglenook_server.completion.filters.block_end import stop_at_block_end
from inglenook_server.completion.filters.closers import drop_duplicate_closers
from inglenook_server.completion.filters.cut_short import drop_cut_short
from inglenook_server.completion.filters.dedent import stop_at_dedent
from inglenook_server.completion.filters.duplicate import drop_duplicate_lines
from inglenook_server.completion.filters.echo import stop_at_echo
from inglenook_server.completion.filters.hiding import drop_hiding
from inglenook_server.completion.filters.indent import normalise_indent
from inglenook_server.completion.filters.left_open import leave_open
from inglenook_server.completion.filters.length import drop_overlong
from inglenook_server.completion.filters.repetition import drop_repetition
from inglenook_server.completion.filters.secret import drop_secrets
from inglenook_server.completion.filters.suffix_line import stop_at_suffix_line
from inglenook_server.completion.filters.trailing import trim_trailing
from inglenook_server.completion.syntax import Syntax
from inglenook_server.completion.trigger import Shape
from inglenook_server.generation.base import StopReason


def clean(
    text: str,
    cursor: Cursor,
    shape: Shape,
    stop_reason: StopReason,
    language: str = "text",
    syntax: Syntax | None = None,
) -> str:
    """A model's raw text as it may be shown: a beginning of it, in the file's indentation, possibly empty.

    In the middle, only a duplicate closer is left out. Brackets come last but one: whatever is cut before, what is
    shown leaves nothing open that was closed.
    """
    text = text.replace("\r\n", "\n").rstrip("\r")
    if shape == "line":
        text = text.partition("\n")[0]
    text = stop_at_echo(drop_hiding(text), cursor, language)
    if shape == "block":
        text = stop_block(text, cursor, language, syntax)
    if stop_reason == "length":
        text = drop_cut_short(text)
    for apply in (normalise_indent, drop_overlong, drop_repetition, drop_duplicate_lines, drop_duplicate_closers):
        text = apply(text, cursor)
    text = leave_open(drop_secrets(text, cursor), cursor, language)
    return trim_trailing(keep_balanced(text, cursor, language), cursor)


def stop_block(text: str, cursor: Cursor, language: str, syntax: Syntax | None) -> str:
    """Where a block ends: at the line below the cursor, at a dedent, or where the grammar says that it is closed."""
    text = stop_at_dedent(stop_at_suffix_line(text, cursor), cursor)
    return stop_at_block_end(text, cursor, language, syntax) if syntax is not None else text
