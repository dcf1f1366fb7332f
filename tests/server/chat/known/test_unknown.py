"""A name that the index has no definition of: said of names in code at once, of plain words where no text was found."""

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.known.asked import Asked
from inglenook_server.chat.known.unknown import unknown
from inglenook_server.chat.prepare import prepare
from inglenook_server.chat.questions.forms import Question
from inglenook_server.chat.request import make_request


@pytest.fixture
def index(workspace):
    made = Index(workspace({"net.py": "CELL_TIMEOUT = 3\n\n\ndef celtimeout(x):\n    return x\n"}))
    made.refresh()
    yield made
    made.close()


def told(index, subject, **more):
    answer = unknown(Asked(Question("definition", subject), index), **more)
    return answer and answer.text


def test_a_plain_word_may_be_no_name(index):
    assert told(index, "cieltimeout") is None
    assert told(index, "cieltimeout()").startswith("The index has no definition of `cieltimeout`.")


def test_of_a_plain_word_without_any_text_it_is_said_with_the_nearest_names(index):
    text = told(index, "cieltimeout", searched=True)
    assert text.startswith("The index has no definition of `cieltimeout`, and found no text that is like the question.")
    assert "- `celtimeout` (function) at `net.py:4-5`" in text


def test_a_name_in_code_is_told_of_as_before(index):
    assert told(index, "some_thing", searched=True) == "The index has no definition of `some_thing`."


@pytest.mark.parametrize("asked", ["where is cieltimeout", "Where is cieltimeout defined?", "find cieltimeout"])
def test_where_retrieval_finds_no_place_the_question_is_answered(workspace, asked):
    index = Index(workspace({"net.py": ""}))
    index.refresh()
    prepared = prepare(make_request(asked), index)
    assert prepared.known is not None
    assert (
        prepared.known.text
        == "The index has no definition of `cieltimeout`, and found no text that is like the question."
    )
    index.close()
