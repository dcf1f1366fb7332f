"""What each command is about: what is named, selected, spoken of before, or around the cursor."""

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.attachments.types import Given
from inglenook_server.chat.commands.task import Task
from inglenook_server.chat.commands.tasks import MOST_LINES, make_task, tasks
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.request import make_request
from inglenook_server.generation.base import Message

from tests.server.chat.asking import at, selected
from tests.server.chat.conftest import FILES

HALF = ("pool.py", 16, 17, "half")
RUN = ("pool.py", 10, 13, "run")
TASKS = sorted(tasks() - {"refactor"})
"""Those that need no words."""


def made(command, wish, index, given=(), history=(), near=""):
    request = make_request(
        f"/{command} {wish}", [Message(role, text) for role, text in history], given=given, near=near
    )
    return make_task(command, wish, request, index)


def about(task):
    assert isinstance(task, Task), task
    target = task.target
    return target.path, target.start_line, target.end_line, target.name


@pytest.mark.parametrize("command", TASKS)
@pytest.mark.parametrize(
    ("wish", "given", "found"),
    [
        ("@half", (), HALF),
        ("@Pool.run", (), RUN),
        ("half", (), HALF),
        ("Pool.run", (), RUN),
        ("half?", (), HALF),
        ("", [at("pool.py", 12, FILES["pool.py"])], RUN),
        ("", [selected("pool.py", 16, 17, FILES["pool.py"])], HALF),
        ("", [at("pool.py", 12, FILES["pool.py"]), selected("pool.py", 16, 17, FILES["pool.py"])], HALF),
        # what is named comes before what merely happens to be selected
        ("@half", [selected("pool.py", 10, 13, FILES["pool.py"])], HALF),
        ("half", [at("pool.py", 12, FILES["pool.py"])], HALF),
        ("@mail.py", [at("pool.py", 12, FILES["pool.py"])], ("mail.py", 5, 6, "send_mail")),
    ],
)
def test_what_a_task_is_about(index, command, wish, given, found):
    path, first, last, name = about(made(command, wish, index, given))
    if wish == "@mail.py" and command != "doc":  # a file is itself
        assert (path, first, last) == ("mail.py", 1, 10)
    else:
        assert (path, first, last, name) == found


@pytest.mark.parametrize("command", TASKS)
@pytest.mark.parametrize(
    "history",
    [
        [("user", "Where is half defined?"), ("assistant", "In pool.py.")],
        [("user", "How does it work?"), ("assistant", "By `half` of it.")],
        [("user", "/explain half"), ("assistant", "It halves.")],
        [("user", "/explain @half"), ("assistant", "It halves.")],
    ],
)
def test_it_is_what_was_spoken_of(index, command, history):
    assert about(made(command, "it", index, [at("pool.py", 12, FILES["pool.py"])], history)) == HALF


@pytest.mark.parametrize("command", TASKS)
def test_nothing_chosen_says_how_to_choose(index, command):
    for where in (index, None):
        said = made(command, "", where)
        assert isinstance(said, KnownAnswer)
        assert said.text == f"Select the code that is meant, or name it: `/{command} @Pool.run`."


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("@nowhere", "Nothing called `nowhere` is in the index."),
        ("@private.py", "private.py"),
        ("@.env", ".env"),
    ],
)
def test_what_is_named_and_not_there_is_said(index, wish, sentence):
    said = made("explain", wish, index, [at("pool.py", 12, FILES["pool.py"])])
    assert isinstance(said, KnownAnswer)
    assert sentence in said.text


def test_a_secret_file_is_no_target(index):
    said = made("fix", "", index, [selected(".env", 1, 1, FILES[".env"])])
    assert isinstance(said, KnownAnswer)
    assert "hunter2" not in said.text
    assert "withheld" in said.text


@pytest.mark.parametrize(("wish", "sentence"), [("@long", "131 lines"), ("@wide", "characters")])
def test_too_much_code_is_refused(index, wish, sentence):
    said = made("refactor", wish, index)
    assert isinstance(said, KnownAnswer)
    assert sentence in said.text
    assert str(MOST_LINES) in said.text or "6,000" in said.text


def test_half_a_definition_is_changed_as_a_whole_and_explained_as_it_is(index):
    given = [selected("pool.py", 10, 11, FILES["pool.py"])]
    assert about(made("refactor", "Use a constant", index, given)) == RUN
    assert about(made("explain", "", index, given)) == ("pool.py", 10, 11, "run")
    assert about(made("fix", "", index, [selected("pool.py", 12, 12, FILES["pool.py"])])) == ("pool.py", 12, 12, "")


def test_code_of_no_index_is_what_the_editor_sent(workspace):
    text = "x = 1\ny = 2\n"
    unindexed = Index(workspace({}))
    for where in (None, unindexed):
        task = made("explain", "", where, [Given("selection", "new.py", "", 1, 2, text, outside=True)])
        assert task.target.text == "x = 1\ny = 2"
    unindexed.close()


def test_unsaved_text_is_what_counts(index):
    text = FILES["pool.py"].replace("n / 0", "n / 3")
    index.shadow("pool.py", text)
    assert made("fix", "@half", index).target.text == "def half(n):\n    return n / 3"


def test_problems_of_the_target_come_along_and_others_do_not(index):
    problems = Given("problems", text="pool.py:17: division by zero\npool.py:12: other\nmail.py:1: unused")
    assert made("fix", "@half", index, [problems]).problems == ("pool.py:17: division by zero",)
    task = made("fix", "", index, [problems, at("pool.py", 12, FILES["pool.py"])])
    assert (about(task), task.problems) == (RUN, ("pool.py:12: other",))


def test_a_fix_is_of_the_definition_that_has_the_problem(index):
    problems = Given("problems", text="pool.py:17: division by zero")
    for given in ([problems], [problems, at("pool.py", 12, FILES["pool.py"])]):
        assert about(made("fix", "", index, given)) == HALF


def test_secrets_and_orders_do_not_reach_the_model(index):
    assert "sk_live_9a" not in made("fix", "@connect", index).target.text
    assert "previous instructions" not in made("fix", "@greet", index).target.text


def test_a_test_is_shown_for_its_style(index):
    (shown,) = made("tests", "@send_mail", index).beside
    assert shown[0].startswith("tests/test_mail.py:")
    assert "test_send_mail" in shown[1]
    assert made("fix", "@send_mail", index).beside == ()


def test_the_words_that_name_the_code_are_no_wish(index):
    assert made("refactor", "@half use a constant", index).wish == "use a constant"
    assert made("explain", "half", index).wish == ""


@pytest.mark.parametrize(
    ("wish", "given", "name"),
    [
        ("@half", (), "half"),
        ("half", (), "half"),
        ("", [at("pool.py", 12, FILES["pool.py"])], "run"),
        ("", [selected("pool.py", 1, 2, FILES["pool.py"])], "pool.py"),
    ],
)
def test_a_refactoring_wants_to_be_told_what_to_do(index, wish, given, name):
    said = made("refactor", wish, index, given)
    assert isinstance(said, KnownAnswer)
    assert said.text == f"Say what is to become of `{name}`, as in `/refactor @Pool.run use a dictionary`."
