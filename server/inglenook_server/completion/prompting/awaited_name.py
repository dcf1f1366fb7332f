"""A name that is about to be written: imported, defined elsewhere in the workspace, and used nowhere yet. Pure.

A small model guesses a name that sounds right; the import above says which it is. So where such a name may stand, the
model is asked a second time, with the name written for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from inglenook_server.completion.context.sources.definitions import unused
from inglenook_server.completion.syntax.blocks import code_window
from inglenook_server.completion.syntax.brackets import nesting
from inglenook_server.completion.syntax.cursor import Cursor

_REACH = 1_000
"""Characters before the cursor that say what may stand there."""
_WORD = re.compile(r"[^\W\d]\w*$")
_NAMES = re.compile(
    r"\b(?:def|class|import|from|as|for|lambda|global|nonlocal|del|function|func|fn|let|var|const)\s+(?:\w*,\s*)*$"
)
"""What a new name comes after, not a known one."""
_NOTHING = re.compile(r"[.:;)\]}\"'`]\s*$")
"""What no expression follows."""
_ANNOTATED = re.compile(r"[\w\])]\s*:\s*$")


def awaited_name(cursor: Cursor, awaited: Iterable[str], language: str) -> str:
    """What is to be written at the cursor for the first of the `awaited` names that may stand there; empty for none."""
    still = set(unused(cursor))
    names = [name for name in awaited if name in still]
    if not names:
        return ""
    line = cursor.before[-_REACH:]
    begun = found[0] if (found := _WORD.search(line)) else ""
    before = line[: len(line) - len(begun)]
    if _NAMES.search(before) or not _may_follow(before):
        return ""
    if nesting(code_window(cursor.prefix, language), language).inside != "code":
        return ""
    return next((name[len(begun) :] for name in names if name.startswith(begun) and name != begun), "")


def _may_follow(before: str) -> bool:
    """Whether an expression may begin behind this part of a line."""
    if not before.strip():
        return True
    if _ANNOTATED.search(before) and before.endswith(" "):
        return True
    return not _NOTHING.search(before) and not before[-1:].isalnum()


def goes_on(text: str) -> bool:
    """Whether `text` makes another name of the one before it."""
    return bool(re.match(r"\w", text))


def names_it(text: str, name: str) -> bool:
    """Whether the name is among the words of `text`."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None
