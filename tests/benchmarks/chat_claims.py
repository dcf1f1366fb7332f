"""What an answer's sentences claim of a workspace, read from its text alone. Pure; knows no facts and no checker.

A sentence names places (`pool.py:12`), names (`Pool.run`) and, by a verb, a relation between names. A list item is read
together with the line that introduces it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

RELATIONS: dict[str, str] = {
    "call": r"calls?\b|invokes?\b|ruft\b|rufen\b|appellent?\b|llaman?\b|chamam?\b|调用了?",
    "called": r"(?:is|are|gets?|being)\s(?:\w+\s)?(?:called|invoked)\b(?:\s(?:by|from|in))?|called\s(?:by|from|in)\b|"
    r"wird\b[^.]{0,60}?\baufgerufen|(?:est|sont)\sappelée?s?\b(?:\s(?:par|dans))?|es\sllamad[oa]\b(?:\spor)?|"
    r"é\schamad[oa]\b(?:\spor)?|callers?\b|被[^，。]{0,40}?调用",
    "base": r"inherits?\b(?:\sfrom)?|extends?\b|subclass(?:es)?\b(?:\sof)?|derives?\sfrom|(?:is|are)\sderived\sfrom|"
    r"erbt\b|erben\b|hérite(?:nt)?\b|hereda[n]?\b|herdam?\b|继承自?了?|を継承",
    "return": r"returns?\b|gibt\b|liefert\b|renvoie\b|retourne\b|devuelve\b|retorna\b|返回|を返",
    "raise": r"raises?\b|throws?\b|wirft\b|löst\b|lève\b|lanza\b|lança\b|抛出|を送出|を投げ",
    "hold": r"(?:holds|contains|defines)\b|enthält\b|contient\b|contiene\b|contém\b|包含|を含",
    "import": r"imports?\b|importiert\b|importieren\b|importent?\b|importan?\b|importam?\b|导入|をインポート",
}
"""What stands between two names, in the languages that questions are asked in. "called" is "call" the other way."""
DEFINED = re.compile(
    r"\b(?:defined|implemented|declared|located|definition|lives|found|definiert|defini[ed]?[oae]?s?|definid[oa])\b|定义|定義",
    re.IGNORECASE,
)
BREAK = re.compile(
    r"[,;]?\s\b(?:which|that|where|when|if|while|with|using|as|for|because|in|inside|within|to|and\s(?:returns?|calls?|raises?))\b"
)
NOTHING = re.compile(
    r"\b(?:no (?P<what>call|use|import|definition) of|nothing inherits from)\s+`?(?P<name>[^\W\d][\w.]*)", re.IGNORECASE
)
"""An answer that there is none."""
QUOTED = re.compile(
    r"documentation|docstring|dokumentation|documentación|documentação|文档|ドキュメント", re.IGNORECASE
)
"""What follows is what somebody wrote, and says no more than that it was written."""
RANKED = re.compile(r"Th(?:is|ese)\b[^:]{0,40}\bplaces?\b[^:]{0,40}\b(?:fits? best|the index found)\b")
"""What introduces places that a search found: that they exist is all that can be held against it."""
EXTENSIONS = "py|pyi|ts|tsx|js|jsx|mjs|cjs|go|rs|java|rb|php|c|h|cpp|hpp|cs|kt|swift|md|rst|toml|json|txt|yml|yaml|cfg"
PRODUCTS = r"(?!(?:Node|Next|Nuxt|Vue|Nest|Express|Three|Deno|D3)\.js\b(?![:/]))"
"""Names of products that are written like a file's: "Node.js"."""
PATH = re.compile(
    rf"(?<![\w/.@+-]){PRODUCTS}(/?(?:[\w.@+-]{{1,80}}/){{0,12}}[\w@+-][\w.@+-]{{0,80}}\.(?:{EXTENSIONS}))"
    r"(?![\w/]|\.\w)(?::L?(\d{1,9})(?:[-–]L?(\d{1,9}))?)?"
)
CODE = re.compile(r"`([^`\n]{1,300})`")
NAME = re.compile(r"[^\W\d]\w*(?:(?:\.|::|#)[^\W\d]\w*)*")
CODELIKE = re.compile(
    r"(?<![\w./`-])(?:\w+(?:\.\w+)*\(\)|_*[a-z0-9]+(?:_+[A-Za-z0-9]+)+_*|_+[A-Za-z]\w+|[a-z]+[A-Z]\w*|[A-Z]+[a-z0-9]+[A-Z]\w*)"
    r"(?![\w/-])",
    re.ASCII,
)
"""A name outside of backticks that is no word of prose: `parse_cookie`, `parseCookie`, `ParseCookie`, `parse()`."""
FENCE = re.compile(r"^\s*(?:```|~~~)")
ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")
LONGEST = 2_000
"""Characters of a sentence that are read: what is longer was not written for a person."""
_ENDS = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=[。！？])")
_CAPITAL = re.compile(r"(?<!\S)([A-Z]\w{2,60})\s*\Z")
_OUTSIDE = re.compile(r"outside of any definition")
_TAKEN = re.compile(r"\b(?:takes|accepts|receives|expects|given)(?: an?| the)?\s*\Z")
"""What stands before a name that is given to the one that does something: "takes a `Request` and returns"."""
_LINK = re.compile(r"\]\([^()\s]{1,500}\)")
_RELATION = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in RELATIONS.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """A path as it is written, and the lines that go with it; 0 without."""

    path: str
    start: int
    end: int
    at: int
    """Offset in the sentence."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it is written."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Relation:
    """`left` does `kind` to `right`; the names of a side that says none are to be taken from the question.

    `kind` is one of RELATIONS without "called", or "no" and what there is none of: then `right` alone is given.
    """

    kind: str
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or one list item with what introduces it."""

    text: str
    places: tuple[Place, ...]
    names: tuple[Named, ...]
    relation: Relation | None
    defines: bool
    """Whether it says where something is defined."""
    ranked: bool
    """Whether it says no more than that some places are the likeliest."""
    marked: bool
    """Whether it is struck through: a reader is told that it is not so."""


def prose(text: str) -> tuple[list[str], list[str]]:
    """The lines outside and inside of fenced blocks."""
    outside, inside = [], []
    fenced = False
    for line in text.splitlines():
        if FENCE.match(line):
            fenced = not fenced
        else:
            (inside if fenced else outside).append(line)
    return outside, inside


def sentences(text: str) -> Iterator[Sentence]:
    """Every sentence of an answer, code blocks left out."""
    lead = ""
    for line in prose(text)[0]:
        line = _LINK.sub("", line).replace("[`", "`").replace("**", "")
        item = ITEM.match(line)
        if item and lead:
            yield read(f"{lead} {line[item.end() :]}", len(lead))
            continue
        if not line.strip():
            continue
        lead = ""
        for one in _ENDS.split(line[item.end() :] if item else line):
            if one.strip():
                yield read(one)
        if line.rstrip().endswith((":", "：")):
            lead = (_ENDS.split(line.rstrip())[-1] or line.rstrip())[-LONGEST // 2 :]


def read(sentence: str, own: int = 0) -> Sentence:
    """What one sentence claims. What stands before `own` introduces it: its places are another sentence's."""
    sentence = sentence[:LONGEST]
    places = [Place(m[1], int(m[2] or 0), int(m[3] or m[2] or 0), m.start()) for m in PATH.finditer(sentence)]
    names = list(_names(sentence))
    relation = None if QUOTED.search(sentence) else _relation(sentence, names, own)
    marked = sentence.count("~~") >= 2
    ranked = bool(RANKED.match(sentence))
    kept = tuple(one for one in places if one.at >= own)
    defines = bool(DEFINED.search(_OUTSIDE.sub("", sentence)))
    return Sentence(sentence, kept, tuple(names), relation, defines, ranked, marked)


def _names(sentence: str) -> Iterator[Named]:
    taken = [(m.start(), m.end()) for m in PATH.finditer(sentence)]
    found: dict[int, str] = {}
    for code in CODE.finditer(sentence):
        inside = code[1].strip()
        if not any(start < code.end() and code.start() < end for start, end in taken):
            whole = NAME.match(inside)
            rest = inside[whole.end() :] if whole else inside
            if whole and (not rest or rest[0] in "(["):
                found[code.start(1)] = whole[0]
    spans = [(m.start(), m.end()) for m in CODE.finditer(sentence)]
    for bare in CODELIKE.finditer(sentence):
        if not any(start <= bare.start() < end for start, end in [*taken, *spans]):
            found[bare.start()] = bare[0].removesuffix("()")
    for at in sorted(found):
        yield Named(found[at], at)


def _relation(sentence: str, names: list[Named], own: int) -> Relation | None:
    """The relation that a verb states, with the names on both of its sides; of a list item its own, or its lead's."""
    if nothing := NOTHING.search(sentence):
        what = nothing["what"].lower() if nothing["what"] else "base"
        return Relation(f"no {what}", (), (nothing["name"].rstrip("."),))
    plain = PATH.sub(_blank, CODE.sub(_blank, sentence))
    verb = _verb(plain, own, len(plain)) or (_verb(plain, 0, own) if own else None)
    if verb is None:
        return None
    kind, start, end = verb
    lead = tuple(one.name for one in names if one.at < own)
    item = tuple(one.name for one in names if one.at >= own)
    if start < own:
        before = tuple(one.name for one in names if one.at < start)
        # "Functions that call `x`: `a`" has both names behind its verb, "`x` を継承する型: `a`" before it.
        objects = sentence[start:end].startswith("を")
        left, right = (before, item) if (before and not objects) or kind == "hold" else (item, lead)
        left, right = (left, right) if kind != "called" or not before else (right, left)
        return Relation("call" if kind == "called" else kind, left, right)
    stop = BREAK.search(sentence, end)
    last = stop.start() if stop else len(sentence)
    taken = {one.at for one in names if _TAKEN.search(plain, max(own, one.at - LONGEST // 50), one.at)}
    before = tuple(one.name for one in names if own <= one.at < start and one.at not in taken)
    before = before or _beside(plain[own:start])
    after = tuple(one.name for one in names if start <= one.at < last)
    if own:
        before, after = before or lead, after or lead
    if kind == "called":
        return Relation("call", after, before if after else ())
    return Relation(kind, before, after)


def _verb(plain: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The first verb that states a relation, and where it stands."""
    found = [(m.start(), m.end(), kind) for kind, one in _RELATION.items() if (m := one.search(plain, start, end))]
    if not found:
        return None
    at, last, kind = min(found, key=lambda one: (one[0], one[2] != "called"))
    return kind, at, last


def _beside(before: str) -> tuple[str, ...]:
    """A capital word right before a verb, where nothing else is named: "Flask inherits from `Scaffold`"."""
    word = _CAPITAL.search(before)
    return (word[1],) if word else ()


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
