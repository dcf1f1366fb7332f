"""Pieces of Markdown that the made documents share."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
from collections.abc import Iterable
from typing import Any


def row(cells: Iterable[str]) -> str:
    """A table's row."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |".replace("  |", " |")


def anchor(heading: str) -> str:
    """What GitHub makes of a heading in a link."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@functools.cache
def documentation(kind: Any) -> tuple[str, dict[str, str]]:
    """A class's docstring, and those of its fields, each on one line."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    notes: dict[str, str] = {}
    for before, node in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(before, ast.AnnAssign) and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            notes[ast.unparse(before.target)] = " ".join(str(node.value.value).split())
    return " ".join(inspect.cleandoc(kind.__doc__ or "").split()), notes
