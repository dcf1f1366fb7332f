"""Which files are tests, whose symbols are told first, and which a filter lets through: by path and language alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

Keep = Callable[[str, str], bool]
"""(path, language) -> whether a question is about the symbols of such a file."""
_TEST = re.compile(
    r"(?:^|/)(?i:tests?|testing|specs?|__tests__)/|(?:^|/)(?:test_|conftest\.)|(?:^|/)Test(?=[A-Z])[^/]*$"
    r"|[._-](?:test|spec)s?\.|(?:Tests?|Spec)\.\w+$"
)
_BESIDE = re.compile(r"(?:^|/)(?:examples?|docs?)/")


def is_test(path: str) -> bool:
    """Whether a file is one of tests, by its folder or its name: `test_x.py`, `x.spec.ts`, `XTest.java`."""
    return _TEST.search(path) is not None


def of(path: str) -> tuple[bool, str]:
    """What files are sorted by: tests, examples and documents last, else by path."""
    return is_test(path) or _BESIDE.search(path) is not None, path


def inside(path: str, language: str) -> Keep | None:
    """A filter on a folder, a file or a pattern with `*`, and on a language, as those of a search; None for neither."""
    clean = path.removeprefix("./").rstrip("/")
    if clean == ".":
        clean = ""
    if not clean and not language:
        return None

    def keep(path: str, written_in: str) -> bool:
        if language and written_in != language:
            return False
        if "*" in clean:
            return fnmatchcase(path, clean)
        return not clean or path == clean or path.startswith(f"{clean}/")

    return keep


def both(one: Keep | None, other: Keep | None) -> Keep | None:
    """A filter that lets through what two do."""
    if one is None or other is None:
        return one or other
    return lambda path, language: one(path, language) and other(path, language)
