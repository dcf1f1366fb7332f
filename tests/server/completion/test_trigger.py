import pytest
from inglenook_server.completion.trigger import decide

from tests.server.completion.marks import at


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x = █", "line"),
        ("x = foo(█)", "line"),
        ("x = foo(a, [█]):", "line"),
        ("x = {'a': '█'}", "line"),
        ("x = foo(█);", "line"),
        ("x = █ + 1", "none"),
        ("x = fo█o(1)", "none"),
        ("█x = 1", "none"),
        ("█", "none"),
        ("  \n█\n ", "none"),
        ("def f(a):█", "block"),
        ("def f(a):\n    █", "block"),
        ("def f(a):  # why\n    █", "block"),
        ("def f(a):\n    █\n    return 1", "line"),
        ("def f(a):\n    █\n\ndef g():\n", "block"),
        ("function f() {\n  █\n}", "block"),
        ("const f = () =>█", "block"),
        ("const f = () => {█}", "line"),
        ("foo(\n    █\n)", "block"),
        ("foo(█", "line"),
        ("x = [█", "line"),
        ("if true; then\n  █", "block"),
        ("x = 1\n█", "line"),
        ("class A:\n\n    █", "block"),
    ],
)
def test_what_a_cursor_wants(text, shape):
    decision = decide(at(text), multi_line=True)
    assert decision.shape == shape
    assert bool(decision.reason) == (shape == "none")


def test_blocks_can_be_switched_off():
    assert decide(at("def f():\n    █"), multi_line=False).shape == "line"
