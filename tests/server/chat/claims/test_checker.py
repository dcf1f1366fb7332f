"""What is shown of a model's sentences, mended or struck, against a real index."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.chat.claims.checker import LATE, RESTS, Checker
from inglenook_server.chat.claims.index_facts import IndexFacts
from inglenook_server.chat.claims.types import Place, Unchecked
from inglenook_server.chat.excerpts import Excerpt

from .conftest import EXCERPTS, FILES

QUESTION = "How are connections limited and closed by the TCPConnector?"
SAME = "="
"""The sentence is shown as it is."""
NONE = ""
"""Nothing is shown, and nothing is told: the sentence says nothing."""


def reply(index, text, *, question=QUESTION, excerpts=EXCERPTS, step=7, code=False, cut=False):
    checker = Checker(excerpts, IndexFacts(index), question, code=code)
    shown = "".join(checker.feed(text[at : at + step]) for at in range(0, len(text), step)) + checker.finish(cut=cut)
    return shown, checker


SHOWN = [
    # Plain words, and names that are there.
    ("It keeps what is idle and reuses it.", SAME),
    ("The `acquire` method gives a free connection or opens one.", SAME),
    ("TCPConnector keeps idle connections, e.g. those that a request has given back.", SAME),
    ("`run_app` builds a TCPConnector, i.e. what opens connections.", SAME),
    ("Use `asyncio.gather` for that, as in Node.js or PostgreSQL on GitHub.", SAME),
    ("It returns a `dict` or `None`, never a `KeyError`.", SAME),
    ("The `limit` and the `_keepalive_timeout` are kept on `self`.", SAME),
    ("Send the `Content-Type` header by `pip install app`.", SAME),
    ("See https://example.org/a_b/thing.py and the I/O notes.", SAME),
    ("Die Verbindung wird von `close` geschlossen.", SAME),
    ("连接由 `close` 关闭。然后继续。", SAME),
    ("The `form` method reads a part of a multipart body.", SAME),
    ("A WebSocket client in Python 3.11 over HTTP/1.1 uses UTF-8.", SAME),
    ("`tcpconnector` opens connections.", "`TCPConnector` opens connections."),
    # Files and lines.
    ("It is in app/web.py for now.", SAME),
    ("Look into `web.py` for this.", "Look into `app/web.py` for this."),
    ("Look into web.py for this.", "Look into app/web.py for this."),
    ("Look into `src/app/web.py` for this.", "Look into `app/web.py` for this."),
    ("Look into `app.web.py` for this.", "Look into `app/web.py` for this."),
    ("The `README.md` tells how it is run.", SAME),
    ("`run_app` is in `app/web.py`.", "`run_app` is in `app/web.py:13-20`."),
    ("`run_app` is in `web.py:999`.", "`run_app` is in `app/web.py:13-20`."),
    ("`run_app` is at web.py:16 somewhere.", "`run_app` is at `app/web.py:16` somewhere."),
    ("`run_app` is at web.py:3-4 somewhere.", "`run_app` is at `app/web.py:13-20` somewhere."),
    ("The limit is at `connector.py:19-21`.", "The limit is at `app/connector.py:19-21`."),
    ("The limit is at `connector.py:400`.", "The limit is at `app/connector.py:9-22`."),
    ("`open_socket` is in the `app/base.py` class.", "`open_socket` is in the `app/base.py:4-5` file."),
    ("See the `connector` module for `acquire`.", "See the `app/connector.py:17-21` module for `acquire`."),
    # Numbered excerpts become the smallest definition.
    ("Workers are limited by `acquire` [1].", "Workers are limited by `acquire` `app/connector.py:17-21`."),
    ("Tasks are cancelled by `_cancel_tasks` [2].", "Tasks are cancelled by `_cancel_tasks` `app/web.py:6-10`."),
    ("Something happens there [4].", "Something happens there `lib/settings.py:1-2`."),
    ("Both do this [2, 4].", "Both do this `app/web.py:6-20`, `lib/settings.py:1-2`."),
    ("This is known [9].", "This is known."),
    ("This (see [9]) is known.", "This (see) is known."),
    ("`form` reads it [1].", "`form` reads it `app/multipart.py:4-7`."),
    ("[2] `run_app` starts the application.", "`run_app` starts the application `app/web.py:13-20`."),
    ("[2] app/web.py:6-20 starts it and waits.", "`app/web.py:6-20` starts it and waits."),
    ("`items[1]` and x[2] stay.", None),
    # A name with a wrong file.
    ("`_cancel_tasks` is defined in `connector.py`.", "`_cancel_tasks` is defined in `app/web.py:6-10`."),
    (
        "The `TCPConnector` class is defined in `app/web.py`.",
        "The `TCPConnector` class is defined in `app/connector.py:9-27`.",
    ),
    (
        "The class TCPConnector is defined in app/web.py.",
        "The class TCPConnector is defined in `app/connector.py:9-27`.",
    ),
    ("`app/base.py` defines `run_app`.", "`app/web.py:13-20` defines `run_app`."),
    (
        "The `_cancel_tasks` function is used in `connector.py:999`.",
        "The `_cancel_tasks` function is used in `app/web.py:19`.",
    ),
    ("`TCPConnector` is used in `app/web.py`.", "`TCPConnector` is used in `app/web.py:15`."),
    ("`TCPConnector` is used in `app/web.py:15`.", SAME),
    ("`RETRY_DELAY` lives in `app/errors.py`.", "`RETRY_DELAY` lives in `lib/settings.py:1`."),
    # Relations.
    ("`run_app` calls `_cancel_tasks` at its end.", SAME),
    ("`run_app` calls `_cancel_tasks` and `close`.", SAME),
    ("`_cancel_tasks` is called by `run_app`.", SAME),
    ("The `TCPConnector` class inherits from `BaseConnector`.", SAME),
    ("`UnixConnector` is a subclass of BaseConnector.", SAME),
    ("`TCPConnector` has a `release` method.", SAME),
    ("`TCPConnector.release` gives it back.", SAME),
    ("The `acquire` method of `TCPConnector` raises `TooManyConnections`.", SAME),
    ("The `acquire` method of the `app` package opens connections.", SAME),
    ("The `TCPConnector` function keeps connections.", "The `TCPConnector` class keeps connections."),
    ("The `run_app` class runs it.", "The `run_app` function runs it."),
    # Numbers and values.
    ("By default, the port is 8080.", SAME),
    ("The delay is 5 minutes, or 300 seconds.", SAME),
    ("The cache is kept for one hour.", SAME),
    ("The cache is kept for at most one hour.", SAME),
    ("It takes 2 arguments.", SAME),
    ("The keepalive timeout defaults to 15 seconds.", SAME),
    ('The default encoding is "utf-8".', SAME),
    # What says nothing goes, and is not told.
    ("`web_exceptions.py:141` web_exceptions.py:1-10", NONE),
    ("[1] app/web.py:6-21", NONE),
    ("As an AI language model, I can't say.", NONE),
    ("<|im_end|>", NONE),
    ("It is idle.<|im_end|>", "It is idle."),
    ("-", NONE),
    ("Connections are limited and closed by the TCPConnector.", NONE),
    (
        "`acquire` gives a free connection. The `acquire` method also gives a free connection.",
        "`acquire` gives a free connection.",
    ),
    ("The code snippet you provided closes idle connections.", "The code closes idle connections."),
    ("The provided excerpt closes idle connections.", "The code closes idle connections."),
    ("It waits here. It waits here. Then it ends.", "It waits here. Then it ends."),
]  # fmt: skip

STRUCK = [
    ("The `ConnectionPool` class limits connections.", "`ConnectionPool` is nowhere in the workspace."),
    ("It calls `acquire_connection()` first.", "`acquire_connection` is nowhere in the workspace."),
    ("It calls acquireConnection first.", "`acquireConnection` is nowhere in the workspace."),
    ("Call `pool_of(connector)` for it.", "`pool_of` is nowhere in the workspace."),
    ("`TCPConnector.reconnect` opens it again.", "`reconnect` is nowhere in the workspace."),
    ("`TCPConnector.form` opens it again.", "`TCPConnector` has no `form`."),
    ("It is in `app/pool.py`.", "There is no file app/pool.py in the workspace."),
    ("It is in pool.py:12.", "There is no file pool.py in the workspace."),
    ("`form` and `run_app` are defined in `app/errors.py`.", "`form` is not in app/errors.py."),
    ("`_cancel_tasks` calls `acquire` first.", "Nothing in `_cancel_tasks` names `acquire`."),
    ("`acquire` is called by `_cancel_tasks`.", "Nothing in `_cancel_tasks` names `acquire`."),
    ("`run_app` returns a `BodyPartReader`.", "Nothing in `run_app` names `BodyPartReader`."),
    ("`run_app` raises `ConnectionLost` then.", "Nothing in `run_app` names `ConnectionLost`."),
    ("`TCPConnector` inherits from `UnixConnector`.", "`TCPConnector` does not inherit from `UnixConnector`."),
    ("`TCPConnector` has a `form` method.", "`TCPConnector` has no `form`."),
    ("The `form` method of the `TCPConnector` class reads it.", "`TCPConnector` has no `form`."),
    ("`TCPConnector`'s `form` reads it.", "`TCPConnector` has no `form`."),
    (
        "The subclasses of `BaseConnector` are `UnixConnector` and `BodyPartReader`.",
        "`BodyPartReader` does not inherit from `BaseConnector`.",
    ),
    ("The default timeout is 30 seconds.", "The number 30 is not in what was read."),
    ("the default timeout is 30 seconds", "The number 30 is not in what was read."),
    ("The default timeout is 8080 seconds.", "The number 8080 stands for something else in what was read."),
    ("By default it waits thirty seconds.", 'The number "thirty" is not in what was read.'),
    ("The limit is set to 1,000 connections.", "The number 1,000 is not in what was read."),
    ('The default encoding is "latin-1".', 'The value "latin-1" is not in what was read.'),
    (
        "The `TCPConnector` class balances traffic between healthy upstream servers.",
        'Nothing that was looked at says "balances".',
    ),
    ("This class encrypts the traffic of every customer.", 'Nothing that was looked at says "encrypts".'),
    ("The `run_app` function takes a `BodyPartReader` object.", "Nothing in `run_app` names `BodyPartReader`."),
    (
        "It is the `TCPConnector` class, which is a subclass of `UnixConnector`.",
        "`TCPConnector` does not inherit from `UnixConnector`.",
    ),
    ("At most 16KiB are read.", "The number 16 is not in what was read."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SHOWN)
def test_what_holds_is_shown_or_mended(index, text, expected):
    shown, checker = reply(index, text)
    if expected is None:
        assert "x[2]" in shown or checker.struck
        return
    assert checker.struck == []
    assert shown == (text if expected == SAME else expected)
    assert checker.empty == (expected == NONE)


@pytest.mark.parametrize(("text", "reason"), STRUCK)
def test_what_does_not_hold_is_struck(index, text, reason):
    shown, checker = reply(index, text)
    assert [(one.sentence, one.reason) for one in checker.struck] == [(text, reason)]
    assert (shown, checker.empty, checker.used) == ("", True, ())


def test_what_any_programmer_knows_need_not_stand_in_the_code(index):
    text = "Congestion windows grow slowly while packets arrive."
    assert reply(index, text)[0] == text


def test_a_sentence_is_not_held_to_words_of_another_language(index):
    text = "Die Klasse `TCPConnector` verteilt Verkehr auf gesunde Rechner im Netz."
    assert reply(index, text)[0] == text


def test_prose_about_new_code_is_not_held_to_the_old(index):
    text = "This function now validates every certificate fingerprint."
    assert reply(index, text, code=True)[0] == text
    assert reply(index, text)[0] == ""


def test_what_the_question_says_is_not_tied_to_code_that_does_not(index):
    question = "Where is the chunked transfer encoding parsed?"
    text = "Chunked transfer encoding is parsed by the `{}` method in {}."
    shown, checker = reply(index, text.format("form", "multipart.py"), question=question)
    assert (shown, checker.struck[0].reason) == ("", 'Nothing in `form` says "chunk".')
    shown, checker = reply(index, text.format("feed_data", "parser.py"), question=question)
    assert shown == text.format("feed_data", "`app/parser.py:4-7`")
    assert checker.struck == []


@pytest.mark.parametrize(
    ("text", "shown", "struck"),
    [
        # What leans on a sentence that fell, falls.
        ("`PoolKeeper` keeps it. It is fast. Then `acquire` is called.", "Then `acquire` is called.", 2),
        # "It" means what was named before, or what was asked about.
        ("`run_app` starts. It calls `_cancel_tasks`.", "`run_app` starts. It calls `_cancel_tasks`.", 0),
        ("`run_app` starts. It returns a `BodyPartReader`.", "`run_app` starts.", 1),
        # Lists.
        ("They are:\n\n- `acquire` gives one\n- `grab_it` too\n\nSo.", "They are:\n\n- `acquire` gives one\n\nSo.", 1),
        ("They are:\n- `grab_it`\n- `hold_it`\n\nThat is all.", "", 3),
        ("They are:\n- `grab_it`\n- `hold_it`\n\nSo it ends.", "So it ends.", 2),
        ("- `grab_it` gives it. So it ends.\n- Next", "- So it ends.\n- Next", 1),
        (
            "Subclasses of `BaseConnector`:\n- `UnixConnector`\n- `run_app`\n",
            "Subclasses of `BaseConnector`:\n- `UnixConnector`",
            1,
        ),
        (
            "The classes in base.py are:\n1. `BaseConnector`\n2. `BodyPartReader`",
            "The classes in app/base.py are:\n1. `BaseConnector`",
            1,
        ),
        ("# A heading\n\nOne.\n\n`grab_it` two.\n\nThree.", "# A heading\n\nOne.\n\nThree.", 1),
    ],
)  # fmt: skip
def test_what_is_left_reads_on(index, text, shown, struck):
    found, checker = reply(index, text)
    assert (found, len(checker.struck)) == (shown, struck)


def test_the_reason_of_a_sentence_that_leans(index):
    _, checker = reply(index, "`PoolKeeper` keeps it. It is fast.")
    assert checker.struck[1].reason == RESTS


CLOSE = "\n".join(FILES["app/connector.py"].split("\n")[17:21])


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        (
            "It raises.\n```python\n" + CLOSE + "\n```\nSo it is.",
            False,
            "It raises.\n`app/connector.py:18-21`\nSo it is.",
        ),
        ("It raises.\n```python\n" + CLOSE + "\n```\nSo it is.", True, None),
        ("It raises.\n" + CLOSE + "\nSo it is.", False, "It raises.\n`app/connector.py:18-21`\nSo it is."),
        ("It raises.\n```python\nmine = 1\nother = 2\n```\nSo it is.", False, None),
        ("It raises.\n```python\n" + CLOSE + "\nmine = 1\n```\nSo it is.", False, None),
        ("It raises.\n```python\nmy_own_thing()\n```\nSo `my_own_thing` is called.", False, None),
        ("Here is an example of `my_own_thing`:\n```python\nmy_own_thing()\n```", False, None),
        ("Opens TCP connections and keeps them.", False, None),
        ("```python\n" + CLOSE + "\n```", False, ""),
    ],
)
def test_copies_of_excerpts_are_folded(index, text, code, shown):
    found, checker = reply(index, text, code=code)
    assert found == (text if shown is None else shown)
    assert checker.struck == []
    assert checker.empty == (shown == "")


def test_half_a_sentence_is_left_out_where_the_model_was_stopped(index):
    assert reply(index, "It waits. Then the `acq", cut=True)[0] == "It waits."
    assert reply(index, "It waits. Then it ends", cut=False)[0] == "It waits. Then it ends"


def test_what_is_used_is_the_smallest_definition(index):
    _, checker = reply(index, "`acquire` raises [1]. `run_app` is in web.py. Nothing else.")
    assert checker.used == (Place("app/connector.py", 17, 21), Place("app/web.py", 13, 20))


def test_a_sentence_is_let_out_as_soon_as_it_is_complete(index):
    checker = Checker(EXCERPTS, IndexFacts(index), QUESTION)
    assert checker.feed("It waits") == ""
    assert checker.feed(".") == ""
    assert checker.feed(" T") == "It waits."
    assert checker.feed("hen it ends [") == ""
    assert checker.feed("4].\n") == " Then it ends `lib/settings.py:1-2`."


class Late:
    """An index that always takes too long."""

    def __getattr__(self, _):
        def ask(*_):
            raise Unchecked

        return ask


def test_what_can_not_be_asked_in_time_names_no_place():
    checker = Checker(EXCERPTS, Late(), QUESTION)
    shown = checker.feed("Words stay. `mystery_name` stays. It is in made/up.py. So it is [1].\n") + checker.finish()
    assert shown == "Words stay. `mystery_name` stays."
    assert {one.reason for one in checker.struck} == {LATE}


def test_without_a_workspace_nothing_is_cited_and_values_are_free():
    text = "A timeout is often 30 seconds. `my_decorator` in my/own.py wraps a function."
    shown, checker = reply(None, f"See [1] here. {text}", excerpts=())
    assert (shown, checker.struck) == (f"See here. {text}", [])


PIECES = [
    *("`acquire`", " [1]", "It ", "web.py:3", ". ", "\n", "```\n", "- ", "`", "e.g. ", "。", "30 ", ": ", "x" * 90),
    "    def acquire(self, host):\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.lists(st.integers(0, 400), max_size=8))
def test_how_the_text_is_cut_into_pieces_changes_nothing(pieces, cuts):
    text = "".join(pieces)
    borders = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    results = []
    for parts in ([text[low:high] for low, high in pairwise(borders)], [text], list(text)):
        checker = Checker(EXCERPTS, IndexFacts(None), QUESTION)
        shown = "".join([checker.feed(part) for part in parts]) + checker.finish()
        results.append((shown, checker.struck, checker.used, checker.empty))
    assert results[0] == results[1] == results[2]


def test_an_excerpt_with_lines_left_out_is_cited_whole(index):
    cut = Excerpt("app/web.py", 6, 20, "def _cancel_tasks(tasks, loop):\n...\n        connector.close()\n    pass", 1.0)
    text = "```\ndef _cancel_tasks(tasks, loop):\n...\n        connector.close()\n```\nSo it ends."
    assert reply(index, text, excerpts=[cut])[0] == "`app/web.py:6-20`\nSo it ends."
