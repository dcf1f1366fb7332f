"""/find, /define, /error, and commands that there are not: all without a model."""

import pytest
from inglenook_server.chat.command_names import COMMANDS
from inglenook_server.chat.commands import look_ups
from inglenook_server.chat.commands.changes import CHANGES
from inglenook_server.chat.commands.tasks import tasks
from inglenook_server.chat.prepare import NOT_YET

from tests.server.chat.asking import ask


def test_every_command_that_is_told_of_is_known_and_the_other_way_round():
    assert {one.name for one in COMMANDS} == {*tasks(), *CHANGES, *look_ups.NEEDS}


@pytest.mark.parametrize(
    ("question", "says", "path"),
    [
        ("/find who sends a mail", "`mail.py:5-6`", "mail.py"),
        ("/define half", "`pool.py:16-17`", "pool.py"),
        ("/define Pool.run", "`pool.py:10-13`", "pool.py"),
        (
            "/error Traceback (most recent call last):\n"
            '  File "/home/me/shop/pool.py", line 17, in half\n    return n / 0\nZeroDivisionError: division by zero',
            "The trace goes through these files",
            "pool.py",
        ),
        ("/error smtp could not send the address", "These places speak of the error", "mail.py"),
    ],
)
def test_a_look_up_asks_no_model(index, question, says, path):
    asked = ask(question, index)
    assert says in asked.reply.text
    assert asked.reply.references[0].path == path
    assert (asked.reply.origin, asked.reply.model, asked.streamed) == ("index", "", asked.reply.text)
    assert asked.kinds == ["text"]


REPORT = """Halving fails where there is nothing to halve

When a run is asked for none at all, the number of workers is halved anyway, and the program ends with an error that
says nothing of what was asked for. I call `half` myself in a loop over all the sizes that there are, one of them zero.

Traceback (most recent call last):
  File "/usr/lib/python3.11/site-packages/shop/other.py", line 3, in loop
    half(0)
  File "/home/me/shop/pool.py", line 17, in half
    return n / 0
ZeroDivisionError: division by zero

- OS: Ubuntu 22.04
"""


@pytest.mark.parametrize("command", ["error", "find"])
def test_what_of_a_report_led_to_a_place_is_said(index, command):
    reply = ask(f"/{command} {REPORT}", index).reply
    first = next(line for line in reply.text.splitlines() if line.startswith("- "))
    assert "pool.py:16-17" in first
    assert "trace, line " in first
    assert "names `half`" in first
    assert (reply.origin, reply.references[0].path) == ("index", "pool.py")


def test_a_note_tells_what_led_to_the_first_places(index):
    from inglenook_indexer.search.query import parse
    from inglenook_server.chat.places import Narrower

    places = Narrower(parse(REPORT), index).places(index.search(REPORT), 10)
    (note,) = look_ups.what_led(places)
    assert note.startswith("What of the report led where: `pool.py:16-17` (")
    short = Narrower(parse("half"), index).places(index.search("half"), 10)
    assert look_ups.what_led(short) == []


def test_a_short_error_is_told_as_ever(index):
    assert "names `" not in ask("/error ZeroDivisionError in half", index).reply.text


@pytest.mark.parametrize("command", sorted(look_ups.NEEDS))
def test_a_look_up_wants_words(index, command):
    assert ask(f"/{command}", index).reply.text.startswith("Write what is meant behind the command, as in `/")


@pytest.mark.parametrize("command", sorted(look_ups.NEEDS))
def test_a_look_up_without_a_folder(command):
    assert ask(f"/{command} half").reply.text == "No folder is open, so nothing can be looked up."


@pytest.mark.parametrize("question", ["/find half", "/define half", "/error half", "/explain half"])
def test_a_command_before_there_is_an_index(workspace, question):
    from inglenook_indexer import Index

    index = Index(workspace({"a.py": "def half(n):\n    return n\n"}))
    assert ask(question, index).reply.text == NOT_YET
    index.close()


def test_an_unknown_command_lists_those_there_are(index):
    for where in (index, None):
        text = ask("/frobnicate it", where).reply.text
        assert text.startswith("There is no command `/frobnicate`.")
        assert all(f"`/{one.name}`" in text for one in COMMANDS)


@pytest.mark.parametrize("question", ["/find zanzibar quokka", "/error zanzibar quokka"])
def test_nothing_found_is_said(index, question):
    assert ask(question, index).reply.text.startswith("Nothing in the workspace speaks of this")


@pytest.mark.parametrize("name", ["hal", "halff", "half_it", "zanzibar"])
def test_an_unknown_name_gets_those_that_are_like_it(index, name):
    text = ask(f"/define {name}", index).reply.text
    assert f"`{name}`" in text
    assert ("`half`" in text) == (name != "zanzibar")
