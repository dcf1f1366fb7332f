import pytest
from inglenook_server.completion.cleaning.early_stop import EarlyStop
from inglenook_server.completion.syntax.blocks import Syntax

from tests.server.completion.marks import at

SYNTAX = Syntax()


@pytest.mark.parametrize(
    ("text", "shape", "pieces", "reached"),
    [
        ("x = foo(█)\n", "line", ["a", ")"], True),
        ("x = foo(█)\n", "line", ["bar(", "1)"], False),
        ("def f():█\n", "block", ["\n    return 1", "\ndef g():", "\n"], True),
        ("def f():█\n", "block", ["\n    x = 1", "\n    return 1", "\n"], False),
        ("x = [█", "line", ["0, "] * 20, True),
    ],
)
def test_a_finished_text_stops_the_engine(text, shape, pieces, reached):
    finish = EarlyStop(at(text), shape, "python", SYNTAX)
    for piece in pieces:
        finish.push(piece)
    assert finish.reached is reached
    assert finish.text == "".join(pieces)
