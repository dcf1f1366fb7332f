"""The filters in their order, and the same rules asked while the text is still coming. Knows no engine."""

from __future__ import annotations

from inglenook_server.completion.cleaning.filters.balance import keep_balanced
from inglenook_server.completion.cleaning.filters.bare_opener import drop_bare_openers
from inglenook_server.completion.cleaning.filters.block_end import stop_at_block_end
from inglenook_server.completion.cleaning.filters.closers import drop_duplicate_closers
from inglenook_server.completion.cleaning.filters.cut_short import drop_cut_short
from inglenook_server.completion.cleaning.filters.dedent import stop_at_dedent
from inglenook_server.completion.cleaning.filters.duplicate import drop_duplicate_lines
from inglenook_server.completion.cleaning.filters.echo import stop_at_echo
from inglenook_server.completion.cleaning.filters.hiding import drop_hiding
from inglenook_server.completion.cleaning.filters.indent import normalise_indent
from inglenook_server.completion.cleaning.filters.left_open import leave_open
from inglenook_server.completion.cleaning.filters.length import drop_overlong
from inglenook_server.completion.cleaning.filters.repetition import drop_repetition
from inglenook_server.completion.cleaning.filters.secret import drop_secrets
from inglenook_server.completion.cleaning.filters.strict import keep_valid
from inglenook_server.completion.cleaning.filters.suffix_line import stop_at_suffix_line
from inglenook_server.completion.cleaning.filters.swap import stop_at_swap
from inglenook_server.completion.cleaning.filters.trailing import trim_trailing
from inglenook_server.completion.syntax.blocks import Syntax
from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.completion.syntax.trigger import Shape
from inglenook_server.generation.base import StopReason


def clean(
    text: str,
    cursor: Cursor,
    shape: Shape,
    stop_reason: StopReason,
    language: str = "text",
    syntax: Syntax | None = None,
    path: str = "",
) -> str:
    """A model's raw text as it may be shown: a beginning of it, in the file's indentation, possibly empty.

    In the middle, only a duplicate closer is left out; a comma may be added at the end where a format demands one.
    Whatever is cut before, what is shown leaves nothing open that was closed, and no strict format broken.
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
    return trim_trailing(keep_valid(keep_whole(text, cursor, language), cursor, language, path), cursor)


def keep_whole(text: str, cursor: Cursor, language: str) -> str:
    """What of a text leaves brackets, strings and blocks as whole as they were."""
    balanced = keep_balanced(text, cursor, language)
    cut = text[len(balanced) :].lstrip().startswith("{")
    shorter = drop_bare_openers(stop_at_swap(balanced, cursor, language), cursor, language, cut_brace=cut)
    # What is cut now stood behind a closer, perhaps, that was right only with it.
    return shorter if shorter == balanced else keep_balanced(shorter, cursor, language)


def stop_block(text: str, cursor: Cursor, language: str, syntax: Syntax | None) -> str:
    """Where a block ends: at the line below the cursor, at a dedent, or where the grammar says that it is closed."""
    text = stop_at_dedent(stop_at_suffix_line(text, cursor), cursor)
    return stop_at_block_end(text, cursor, language, syntax) if syntax is not None else text
