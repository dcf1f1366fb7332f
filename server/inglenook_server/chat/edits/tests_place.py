"""Where tests of a file belong, by what the repository does already. Pure; goes by paths alone.

Tests are known by their names: `test_x.py`, `x_test.go`, `x.test.ts`, `XTest.java`, `x_spec.rb`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inglenook_indexer.symbols.path_order import is_test

_AFFIXES = re.compile(
    r"(?P<before>test_|Test(?=[A-Z]))?(?P<stem>.+?)(?P<after>_test|_spec|\.test|\.spec|-test|Tests?|Spec)?"
    r"(?P<end>\.[A-Za-z]+)"
)
_FOLDERS = frozenset(("test", "tests", "__tests__", "spec", "specs"))
_FOR_TESTS = re.compile(r"test|spec", re.IGNORECASE)
NEAREST = 8
"""Files of tests that may be those of a source, of all that have its name: each is compared with every such source."""
NAMESAKES = 50
"""Sources of one name at most whose tests are gone by: of more it can't be told cheaply which of them is tested."""
_DEFAULTS = {
    **dict.fromkeys((".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts"), "{stem}.test{end}"),
    ".py": "test_{stem}{end}",
    ".go": "{stem}_test{end}",
    ".rb": "{stem}_spec{end}",
    **dict.fromkeys((".java", ".kt"), "{stem}Test{end}"),
    ".cs": "{stem}Tests{end}",
    ".php": "{stem}Test{end}",
}
"""What tests are called where the repository has none to go by. Rust's stand in the file itself."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A path taken apart."""

    folder: tuple[str, ...]
    before: str
    stem: str
    after: str
    end: str

    @property
    def tests(self) -> bool:
        return bool(self.before or self.after)


def file_of_tests(path: str, files: Sequence[str]) -> str:
    """The file that holds the tests of `path`, the nearest of several; empty where there is none.

    Where several sources have the name, tests are those of the one they are nearest to, and of none if that is a tie.
    """
    target = _taken(path)
    if target is None or target.tests:
        return ""
    sources: list[_Name] = []
    found: list[tuple[str, _Name]] = []
    several = several_folders(files)
    for one in files:
        if target.stem not in one or (other := _taken(one)) is None:
            continue
        if _tests(other, target):
            if not (several and _apart(other, target)):
                found.append((one, other))
        elif one != path and (other.stem, other.end) == (target.stem, target.end) and not is_test(one):
            sources.append(other)
    found.sort(key=lambda each: (*_distance(each[1], target), len(each[1].folder), each[0]))
    for one, test in found[:NEAREST]:
        own = _distance(test, target)
        if all(own < _distance(test, source) for source in sources):
            return one
    return ""


def several_folders(files: Iterable[str]) -> bool:
    """Whether paths may begin with the name of an open folder, as they do where several are: none is at the root."""
    return all("/" in one for one in files)


def new_file_of_tests(path: str, files: Sequence[str]) -> str:
    """Where a new file of tests of `path` belongs, as the nearest tested file has it; empty where that can't be told.

    It names no file of `files`.
    """
    target = _taken(path)
    if target is None or target.tests:
        return ""
    names = [name for one in files if (name := _taken(one)) is not None and name.end == target.end]
    sources: dict[str, list[_Name]] = {}
    for one in names:
        if not one.tests:
            sources.setdefault(one.stem.lower(), []).append(one)
    several = several_folders(files)
    best: tuple[int, int, _Name, _Name] | None = None
    for order, test in enumerate(names):
        if not test.tests or (several and _apart(test, target)):
            continue
        tested = sources.get(test.stem.lower(), [])
        if not 0 < len(tested) <= NAMESAKES:
            continue
        source = min(tested, key=lambda one: _distance(test, one))
        near = _alike(source.folder, target.folder)
        if best is None or near > best[0]:
            best = (near, order, source, test)
    if best is not None:
        _, _, source, test = best
        made = _joined(_mirrored(source.folder, test.folder, target.folder), test, target)
    else:
        form = _DEFAULTS.get(target.end.lower(), "")
        if not form:
            return ""
        tests = (one for one in names if one.tests and one.folder and not (several and _apart(one, target)))
        folder = next((one.folder for one in tests), target.folder)
        made = "/".join((*folder, form.format(stem=target.stem, end=target.end)))
    return "" if made in set(files) else made


def _taken(path: str) -> _Name | None:
    *folder, name = path.split("/")
    match = _AFFIXES.fullmatch(name)
    if match is None:
        return None
    return _Name(tuple(folder), match["before"] or "", match["stem"], match["after"] or "", match["end"])


def _tests(test: _Name, source: _Name) -> bool:
    return test.tests and not source.tests and (test.stem, test.end) == (source.stem, source.end)


def _distance(test: _Name, source: _Name) -> tuple[int, int, int]:
    """How far tests are from a source, least first: by folders in common, by those at the beginning, by its depth."""
    common = (Counter(test.folder) & Counter(source.folder)).total()
    return -common, -_alike(test.folder, source.folder), len(source.folder)


def _apart(test: _Name, target: _Name) -> bool:
    """Whether two paths begin in different folders, of which that of the tests is none for tests alone."""
    first = "".join(test.folder[:1])
    return first != "".join(target.folder[:1]) and not _FOR_TESTS.search(first)


def _mirrored(source: tuple[str, ...], test: tuple[str, ...], target: tuple[str, ...]) -> tuple[str, ...]:
    """The folder that is to `target` what `test` is to `source`."""
    if test[: len(source)] == source and all(part in _FOLDERS for part in test[len(source) :]):
        return (*target, *test[len(source) :])  # beside it, or in a folder of its own there
    same = 0
    while same < min(len(source), len(test)) and source[-1 - same] == test[-1 - same]:
        same += 1
    base_source, base_test = source[: len(source) - same], test[: len(test) - same]
    if target[: len(base_source)] == base_source:
        return (*base_test, *target[len(base_source) :])
    return test


def _joined(folder: tuple[str, ...], test: _Name, target: _Name) -> str:
    return "/".join((*folder, f"{test.before}{target.stem}{test.after}{target.end}"))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many folders two paths begin with in common."""
    count = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        count += 1
    return count
