import pytest
from inglenook_indexer import Index
from inglenook_server.chat.answer import answer
from inglenook_server.errors import RequestError
from inglenook_server.generation.base import Message
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import ChatSettings

FILES = {
    "pool.py": "class WorkerPool:\n    def acquire_worker(self, timeout):\n        return self.idle.pop()\n",
    "mail.py": "def send_mail(address):\n    return smtp.send(address)\n",
    "tests/test_mail.py": "def test_send_mail():\n    assert send_mail('a@b.c')\n",
    ".env": "SMTP_PASSWORD=hunter2hunter2hunter2\n",
}


@pytest.fixture
def index(workspace):
    made = Index(workspace(FILES))
    made.refresh()
    yield made
    made.close()


def says(text: str) -> EchoGenerator:
    return EchoGenerator(lambda _: text)


def test_the_pieces_add_up_and_the_references_are_real(index):
    pieces: list[str] = []
    reply = answer(
        "How is a mail sent?",
        index=index,
        generator=says("It calls `smtp.send` [1]. See made_up.py:7."),
        settings=ChatSettings(),
        on_text=pieces.append,
    )
    assert "".join(pieces) == reply.text
    assert reply.text == "It calls `smtp.send` `mail.py:1`. See made_up.py."
    assert reply.references[0].path == "mail.py"
    for reference in reply.references:
        lines = FILES[reference.path].splitlines()
        assert 1 <= reference.start_line <= reference.end_line <= len(lines)
    assert reply.stop_reason == "stop"
    assert {"retrieve", "generate", "total"} <= set(reply.timings_ms)


def test_what_the_answer_names_comes_first(index):
    reply = answer("worker pool and mail", index=index, generator=says("In mail.py it is."), settings=ChatSettings())
    assert reply.references[0].path == "mail.py"
    assert len(set(reply.references)) == len(reply.references)


@pytest.mark.parametrize(
    ("says_", "paths", "note"),
    [
        ("By [1].", ["mail.py"], ""),
        ("By send_mail, as test_send_mail shows.", ["tests/test_mail.py", "mail.py"], ""),
        ("Somehow.", [], "The answer names no code of the workspace."),
    ],
)
def test_the_references_are_what_the_answer_used(index, says_, paths, note):
    reply = answer("How is a mail sent?", index=index, generator=says(says_), settings=ChatSettings())
    assert ([one.path for one in reply.references], reply.note) == (paths, note)
    assert "Sources" not in reply.text


def test_secret_files_reach_no_prompt(index):
    reply = answer("What is SMTP_PASSWORD?", index=index, generator=says("x"), settings=ChatSettings())
    assert "hunter2" not in reply.prompt
    assert ".env" not in {reference.path for reference in reply.references}


def test_without_an_index_the_model_answers_alone(workspace):
    for index in (None, Index(workspace({}))):
        reply = answer("Hello?", index=index, generator=says("Hi [1]."), settings=ChatSettings())
        assert (reply.text, reply.references) == ("Hi .", ())
        assert reply.note == "", "nothing was looked for"


def test_a_short_follow_up_is_looked_up_with_the_question_before(index):
    history = [Message("user", "How is a mail sent?"), Message("assistant", "By send_mail.")]
    reply = answer(
        "And why?", history=history, index=index, generator=says("Because."), settings=ChatSettings(max_spans=1)
    )
    assert reply.hits[0].chunk.path == "mail.py"
    assert "How is a mail sent?" in reply.prompt


def test_the_prompt_keeps_its_budget(index):
    settings = ChatSettings(prompt_tokens=256, max_tokens=16)
    history = [Message("user", "word " * 200), Message("assistant", "word " * 200)]
    generator = says("x")
    reply = answer("mail? " * 400, history=history, index=index, generator=generator, settings=settings)
    assert generator.count(reply.prompt) <= 256


@pytest.mark.parametrize("question", ["", " \n"])
def test_an_empty_question_is_refused(question):
    with pytest.raises(RequestError, match="empty"):
        answer(question, index=None, generator=says("x"), settings=ChatSettings())


def test_a_cancelled_answer_ends_where_it_was(index):
    pieces: list[str] = []
    reply = answer(
        "How is a mail sent?",
        index=index,
        generator=says("one two three four five"),
        settings=ChatSettings(),
        on_text=pieces.append,
        cancelled=lambda: len(pieces) >= 2,
    )
    assert reply.stop_reason == "cancelled"
    assert "".join(pieces) == reply.text
    assert "Sources" not in reply.text
