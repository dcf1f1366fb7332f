"""Tables of fields in Markdown, from attrs types. Knows no method.

What a field means is the docstring below it in the source.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator
from typing import Any

import attrs
from inglenook_server.protocol.converter import camel, is_ours, parts
from lsprotocol import types as lsp

from tests.docs.markdown import documentation, row

NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null", lsp.Range: "Range"}


def type_table(kind: Any, *, sent: bool) -> str:
    """What one type says and its fields; `sent` types come from the server, which leaves no field out."""
    attrs.resolve_types(kind)
    says, notes = documentation(kind)
    lines = [f"#### {kind.__name__}", "", says, ""]
    fields = attrs.fields(kind)
    if not fields:
        return "\n".join([*lines[:2], f"{says} An object without fields."])
    head = ("field", "type", "meaning") if sent else ("field", "type", "when left out", "meaning")
    lines += [row(head), row("---" for _ in head)]
    for field in fields:
        cells = [f"`{camel(field.name)}`", type_name(field.type)]
        if not sent:
            cells.append("must be given" if field.default is attrs.NOTHING else f"`{value(field.default)}`")
        lines.append(row((*cells, notes.get(field.name, ""))))
    return "\n".join(lines)


def link(kind: Any) -> str:
    """A type by name, with a link to its table; `null` where it may be left out."""
    name = type_name(kind)
    return f"{name.removesuffix(' or null')}, or left out" if name.endswith(" or null") else name


def type_name(kind: Any) -> str:
    """What JSON calls a type."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(type_name(one) for one in inner)
    if origin is list or (origin is tuple and inner[1:] == (...,)):
        return f"array of {type_name(inner[0])}"
    if origin is dict:
        return f"object, {type_name(inner[1])} by {type_name(inner[0])}"
    if origin is typing.Literal:
        return " or ".join(f'"{one}"' for one in inner)
    if is_ours(kind):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    return NAMES[kind]


def new_types(kind: Any, known: set[Any]) -> Iterator[Any]:
    """The types of ours that `kind` is made of, and that are not known yet; they are from now on."""
    for part in parts(kind):
        if part not in known:
            known.add(part)
            yield part


def value(default: Any) -> str:
    """A default as JSON."""
    made = default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]
    return json.dumps(made)
