"""The nouns that a sentence puts beside a name or a file, held to what that is: a class, a function, a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from inglenook_server.chat.claims.ground import CALLABLE, TYPES, Ground
from inglenook_server.chat.claims.mentions import Mention

_MODULE = re.compile(r" (?:modules?|files?|package)\b")
_CODE_NOUN = re.compile(r" (class|function|method)(es|s)?\b")
_BEHIND = re.compile(r" (class|function)\b(?! of\b)")
_BEFORE = re.compile(r"\b(class|function) \Z")


def modules_as_files(sentence: str, mentions: Sequence[Mention], ground: Ground) -> tuple[Mention, ...]:
    """The mentions, with names that are called a module or a file as paths, where there is one file of that name."""
    return tuple(
        replace(one, kind="path", text=path)
        if one.kind == "name" and _MODULE.match(sentence, one.end) and (path := _file_of(one, ground))
        else one
        for one in mentions
    )


def right_nouns(sentence: str, mentions: Sequence[Mention], ground: Ground) -> list[tuple[int, int, str]]:
    """What has to stand instead of a wrong noun: where it begins and ends, and the right one."""
    found: list[tuple[int, int, str]] = []
    for one in mentions:
        if one.kind == "path":
            noun = _CODE_NOUN.match(sentence, one.end)
            if noun:
                found.append((noun.start() + 1, noun.end(), "files" if noun[2] else "file"))
        elif one.kind == "name":
            noun = _BEHIND.match(sentence, one.end) or _BEFORE.search(sentence, max(0, one.start - 10), one.start)
            right = _noun(one, ground) if noun else ""
            if noun and right and noun[1] != right:
                found.append((noun.start(1), noun.end(1), right))
    return found


def _file_of(name: Mention, ground: Ground) -> str:
    if any(one.kind in TYPES | CALLABLE for one in ground.definitions(name.parts)):
        return ""
    return ground.file(name.text.replace(".", "/").replace("::", "/")) or ""


def _noun(name: Mention, ground: Ground) -> str:
    """What all definitions of a name are, as a noun; empty where they differ or are something else."""
    kinds = {one.kind for one in ground.definitions(name.parts)}
    if kinds and kinds <= {"class"}:
        return "class"
    return "function" if kinds and kinds <= CALLABLE else ""
