"""Whole answers: from the index, by the model within what is known, and the edits that commands propose."""

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.answer import (
    LOOPED,
    NO_WORKSPACE,
    NONE_USED,
    NOTHING_FOUND,
    NOTHING_LEFT,
    NOTHING_SAID,
)
from inglenook_server.chat.commands.outcome import NOT_INDEXED
from inglenook_server.chat.edits.guards import MASKED, UNSEEN
from inglenook_server.chat.edits.propose import BROKEN
from inglenook_server.chat.request import PlacesFound, TextPiece
from inglenook_server.settings import ChatSettings

from tests.server.chat.asking import ask, selected
from tests.server.chat.conftest import FILES

MAIL = "How is a mail sent to an address?"


def block(code, language="python"):
    return f"```{language}\n{code}\n```\n"


def test_what_the_index_knows_needs_no_model(index):
    asked = ask("Where is half defined?", index)
    assert (asked.reply.origin, asked.reply.model, asked.reply.prompt) == ("index", "", "")
    assert (asked.streamed, asked.kinds) == (asked.reply.text, ["text"])
    assert [one.path for one in asked.reply.references] == ["pool.py"]


def test_places_come_before_any_text(index):
    asked = ask(MAIL, index, "`send_mail` calls `smtp.send`.")
    assert asked.kinds == ["places", "reading", "text"]
    assert asked.events[0] == PlacesFound(asked.reply.places)
    assert asked.reply.places[0].name == "send_mail"
    assert asked.reply.origin == "model"
    assert {"retrieve", "generate", "total"} <= set(asked.reply.timings_ms)


def test_the_pieces_add_up_and_the_references_are_real(index):
    asked = ask(MAIL, index, "`send_mail` calls `smtp.send` [1].")
    assert asked.streamed == asked.reply.text
    assert asked.reply.references[0].path == "mail.py"
    for one in asked.reply.references:
        assert 1 <= one.start_line <= one.end_line <= FILES[one.path].count("\n")
    assert (asked.reply.stop_reason, asked.reply.note, asked.reply.struck) == ("stop", "", 0)


def test_struck_sentences_are_counted_and_not_shown(index):
    asked = ask(MAIL, index, "`send_mail` calls `smtp.send`. It is in `made_up.py`. `zanzibar_quokka` helps it.")
    assert asked.reply.struck == 2
    assert "zanzibar" not in asked.reply.text
    assert "made_up" not in asked.streamed


def test_where_nothing_is_left_the_places_are_the_answer(index):
    asked = ask(MAIL, index, "`zanzibar_quokka` does that.")
    assert asked.reply.text.startswith(NOTHING_LEFT)
    assert "`mail.py:5-6` `def send_mail(address)`" in asked.reply.text
    assert asked.streamed == asked.reply.text
    assert asked.reply.references[0].path == "mail.py"


@pytest.mark.parametrize(
    ("question", "says", "note"),
    [
        (MAIL, "`send_mail` does that.", ""),
        (MAIL, "By magic.", NONE_USED),
        ("What about zanzibar quokkas?", "They are animals.", NOTHING_FOUND),
    ],
)
def test_what_an_answer_rests_on_is_said(index, question, says, note):
    assert ask(question, index, says).reply.note == note


def test_without_a_folder_the_model_answers_alone_and_it_is_said():
    asked = ask("Is anybody there?", None, "Hi there, I am glad.")
    assert (asked.reply.text, asked.reply.references, asked.reply.note) == ("Hi there, I am glad.", (), NO_WORKSPACE)


def test_before_there_is_an_index_the_model_answers_alone(workspace):
    index = Index(workspace({"a.py": "x = 1\n"}))
    assert ask("Is anybody there?", index, "Hi there, I am glad.").reply.note == NO_WORKSPACE
    index.close()


def test_a_cancelled_answer_ends_where_it_was(index):
    asked = ask(
        MAIL,
        index,
        "One sentence is here. Two sentences are here. Three sentences are here.",
        cancelled=lambda events: any(isinstance(one, TextPiece) for one in events),
    )
    assert asked.reply.stop_reason == "cancelled"
    assert asked.reply.text == asked.streamed
    assert "Three" not in asked.reply.text
    assert asked.reply.edit is None


def test_a_cut_answer_has_no_half_sentence(index):
    asked = ask(MAIL, index, "One is here. Two goes on and on and on and on", settings=ChatSettings(max_tokens=6))
    assert asked.reply.stop_reason == "length"
    assert asked.reply.text.strip() == "One is here."


def test_an_answer_that_repeats_itself_is_cut(index):
    asked = ask(MAIL, index, "So:\n\n" + "- The mail goes out to the address that was given.\n" * 12)
    assert LOOPED in asked.reply.note
    assert asked.reply.text.count("\n") < 6


def test_secrets_reach_no_prompt(index):
    asked = ask("How does connect open the host with SMTP_PASSWORD?", index, "x y z.")
    assert "hunter2" not in asked.reply.prompt
    assert "sk_live_9a" not in asked.reply.prompt


def test_the_prompt_keeps_its_budget(index):
    settings = ChatSettings(prompt_tokens=256, max_tokens=16)
    history = [("user", "word " * 200), ("assistant", "word " * 200)]
    asked = ask("mail? " * 400, index, "x", history=history, settings=settings)
    assert asked.reply.usage.prompt_tokens <= 256


@pytest.mark.parametrize("question", ["/explain half", "/explain @half", "Explain this code"])
def test_an_explanation_is_held_to_the_code(index, question):
    given = [selected("pool.py", 16, 17, FILES["pool.py"])]
    asked = ask(question, index, "`half` divides `n` by zero. It calls `zanzibar_quokka`.", given=given)
    assert asked.kinds == ["places", "reading", "text"]
    assert "divides" in asked.reply.text
    assert (asked.reply.struck, asked.reply.edit) == (1, None)
    assert [(one.path, one.start_line) for one in asked.reply.references] == [("pool.py", 16)]


def test_an_explanation_of_which_nothing_holds_says_so_and_keeps_the_place(index):
    asked = ask("/explain half", index, "`zanzibar_quokka` does that.")
    assert asked.reply.text == NOTHING_SAID
    assert [one.cited for one in asked.reply.places] == ["pool.py:16-17"]


def test_a_fix_is_an_edit(index):
    asked = ask("/fix half", index, block("def half(n):\n    return n / 2") + "It divided by zero.")
    edit = asked.reply.edit
    assert (edit.path, edit.start_line, edit.end_line, edit.title) == ("pool.py", 16, 17, "Replace half")
    assert edit.old_lines == ("def half(n):", "    return n / 0")
    assert edit.new_lines == ("def half(n):", "    return n / 2")
    assert asked.reply.note == ""


@pytest.mark.parametrize("command", ["fix", "refactor"])
@pytest.mark.parametrize(
    ("symbol", "says", "note"),
    [
        ("half", block("def half(n):\n    return (n"), BROKEN),
        ("half", "It is right already.", "holds no code"),
        ("half", block("def half(n):\n    return n / 0"), "what stands there already"),
        ("connect", block("def connect(host):\n    return host.open()"), MASKED),
        ("greet", block("def greet(name):\n    return name"), UNSEEN),
        ("Pool", block("class Pool:\n    pass"), "of 8 lines it leaves 2"),
        ("half", block("class Pool:\n    def run(self, job, timeout):\n        return 1"), "other code than what was"),
        ("half", block("def elsewhere(n):\n    return 1") + "x", "can't be told"),
    ],
)
def test_an_edit_that_must_not_be_is_refused_in_a_sentence(index, command, symbol, says, note):
    asked = ask(f"/{command} @{symbol} make it nicer", index, says)
    assert asked.reply.edit is None
    assert note in asked.reply.note
    assert asked.streamed == asked.reply.text


@pytest.mark.parametrize(
    ("wish", "code", "notes"),
    [
        (
            " take the divisor",
            "def half(n, by):\n    return n / by",
            ["becomes `def half(n, by)`", "2 places call it."],
        ),
        (
            " make it nicer",
            "async def half(n):\n    return n / 0",
            ["becomes `async def half(n)`", "you did not ask for this"],
        ),
        (" make it async", "async def half(n):\n    return n / 0", ["becomes `async def half(n)`", "2 places"]),
    ],
)
def test_a_changed_signature_is_said_with_who_calls_it(index, wish, code, notes):
    asked = ask(f"/refactor @half{wish}", index, block(code))
    assert asked.reply.edit is not None
    assert all(note in asked.reply.note for note in notes)
    assert ("did not ask" in asked.reply.note) == ("nicer" in wish)


def test_the_problems_are_in_the_prompt_of_a_fix(index):
    from inglenook_server.chat.attachments.types import Given

    problems = [Given("problems", text="pool.py:17: division by zero")]
    asked = ask("/fix", index, block("def half(n):\n    return n / 2"), given=problems)
    assert "pool.py:17: division by zero" in asked.reply.prompt
    assert asked.reply.edit.start_line == 16


def test_an_edit_is_of_unsaved_text(index):
    index.shadow("pool.py", "# one more line\n" + FILES["pool.py"])
    asked = ask("/fix half", index, block("def half(n):\n    return n / 2"))
    assert (asked.reply.edit.start_line, asked.reply.edit.end_line) == (17, 18)


def test_an_edit_of_what_changed_meanwhile_is_refused(index):
    def says(_):
        index.shadow("pool.py", FILES["pool.py"].replace("n / 0", "n / 5"))
        return block("def half(n):\n    return n / 2")

    asked = ask("/fix half", index, says)
    assert asked.reply.edit is None
    assert "has changed since" in asked.reply.note


def test_documentation_is_an_edit_without_what_is_not_in_the_code(index):
    asked = ask("/doc half", index, "Return half of `n`. Uses `send_mail` and `depth`. See `pool.py:16-17`.")
    edit = asked.reply.edit
    assert (edit.old_lines, edit.new_lines) == (("def half(n):",), ("def half(n):", '    """Return half of `n`."""'))
    assert edit.applied(FILES["pool.py"].split("\n"))[15:18] == [*edit.new_lines, "    return n / 0"]


def test_tests_are_a_new_file(index):
    asked = ask("/tests half", index, block("from x import half\n\n\ndef test_half():\n    assert half(2) == 1"))
    edit = asked.reply.edit
    assert (edit.path, edit.start_line, edit.end_line) == ("tests/test_pool.py", 1, 0)
    assert edit.new_lines[0] == "from pool import half"


def test_tests_that_never_call_the_code_are_text(index):
    asked = ask("/tests half", index, block("def test_half():\n    assert 1"))
    assert asked.reply.edit is None
    assert "never call `half`" in asked.reply.note
    assert "assert 1" in asked.reply.text


@pytest.mark.parametrize("command", ["fix", "refactor", "doc", "tests"])
def test_without_a_folder_there_is_no_edit(command):
    given = [selected("new.py", 1, 2, "def half(n):\n    return n / 0\n")]
    asked = ask(f"/{command} nicer", None, block("def half(n):\n    return n / 2"), given=given)
    assert (asked.reply.edit, asked.reply.note) == (None, NOT_INDEXED)


@pytest.mark.parametrize("command", ["explain", "fix", "refactor", "doc", "tests"])
def test_nothing_chosen_asks_no_model(index, command):
    for where in (index, None):
        asked = ask(f"/{command}", where)
        assert asked.reply.text == f"Select the code that is meant, or name it: `/{command} @Pool.run`."


def test_code_comes_through_as_it_was_written(index):
    code = "def half(n):\n\n    # [1] is no citation, nor `made_up`\n    return {'a.py:7': n}[\"a.py:7\"]  \n\n"
    asked = ask("/fix half", index, "```python\n" + code + "```\nSo.")
    assert asked.reply.edit.new_lines == tuple(code.rstrip("\n").split("\n"))
