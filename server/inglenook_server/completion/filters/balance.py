"""Keeps brackets and strings balanced: what was closed before a suggestion is closed after it. Pure."""

from __future__ import annotations

import itertools
import re

from inglenook_server.completion.brackets import Balance, Nesting, joined, nesting
from inglenook_server.completion.cursor import Cursor
from inglenook_server.completion.syntax import code_window

REACH = 12_000
"""Characters after the cursor that are looked at, as many as `code_window` gives before it: 2 ms each."""

TRIES = 8
"""Cuts that are held against the whole document, a few milliseconds each."""

_MARKS = frozenset("\"'`\\#/*-")
_PLACE = re.compile(r"\w+|\s+|[^\w\s]")


def keep_balanced(text: str, cursor: Cursor, language: str) -> str:
    """The longest beginning of `text` that leaves no more brackets and strings open than there were without it.

    The whole document counts: an opening bracket is welcome where its closer already stands below. What is cut is
    cut between tokens.
    """
    before, after = code_window(cursor.prefix, language), cursor.suffix[:REACH]
    above, below = nesting(before, language), nesting(after, language)
    if above.inside == "string":
        return _in_string(text, before, after, language)
    allowed = joined((above, below)).least(nesting(before + after, language).balance)
    ends = [match.end() for match in _PLACE.finditer(text)]
    fitting = (end for end in reversed(ends) if _fits(text[:end], cursor, above, below, allowed, language))
    marks = _MARKS.intersection(before[-3:] + text + after[:3])
    for end in itertools.islice(fitting, TRIES):
        # Quotation marks that meet at the borders make other strings: then the whole is looked at once more.
        if not marks:
            return text[:end]
        whole = nesting(before + text[:end] + after, language)
        # What is looked at may end inside a string of the document; it has to end there with the text, too.
        same = (whole.inside == "string") == (below.inside == "string")
        if same and whole.balance.within(allowed):
            return text[:end]
    return ""


def _fits(text: str, cursor: Cursor, above: Nesting, below: Nesting, allowed: Balance, language: str) -> bool:
    code = text
    if above.inside == "comment":
        code = text.partition("\n")[2]
    inner = nesting(code, language)
    if inner.inside == "string":
        return False
    if inner.inside == "comment" and nesting(cursor.after, language) != Nesting():
        return False  # the comment would swallow brackets that stand behind the cursor
    return joined((above, inner, below)).within(allowed)


def _in_string(text: str, before: str, after: str, language: str) -> str:
    """Inside a string, only a quotation mark can do harm: then the text ends before it."""
    without = nesting(before + after, language)
    marks = [match.start() for match in re.finditer(r"[\"'`]", text)]
    for end in (len(text), *reversed(marks)):
        whole = nesting(before + text[:end] + after, language)
        if whole.balance.within(without.balance) and (whole.inside == "string") <= (without.inside == "string"):
            return text[:end]
    return ""
