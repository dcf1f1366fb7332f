"""Files, lines and numbered excerpts as a sentence names them, made into places that hold what it says.

A place becomes the smallest definition that holds the claim, as a code span. Knows nothing of relations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from inglenook_server.chat.claims.ground import Ground
from inglenook_server.chat.claims.mentions import Mention
from inglenook_server.chat.claims.names import is_of_workspace
from inglenook_server.chat.claims.types import Place

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

LONGEST = 60
"""Lines of a definition that is cited whole; of a longer one, its first line is."""

_LOOSE = re.compile(r"[ \t]*\(?\Z")
"""What stands before a citation that is left out, and goes with it."""


def lost(mentions: Sequence[Mention], ground: Ground) -> str:
    """Why a file that is named can't be meant, in a sentence; empty where all are files, or stand in what was shown."""
    for one in mentions:
        if one.kind != "path" or ground.file(one.text) is not None or not _has_extension(one.text):
            continue
        if one.line or one.text.lower() not in ground.text:
            return f"There is no file {one.text} in the workspace."
    return ""


def cite_last(sentence: str, mentions: tuple[Mention, ...]) -> tuple[str, tuple[Mention, ...]]:
    """A sentence that begins with a citation, with that behind it; without it, where it names a file itself."""
    first = mentions[0] if mentions else None
    if first is None or first.kind != "cite" or first.start:
        return sentence, mentions
    rest = sentence[first.end :].lstrip(" :-")
    moved = [
        replace(one, start=one.start - len(sentence) + len(rest), end=one.end - len(sentence) + len(rest))
        for one in mentions[1:]
    ]
    if not rest or any(one.kind in ("path", "cite") for one in moved):
        return rest, tuple(moved)
    body = rest.rstrip(".!?。")
    cite = replace(first, start=len(body) + 1, end=len(body) + 1 + first.end)
    return f"{body} {sentence[: first.end]}{rest[len(body) :]}", (*moved, cite)


def rewrite(
    sentence: str, mentions: Sequence[Mention], instead: Mapping[Mention, Place], ground: Ground
) -> tuple[list[tuple[int, int, str]], list[Place]]:
    """What has to be written instead of each file and number, as start, end and text; and the places that are named.

    `instead` are places that have to be named instead of those in the sentence; of one without lines, its file.
    """
    names = [one for one in mentions if is_of_workspace(one, ground)]
    edits: list[tuple[int, int, str]] = []
    used: dict[Place, None] = {}
    for one in mentions:
        if one.kind == "cite":
            found = [place for number in one.numbers if (place := _of_excerpt(number, names, ground)) is not None]
            fresh = [place for place in dict.fromkeys(found) if place not in used and not _echoed(one, mentions, place)]
            text = ", ".join(f"`{place.cited}`" for place in fresh)
            edits.append((one.start, one.end, text) if text else _without(sentence, one))
            used |= dict.fromkeys(found)
        elif one.kind == "path":
            meant = instead.get(one)
            if meant is not None and meant.start_line:
                text, place = f"`{meant.cited}`", meant
            else:
                text, place = _of_path(one, meant.path if meant else ground.file(one.text), names, ground)
            edits.append((one.start, one.end, text))
            if place is not None:
                used[place] = None
    return edits, list(used)


def apply(sentence: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """The sentence with these edits, which do not overlap."""
    for start, end, text in sorted(edits, reverse=True):
        sentence = sentence[:start] + text + sentence[end:]
    return sentence


def of_name(name: Mention, ground: Ground) -> Place | None:
    """Where a name is defined, if it is clear which is meant; else the excerpt that says it."""
    found = ground.definitions(name.parts)
    shown = {one.path for one in ground.excerpts}
    near = found if len(found) == 1 else [one for one in found if one.path in shown]
    if near:
        return _place(near[0])
    said = ground.excerpts_with([name.last])
    excerpt = ground.excerpts[said[0]] if said else None
    return Place(excerpt.path, excerpt.start_line, excerpt.end_line) if excerpt else None


def _without(sentence: str, cite: Mention) -> tuple[int, int, str]:
    """The edit that leaves a citation out, with its brackets and the blank before it."""
    before = _LOOSE.search(sentence[: cite.start])
    start, end = before.start() if before else cite.start, cite.end
    if sentence[start : cite.start].endswith("("):
        end += sentence.startswith(")", end)
    elif start == 0:
        end += sentence.startswith(" ", end)
    return start, end, ""


def _of_path(mention: Mention, path: str | None, names: Sequence[Mention], ground: Ground) -> tuple[str, Place | None]:
    """What is written for a file, and its place where one is known."""
    if path is None:
        return (f"`{mention.text}`" if mention.spelled else mention.text), None
    found = _definition(path, names, ground, mention.line)
    lines = len(ground.lines(path))
    if 0 < mention.line <= lines and _fits(found, path, mention.line, names, ground):
        place = Place(path, mention.line, min(mention.end_line, lines))
        return f"`{place.cited}`", place
    if found:
        place = _place(found)
        return f"`{place.cited}`", place
    shown = [one for one in ground.excerpts if one.path == path]
    if shown:
        place = Place(path, shown[0].start_line, shown[0].end_line)
        written = place.cited if mention.line else path
        return f"`{written}`" if mention.spelled or mention.line else written, place
    return f"`{path}`" if mention.spelled or mention.line else path, Place(path, 1, 1)


def _of_excerpt(number: int, names: Sequence[Mention], ground: Ground) -> Place | None:
    """The place that `[number]` stands for: where what the sentence names is, in that excerpt or where it is said."""
    if not 1 <= number <= len(ground.excerpts):
        return None
    wanted = {one.last for one in names}
    if wanted and not wanted & ground.excerpt_words[number - 1]:
        with_all = ground.excerpts_with(wanted)
        if with_all:
            number = with_all[0] + 1
        else:
            homes = ground.definitions(names[0].parts)
            return _place(homes[0]) if homes else None
    excerpt = ground.excerpts[number - 1]
    inside = [
        one
        for one in ground.outline(excerpt.path)
        if one.line <= excerpt.end_line and one.end_line >= excerpt.start_line
    ]
    named = [one for one in inside if one.name in wanted]
    holding = [one for one in inside if wanted and wanted <= ground.body(one) and one.line >= excerpt.start_line]
    found = named or holding
    if found:
        return _place(min(found, key=lambda one: (one.end_line - one.line, one.line)))
    return Place(excerpt.path, excerpt.start_line, excerpt.end_line)


def _definition(path: str, names: Sequence[Mention], ground: Ground, line: int) -> Symbol | None:
    """The smallest definition in a file of something that is named; None where none or several alike are."""
    wanted = {one.last: one for one in names}
    found = [one for one in ground.outline(path) if one.name in wanted] if wanted else []
    owners = {part for one in names for part in one.parts}
    spans = [one for one in ground.excerpts if one.path == path]
    for near in (
        [one for one in found if one.parent and one.parent.rpartition(" > ")[2] in owners],
        [one for one in found if _holds(one, line)],
        [one for one in found if any(shown.start_line <= one.line <= shown.end_line for shown in spans)],
    ):
        if {one.name for one in near} == {one.name for one in found}:
            found = [one for one in found if one in near] or found
    smallest = sorted(found, key=lambda one: (one.end_line - one.line, one.line))
    if not smallest or sum(one.name == smallest[0].name for one in smallest) > 1:
        return None
    return smallest[0]


def _place(symbol: Symbol) -> Place:
    long = symbol.end_line - symbol.line >= LONGEST
    return Place(symbol.path, symbol.line, symbol.line if long else symbol.end_line)


def _holds(symbol: Symbol, line: int) -> bool:
    return symbol.line <= line <= symbol.end_line


def _fits(found: Symbol | None, path: str, line: int, names: Sequence[Mention], ground: Ground) -> bool:
    """Whether a line can be what is meant: it is in what is named, or was shown, or says a name."""
    if found is not None:
        return _holds(found, line)
    shown = any(one.path == path and one.start_line <= line <= one.end_line for one in ground.excerpts)
    return shown or any(one.last in ground.lines(path)[line - 1] for one in names)


def _echoed(cite: Mention, mentions: Sequence[Mention], place: Place) -> bool:
    """Whether the file that a number stands for is named right behind it, as an echo of the prompt."""
    return any(
        one.kind == "path" and 0 <= one.start - cite.end <= 2 and place.path.endswith(one.text) for one in mentions
    )


def _has_extension(path: str) -> bool:
    return "." in path.rpartition("/")[2]
