from __future__ import annotations

import pytest
from inglenook_server.chat.answer import answer
from inglenook_server.chat.loops import is_looping
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import ChatSettings


@pytest.mark.parametrize(
    "text",
    [
        "The answer is:\n\n" * 3,
        "It is here. " + "- `server.js`\n" * 3,
        "1. Read the file.\n2. Read the file.\n3. Read the file.\n",
        "A start that differs. " + "The pool is closed by its owner, and reopened by the next one. " * 3,
    ],
)
def test_what_goes_round_in_circles(text: str) -> None:
    assert is_looping(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The answer is:\n\n" * 2,
        "| a | b |\n|---|---|\n" + "-" * 80,
        "))))))))))))))))))))))))))))))))))))))))",
        "`a` calls `b`, `b` calls `c`, and `c` calls `a` again, which ends there.",
        "x = 1\ny = 2\nz = 3\nfirst(x)\nsecond(y)\nthird(z)\n",
    ],
)
def test_what_only_resembles_a_circle(text: str) -> None:
    assert not is_looping(text)


def test_an_answer_ends_where_it_begins_to_loop() -> None:
    parrot = EchoGenerator(lambda _: "The pool is closed by its owner. " * 100)
    reply = answer("Who closes the pool?", index=None, generator=parrot, settings=ChatSettings())
    assert reply.stop_reason == "stop"
    assert 3 <= reply.text.count("The pool is closed") <= 5
