"""pygls' protocol class with our methods, and with what pygls does otherwise than we need. Knows no feature."""

from __future__ import annotations

import functools
from collections.abc import Generator
from typing import Any

import attrs
from lsprotocol import types as lsp
from pygls.protocol import LanguageServerProtocol, lsp_method

from inglenook_server.protocol.jsonrpc import VERSION, MessageId
from inglenook_server.protocol.methods import METHODS, Kind, Method


class InglenookProtocol(LanguageServerProtocol):
    """The Language Server Protocol with our methods."""

    @property
    def was_initialized(self) -> bool:
        """Whether the client has begun the session."""
        return self._workspace is not None

    @property
    def was_shut_down(self) -> bool:
        """Whether the client asked for a shutdown, as it must before it leaves."""
        return bool(self._shutdown)

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """The type of a request or notification."""
        own = _message_types().get(method)
        return own[0] if own else super().get_message_type(method)

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """The type of a response."""
        own = _message_types().get(method)
        return own[1] if own else super().get_result_type(method)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """Answer with UTF-16 positions whatever else the client offers: `documents` counts in those."""
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = None
        result: lsp.InitializeResult = yield from super().lsp_initialize(params)
        return result

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """Pass the buffer on to the feature alone: `documents` has it, and a second copy would cost memory and time."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """As for an opened buffer."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """As for an opened buffer."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def _send_response(self, msg_id: Any, result: Any = None, error: lsp.ResponseError | None = None) -> None:
        """Send a response; an error loses its data, which would hold a traceback."""
        if error is not None:
            error = lsp.ResponseError(code=error.code, message=error.message)
        super()._send_response(msg_id, result=result, error=error)


@functools.cache
def _message_types() -> dict[str, tuple[type, type | None]]:
    """The whole messages by method: what a client or server sends, and what is answered."""
    return {method.name: _types(method) for method in METHODS if method.kind is not Kind.COMMAND}


def _types(method: Method) -> tuple[type, type | None]:
    if method.kind is not Kind.REQUEST:
        return _message("Notification", params=method.params, method=method.name), None
    request = _message("Request", id=MessageId, params=method.params, method=method.name)
    return request, _message("Response", id=MessageId, result=method.result)


def _message(name: str, *, method: str = "", **kinds: Any) -> type:
    """An attrs class with fields of these types; `params` may be left out where None will do."""
    fields: dict[str, Any] = {}
    for field, kind in kinds.items():
        omissible = field == "params" and isinstance(None, kind)
        fields[field] = attrs.field(type=kind, default=None) if omissible else attrs.field(type=kind)
    if method:
        fields["method"] = attrs.field(type=str, default=method)
    fields["jsonrpc"] = attrs.field(type=str, default=VERSION)
    made: type = attrs.make_class(name, fields)
    made.__module__ = __name__
    return made
