"""What an agent sends is held against the schema that it was shown."""

from __future__ import annotations

from typing import Any

import pytest
from inglenook_server.errors import RequestError
from inglenook_server.mcp.arguments import BUDGET, MAX_TEXT, Parameter, read, schema

PARAMETERS = (
    Parameter("name", "A name.", default=None),
    Parameter("relation", "How.", one_of=("call", "type")),
    Parameter("with_code", "Code?", bool, True),
    BUDGET,
)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "name is missing: A name."),
        ({"name": ""}, "name is empty."),
        ({"name": 3}, "name has to be a text."),
        ({"name": "x" * (MAX_TEXT + 1)}, "name has 20,001 characters; 20,000 are read."),
        ({"name": "x", "relation": "loves"}, "relation has to be one of call, type."),
        ({"name": "x", "with_code": 1}, "with_code has to be true or false."),
        ({"name": "x", "budget": True}, "budget has to be a whole number."),
        ({"name": "x", "budget": 1.5}, "budget has to be a whole number."),
        ({"name": "x", "budget": 5}, "budget has to be from 200 to 20,000."),
        ({"name": "x", "bugdet": 500}, "There is no argument 'bugdet'; did you mean budget?"),
        ({"name": "x", "\x1b": 5}, "There is no argument '␛'; there are name, relation, with_code, budget."),
    ],
)
def test_a_bad_argument_gets_one_sentence(given: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError) as refused:
        read(PARAMETERS, given)
    assert refused.value.message == said


def test_what_is_not_given_has_its_default() -> None:
    assert read(PARAMETERS, {"name": "x", "budget": 300.0, "relation": None}) == {
        "name": "x",
        "relation": "",
        "with_code": True,
        "budget": 300,
    }


def test_the_schema_says_the_same() -> None:
    made = schema(PARAMETERS)
    assert made["required"] == ["name"]
    assert made["properties"]["budget"] == {
        "type": "integer", "description": BUDGET.help, "default": 1500, "minimum": 200, "maximum": 20000,
    }  # fmt: skip
    assert made["properties"]["relation"]["enum"] == ["call", "type"]
    assert made["additionalProperties"] is False
