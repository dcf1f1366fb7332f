"""What the head of a type says that it inherits from, as it is written. Pure text, by rules of writing.

Knows no index: a base may be a call, a type with arguments or several names, and is one text here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inglenook_server.completion.syntax.blanked import blanked

_COLON = frozenset(("csharp", "cpp", "kotlin", "swift", "rust"))
"""Languages in which a colon stands before what is inherited from."""
_WORDS = frozenset(("java", "javascript", "typescript", "tsx", "php", "scala"))
"""Languages that have words for it."""
_ANGLED = _COLON | {"java", "javascript", "typescript", "tsx"}
"""Languages that write arguments of types in angle brackets."""
_VALUED = frozenset(("python", "ruby", "javascript", "typescript", "tsx"))
"""Languages in which a base is an expression, so that a call may make it."""
_NUMBERED = frozenset(("cpp", "csharp"))
"""Languages in which the colon of an enumeration says how its numbers are stored."""
_CLAUSE = re.compile(r"\b(?:extends|implements)\b")
_ENDS = re.compile(r"\b(?:where|permits|derives|extends|implements)\b|[{;]")
_SEPARATOR = {"rust": re.compile(r"\+"), "scala": re.compile(r",|\bwith\b")}
_COMMA = re.compile(",")
_NO_BASE = {"python": re.compile(r"\w+\s*=(?!=)|\*"), "rust": re.compile(r"'|\?")}
"""Keywords, and lists of bases that are made elsewhere; how long something lives, and what is given up."""
_ACCESS = re.compile(r"(?:(?:public|private|protected|internal|virtual)\s+)+")
_NAME = re.compile(r"[\w$.:\\]*[\w$]")
_JOINT = re.compile(r"(?<=\S) *(\.|::) *")
_TYPE_HEAD = re.compile(r"\bclass\s+[^\W\d]\w*\s*(?=[\[(])")
_ENUM = re.compile(r"\benum\b")


@dataclass(frozen=True, slots=True)
class Base:
    """One thing that a head names as a base."""

    text: str
    name: str
    """The last part of its name; empty for what has none, such as the result of a call."""


def bases_of(head: str, language: str) -> tuple[list[Base], list[str]]:
    """What the head, in one line, inherits from; and what stands among them without being a base (`metaclass=M`)."""
    code = blanked(head, language)
    parts = [head[start:end].strip() for start, end in _parts(code, language)]
    keywords = [one for one in parts if language in _NO_BASE and _NO_BASE[language].match(one)]
    bases = [_ACCESS.sub("", one) if language == "cpp" else one for one in parts if one and one not in keywords]
    return [Base(one, _name(one, language)) for one in bases], keywords


def _parts(code: str, language: str) -> Iterator[tuple[int, int]]:
    """From and to of each of them, with the blanks around it."""
    separator = _SEPARATOR.get(language, _COMMA)
    top = _outermost(code, language)
    for start, end in _clauses(code, top, language):
        inside = code[start:end] if language == "python" else top[start:end]
        if language == "python":
            inside = _outermost(inside, language)
        last = start
        for found in separator.finditer(inside):
            yield last, start + found.start()
            last = start + found.end()
        yield last, end


def _clauses(code: str, top: str, language: str) -> Iterator[tuple[int, int]]:
    """From and to of each list of bases. `top` is the code with everything in brackets blanked."""
    if language == "python":
        if found := _TYPE_HEAD.search(code):
            start = _closed(code, found.end()) if code[found.end()] == "[" else found.end()
            if code[start : start + 1] == "(":
                yield start + 1, _closed(code, start) - 1
    elif language == "ruby":
        if found := re.search(r"(?<!<)<(?!<)", top):
            yield found.end(), _end(top, found.end())
    elif language in _COLON and not (language in _NUMBERED and _ENUM.search(top)):
        if found := re.search(r"(?<!:):(?!:)", top):
            yield found.end(), _end(top, found.end())
    elif language in _WORDS:
        for found in _CLAUSE.finditer(top):
            yield found.end(), _end(top, found.end())


def _end(top: str, start: int) -> int:
    found = _ENDS.search(top, start)
    return found.start() if found else len(top)


def _outermost(code: str, language: str) -> str:
    """The code with what stands in brackets blanked, and the brackets but braces that open: these end a head."""
    opens, closes = ("([{<", ")]}>") if language in _ANGLED else ("([{", ")]}")
    depth, kept = 0, []
    for place, one in enumerate(code):
        if one in closes and not (one == ">" and code[place - 1 : place] in ("=", "-")):
            depth = max(0, depth - 1)
            kept.append(" ")
        elif one in opens:
            kept.append("{" if one == "{" and depth == 0 else " ")
            depth += 1
        else:
            kept.append(one if depth == 0 else " ")
    return "".join(kept)


def _closed(code: str, start: int) -> int:
    """Behind the bracket that closes the one at `start`; where none does, one behind the end."""
    depth = 0
    for place in range(start, len(code)):
        depth += (code[place] in "([{") - (code[place] in ")]}")
        if depth == 0:
            return place + 1
    return len(code) + 1


def _name(base: str, language: str) -> str:
    if language in _VALUED and "(" in _without_types(base, language):
        return ""
    plain = _JOINT.sub(r"\1", _outermost(base, language)) if language in _ANGLED else base
    found = _NAME.match(plain)
    return re.split(r"[.:\\]", found[0])[-1] if found else ""


def _without_types(base: str, language: str) -> str:
    """Without arguments of types, in which brackets call nothing."""
    return re.sub(r"<[^<>]*>", "", base) if language in _ANGLED else re.sub(r"\[[^\[\]]*\]", "", base)
