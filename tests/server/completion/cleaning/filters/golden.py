r"""Golden cases as files: `=== what holds | language`, the document with its cursor, `--- raw`, `--- shown`.

The text of a raw or shown part begins right behind its dashes and one blank, and ends before the next mark's newline.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inglenook_server.completion.syntax.cursor import Cursor

from tests.server.completion.marks import at

FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Case:
    """One case of a file."""

    name: str
    language: str
    cursor: Cursor
    raw: str
    shown: str


def cases(name: str) -> list[Case]:
    """The cases of golden/NAME.txt, in order. Raises ValueError where a file is not written as above."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    found = []
    for block in text.removesuffix("\n").removeprefix("=== ").split("\n=== "):
        title, _, rest = block.partition("\n")
        what, _, language = title.rpartition(" | ")
        document, raw, shown = rest.split("\n---")
        found.append(Case(what, language, at(document + "\n"), raw.removeprefix(" "), shown.removeprefix(" ")))
    return found
