"""What a body is taken for, and what is answered where it can't be handled."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.protocol.jsonrpc import Refusal, read, refuse_by_state

PARSE, REQUEST, EARLY = -32700, -32600, -32002


def encoded(**fields):
    return json.dumps({"jsonrpc": "2.0", **fields}).encode()


@pytest.mark.parametrize(
    ("body", "id", "code"),
    [
        (b"", None, PARSE),
        (b"{not json", None, PARSE),
        (b'{"jsonrpc": "2.0", "id": 1', None, PARSE),
        (b"\xff\xfe", None, PARSE),
        (b'"\xc3"', None, PARSE),
        (b"[" * 100_000, None, PARSE),
        (b'{"a":' * 100_000, None, PARSE),
        (b'{"id": ' + b"9" * 5_000 + b"}", None, PARSE),
        (b'{"id": NaN}', None, PARSE),
        (b"-Infinity", None, PARSE),
        (b'"words"', None, REQUEST),
        (b"null", None, REQUEST),
        (b"7", None, REQUEST),
        (b"{}", None, REQUEST),
        (b"[]", None, REQUEST),
        (b'{"hello": 1}', None, REQUEST),
        (b'{"id": 4, "method": "x"}', 4, REQUEST),
        (b'{"jsonrpc": "1.0", "id": 4, "method": "x"}', 4, REQUEST),
        (b'{"jsonrpc": 2.0, "id": 4, "method": "x"}', 4, REQUEST),
        (encoded(id=4), 4, REQUEST),
        (encoded(id=4, method=7), 4, REQUEST),
        (encoded(id=4, method=""), 4, REQUEST),
        (encoded(id=4, method="", params={}), 4, REQUEST),
        (encoded(method=""), None, REQUEST),
        (encoded(id="four", method=None), "four", REQUEST),
        (encoded(method=["x"]), None, REQUEST),
        (encoded(params={}), None, REQUEST),
        (encoded(id=None, method="x"), None, REQUEST),
        (encoded(id=1.5, method="x"), None, REQUEST),
        (encoded(id=True, method="x"), None, REQUEST),
        (encoded(id=[1], method="x"), None, REQUEST),
        (encoded(id={"a": 1}, method="x"), None, REQUEST),
        (b'{"jsonrpc": "2.0", "id": 1e999, "method": "x"}', None, REQUEST),
    ],
)
def test_what_is_no_message_is_refused(body, id, code):
    (refusal,) = read(body)
    assert (refusal.id, refusal.code) == (id, code)


@pytest.mark.parametrize(
    "fields",
    [
        {"id": 1, "method": "x"},
        {"id": "", "method": "x", "params": {"jsonrpc": "2.0", "id": 1}},
        {"id": 10**30, "method": "\x00\ud800"},
        {"method": "x"},
        {"id": 1, "result": None},
        {"id": None, "error": {"code": 1, "message": "x"}},
    ],
)
def test_what_is_a_message_goes_on_as_it_is(fields):
    assert read(encoded(**fields)) == [{"jsonrpc": "2.0", **fields}]


def test_the_last_of_two_keys_counts():
    assert read(b'{"jsonrpc": "2.0", "id": 1, "id": 2, "method": "x"}')[0]["id"] == 2


def test_every_request_of_a_batch_is_refused_by_its_id():
    batch = [
        {"jsonrpc": "2.0", "id": 1, "method": "x"},
        {"jsonrpc": "2.0", "method": "x"},
        {"jsonrpc": "2.0", "id": "two", "method": "x"},
        {"id": [3], "method": "x"},
        5,
    ]
    assert [refusal.id for refusal in read(json.dumps(batch).encode())] == [1, "two"]
    assert [refusal.id for refusal in read(b"[[], 1]")] == [None]


@given(st.binary(max_size=200))
def test_no_bytes_are_fatal(body):
    assert read(body)


@pytest.mark.parametrize(
    ("method", "initialized", "shut_down", "code"),
    [
        ("inglenook/status", False, False, EARLY),
        ("shutdown", False, False, EARLY),
        ("initialize", False, False, None),
        ("exit", False, False, None),
        ("initialize", True, False, REQUEST),
        ("inglenook/status", True, False, None),
        ("inglenook/status", True, True, REQUEST),
        ("initialize", True, True, REQUEST),
        ("shutdown", True, True, REQUEST),
        ("exit", True, True, None),
        (None, True, True, None),
    ],
)
def test_what_a_session_takes_when(method, initialized, shut_down, code):
    message = {"jsonrpc": "2.0", "id": 1} | ({"method": method} if method else {"result": 1})
    refusal = refuse_by_state(message, initialized=initialized, shut_down=shut_down)
    assert code == (refusal.code if isinstance(refusal, Refusal) else None)
