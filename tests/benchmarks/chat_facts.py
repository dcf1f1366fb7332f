"""What is so in a repository, as a language's own tools tell it: the ground truth of the benchmark `chat`.

Plain data and look-ups. Knows no parser, no question and no answer, and nothing of the product's own graph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that stands in a definition."""

    name: str
    """The last part of what is called."""
    line: int
    resolved: str = ""
    """The qualified name of the one definition it means; empty where that can't be told."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, method, class, interface or type. Lines are 1-based; `start` counts decorators and comments above."""

    path: str
    name: str
    qualname: str
    kind: str
    start: int
    line: int
    """Where its name stands."""
    end: int
    doc: str = ""
    """The first sentence of its documentation."""
    bases: tuple[str, ...] = ()
    """Last parts of the names."""
    returns: str = ""
    """The annotation as it is written."""
    raises: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()

    @property
    def public(self) -> bool:
        """Whether no part of its name is private."""
        return not any(part.startswith("_") for part in self.qualname.split("."))


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, or a module as a whole."""

    module: str
    """As it is written."""
    line: int
    name: str = ""
    """Empty for a whole module."""
    file: str = ""
    """The workspace's file that the module is; empty for one from elsewhere."""


@dataclass(frozen=True, slots=True)
class Module:
    """A source file."""

    path: str
    lines: tuple[str, ...]
    imports: tuple[Import, ...] = ()
    calls: tuple[Call, ...] = ()
    """Those outside of every definition."""
    names: tuple[tuple[str, int], ...] = ()
    """(identifier, line) wherever it stands in code, comments and texts left out."""

    @property
    def is_test(self) -> bool:
        """Whether it is one of the tests."""
        parts = self.path.split("/")
        return bool({"tests", "test", "__tests__"} & set(parts)) or parts[-1].startswith("test_")


@dataclass(frozen=True)
class Facts:
    """One repository."""

    name: str
    language: str
    modules: dict[str, Module]
    definitions: tuple[Definition, ...]
    inner: frozenset[str] = field(default_factory=frozenset)
    """Names of what functions define within themselves: none of `definitions`."""

    @cached_property
    def by_name(self) -> dict[str, list[Definition]]:
        """Definitions by the last part of their name."""
        found: dict[str, list[Definition]] = {}
        for one in self.definitions:
            found.setdefault(one.name, []).append(one)
        return found

    @cached_property
    def by_path(self) -> dict[str, list[Definition]]:
        """Definitions by file, in the order of their lines."""
        found: dict[str, list[Definition]] = {}
        for one in sorted(self.definitions, key=lambda one: (one.line, one.end)):
            found.setdefault(one.path, []).append(one)
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of every file, and the parts of every path."""
        found: set[str] = set()
        for module in self.modules.values():
            for line in module.lines:
                found.update(WORD.findall(line))
            found.update(WORD.findall(module.path))
        return frozenset(found)

    @cached_property
    def by_base_name(self) -> dict[str, list[str]]:
        """Paths by the last part."""
        found: dict[str, list[str]] = {}
        for path in self.modules:
            found.setdefault(path.rsplit("/", 1)[-1], []).append(path)
        return found

    @cached_property
    def uses(self) -> dict[str, list[tuple[str, int]]]:
        """(path, line) of each identifier in code."""
        found: dict[str, list[tuple[str, int]]] = {}
        for module in self.modules.values():
            for name, line in module.names:
                found.setdefault(name, []).append((module.path, line))
        return found

    def called(self, name: str) -> list[Definition]:
        """The definitions that a written name means: `run`, `Pool.run`, `pool.Pool.run`."""
        last = re.split(r"[.#]|::", name)[-1]
        found = self.by_name.get(last, [])
        if last == name:
            return found
        parts = re.split(r"[.#]|::", name)
        fits = [one for one in found if one.qualname.split(".")[-len(parts) :] == parts]
        return fits or [one for one in found if parts[-2] in one.path.replace(".", "/").split("/")]

    def files(self, written: str) -> list[str]:
        """The paths that a written one means: whole, or their end."""
        written = written.removeprefix("./")
        if written in self.modules:
            return [written]
        ends = self.by_base_name.get(written.rsplit("/", 1)[-1], [])
        return [path for path in ends if f"/{path}".endswith(f"/{written}")]

    def around(self, path: str, line: int) -> Definition | None:
        """The smallest definition that holds a line."""
        inside = [one for one in self.by_path.get(path, ()) if one.start <= line <= one.end]
        return min(inside, key=lambda one: one.end - one.start, default=None)

    def unique(self, name: str) -> bool:
        """Whether one definition alone has this name."""
        return len(self.by_name.get(name, ())) == 1 and name not in self.inner


def first_sentence(doc: str) -> str:
    """The first sentence of a documentation, in one line."""
    text = " ".join(doc.strip().split("\n\n")[0].split())
    ends = re.search(r"(?<=[.!?])\s", text)
    return text[: ends.start()] if ends else text


def load(name: str, language: str, data: dict[str, Any], root: Path) -> Facts:
    """Facts as a tool in another language printed them, as JSON."""
    modules = {}
    for one in data["modules"]:
        modules[one["path"]] = Module(
            one["path"],
            tuple((root / one["path"]).read_text(encoding="utf-8").splitlines()),
            tuple(Import(**each) for each in one["imports"]),
            tuple(Call(**each) for each in one["calls"]),
            tuple((word, line) for word, line in one["names"]),
        )
    definitions = []
    for one in data["definitions"]:
        one["doc"] = first_sentence(one["doc"])
        calls = tuple(Call(**each) for each in one.pop("calls"))
        lists = {key: tuple(one.pop(key)) for key in ("bases", "raises")}
        definitions.append(Definition(**one, calls=calls, **lists))
    return Facts(name, language, modules, tuple(definitions), frozenset(data["inner"]))
