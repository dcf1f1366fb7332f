"""A report, taken apart for a search: what it says in words, in names, in strings, by places. Pure.

Each section weighs for what it tells: a title twice, prose fully, code and consoles less, versions nothing. Knows
nothing of what is indexed.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from inglenook_indexer.search.query import Query, looks_like_code
from inglenook_indexer.search.report.origins import comes_with_language
from inglenook_indexer.search.report.sections import Kind, Section, sections
from inglenook_indexer.search.stack_trace import MAX_FRAMES, Frame, frames
from inglenook_indexer.text.words import MAX_WORD, STOP_WORDS, Splitter, identifiers, looks_like_symbol

MIN_WORDS = 40
"""Words from which on a text is a report, and no question."""
MIN_SAID = 12
"""Words of a title and of prose that it needs: code or a trace alone is looked for as it stands."""
MAX_SENTENCES = 24
"""That are looked for by meaning: each costs a product with every vector."""
_LOOKED_THROUGH = 60  # frames, of which those of the language's own library are left out
_MAX_NAMES = 40
_MAX_QUOTED = 20
_WEIGHTS: Mapping[Kind, float] = {"title": 1, "prose": 1, "code": 0.6, "console": 0.6, "trace": 0.5, "environment": 0}
"""What a word counts, by its section."""
_TITLE = 1.0  # more, for the words of a title
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\n(?=\s*(?:[-*+]|\d{1,3}[.)])\s)")
_SHORTEST = 4  # words of a sentence
_LONGEST = 600  # characters of a sentence
_NAME = re.compile(r"[^\W\d]\w*(?:(?:\.|::|->|#)[^\W\d]\w*)*(?:\(\))?")
_JOINT = re.compile(r"\.|::|->|#")
_QUOTED = re.compile(r"`+([^`\n]{2,120})`+|(?<!\w)['\"‘“]([^'\"`‘’“”\n]{2,120})['\"’”](?!\w)")
_OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]{2,40}")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z][a-z]+[A-Z]\w*")


@dataclass(frozen=True)
class Report:
    """What a report says."""

    sections: tuple[Section, ...]
    title: str
    words: Mapping[str, float]
    """Word, split as the stored ones are -> what it weighs."""
    title_words: tuple[str, ...]
    sentences: tuple[str, ...]
    """Of title and prose, and messages of errors; the first ones."""
    names: Mapping[str, float]
    """Names written like code -> 1 and more, the oftener they are said."""
    quoted: tuple[str, ...]
    """Strings, messages and options, as they stand."""
    frames: tuple[Frame, ...]
    """Places of its traces, nearest the error first."""
    paths: tuple[str, ...] = ()
    """Files and folders that it names; a folder ends with a slash."""


def is_report(query: Query) -> bool:
    """Whether a query is long enough, and enough of it prose, to be read as a report."""
    if query.kind in ("path", "symbol") or len(query.text.split()) < MIN_WORDS:
        return False
    lines = [line for one in sections(query.text) if one.kind in ("title", "prose") for line in one.text.splitlines()]
    if query.kind == "code":
        return sum(len(line.split()) for line in lines if not looks_like_code(line)) >= MIN_WORDS
    return sum(len(line.split()) for line in lines) >= MIN_SAID


def report(query: Query, splitter: Splitter) -> Report:
    """Take a report apart."""
    parts = sections(query.text)
    title = next((one.text for one in parts if one.kind == "title"), "")
    counts: defaultdict[str, float] = defaultdict(float)
    names: Counter[str] = Counter()
    quoted: dict[str, None] = {}
    told = "\n".join(one.text for one in parts if one.kind in ("trace", "console", "prose"))
    places = tuple(one for one in frames(told, _LOOKED_THROUGH) if not comes_with_language(one.path))[:MAX_FRAMES]
    for part in map(_without_frames, parts):
        weight = _WEIGHTS[part.kind]
        if not weight:
            continue
        for word in _words(part.text, splitter):
            counts[word] += weight
        for name in _names(part):
            names[name] += 1
        quoted |= dict.fromkeys(_strings(part))
    in_title = tuple(dict.fromkeys(_words(title, splitter)))
    words = {word: 1 + math.log(count) if count > 1 else count for word, count in counts.items()}
    for word in in_title:
        words[word] += _TITLE
    names.update(dict.fromkeys((one.symbol for one in places if one.symbol), 1))
    said = {name: 1 + math.log(count) for name, count in names.most_common(_MAX_NAMES)}
    return Report(
        parts, title, words, in_title, _sentences(parts), said, tuple(quoted)[:_MAX_QUOTED],
        places,
        tuple(one for one in query.paths if not any(one.endswith(place.path) for place in places)),
    )  # fmt: skip


def _without_frames(part: Section) -> Section:
    """A trace without the places it goes through: what they are is told by the frames, and half of them are others'."""
    if part.kind != "trace":
        return part
    return replace(part, text="\n".join(line for line in part.text.splitlines() if not frames(line)))


def _words(text: str, splitter: Splitter) -> list[str]:
    found = [name for name in identifiers(text) if name.lower() not in STOP_WORDS and len(name) <= 2 * MAX_WORD]
    return [word for name in found for word in splitter[name].split() if not word.isdecimal()]


def _names(part: Section) -> list[str]:
    """Names of a section, each part of a dotted one; of code only those that a sentence could not hold by chance."""
    found = []
    for match in _NAME.finditer(part.text):
        whole = match[0].removesuffix("()")
        pieces = [piece for piece in _JOINT.split(whole) if piece]
        called = len(pieces) > 1 or match[0].endswith("()")
        for piece in pieces:
            if looks_like_symbol(piece) or _CONSTANT.fullmatch(piece) or (called and len(piece) > 3):
                found.append(piece)
    if part.kind in ("title", "prose"):
        for match in _QUOTED.finditer(part.text):
            inside = (match[1] or match[2]).strip()
            if re.fullmatch(r"[\w.:-]+", inside):
                found += [piece for piece in re.split(r"[.:-]+", inside) if len(piece) > 2]
    return [name for name in found if len(name) <= MAX_WORD]


def _strings(part: Section) -> list[str]:
    """Quoted strings of more than one word, and options."""
    found = [(match[1] or match[2]).strip() for match in _QUOTED.finditer(part.text)]
    return [one for one in [*found, *_OPTION.findall(part.text)] if len(one) > 3]


def _sentences(parts: tuple[Section, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in parts:
        if part.kind in ("title", "prose"):
            for sentence in _SENTENCE.split(part.text):
                if len(sentence.split()) >= _SHORTEST or part.kind == "title":
                    found[" ".join(sentence.split())[:_LONGEST]] = None
        elif part.kind in ("trace", "console"):
            last = part.text.strip().rsplit("\n", 1)[-1]
            if re.search(r"(?:Error|Exception|error|panic\w*)\b", last):
                found[last.strip()[:_LONGEST]] = None
    return tuple(one for one in found if one)[:MAX_SENTENCES]
