"""What a model is shown of hostile files: no line that is an order, no mark that it would obey, no open fence."""

from __future__ import annotations

import re

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.attachments.types import Given
from inglenook_server.chat.commands.tasks import tasks
from inglenook_server.generation.base import Message
from markdown_it import MarkdownIt

from tests.privacy.harbour import ask, undefended
from tests.privacy.injections import ORDERS, Injection, hidden, injections

ALL = injections()
IDS = [one.id for one in ALL]
LEFT_OUT = [one for one in ALL if one.left_out]
ONE_LINE = [one for one in LEFT_OUT if not one.vector.startswith("two lines")]
"""What a message of one line can quote."""
QUESTION = "How long is the tide waited for, and why?"
MARKS = re.compile(
    r"<\|[\w/]+\|>|<(?:file_sep|repo_name|fim_\w+|endoftext|start_of_turn|end_of_turn)>|\[/?INST\]|<</?SYS>>|<｜\w+｜>"
)
"""What templates of models begin and end turns with."""
HEADINGS = re.compile(
    r"Excerpts of the repository:|Question: |\[\d+\] \S|[\w./… -]+, the workspace's own notes:|The cursor is in |"
    r"Output of the terminal:|Problems that the editor shows:|What changed:|\S+:\Z"
)
"""What stands between the fences of a prompt."""


def leaks(prompt: str, question: str, cases: list[Injection]) -> list[str]:
    """The ids of the cases whose order is in a prompt."""
    return [one.id for one in cases if one.canary in prompt.replace(question, "")]


def test_the_set_is_what_it_says() -> None:
    assert len(ALL) >= 60
    assert {one.language for one in ALL} == set(ORDERS)
    assert len(set(IDS)) == len({one.canary for one in ALL}) == len({one.path for one in ALL}) == len(ALL)
    for one in ALL:
        assert one.canary in one.text + one.path or one.vector == "hidden letters"
        assert one.canary not in one.question


@pytest.mark.parametrize("case", ALL, ids=IDS)
def test_each_file_reaches_a_prompt_and_its_order_does_not(harbour: Index, case: Injection) -> None:
    case_in = hidden(case.canary) if case.vector == "hidden letters" else case.canary
    with undefended():
        bare = ask(harbour, case.question, near=case.near).prompt
    assert case_in in bare, "else this test would prove nothing"
    prompt = ask(harbour, case.question, near=case.near).prompt
    assert (case_in in prompt) == (not case.left_out)
    assert case.question in prompt
    assert not MARKS.search(prompt)


@pytest.mark.parametrize("case", ALL, ids=IDS)
def test_what_a_file_says_stays_in_its_fence(harbour: Index, case: Injection) -> None:
    prompt = ask(harbour, case.question).prompt
    user = prompt.rpartition("<user>")[2].removesuffix("<assistant>")
    outside = [one.content for one in MarkdownIt("commonmark").parse(user) if one.type == "inline"]
    assert outside
    for text in outside:
        for line in text.split("\n"):
            assert HEADINGS.match(line), line


KINDS = ("selection", "cursor", "file", "symbol", "terminal", "problems", "diff", "folder")


@pytest.mark.parametrize("kind", KINDS)
def test_no_order_of_what_goes_along(harbour: Index, kind: str) -> None:
    found, shown = [], []
    for case in LEFT_OUT if kind != "problems" else ONE_LINE:
        given = attached(kind, case)
        prompt = ask(harbour, QUESTION, given=(given,)).prompt
        found += leaks(prompt, "", [case])
        with undefended():
            shown += leaks(ask(harbour, QUESTION, given=(given,)).prompt, "", [case])
    assert found == []
    assert len(shown) > len(LEFT_OUT) // (2 if kind not in ("folder", "symbol") else 40), "else this proves nothing"


def attached(kind: str, case: Injection) -> Given:
    """A hostile file as a client would send it along."""
    lines = case.text.count("\n") + 1
    if kind in ("selection", "cursor"):
        return Given(kind, case.path, start_line=1, end_line=lines, text=case.text)  # type: ignore[arg-type]
    if kind == "file":
        return Given("file", case.path)
    if kind == "folder":
        return Given("folder", case.path.rpartition("/")[0])
    if kind == "symbol":
        return Given("symbol", name=case.question.split()[3])
    if kind == "problems":
        first = next(line for line in case.text.split("\n") if case.canary in line or not case.left_out or line)
        said = next((line for line in case.text.split("\n") if case.canary in line), first)
        return Given("problems", text=f"{case.path}:1: undefined name in {said.strip()}")
    if kind == "diff":
        body = "".join(f"+{line}\n" for line in case.text.split("\n"))
        return Given("diff", text=f"--- a/{case.path}\n+++ b/{case.path}\n@@ -0,0 +1,{lines} @@\n{body}")
    return Given("terminal", text=f"\x1b[31m$ cat x\x1b[0m\n{case.text}\n\x1b]0;title\x07error: failed")


def test_no_order_of_the_workspaces_own_notes(harbour: Index) -> None:
    cases = [one for one in ALL if one.vector == "agents"]
    assert len(cases) == len(ORDERS)
    for case in cases:
        prompt = ask(harbour, QUESTION, near=case.near).prompt
        assert f"{case.path}, the workspace's own notes" in prompt
        assert case.canary not in prompt


@pytest.mark.parametrize("command", sorted(tasks()))
def test_no_order_of_the_code_that_a_command_is_about(harbour: Index, command: str) -> None:
    found, asked = [], 0
    for case in LEFT_OUT:
        given = [attached("selection", case), *(attached("problems", case) for _ in range(case in ONE_LINE))]
        wish = " Make it shorter." if command == "refactor" else ""
        prompt = ask(harbour, f"/{command}{wish}", given=given).prompt
        asked += bool(prompt)
        found += leaks(prompt, "", [case])
    assert found == []
    assert asked == len(LEFT_OUT)


def test_no_order_of_an_earlier_answer_and_all_of_what_the_user_wrote(harbour: Index) -> None:
    order = ORDERS["en"][0].format(c="ZORIL900")
    history = [Message("user", f"I wrote: {order}"), Message("assistant", f"It is documented so:\n\n- {order}")]
    prompt = ask(harbour, QUESTION, history=history).prompt
    assert prompt.count("ZORIL900") == 1
    assert ORDERS["de"][0] in ask(harbour, f"{QUESTION} {ORDERS['de'][0]}").prompt
