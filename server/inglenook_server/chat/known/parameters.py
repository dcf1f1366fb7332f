"""What parameters a signature gives: their names, types and defaults. Pure text, by rules of writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inglenook_server.chat.known.return_type import closed, parameters_at
from inglenook_server.completion.syntax.blanked import blanked

_COLON = frozenset(("python", "typescript", "tsx", "rust", "kotlin", "swift", "scala"))
"""Where a type stands behind the name and a colon."""
_BEFORE = frozenset(("java", "c", "cpp", "csharp", "php", "dart"))
"""Where it stands before the name."""
_ANGLED = (_COLON | _BEFORE) - {"python", "c", "php"}
"""Where angles write types."""
_MODIFIERS = frozenset("val var vararg final readonly public private protected override mut const required".split())
_SELF = re.compile(r"(?:&\s*)?(?:'\w+\s+)?(?:mut\s+)?self\b|(?:self|cls)\s*$")
_ASSIGNED = re.compile(r"(?<![=!<>])=(?![=>])")
_TYPED = re.compile(r"(.+?[\s*&\]>.?]|\.\.\.)\s*([*&$]*[\w$]+(?:\s*\[\s*\w*\s*\])*)$")
_POINTER = re.compile(r"([*&]*)(.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of them; what the signature does not give is empty."""

    name: str
    type: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Those of a signature; without the object itself, where the signature has it among them (`bound`)."""

    listed: tuple[Parameter, ...]
    bound: bool = False


def parameters(head: str, name: str, language: str) -> Parameters | None:
    """Those of a signature in one line, as `whole_head` gives it.

    None where it has no list of parameters, or its end is not there.
    """
    code = blanked(head, language)
    last = name.rpartition(".")[2]
    opens = parameters_at(code, last) if re.search(rf"(?<!\w){re.escape(last)}(?!\w)", code) else -1
    if opens < 0:
        return None
    end = closed(code, opens)
    if code[end - 1 : end] != ")" or end - 1 == opens:
        return None
    written = [head[start:stop].strip() for start, stop in _parts(code, opens + 1, end - 1, language)]
    written = [one for one in written if one not in ("", "*", "/", "void")]
    bound = bool(written) and language in ("python", "rust") and bool(_SELF.match(written[0].partition(":")[0]))
    found = [_parameter(one, language) for one in written[bound:]]
    return Parameters(tuple(_shared(found) if language == "go" else found), bound)


def _parts(code: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Where what stands between commas begins and ends."""
    depth, begin = 0, start
    for at in range(start, end):
        one = code[at]
        if one in "([{" or (one == "<" and language in _ANGLED):
            depth += 1
        elif one in ")]}" or (one == ">" and language in _ANGLED and code[at - 1] not in "-="):
            depth = max(0, depth - 1)
        elif one == "," and depth == 0:
            yield begin, at
            begin = at + 1
    yield begin, end


def _parameter(written: str, language: str) -> Parameter:
    code = blanked(written, language)
    flat = _outside_brackets(code)
    assigned = next((found.start() for found in _ASSIGNED.finditer(flat)), -1)
    default = written[assigned + 1 :].strip() if assigned >= 0 else ""
    left = written[:assigned].strip() if assigned >= 0 else written
    if language in _COLON:
        colon = flat.find(":", 0, len(left))
        if colon >= 0:
            return Parameter(_name(left[:colon]), left[colon + 1 :].strip(), default)
    elif language in _BEFORE and "(" not in left and (typed := _TYPED.match(left)):
        words = [word for word in typed[1].split() if word not in _MODIFIERS or language in ("c", "cpp")]
        stars, name = _POINTER.fullmatch(typed[2]).groups()  # type: ignore[union-attr]
        return Parameter(name, " ".join([*words, *([stars] if stars else [])]), default)
    elif language == "go" and " " in left:
        name, _, type_ = left.partition(" ")
        return Parameter(name, type_.strip(), default)
    return Parameter(_name(left), "", default)


def _outside_brackets(code: str) -> str:
    """The same with what stands in brackets blanked."""
    depth, kept = 0, []
    for one in code:
        depth = max(0, depth - (one in ")]}"))
        kept.append(" " if depth else one)
        depth += one in "([{"
    return "".join(kept)


def _name(left: str) -> str:
    """A name without what modifies it; in Swift the one that is used inside."""
    if any(one in left for one in "{[(@"):
        return left.strip()
    words = [word for word in left.split() if word not in _MODIFIERS]
    return words[-1] if words else left.strip()


def _shared(found: list[Parameter]) -> list[Parameter]:
    """Go's names that share the type of a later one: `a, b int`. Where none is typed, all are types without names."""
    if not any(one.type for one in found):
        return found
    shared: list[Parameter] = []
    type_ = ""
    for one in reversed(found):
        type_ = one.type or type_
        shared.append(Parameter(one.name, type_))
    return shared[::-1]
