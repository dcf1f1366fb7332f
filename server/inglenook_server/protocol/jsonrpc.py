"""A body of the editor's stream as JSON-RPC: data that may be handled, or what is to be answered instead. Pure.

Every request is answered whatever is wrong with it. What is wrong is said without quoting it: it may hold code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NoReturn

VERSION = "2.0"
INITIALIZE, SHUTDOWN, EXIT = "initialize", "shutdown", "exit"


class Code(IntEnum):
    """JSON-RPC's and the Language Server Protocol's numbers for what is wrong with a message."""

    PARSE_ERROR = -32700
    INVALID_REQUEST = -32600
    SERVER_NOT_INITIALIZED = -32002


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error response. An id of None is JSON's null, as for a message whose id can't be known."""

    id: int | float | str | None
    code: int
    message: str


Message = dict[str, Any]
MessageId = int | str


def read(body: bytes) -> list[Message | Refusal]:
    """What a body holds: one message, or for a batch, which the protocol does not have, a refusal of each request."""
    try:
        data = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, a number of thousands of digits, nested too deep
        return [Refusal(None, Code.PARSE_ERROR, "The message is not JSON in UTF-8 that can be read.")]
    if not isinstance(data, list):
        return [_judged(data)]
    sentence = "The Language Server Protocol has no batches; send each message by itself."
    ids = [one["id"] for one in data if isinstance(one, dict) and "method" in one and is_id(one.get("id"))]
    return [Refusal(id, Code.INVALID_REQUEST, sentence) for id in ids or [None]]


def refuse_by_state(message: Message, *, initialized: bool, shut_down: bool) -> Refusal | None:
    """What is wrong with a message where a session is not so far yet, or over. A notification gets no answer to it."""
    method, id = message.get("method"), message.get("id")
    if method is None or method == EXIT:
        return None
    if shut_down:
        return Refusal(id, Code.INVALID_REQUEST, "The server was shut down; it only waits for the exit notification.")
    if not initialized and method != INITIALIZE:
        return Refusal(id, Code.SERVER_NOT_INITIALIZED, "The server was not initialized; send initialize first.")
    if initialized and method == INITIALIZE:
        return Refusal(id, Code.INVALID_REQUEST, "The server was initialized already, and is so once a session.")
    return None


def is_request(message: Message) -> bool:
    """Whether an answer is waited for."""
    return "method" in message and "id" in message


def is_id(value: object) -> bool:
    """Whether a value can be the id of a request."""
    return isinstance(value, int | str) and not isinstance(value, bool)


def _judged(data: object) -> Message | Refusal:
    if not isinstance(data, dict):
        return Refusal(None, Code.INVALID_REQUEST, "A message is a JSON object.")
    id = data.get("id")
    known = id if is_id(id) else None
    if "id" in data and known is None and "method" in data:
        return Refusal(None, Code.INVALID_REQUEST, "A request's id is a number without a fraction, or a string.")
    if data.get("jsonrpc") != VERSION:
        return Refusal(known, Code.INVALID_REQUEST, 'A message says "jsonrpc": "2.0".')
    if "method" in data:
        if not isinstance(data["method"], str) or not data["method"]:
            return Refusal(known, Code.INVALID_REQUEST, "A message's method is a string, and not an empty one.")
        return data
    if "id" in data and ("result" in data or "error" in data):
        return data
    return Refusal(known, Code.INVALID_REQUEST, "A message has a method, or a result or an error with an id.")


def _no_number(_: str) -> NoReturn:
    """Python's JSON takes NaN and Infinity; JSON has none."""
    raise ValueError
