"""Which places belong to tests, and which of those are tests themselves: by paths and names alone."""

from __future__ import annotations

import re

from inglenook_indexer.symbols import path_order

_TEST_NAME = re.compile(r"(?:test|it|spec|should)(?![a-z])|Test|.{1,200}Tests?$")
"""How tests, and the classes and files of tests, are called."""


def is_test(path: str, container: str = "", language: str = "") -> bool:
    """Whether a place belongs to tests."""
    return path_order.is_test(path) or (language == "rust" and container.split(" > ")[0] in ("test", "tests"))


def helps_tests(container: str) -> bool:
    """Whether a place in tests is no test itself, as far as names tell: a helper, or a line outside of definitions."""
    return not any(_TEST_NAME.match(name) for name in container.split(" > "))
