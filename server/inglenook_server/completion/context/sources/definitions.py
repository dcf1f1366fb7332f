"""What the names used near a cursor promise, by the symbol graph: signatures from other files. Knows no prompt."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from inglenook_server.completion.context.sources.place import Place, hit
from inglenook_server.completion.context.sources.related import IMPORT
from inglenook_server.completion.syntax.cursor import Cursor, indent_width

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit, Symbol

USES = 20
"""Uses nearest the cursor whose definitions are looked up (Refact's figure)."""
NEAR_LINES = 12
"""Lines above the cursor in which a use counts as near. Of its own line, which changes at every key, only names that
are imported and already used count (`opened`): a few a file, and most of them stand in the prompt by then."""
LOOKED_UP = 6
"""Names asked for: the symbol graph takes one to three milliseconds for each, of the 25 there are."""
SHOWN = 3
"""Signatures in a prompt; beyond these come lines that read alike."""
HOMONYMS = 4
"""Definitions looked at to tell whether a name that is not imported means one thing only."""
SIGNATURE_LINES = 7
"""Of a class: its head, its constructor, fields and methods in their order; some 120 tokens at most."""
BODY_LINES = 160
"""Lines of a class that are looked at."""
REACH = 2_000
"""Characters before the cursor in which the name that is being called is looked for."""
LONGEST = 240
"""Characters of a line: of a signature with twenty parameters, the first ones."""

_NAME = re.compile(r"[^\W\d]\w{2,}")
_OPENED = re.compile(r"(?<!\w)\d*+([^\W\d]\w{2,}+)[.(\[]")
_WORD = re.compile(r"[^\W\d]\w*")
_BINDS = re.compile(r"\s*(?:from\b.*?\bimport\b|import\b(?:\s+type\b)?)(.*)")
_ORIGIN = re.compile(r"\bfrom\b|=")
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|(?:#|//).*$")
_HEAD = re.compile(r"\s*(?:\w+\s+)*?(?:def|class|function|func|fn|struct|enum|trait|interface|type|impl|const)\b")
_COMMENT = re.compile(r"((?:\"[^\"]*\"|'[^']*'|[^\"'#])*?)\s(?:#|//).*$")
_PRIVATE = re.compile(r"\s*(?:async\s+)?(?:def\s+)_(?!_init__)|\s*_|\s*(?:pass|return|raise|if|for|with|try)\b")
_HOLDERS = frozenset(("class", "interface", "struct", "trait", "enum", "type", "protocol", "object", "module"))
_NO_HEAD = frozenset(("module", "section", "field", "variable", "attribute"))
_KEYWORDS = frozenset(
    "self this cls super return import from class def function func const let var new None True False null true false "
    "and not for while with try except finally raise yield await async lambda pass break continue assert else elif "
    "static public private protected final void int str float bool list dict set tuple string print len range".split()
)


def definitions(place: Place) -> tuple[Hit, ...]:
    """Signatures of what the names near the cursor mean, nearest use first. Raises what the index raises."""
    if place.index is None:
        return ()
    imported = imported_names(place.cursor)
    names = looked_up(place.cursor)
    waiting = frozenset(unused(place.cursor))
    modules = imported_modules(place) if imported.intersection(names) else {}
    found: list[Hit] = []
    for rank, name in enumerate(names):
        parts = {"definition": 1.0 - rank / USES} | ({"awaited": 1.0} if name in waiting else {})
        if name in modules:
            text = members(name, place.index.outline(modules[name]))
            if text:
                found.append(hit(modules[name], place.language, text, 1, 1.0, **parts))
        elif (symbol := _meant(place, name, name in imported)) is not None:
            text = signature(symbol, place.index.text(symbol.path))
            if text:
                found.append(hit(symbol.path, symbol.language, text, symbol.line, 1.0, **parts))
        if len(found) == SHOWN:
            break
    return tuple(found)


def _meant(place: Place, name: str, imported: bool) -> Symbol | None:
    """The definition of a name in another file, where that is clear."""
    assert place.index is not None
    symbols = [one for one in place.index.definitions(name, near=place.path, limit=HOMONYMS) if one.name == name]
    elsewhere = [one for one in symbols if one.path != place.path and one.kind not in _NO_HEAD]
    # What is imported is found through the imports; any other name says something only if it is the only one.
    if not elsewhere or (not imported and len(symbols) > 1):
        return None
    return elsewhere[0]


def looked_up(cursor: Cursor) -> list[str]:
    """The names whose definitions are asked for, the most wanted first."""
    return list(dict.fromkeys([*opened(cursor), *unused(cursor), *used_names(cursor)]))[:LOOKED_UP]


@functools.lru_cache(maxsize=4)
def unused(cursor: Cursor) -> tuple[str, ...]:
    """Imported names that the file does not use yet: what was imported last is about to be written."""
    names = bound_names(cursor)
    if not names:
        return ()
    wanted = frozenset(names)
    said = Counter(word for text in (cursor.prefix, cursor.suffix) for word in _WORD.findall(text) if word in wanted)
    return tuple(name for name in names if said[name] == 1)


def awaited(cursor: Cursor, found: Iterable[Hit]) -> tuple[str, ...]:
    """Of what the file imports and does not use yet, the names that `definitions` found in other files."""
    texts = [one.chunk.text for one in found if "awaited" in one.parts]
    return tuple(name for name in unused(cursor) if any(re.search(rf"\b{name}\b", text) for text in texts))


def called(cursor: Cursor) -> str:
    """The name whose bracket or dot was written last on the cursor's line, and is still open; empty for none."""
    bare = _QUOTED.sub("", cursor.before)[-REACH:]
    for found in reversed(list(_OPENED.finditer(bare))):
        rest = bare[found.end() :]
        if found[0][-1] == "." and not re.fullmatch(r"\w*", rest):
            continue
        if rest.count(")") + rest.count("]") <= rest.count("(") + rest.count("["):
            return found[1]
    return ""


def imported_modules(place: Place) -> dict[str, str]:
    """Names that stand for whole files of the workspace, and these files."""
    if place.index is None:
        return {}
    found: dict[str, str] = {}
    for one in place.index.imports(place.path):
        stem = one.target.rpartition("/")[2].partition(".")[0]
        for taken in one.names if stem else ():
            name, _, other = taken.partition(" as ")
            if name == stem:
                found[other or name] = one.target
    return found


def members(name: str, symbols: Sequence[Symbol]) -> str:
    """What a module has, on one line: its public names."""
    public = [one.name for one in symbols if not one.parent and not one.name.startswith("_")]
    listed = ", ".join(dict.fromkeys(public))
    return f"{name} has {listed[:LONGEST]}\n" if listed else ""


def opened(cursor: Cursor) -> list[str]:
    """Imported names on the cursor's line that a bracket or a dot follows, the nearest first."""
    names = _OPENED.findall(_QUOTED.sub("", cursor.before))
    imported = imported_names(cursor) if names else frozenset()
    return [name for name in reversed(names) if name in imported]


def used_names(cursor: Cursor) -> list[str]:
    """Names used near the cursor that its file does not define, the nearest first; imported ones before others."""
    near = [line for line in cursor.above if line.strip()][-NEAR_LINES:]
    seen: dict[str, None] = {}
    for line in reversed(near):
        for name in reversed(_NAME.findall(_QUOTED.sub("", line))):
            if name not in _KEYWORDS:
                seen.setdefault(name)
    imported = imported_names(cursor)
    own = defined_here(cursor)
    names = [name for name in seen if name not in own]
    # What is imported is certainly defined elsewhere; any other name may be a local variable.
    names.sort(key=lambda name: name not in imported)
    return names[:USES]


def defined_here(cursor: Cursor) -> set[str]:
    """Names that the file itself defines, by its keywords."""
    pattern = re.compile(r"\b(?:def|class|function|func|fn|struct|enum|trait|interface|type)\s+(\w+)")
    return set(pattern.findall(cursor.prefix)) | set(pattern.findall(cursor.suffix))


def imported_names(cursor: Cursor) -> frozenset[str]:
    """Words of the import statements above the cursor, those over several lines too."""
    found: list[str] = []
    inside = False
    for line in cursor.above:
        if inside or IMPORT.match(line):
            found += _NAME.findall(line)
            inside = (inside or "(" in line) and ")" not in line
    return frozenset(found) - {"import", "from"}


def bound_names(cursor: Cursor) -> list[str]:
    """What the import statements above the cursor make known, the last first; what is future is not."""
    found: list[str] = []
    inside = False
    for line in cursor.above:
        if not inside and "import" not in line:
            continue
        bare = line.split("#", 1)[0]
        taken = bare if inside else match[1] if (match := _BINDS.match(bare)) and "__future__" not in bare else ""
        inside = (inside or bool(taken and re.search(r"[({]", bare))) and not re.search(r"[)}]", bare)
        for part in _ORIGIN.split(taken)[0].split(","):
            words = _WORD.findall(part)
            if words:
                found.append(words[-1] if " as " in part else words[0])
    return list(dict.fromkeys(reversed(found)))


def signature(symbol: Symbol, text: str) -> str:
    """What a definition promises: its head on one line; of a class, its fields and its methods' heads as well.

    Goes by indentation and brackets, so it serves every language. Docstrings and bodies are left out.
    """
    lines = [line for line in text.split("\n")[symbol.line - 1 : symbol.end_line]]
    start = next((number for number, line in enumerate(lines) if _HEAD.match(line)), 0)
    heads = list(_statements(lines[start : start + BODY_LINES]))
    if not heads:
        return ""
    width = indent_width(heads[0])
    shown = [heads[0]]
    if symbol.kind in _HOLDERS:
        inner = [one for one in heads[1:] if indent_width(one) > width]
        level = min((indent_width(one) for one in inner), default=0)
        members = [one for one in inner if indent_width(one) == level and not _PRIVATE.match(one)]
        members.sort(key=lambda one: "__init__" not in one)
        shown += members[: SIGNATURE_LINES - 1]
    return "\n".join(one[:LONGEST] for one in shown) + "\n"


def _statements(lines: Sequence[str]) -> Iterator[str]:
    """Lines, those within brackets joined to the one that opens them; no docstrings, comments, decorators, blanks."""
    pending, depth, quoted = "", 0, ""
    for line in lines:
        bare = line.strip()
        if quoted:
            quoted = "" if quoted in bare else quoted
            continue
        mark = next((mark for mark in ('"""', "'''") if bare.startswith((mark, f"r{mark}"))), "")
        if mark and not depth:
            quoted = mark if bare.count(mark) == 1 else ""
            continue
        if not bare or bare.startswith(("#", "//", "/*", "*", "@")):
            continue
        bare = _uncommented(bare)
        pending = f"{pending} {bare}" if pending else " " * indent_width(line) + bare
        plain = _QUOTED.sub("", bare)
        depth += sum(plain.count(one) for one in "([{") - sum(plain.count(one) for one in ")]}")
        if depth <= 0 or plain.endswith("{"):
            yield re.sub(r"([(\[{]) | (?=[)\]}])", lambda match: match[1] or "", pending).replace(",)", ")")
            pending, depth = "", 0


def _uncommented(line: str) -> str:
    """A line without the comment at its end."""
    found = _COMMENT.match(line)
    return found[1].rstrip() if found else line
