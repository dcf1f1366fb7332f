"""Between our types and JSON: camelCase names, and texts that leave fit to be shown. Knows no method's meaning."""

from __future__ import annotations

import functools
import typing
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from lsprotocol import types as lsp
from pygls.protocol import default_converter

from inglenook_server.protocol import printable
from inglenook_server.protocol.chat import Token
from inglenook_server.protocol.jsonrpc import MessageId
from inglenook_server.protocol.methods import METHODS, Kind

if TYPE_CHECKING:
    from cattrs import Converter

ROOM = f"{__name__.rpartition('.')[0]}."
"""What the names of the modules of our types begin with."""
QUOTING: dict[type, tuple[str, ...]] = {
    lsp.ShowMessageParams: ("message",),
    lsp.ShowMessageRequestParams: ("message",),
    lsp.WorkDoneProgressBegin: ("title", "message"),
    lsp.WorkDoneProgressReport: ("message",),
    lsp.WorkDoneProgressEnd: ("message",),
    lsp.ResponseError: ("message",),
}
"""The protocol's own messages that quote names and errors, and the fields they do it in."""


def make_converter() -> Converter:
    """The protocol's converter, with our types in camelCase."""
    made: Converter = default_converter()  # type: ignore[no-untyped-call]

    def names(kind: Any) -> dict[str, Any]:
        attrs.resolve_types(kind)
        return {
            field.name: override(rename=camel(field.name), unstruct_hook=_cleaning(kind, field))
            for field in attrs.fields(kind)
        }

    made.register_structure_hook_factory(is_ours, lambda kind: make_dict_structure_fn(kind, made, **names(kind)))
    made.register_unstructure_hook_factory(is_ours, lambda kind: make_dict_unstructure_fn(kind, made, **names(kind)))
    for kind, fields in QUOTING.items():
        made.register_unstructure_hook(kind, printable.saying(made.get_unstructure_hook(kind), fields))
    made.register_structure_hook(MessageId, _id)
    made.register_structure_hook(Token | None, lambda value, kind: None if value is None else _id(value, kind))
    return made


def is_ours(kind: Any) -> bool:
    """Whether a type is one of this room's."""
    return attrs.has(kind) and kind.__module__.startswith(ROOM)


def camel(name: str) -> str:
    """A field's name on the wire."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def parts(kind: Any) -> Iterator[Any]:
    """The types of ours that a type is made of, itself among them; outer ones first."""
    for inner in typing.get_args(kind):
        yield from parts(inner)
    if is_ours(kind):
        attrs.resolve_types(kind)
        yield kind
        for field in attrs.fields(kind):
            yield from parts(field.type)


@functools.cache
def shown() -> frozenset[Any]:
    """The types of what the server sends and editors show: their texts leave printable, whatever a repository holds."""
    sent: list[Any] = []
    for method in METHODS:
        sent += [method.result, method.partial]
        if method.kind is Kind.SERVER_NOTIFICATION:
            sent.append(method.params)
    return frozenset(part for kind in sent for part in parts(kind))


def _cleaning(kind: Any, field: Any) -> Any:
    return printable.text_of(field.name) if kind in shown() and field.type is str else None


def _id(value: Any, _: Any) -> MessageId:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("an id is a number or a string")
    return value
