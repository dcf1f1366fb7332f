"""What is known before a model is asked: whole answers, places, or a task."""

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.attachments import attach
from inglenook_server.chat.commands.task import Task
from inglenook_server.chat.prepare import PLACES, look_up, prepare
from inglenook_server.chat.request import make_request
from inglenook_server.errors import RequestError
from inglenook_server.generation.base import Message

from tests.server.chat.asking import ask, at, selected
from tests.server.chat.conftest import FILES


def prepared(question, index, history=(), given=()):
    return prepare(make_request(question, [Message(*one) for one in history], given=given), index)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Where is half defined?", "pool.py:16"),
        ("Who calls half?", "mail.py:6"),
        ("What does mail.py import?", "smtp"),
    ],
)
def test_what_the_index_knows_is_the_whole_answer(index, question, says):
    found = prepared(question, index)
    assert found.known is not None
    assert says in found.known.text
    assert (found.task, found.places) == (None, ())


@pytest.mark.parametrize(
    "history",
    [
        [("user", "Where is half defined?"), ("assistant", "It is defined in `pool.py:16-17`.")],
        [("user", "/define half"), ("assistant", "`half` is in pool.py.")],
        [("user", "How is a number cut in two?"), ("assistant", "By `half`.")],
    ],
)
@pytest.mark.parametrize("question", ["And who calls it?", "Who calls it?"])
def test_a_follow_up_is_about_what_was_spoken_of(index, history, question):
    found = prepared(question, index, history)
    assert found.known is not None
    assert "mail.py:6" in found.known.text


def test_it_means_nothing_where_nothing_was_spoken_of(index):
    found = prepared("Who calls it?", index)
    assert found.known is None
    assert found.task is None


@pytest.mark.parametrize(
    ("question", "history", "searched"),
    [
        ("Why so?", [], ["Why so?"]),
        ("Why so?", [("user", "How is a mail sent?"), ("assistant", "Somehow.")], ["Why so?", "How is a mail sent?"]),
        ("Why so?", [("user", "Where is half defined?")], ["Why so?", "half"]),
        ("Why is a mail sent to nobody at all here?", [("user", "Where is half defined?")], None),
    ],
)
def test_a_short_question_is_looked_up_with_what_it_follows(question, history, searched):
    found = look_up(make_request(question, [Message(*one) for one in history]))
    assert found.split("\n") == (searched or [question])


def test_other_questions_get_places_best_first_and_few(index):
    found = prepared("How is a mail sent to an address?", index)
    assert found.known is None
    assert found.places[0].name == "send_mail"
    assert len(found.places) <= PLACES
    assert found.hits
    for place in found.places:
        assert 1 <= place.start_line <= place.end_line <= FILES[place.path].count("\n")


@pytest.mark.parametrize("question", ["Explain this code", "explain the selected code", "What does this do?"])
def test_a_question_about_the_selection_is_a_task(index, question):
    given = [selected("pool.py", 16, 17, FILES["pool.py"]), at("pool.py", 16, FILES["pool.py"])]
    found = prepared(question, index, given=given)
    assert isinstance(found.task, Task)
    assert (found.task.command, found.task.target.name) == ("explain", "half")
    assert [(one.path, one.start_line, one.signature) for one in found.places] == [("pool.py", 16, "def half(n)")]
    assert prepared(question, index).task is None


def test_what_something_does_is_told_by_the_index(index):
    known = prepared("What does half do?", index).known
    assert known is not None
    assert "`half` (function), at `pool.py:16-17`" in known.text
    assert known.text.endswith("`/explain half`.")
    history = [("user", "Where is half defined?"), ("assistant", "There.")]
    assert "`half`" in prepared("What does it do?", index, history=history).known.text


def test_what_this_does_is_asked_of_what_the_cursor_is_in(index):
    history = [("user", "Where is send_mail defined?"), ("assistant", "There.")]
    given = [at("pool.py", 16, FILES["pool.py"])]
    assert prepared("What does this function do?", index, history=history, given=given).known is None


@pytest.mark.parametrize("question", ["What is the class hierarchy?", "What does the parser do?"])
def test_what_may_be_no_name_is_left_to_the_model(index, question):
    known = prepared(question, index).known
    assert known is None or "no definition" not in known.text


def test_without_a_folder_or_an_index_nothing_was_looked_for(workspace):
    assert prepared("How are jobs given out?", None).places is None
    index = Index(workspace({"a.py": "x = 1\n"}))
    assert prepared("How are jobs given out?", index).places is None
    index.close()


def test_unsaved_text_counts(index):
    index.shadow("pool.py", "def quarter(n):\n    return n / 4\n")
    assert "pool.py:1" in prepared("Where is quarter defined?", index).known.text


@pytest.mark.parametrize("question", ["", " \n"])
def test_an_empty_question_is_refused(question):
    with pytest.raises(RequestError, match="empty"):
        make_request(question)


def test_what_a_question_names_is_looked_up_once(index, monkeypatch):
    looked_up = []
    real = attach.candidates
    monkeypatch.setattr(attach, "candidates", lambda *given: looked_up.append(1) or real(*given))
    asked = ask("Why is @half called where it is?", index, "It is.")
    assert "return n / 0" in asked.reply.prompt
    assert len(looked_up) == 1


def test_many_names_are_no_reason_to_refuse_a_question(index):
    """Whether there is room for them is for the model's budget to say."""
    named = " ".join(f"@pool.py:{line}-{line + 1}" for line in range(1, 16))
    assert prepare(make_request(f"How do {named} go together?"), index).known is None
