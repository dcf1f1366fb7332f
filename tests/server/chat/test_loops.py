from __future__ import annotations

from contextlib import nullcontext

import pytest
from inglenook_server.chat.answer import answer
from inglenook_server.chat.loops import first_round, is_looping
from inglenook_server.chat.request import TextPiece, make_request
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


CAT = "The cat sat on a mat."
PARAGRAPH = (
    "The function is a simple example of a function that takes a product and a day as parameters and returns a "
    "dictionary with the product code as the key and the discount percentage as the value."
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"Intro. {CAT} {CAT} {CAT}", f"Intro. {CAT}"),
        (f"Intro. {CAT} {CAT} {CAT} The cat", f"Intro. {CAT}"),
        (f"{CAT}\n\n" * 3, CAT),
        ("It is here.\n\n" + f"{PARAGRAPH}\n\n" * 3, f"It is here.\n\n{PARAGRAPH}"),
        ("Intro:\n\n" + f"{CAT} " * 3, f"Intro:\n\n{CAT}"),
        ('He said "it sat on a mat." ' * 3, 'He said "it sat on a mat."'),
        ("It is *here, in the pool.* " * 3, "It is *here, in the pool.*"),
        ("It is here. " + "- `server.js`\n" * 3, "It is here. - `server.js`"),
        ("1. Read the file.\n2. Read the file.\n3. Read the file.\n", "1. Read the file."),
        ("x = " + "foo(bar, baz) + " * 4, "x = foo(bar, baz) +"),
        ("No circle here.", "No circle here."),
    ],
)
def test_the_first_copy_stays(text: str, kept: str) -> None:
    assert text[: first_round(text)].rstrip() == kept


def test_an_answer_that_loops_keeps_the_first_copy_and_says_so() -> None:
    parrot = EchoGenerator(lambda _: "The owner closes it. " + "The pool is closed by its owner. " * 100)
    pieces: list[str] = []
    settings = ChatSettings()
    reply = answer(
        make_request("Who closes it?"),
        index=None,
        lease=lambda: nullcontext(parrot),
        settings=settings,
        on_event=lambda event: pieces.append(event.text) if isinstance(event, TextPiece) else None,
    )
    assert reply.stop_reason == "stop"
    assert reply.text == "The owner closes it. The pool is closed by its owner."
    assert reply.note.startswith("The model began to repeat itself")
    assert "".join(pieces).startswith(reply.text)
