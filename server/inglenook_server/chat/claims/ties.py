"""Whether a name is where a sentence says it is: in this file, defined in that one. Knows nothing of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from inglenook_server.chat.claims.ground import Ground
from inglenook_server.chat.claims.mentions import Mention
from inglenook_server.chat.claims.names import is_of_workspace
from inglenook_server.chat.claims.types import Place

Claim = Literal["defined", "used", "in"]

BETWEEN = 80
"""Characters between a name and a file, at most, that one sentence part ties together."""

_BEFORE = re.compile(r"\b(?:in|of|from|inside|within|at|by|into)\b|\(|:\s*$", re.I)
_DEFINED = re.compile(r"\b(?:defined|declared|implemented|located|found|lives?|resides?|written|definition)\b", re.I)
_USED = re.compile(r"\b(?:used|called|invoked|imported|referenced|instantiated|created|raised)\b", re.I)
_DEFINES = re.compile(r"\b(?:defines?|implements?|declares?|contains the definition)\b", re.I)
_HAS = re.compile(r"\b(?:contains?|has|have|holds?|provides?|includes?|exports?|calls?|uses?|imports?)\b", re.I)
_BREAK = re.compile(r"[;]|\. |, (?:but|while|whereas|which)\b")
_JOINED = re.compile(r"\W*(?:,|and|or|, and|, or)\W*(?:the\W*)?\Z")


@dataclass(frozen=True, slots=True)
class Tie:
    """A name, and the file that it is said to be in."""

    name: Mention
    file: Mention
    claim: Claim


def find(sentence: str, mentions: Sequence[Mention]) -> Iterator[Tie]:
    """Every name that a sentence ties to a file."""
    paths = [one for one in mentions if one.kind == "path"]
    for number, path in enumerate(paths):
        low = paths[number - 1].end if number else 0
        high = paths[number + 1].start if number + 1 < len(paths) else len(sentence)
        before = [one for one in mentions if one.kind == "name" and low <= one.start < path.start]
        after = [one for one in mentions if one.kind == "name" and path.end <= one.start < high]
        if before:
            between = sentence[before[-1].end : path.start]
            if len(between) <= BETWEEN and _BEFORE.search(between) and not _BREAK.search(between):
                claim: Claim = "defined" if _DEFINED.search(between) else "used" if _USED.search(between) else "in"
                yield from (Tie(one, path, claim) for one in _joined_before(sentence, before))
        if after:
            between = sentence[path.end : after[0].start]
            if len(between) <= BETWEEN and not _BREAK.search(between):
                if _DEFINES.search(between):
                    yield Tie(after[0], path, "defined")
                elif _HAS.search(between):
                    yield Tie(after[0], path, "in")


def mend(ties: Iterator[Tie], files: Sequence[Mention], ground: Ground) -> dict[Mention, Place] | str:
    """What has to be named instead of some of `files`; or why that can't be mended, in a sentence.

    A place without lines is a file. Where something is used in a file, the place is the line that uses it.
    """
    instead: dict[Mention, Place] = {}
    for tie in ties:
        full = ground.file(tie.file.text)
        if full is None or not is_of_workspace(tie.name, ground) or not ground.words_of(full):
            continue
        homes = list(dict.fromkeys(one.path for one in ground.definitions(tie.name.parts)))
        uses = {} if tie.claim != "used" else _uses(tie.name.last, ground)
        stands = tie.name.last in ground.words_of(full)
        if stands and not (tie.claim == "defined" and homes and full not in homes):
            if full in uses and tie.file.line not in uses[full]:
                instead[tie.file] = Place(full, uses[full][0], uses[full][0])
            continue
        files_meant = list(uses) if tie.claim == "used" else homes or _shown_with(tie.name.last, ground)
        meant = _one_of(files_meant, ground)
        others = {ground.file(one.text) for one in files if one is not tie.file}
        if not meant or meant in others or (tie.file in instead and instead[tie.file].path != meant):
            return f"`{tie.name.text}` is not in {full}."
        line = uses[meant][0] if meant in uses else 0
        instead[tie.file] = Place(meant, line, line)
    return instead


def _uses(name: str, ground: Ground) -> dict[str, list[int]]:
    """Where a name is used: files and their lines; what imports it counts where nothing else does."""
    found = [one for one in ground.references(name) if one.name == name]
    used: dict[str, list[int]] = {}
    for one in [one for one in found if one.relation != "import"] or found:
        used.setdefault(one.path, []).append(one.line)
    return used


def _joined_before(sentence: str, names: Sequence[Mention]) -> list[Mention]:
    """The last of the names, and those that commas and "and" join to it."""
    found = [names[-1]]
    for one in reversed(names[:-1]):
        if not _JOINED.match(sentence[one.end : found[-1].start]):
            break
        found.append(one)
    return found


def _one_of(files: Sequence[str], ground: Ground) -> str:
    """The file that must be meant: the only one, or the only one that was shown."""
    if len(files) == 1:
        return files[0]
    shown = {one.path for one in ground.excerpts}
    near = [one for one in files if one in shown]
    return near[0] if len(near) == 1 else ""


def _shown_with(name: str, ground: Ground) -> list[str]:
    return list(dict.fromkeys(ground.excerpts[number].path for number in ground.excerpts_with([name])))
