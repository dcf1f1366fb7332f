"""What is known of one chunk's symbols, packed into its row: a text, look-up keys, kinds. Pure; knows no store.

A key is a 32-bit checksum of a relation and a lower-case name: enough to find rows by; the text then tells which of
them are meant. Names are kept as they are written, lines as numbers in the file.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

from inglenook_indexer.symbols.import_keys import import_keys
from inglenook_indexer.types import Import, Reference, Symbol

MAX_DEFINITIONS = 100  # of one chunk: data on one endless line must not become a table of its own
MAX_REFERENCES = 250
MAX_IMPORTS = 60
_REMEMBERED = 16_384  # keys of names: 2 MB each; code repeats itself nearby
_CHECK = 8  # characters of a checksum before the text

_SHORT = {"call": "c", "type": "t", "inherit": "i"}
_LONG = {short: relation for relation, short in _SHORT.items()}
RELATIONS = (*_SHORT, "import")
"""How a place may refer to a name."""

Definition = tuple[str, str, int, int, str, str]
"""(name, kind, first line, last line, enclosing path, first sentence of its doc)."""
Mention = tuple[int, str, str]
"""(line, relation, name as written: `Class.method` where what stands before the dot is a name)."""
Imported = tuple[int, str, tuple[str, ...]]
"""(line, module, names)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a row holds. `EMPTY` for a chunk that has none."""

    text: str = ""
    keys: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()


EMPTY = Facts()


@lru_cache(maxsize=_REMEMBERED)
def _written(short: str, written: str) -> int:
    """Remembered, because code repeats itself."""
    return crc32(f"{short} {written.rpartition('.')[2].lower()}".encode("utf-8", "ignore"))


@lru_cache(maxsize=_REMEMBERED)
def defined(name: str) -> int:
    """The key of chunks that define `name`, or `Class.name`, in any case."""
    return crc32(f"d {name.lower()}".encode("utf-8", "ignore"))


@lru_cache(maxsize=_REMEMBERED)
def mentioned(relation: str, name: str) -> int:
    """The key of chunks that refer to `name`; for "import" `name` may be a module's last part, or its file's name."""
    return crc32(f"{_SHORT.get(relation, 'm')} {name.lower()}".encode("utf-8", "ignore"))


@lru_cache(maxsize=1)
def _encoder() -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def sound(text: str) -> bool:
    """Whether a chunk's facts are what was packed."""
    return not text or text[:_CHECK] == f"{crc32(text[_CHECK:].encode('utf-8', 'surrogatepass')):08x}"


def _read(text: str) -> Any:
    return json.loads(text[_CHECK:])


def located(import_key: str) -> int:
    """The key of chunks that import what lies at a place, or what a module's path ends in: see `import_keys`."""
    return crc32(f"a {import_key}".encode("utf-8", "surrogatepass"))


def within(path: str) -> int:
    """The key of every chunk of a file that has facts."""
    return crc32(f"p {path}".encode("utf-8", "surrogatepass"))


def importing(path: str) -> int:
    """The key of a file's chunks that import something."""
    return crc32(f"n {path}".encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=_REMEMBERED)
def last_part(name: str) -> str:
    """`a` of `x.y.a`, `x::a`, `x/a.h` (a module's file without its ending), `./a`; `.` for a bare `..`."""
    clean = name.partition(" as ")[0].replace("::", "/").replace("\\", "/").rstrip("/")
    tail = clean.rpartition("/")[2]
    if "/" in clean or clean.endswith((".h", ".hpp", ".hh", ".sh", ".js", ".ts", ".php", ".rb", ".lua")):
        stem, dot, ending = tail.rpartition(".")
        return stem if dot and stem.strip(".") and ending.isalnum() else tail if tail.strip(".") else "."
    return tail.rpartition(".")[2] or "."


def pack(
    path: str,
    language: str,
    definitions: Sequence[Definition],
    mentions: Sequence[Mention],
    imports: Sequence[Imported],
    outer: str,
) -> Facts:
    """The facts of one chunk. `outer` is the path of definitions that are open where it starts."""
    if not (definitions or mentions or imports):
        return EMPTY
    definitions, imports = definitions[:MAX_DEFINITIONS], imports[:MAX_IMPORTS]
    keys = {within(path), *(defined(one[0]) for one in definitions)}
    keys.update(defined(f"{one[4].rpartition(' > ')[2]}.{one[0]}") for one in definitions if one[4])
    lists: dict[str, list[str]] = {short: [] for short in _LONG}
    for line, relation, written in mentions[:MAX_REFERENCES]:
        short = _SHORT[relation]
        lists[short].append(f"{written} {line}")
        keys.add(_written(short, written))
    if imports:
        keys.add(importing(path))
        for _, module, names in imports:
            keys.add(mentioned("import", last_part(module)))
            keys.update(mentioned("import", last_part(name)) for name in names)
            keys.update(map(located, import_keys(language, path, module, names)))
    joined = {short: " ".join(found) for short, found in lists.items() if found}
    text = _encoder().encode([definitions, joined, imports, outer])
    text = f"{crc32(text.encode('utf-8', 'surrogatepass')):08x}{text}"
    return Facts(text, tuple(sorted(keys)), tuple(sorted({one[1] for one in definitions})))


def symbols(text: str, path: str, language: str, wanted: str = "") -> list[Symbol]:
    """Every definition that a chunk's facts tell of; with `wanted`, a lower-case name, only those of that name."""
    return [
        Symbol(name, kind, path, line, end, language, parent, doc)
        for name, kind, line, end, parent, doc in (_read(text)[0] if text else ())
        if not wanted or name.lower() == wanted
    ]


def references(text: str, path: str, language: str, name: str, relations: Iterable[str] = RELATIONS) -> list[Reference]:
    """Every mention of `name` (its last part, in any case) that a chunk's facts tell of."""
    if not text:
        return []
    definitions, lists, imports, outer = _read(text)
    wanted, found = name.lower(), []
    for relation in relations:
        said = lists.get(_SHORT.get(relation, ""), "")
        words = said.split(" ") if wanted in said.lower() else []
        for written, line in zip(words[::2], words[1::2], strict=False):
            if not written.lower().endswith(wanted):
                continue
            before, _, last = written.rpartition(".")
            if last.lower() == wanted:
                around = _container(definitions, outer, int(line))
                found.append(Reference(last, relation, path, int(line), language, around, before))
        if relation == "import":
            for line, module, names in imports:
                taken = [one for one in names if last_part(one).lower() == wanted]
                if taken or last_part(module).lower() == wanted:
                    written = last_part(taken[0]) if taken else last_part(module)
                    found.append(Reference(written, relation, path, line, language, "", module))
    return found


def mentions(text: str, path: str, language: str, first: int, last: int) -> list[Reference]:
    """Every mention but imports in the lines from `first` to `last` that a chunk's facts tell of, by line."""
    if not text:
        return []
    definitions, lists, _, outer = _read(text)
    found = []
    for short, said in lists.items():
        words = said.split(" ")
        for written, line in zip(words[::2], words[1::2], strict=False):
            if first <= int(line) <= last:
                before, _, name = written.rpartition(".")
                around = _container(definitions, outer, int(line))
                found.append(Reference(name, _LONG[short], path, int(line), language, around, before))
    return sorted(found, key=lambda one: one.line)


def imports(text: str, path: str, wanted: Collection[str] | None = None) -> list[Import]:
    """Every import that a chunk's facts tell of, unresolved; with `wanted`, lower-case names, those that say one."""
    return [
        Import(module, tuple(names), path, line)
        for line, module, names in (_read(text)[2] if text else ())
        if wanted is None or _said(module) in wanted or any(_said(name) in wanted for name in names)
    ]


@lru_cache(maxsize=_REMEMBERED)
def _said(name: str) -> str:
    return last_part(name).lower()


def _container(definitions: Iterable[Definition], outer: str, line: int) -> str:
    """The path of the innermost definition with a body around `line`."""
    best, size = outer, 1 << 40
    for name, kind, first, last, parent, _ in definitions:
        if first <= line <= last and last - first < size and kind not in ("variable", "field", "constant"):
            best, size = f"{parent} > {name}" if parent else name, last - first
    return best
