"""Cost is linear in the text that an answer is made of, and in what an agent sends."""

import pytest
from inglenook_server.errors import RequestError
from inglenook_server.mcp.arguments import Parameter, read
from inglenook_server.mcp.budget import MOST, fit
from inglenook_server.mcp.source import code, words

from tests.cost import faults


def sent(text):
    try:
        read([Parameter("name", "A name.", default=None)], {"name": text, text[:50]: text})
    except RequestError as refused:
        return refused.message
    raise AssertionError


TEXTS = {
    "lines": (lambda text: code(text.split("\n"), 1), ("x = 1\n", "\x1b\t", "a" * 300 + "\n")),
    "a line": (words, ("word ", "\t\n", "\u202e")),
    "blocks": (lambda text: fit(text, text.split("\n"), MOST, str, text), ("line\n", "x")),
    "one block": (lambda text: fit("", [text], MOST, str), ("line\n", "x")),
    "arguments": (sent, ("word ", "\x1b")),
}


@pytest.mark.parametrize("name", TEXTS)
def test_cost_is_linear(name):
    work, units = TEXTS[name]
    assert faults(work, *units) == []
