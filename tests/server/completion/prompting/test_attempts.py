"""One attempt or two: by a generator whose answers and certainty are written down here."""

from __future__ import annotations

import pytest
from inglenook_indexer.types import Chunk, Hit
from inglenook_server.completion.context.gather import Context
from inglenook_server.completion.prompting import retrieval_gate
from inglenook_server.completion.prompting.attempts import AttemptRunner
from inglenook_server.completion.prompting.prompt_memory import PromptMemory
from inglenook_server.completion.prompting.retrieval_gate import SURE as SURER
from inglenook_server.completion.syntax.blocks import Syntax
from inglenook_server.generation.base import Generation, Options, Usage
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import CompletionSettings

from tests.server.completion.marks import at

SURE, UNSURE = SURER / 2, -1.5
HITS = (Hit(Chunk("a.py", "python", "def other(): ...\n", 1, 1, 0, 0), 1.0, {"similar": 0.5}),)
TEXT = "import tools\n\n\ndef run(path):\n    tools.start()\n    return █\n"
WAITING = TEXT.replace("import tools\n", "from tools import detect\n")


FOUND = Context(HITS, line=5)


class Told(EchoGenerator):
    """Answers by what is asked: with a name written ("name"), with other files ("files"), or else ("")."""

    def __init__(self, answers: dict[str, tuple[str, float | None]]) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[str] = []

    def generate(self, prompt, options: Options, on_text=None, cancelled=None) -> Generation:
        self.asked.append("name" if prompt.prefix.endswith("detect") else "files" if prompt.snippets else "")
        text, sure = self.answers[self.asked[-1]]
        if on_text is not None:
            on_text(text)
        return Generation(text, "stop", Usage(), sure)


@pytest.fixture(autouse=True)
def open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval_gate, "_weights", lambda: {"intercept": 9.0, "coefficients": {}, "threshold": 0.5})


def ask(answers, text=TEXT, context=FOUND, **settings):
    generator = Told(answers)
    cursor = at(text)
    heard: list[str] = []
    asker = AttemptRunner(
        cursor,
        cursor,
        "me.py",
        "python",
        "line",
        generator,
        CompletionSettings(**settings),
        PromptMemory(),
        Syntax(),
        lambda: False,
    )
    answer = asker.best(lambda: context, heard.append)
    return answer, generator.asked, heard


def test_where_the_model_is_sure_other_files_are_not_looked_at():
    answer, asked, heard = ask({"": ("path", SURE)})
    assert (answer.attempt.text, asked, heard) == ("path", [""], ["path"])
    assert answer.gate == "the model was sure without other files"


@pytest.mark.parametrize(("second", "text"), [(SURE, "open(path)"), (2 * UNSURE, "path")])
def test_in_doubt_it_is_asked_again_with_other_files_and_the_surer_text_counts(second, text):
    answer, asked, heard = ask({"": ("path", UNSURE), "files": ("open(path)", second)})
    assert answer.attempt.text == text
    assert asked == ["", "files"]
    assert heard == ["path"], "who listens hears one text"
    assert ("surer without" in answer.gate) == (text == "path")
    assert answer.context.hits == HITS


def test_the_gate_leaves_out_what_is_not_worth_its_time(monkeypatch):
    closed = {"intercept": -9.0, "coefficients": {}, "threshold": 0.5}
    monkeypatch.setattr(retrieval_gate, "_weights", lambda: closed)
    answers = {"": ("path", UNSURE), "files": ("open(path)", SURE)}
    answer, asked, _ = ask(answers)
    assert (answer.attempt.text, asked) == ("path", [""])
    assert "left out" in answer.gate
    assert ask(answers, gate=False)[1] == ["", "files"], "the gate is a setting"


def test_nothing_found_is_nothing_asked():
    answer, asked, _ = ask({"": ("path", UNSURE)}, context=Context(gate="nothing was found in other files"))
    assert (asked, answer.gate) == ([""], "nothing was found in other files")


def test_an_engine_that_does_not_tell_is_asked_with_other_files():
    answer, asked, _ = ask({"": ("path", None), "files": ("open(path)", None)})
    assert (answer.attempt.text, asked) == ("open(path)", ["", "files"])


def test_a_name_that_the_file_waits_for_is_written_for_the_model():
    waiting = Context(HITS, line=5, awaited=("detect",))
    answer, asked, _ = ask({"": ("guess(path)", SURE), "name": ("(path)", SURE - 0.5)}, WAITING, waiting)
    assert answer.attempt.text == "detect(path)"
    assert asked == ["", "name"]
    assert "detect" in answer.gate
    assert ask({"": ("detect(path)", SURE)}, WAITING, waiting)[1] == [""], "it knew the name"


@pytest.mark.parametrize("second", [("(path)", SURE - 4), ("ed(path)", SURE)], ids=["unlikely", "another name"])
def test_a_name_that_does_not_fit_is_not_taken(second):
    waiting = Context(HITS, line=5, awaited=("detect",))
    answer, asked, _ = ask({"": ("guess(path)", SURE), "name": second}, WAITING, waiting)
    assert (answer.attempt.text, asked) == ("guess(path)", ["", "name"])
