"""What a path says about a file: tests, examples, documents, how it is called. Pure; knows nothing of scores."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath

from inglenook_indexer.text.words import parts, stem

_KINDS: tuple[tuple[str, re.Pattern[str], frozenset[str]], ...] = (
    ("tests", re.compile(
        r"(?:^|/)(?:tests?|testing|__tests__|specs?|e2e|fixtures?|benchmarks?)/|(?:^|/)(?:test_[^/]*|conftest\.py)$"
        r"|(?:_test|_tests|_spec|\.test|\.spec|Tests?|Spec)\.\w+$"),
        frozenset(("test", "spec", "fixture", "benchmark", "testing", "tested"))),
    ("compat", re.compile(
        r"(?:^|/)_?(?:compat|legacy|deprecated|vendored|polyfills?)(?:/|\.\w+$)|_compat\.\w+$"),
        frozenset(("compat", "legacy", "deprecated", "compatibility"))),
    ("examples", re.compile(r"(?:^|/)(?:_?examples?|samples?|demos?|docs?_src|tutorials?)/"),
        frozenset(("example", "sample", "demo", "tutorial"))),
    ("legal", re.compile(
        r"(?:^|/)(?:licen[cs]es?|copying|copyright|notice|patents)(?:[.-][^/]*)?$", re.IGNORECASE),
        frozenset(("license", "licence", "copyright", "patent", "notice", "warranty"))),
    ("types", re.compile(r"\.(?:d\.[cm]?ts|pyi)$"), frozenset(("type", "stub", "declaration", "typing"))),
    ("prose", re.compile(r"\.(?:md|markdown|mdx|rst|txt|adoc)$"),
        frozenset(("doc", "documentation", "readme", "changelog", "guide", "license"))),
    ("private", re.compile(r"(?:^|/)_?(?:internals?|private|experimental|unstable)(?:/|\.\w+$)"),
        frozenset(("internal", "private", "experimental", "unstable"))),
)  # fmt: skip
"""Kind of place, the paths that are it, and the query words (singular) that ask for it."""
_FOLDER_FILE = frozenset(("mod", "index", "init", "__init__", "main", "lib", "package-info"))
"""File names that say nothing: the folder is what the file is called."""


@lru_cache(maxsize=20_000)
def kinds(path: str) -> tuple[str, ...]:
    """Which of "tests", "compat", "examples", "legal", "types", "prose" and "private" a path is."""
    return tuple(name for name, pattern, _ in _KINDS if pattern.search(path))


def asked_for(words: frozenset[str]) -> frozenset[str]:
    """Which kinds of places these query words ask for by name."""
    return frozenset(name for name, _, asking in _KINDS if asking & words)


@lru_cache(maxsize=20_000)
def called(path: str) -> tuple[str, frozenset[str], frozenset[str]]:
    """(what the file is called, stems of that, stems of its last two folders)."""
    pure = PurePosixPath(path)
    folders = list(pure.parent.parts)
    name = pure.name.split(".")[0] or pure.name
    if name.lower() in _FOLDER_FILE and folders:
        name = folders.pop()
    around = frozenset(stem(part) for folder in folders[-2:] for part in parts(folder) if len(part) > 1)
    return name, frozenset(stem(part) for part in parts(name) if len(part) > 1), around


def is_front(path: str) -> bool:
    """Whether a file stands for its folder: `__init__.py`, `mod.rs`, `index.ts`, `lib.rs`."""
    return PurePosixPath(path).name.split(".")[0] in _FOLDER_FILE


def depth(path: str) -> int:
    """How many folders a file lies in."""
    return path.count("/")
