"""The commands that a question may begin with, each with what it does. Does nothing of it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    name: str
    """Without its `/`."""
    sentence: str
    """What it does, as it is shown beside it."""


COMMANDS = (
    Command("find", "Lists the places that a question is about, without the model."),
    Command("explain", "Explains the selected code, or what you name."),
    Command("fix", "Proposes a change that mends the editor's problems in the selected code."),
    Command("tests", "Writes tests for the selected code, or for what you name."),
    Command("doc", "Writes the documentation of the selected code, or of what you name."),
    Command("refactor", "Proposes a change of the selected code that does what you say."),
    Command("review", "Says what the installed linters find, and what a change touches."),
    Command("changes", "Says what has changed since the last commit, and what that touches, without the model."),
    Command("commit", "Words a commit message for what is staged."),
    Command("error", "Finds the places that an error's text is about, without the model."),
    Command("define", "Says where a name is defined, without the model."),
)


def split(question: str) -> tuple[str, str]:
    """The command that a question begins with, without its slash, and the rest; ("", question) for none."""
    match = re.match(r"/([A-Za-z]{2,12})(?:\s+|$)", question)
    return (match[1].lower(), question[match.end() :].strip()) if match else ("", question)
