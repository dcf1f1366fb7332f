"""From a model's text to an edit that may be shown: the code in it, placed, and held to the file's grammar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import language_of

from inglenook_server.chat.edits.code_blocks import code_blocks
from inglenook_server.chat.edits.edit import Edit, Refusal
from inglenook_server.chat.edits.placing import place

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

    from inglenook_server.completion.syntax.blocks import Syntax

NO_CODE = "The answer holds no code, so no change is proposed."
CUT = "The answer was cut before its code ended, so no change is proposed."
BROKEN = "The model's change is not shown: the file could not be parsed any more with it."


def propose(
    text: str,
    path: str,
    lines: Sequence[str],
    outline: Sequence[Symbol],
    start_line: int,
    end_line: int,
    syntax: Syntax,
    *,
    cut: bool = False,
) -> Edit | Refusal:
    """The edit that an answer proposes for a file, or why there is none. Takes milliseconds.

    `cut` says that the model was stopped before its end.
    """
    blocks = code_blocks(text)
    if not blocks:
        return Refusal(NO_CODE)
    if cut and not blocks[-1].closed:
        return Refusal(CUT)
    edit = place(max(blocks, key=lambda one: len(one.lines)).lines, path, lines, outline, start_line, end_line)
    if isinstance(edit, Refusal):
        return edit
    return edit if sound(edit, lines, syntax) else Refusal(BROKEN)


def sound(edit: Edit, lines: Sequence[str], syntax: Syntax) -> bool:
    """Whether the file has no more places that can't be parsed than before; where there is no grammar, True."""
    language = language_of(edit.path)
    before = syntax.errors(language, "\n".join(lines))
    if before is None:
        return True
    after = syntax.errors(language, "\n".join(edit.applied(lines)))
    return after is not None and after <= before
