"""What goes along with a question, before and after it was looked up. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "selection", "symbol", "file", "problems", "terminal", "diff", "folder", "cursor", "instructions"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """Something that the client sends along, as the edge has translated it. Lines are 1-based and inclusive."""

    kind: Kind
    path: str = ""
    """The file, as the index or the editor's title calls it; a folder's path."""
    name: str = ""
    """The symbol; "staged" for the diff of what is staged."""
    start_line: int = 0
    """Of the selection; the cursor's line. 0 where there is none."""
    end_line: int = 0
    text: str = ""
    """Of a document, lines of the editor's buffer, already masked; of problems, terminal and diff the client's text."""
    first_line: int = 1
    """The line that `text` begins with."""
    outside: bool = False
    """Whether the document lies in no open folder, so that no index can have it."""
    problem: str = ""
    """Why it can't go along, as the edge has found."""


@dataclass(frozen=True, slots=True)
class Attached:
    """One thing that goes along with a question. Lines are 1-based and inclusive, 0 where there are none."""

    kind: Kind
    label: str
    """How it is called, in one line."""
    path: str = ""
    start_line: int = 0
    end_line: int = 0
    text: str = ""
    """What stands in the prompt, secrets masked; empty where there is a problem."""
    problem: str = ""
    """Why it can't go along, in a sentence; empty where it can."""
    header: str = ""
    """The signature of the definition that the text is a part of, in one line; empty where there is none."""
    note: str = ""
    """What else is to be said of it, such as that other places have the same name."""
    verbatim: bool = False
    """Whether `text` is exactly the lines from `start_line` to `end_line`; else it is an outline, or parts of them."""
