"""One attempt or two: by a generator whose answers and certainty are written down here."""

from __future__ import annotations

import pytest
from inglenook_indexer.types import Chunk, Hit
from inglenook_server.completion.attempts import DOUBT, Asker
from inglenook_server.completion.context import Context
from inglenook_server.completion.memory import Memory
from inglenook_server.generation.base import Generation, Infill, Options, Usage
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import CompletionSettings

from tests.server.completion.marks import at

SURE, UNSURE = DOUBT / 2, DOUBT * 2
HITS = (Hit(Chunk("a.py", "python", "def other(): ...\n", 1, 1, 0, 0), 1.0),)
TEXT = "from tools import detect\n\n\ndef run(path):\n    return █\n"


class Told(EchoGenerator):
    """Answers by what is asked: with the name written ("detect"), without other files ("bare"), or else ("")."""

    def __init__(self, answers: dict[str, tuple[str, float | None]]) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[Infill] = []

    def generate(self, prompt, options: Options, on_text=None, cancelled=None) -> Generation:
        self.asked.append(prompt)
        kind = "detect" if prompt.prefix.endswith("detect") else "" if prompt.snippets else "bare"
        text, sure = self.answers[kind]
        if on_text is not None:
            on_text(text)
        return Generation(text, "stop", Usage(), sure)


def ask(answers, awaited=(), hits=HITS, reconsider=True, text=TEXT):
    generator = Told(answers)
    cursor = at(text)
    heard: list[str] = []
    asker = Asker(
        cursor, cursor, "me.py", "python", "line", generator, CompletionSettings(reconsider=reconsider), Memory(),
        lambda: False,
    )  # fmt: skip
    best = asker.best(Context(hits, awaited=awaited, line=4), heard.append)
    return best, generator.asked, heard


def test_a_sure_answer_is_the_answer():
    best, asked, heard = ask({"": ("path", SURE)})
    assert (best.text, best.why, len(asked), heard) == ("path", "", 1, ["path"])


@pytest.mark.parametrize(("bare", "text"), [(SURE, "open(path)"), (2 * UNSURE, "path")])
def test_in_doubt_it_is_asked_again_without_other_files_and_the_surer_answer_counts(bare, text):
    best, asked, heard = ask({"": ("path", UNSURE), "bare": ("open(path)", bare)})
    assert best.text == text
    assert [bool(prompt.snippets) for prompt in asked] == [True, False]
    assert heard == ["path"], "who listens hears one text"
    assert (best.why == "without other files") == (text != "path")


def test_a_name_that_the_file_waits_for_is_written_for_the_model():
    best, asked, _ = ask({"": ("guess(path)", SURE), "detect": ("(path)", SURE - 0.2)}, ("detect",))
    assert best.text == "detect(path)"
    assert asked[1].prefix.endswith("return detect")
    assert "detect" in best.why


@pytest.mark.parametrize(
    "second", [("(path)", SURE - 1), ("ed(path)", SURE), ("", SURE)], ids=["unlikely", "another name", "nothing"]
)
def test_a_name_that_does_not_fit_is_not_taken(second):
    best, asked, _ = ask({"": ("guess(path)", SURE), "detect": second}, ("detect",))
    assert len(asked) == 2
    assert best.text == ("detect" if second[0] == "" else "guess(path)")


@pytest.mark.parametrize(
    ("answers", "reconsider"),
    [
        ({"": ("detect(path)", SURE)}, True),
        ({"": ("path", None)}, True),
        ({"": ("path", UNSURE)}, False),
    ],
    ids=["it knew the name", "an engine that does not tell", "switched off"],
)
def test_once_is_enough(answers, reconsider):
    best, asked, _ = ask(answers, ("detect",), reconsider=reconsider)
    assert len(asked) == 1
    assert best.why == ""
