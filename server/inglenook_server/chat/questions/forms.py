"""What a question asks for, where the index can answer it exactly. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "definition",  # where is X defined
    "uses",  # who uses X: calls, types, inheritance, imports
    "callers",  # who calls X
    "importers",  # who imports X
    "callees",  # what does X call
    "bases",  # what does X inherit from
    "subclasses",  # what inherits from X
    "purpose",  # what does X do
    "signature",  # which parameters does X take
    "returns",  # what does X return
    "raises",  # what does X raise or throw
    "raisers",  # who raises X
    "inherits",  # does X inherit from Y
    "calls",  # does X call Y
    "imports",  # what does file X import
    "contents",  # what is in file, folder or class X
    "tests",  # which tests name X
    "impact",  # what breaks if I change X
    "changes",  # what has changed
    "commit",  # what was the last commit
]

Language = Literal["en", "de", "fr", "es", "pt", "zh", "ja"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the index can answer by itself."""

    form: Form
    subject: str = ""
    """The name or path that is asked about, as it is written: `Pool.run`, `src/pool.py`; empty for "changes" of all."""
    kind: str = ""
    """What it is called beside its name, one of `inglenook_indexer.symbols.patterns.KINDS`, or "file" or "folder"."""
    path: str = ""
    """The file or folder that the question narrows itself to ("in src/pool.py"), as it is written."""
    language: Language = "en"
    """The language that it is asked in, and answered in."""
    other: str = ""
    """The second name, where two are asked about: `Base` in "does Pool inherit from Base"."""
    staged: bool = False
    """Of "changes": only what is staged."""
    unstaged: bool = False
    """Of "changes": only what is not staged."""
    pronoun: bool = False
    """Whether the subject is a pronoun ("who calls it?"): it is what was last spoken of, and `subject` is empty."""
    unsure: bool = False
    """Whether the subject is a plain word that only the index can tell for a folder's name: "what is in life"."""
    wanted: str = ""
    """The kind of what is asked for: "function" in "which functions are in src/pool.py"; empty for any."""
    loose: bool = False
    """Whether it was read by its cues: it is a guess where the name is not known."""
