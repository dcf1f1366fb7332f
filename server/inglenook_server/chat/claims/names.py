"""Whether the code that a sentence names exists. Knows nothing of places."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inglenook_server.chat.claims.ground import TYPES, Ground
from inglenook_server.chat.claims.mentions import Mention, identifiers

_COMMAND = re.compile(r"\s*(?:[$>]|-{1,2}\w|(?:pip|python3?|npm|npx|cargo|go|make|git|docker|curl|cd|uv|pytest)\s)")
_LITERAL = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)+:?\Z|\W*\Z|\W?[\d._]+\W?\Z")
"""What is no code: a header's name, marks alone, a number."""
_IN_CODE = re.compile(r"[^\W\d]\w*(?=\()|[^\W\d]*_\w+|[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*")
"""Identifiers of a longer piece of code that are no words: called, or written like a name."""


def missing(mentions: Sequence[Mention], ground: Ground) -> str:
    """Why what is named can't be so, in a sentence; empty where all of it exists."""
    for mention in mentions:
        reason = ""
        if mention.kind == "name":
            reason = _of_name(mention, ground)
        elif mention.kind == "code" and not _COMMAND.match(mention.text) and not _LITERAL.match(mention.text):
            unknown = [name for name in _names_in(mention.text) if not ground.exists(name)]
            reason = f"`{unknown[0]}` is nowhere in the workspace." if unknown else ""
        if reason:
            return reason
    return ""


def respelled(mention: Mention, ground: Ground) -> str:
    """A name that exists in another case only, as it is written there; empty where it is right or not known."""
    if mention.kind != "name" or ground.exists(mention.last):
        return ""
    found = {one.name for one in ground.symbols(mention.last)}
    return found.pop() if len(found) == 1 else ""


def right_cases(mentions: Sequence[Mention], ground: Ground) -> list[tuple[int, int, str]]:
    """Where a name in a code span has to be written in another case: its start, end and the right name."""
    found = [(one, respelled(one, ground)) for one in mentions if one.spelled]
    return [(one.start, one.end, f"`{right}{'()' * one.called}`") for one, right in found if right]


def is_of_workspace(mention: Mention, ground: Ground) -> bool:
    """Whether it names something of the workspace, and no word that every programmer knows."""
    return mention.kind == "name" and not (ground.is_common(mention.last) and not ground.definitions(mention.parts))


def _of_name(mention: Mention, ground: Ground) -> str:
    parts = mention.parts
    if all(ground.is_common(part) for part in parts):
        return ""
    unknown = [part for part in parts if not ground.exists(part)]
    if unknown and not (len(parts) > 1 and _is_foreign(parts, ground)):
        return "" if respelled(mention, ground) and len(parts) == 1 else f"`{unknown[0]}` is nowhere in the workspace."
    if len(parts) > 1:
        owners = [one for one in ground.definitions(parts[:-1]) if one.kind in TYPES]
        if owners and ground.says(parts[:-1], parts[-1]) is False:
            return f"`{parts[-2]}` has no `{parts[-1]}`."
    return ""


def _is_foreign(parts: Sequence[str], ground: Ground) -> bool:
    """Whether it is a part of a library that every programmer knows: `asyncio.wait_for`."""
    return ground.is_common(parts[0]) and parts[0][:1].islower() and not ground.definitions([parts[0]])


def _names_in(code: str) -> list[str]:
    return [name for name in _IN_CODE.findall(" ".join(identifiers(code)) if "(" not in code else code)]
