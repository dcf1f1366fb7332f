"""What a model writes, and the code it is asked about, costs no more than its length."""

from __future__ import annotations

import pytest
from inglenook_indexer.types import Symbol
from inglenook_server.chat.command_names import split
from inglenook_server.chat.commands.subject import last_subject
from inglenook_server.chat.commands.task import Target, Task
from inglenook_server.chat.edits.code_blocks import code_blocks
from inglenook_server.chat.edits.doc_comments import documented_from
from inglenook_server.chat.edits.doc_text import doc_text
from inglenook_server.chat.edits.docs import document
from inglenook_server.chat.edits.edit import Edit
from inglenook_server.chat.edits.guards import guarded
from inglenook_server.chat.edits.new_tests import _calls, _imported, _module
from inglenook_server.chat.edits.placing import place
from inglenook_server.chat.edits.signature_change import signature_notes
from inglenook_server.chat.edits.tests_place import file_of_tests, new_file_of_tests
from inglenook_server.generation.base import Message

from tests.cost import faults

OUTLINE = [Symbol("f", "function", "a.py", 1, 2, "python")]
CODE = ["def f(a):", "    return a"]


def edit(text):
    lines = text.split("\n")
    return Edit("a.py", 1, 2, tuple(lines), tuple(CODE), "Replace f")


class NoIndex:
    """Knows nothing, at once."""

    def outline(self, path):
        return []

    def importers(self, path):
        return []


WORK = {
    "blocks of code": code_blocks,
    "documentation": lambda text: doc_text(text, text),
    "a comment": lambda text: document(OUTLINE[0], CODE, text),
    "a comment above": lambda text: documented_from([*text.split("\n"), "f"], text.count("\n") + 2, "go"),
    "a comment as one line": lambda text: documented_from([f"// {text}", "f"], 2, "go"),
    "a block above": lambda text: documented_from(["/**", *text.split("\n"), "*/", "f"], text.count("\n") + 4, "java"),
    "a docstring": lambda text: document(
        Symbol("f", "function", "a.py", 1, text.count("\n") + 2, "python"), ["def f(a):", *text.split("\n")], "A b."
    ),
    "a module": lambda text: _module(text, [], [text]),
    "placing": lambda text: place(text.split("\n"), "a.py", CODE, OUTLINE, 1, 2),
    "placing in it": lambda text: place(CODE, "a.py", text.split("\n"), OUTLINE, 1, 2),
    "guards": lambda text: guarded(edit(text), text),
    "signatures": lambda text: signature_notes(edit(text), CODE, OUTLINE, text, lambda one: ""),
    "calls": lambda text: _calls(text.split("\n"), "f", "python"),
    "imports": lambda text: _imported(text.split("\n"), "a.py", "f", NoIndex(), [text]),
    "a path": lambda text: (file_of_tests(text, [text]), new_file_of_tests(text, [text])),
    "a command": split,
    "a task": lambda text: Task("fix", Target("a.py", 1, 2, text, "python"), text, (text,)).chat(),
    "what it means": lambda text: last_subject([Message("assistant", text), Message("user", text)]),
}


@pytest.mark.parametrize("name", WORK)
def test_cost_grows_no_faster_than_the_text(name):
    assert (
        faults(
            WORK[name],
            "```\n",
            "def f(a):\n",
            "from a import f\n",
            "`a` ",
            "A b. ",
            "test_",
            "int f(",
            "~",
            "a/",
            "    ",
        )
        == []
    )
