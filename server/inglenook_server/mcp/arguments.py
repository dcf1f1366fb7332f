"""What a tool is called with: the schema that an agent is shown, and the same held against what it sends. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from inglenook_indexer.text.printable import one_line

from inglenook_server.errors import RequestError
from inglenook_server.mcp.budget import DEFAULT, LEAST, MOST

MAX_TEXT = 20_000
"""Characters of an argument: a question, an error message, or a whole bug report."""
_WRITTEN = {str: "a text", int: "a whole number", bool: "true or false"}
_SCHEMA = {str: "string", int: "integer", bool: "boolean"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a tool."""

    name: str
    help: str
    type: type[str] | type[int] | type[bool] = str
    default: str | int | bool | None = ""
    """None where it has to be given."""
    low: int = 0
    high: int = 0
    one_of: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        made: dict[str, Any] = {"type": _SCHEMA[self.type], "description": self.help}
        if self.default not in (None, ""):
            made["default"] = self.default
        if self.high:
            made |= {"minimum": self.low, "maximum": self.high}
        if self.one_of:
            made["enum"] = list(self.one_of)
        return made

    def read(self, value: object) -> str | int | bool:
        """The value, if it is one. Raises RequestError."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON has one kind of number
        if not isinstance(value, self.type) or (self.type is int and isinstance(value, bool)):
            raise RequestError(f"{self.name} has to be {_WRITTEN[self.type]}.")
        if isinstance(value, int) and self.high and not self.low <= value <= self.high:
            raise RequestError(f"{self.name} has to be from {self.low:,} to {self.high:,}.")
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise RequestError(f"{self.name} has {len(value):,} characters; {MAX_TEXT:,} are read.")
        if self.one_of and value and value not in self.one_of:
            raise RequestError(f"{self.name} has to be one of {', '.join(self.one_of)}.")
        if self.default is None and isinstance(value, str) and not value.strip():
            raise RequestError(f"{self.name} is empty.")
        return value


BUDGET = Parameter("budget", "Tokens that the answer may have, about.", int, DEFAULT, LEAST, MOST)


def schema(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The JSON Schema of a tool's arguments."""
    return {
        "type": "object",
        "properties": {one.name: one.schema for one in parameters},
        "required": [one.name for one in parameters if one.default is None],
        "additionalProperties": False,
    }


def read(parameters: Sequence[Parameter], given: Mapping[str, object]) -> dict[str, Any]:
    """Every argument by its name, with defaults for those that are not given. Raises RequestError."""
    known = {one.name: one for one in parameters}
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known) or 'none'}."
            raise RequestError(f"There is no argument {one_line(name[:80])!r}; {hint}")
    read_: dict[str, Any] = {}
    for one in parameters:
        value = given.get(one.name)
        if value is not None:
            read_[one.name] = one.read(value)
        elif one.default is None:
            raise RequestError(f"{one.name} is missing: {one.help}")
        else:
            read_[one.name] = one.default
    return read_
