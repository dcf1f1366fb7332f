import typing

import attrs
import pytest
from inglenook_server.protocol.chat import Attachment, ChatDelta, ChatMessage, ChatParams, ChatResult, Reference, Usage
from inglenook_server.protocol.completion_events import CompletionEvent
from inglenook_server.protocol.converter import make_converter, shown
from inglenook_server.protocol.index import Withheld
from inglenook_server.protocol.search import SearchHit
from inglenook_server.protocol.status import Status
from lsprotocol import types as lsp

RANGE = lsp.Range(lsp.Position(0, 0), lsp.Position(3, 0))


def test_names_are_camel_case_on_the_wire():
    result = ChatResult("hi", [Reference("file:///a", "a", RANGE, 0.5)], Usage(1, 2, 3.0, 4.0), "stop", "m", "")
    assert make_converter().unstructure(result) == {
        "text": "hi",
        "references": [
            {
                "uri": "file:///a",
                "path": "a",
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 0}},
                "score": 0.5,
            }
        ],
        "usage": {"promptTokens": 1, "generatedTokens": 2, "firstTokenMs": 3.0, "totalMs": 4.0},
        "stopReason": "stop",
        "model": "m",
        "adapter": "",
        "note": "",
        "origin": "model",
        "places": [],
        "struck": 0,
        "edit": None,
    }


@pytest.mark.parametrize("token", [7, "seven", None])
def test_chat_parameters(token):
    wire = {"messages": [{"role": "user", "content": "why?"}], "partialResultToken": token}
    params = make_converter().structure(wire, ChatParams)
    assert params.messages == [ChatMessage("user", "why?")]
    assert params.partial_result_token == token


@pytest.mark.parametrize(
    "wire", [{}, {"messages": 3}, {"messages": [{"role": "user"}]}, {"messages": [], "partialResultToken": [1]}]
)
def test_malformed_parameters_are_refused(wire):
    with pytest.raises(Exception):  # noqa: B017, PT011 - cattrs has many
        make_converter().structure(wire, ChatParams)


EVIL = "\x1b[31m\u202e[x](command:y)\x9b\n"
CLEAN = "␛[31m<U+202E>[x](command:y)\\x9b"


@pytest.mark.parametrize(
    ("message", "field", "text"),
    [
        (Reference("file:///a%1B", EVIL, RANGE, 0.5), "path", f"{CLEAN}␊"),
        (SearchHit("file:///a%1B", EVIL, RANGE, 0.5, EVIL, EVIL), "text", f"{CLEAN}\n"),
        (ChatDelta(text=EVIL), "text", f"{CLEAN}\n"),
        (Withheld(EVIL, 1, 1, "a secret"), "path", f"{CLEAN}␊"),
        (lsp.ShowMessageParams(lsp.MessageType.Warning, EVIL), "message", CLEAN.replace("](", "] (") + "\n"),
        (lsp.WorkDoneProgressBegin(title="Indexing", message=EVIL), "message", CLEAN.replace("](", "] (") + "\n"),
        (lsp.ResponseError(1, EVIL), "message", CLEAN.replace("](", "] (") + "\n"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_is_shown_leaves_clean(message, field, text):
    made = make_converter().unstructure(message)
    assert made[field] == text
    assert made.get("uri", "file:///a%1B") == "file:///a%1B"


def test_what_is_inserted_and_what_is_asked_stay_exact():
    converter = make_converter()
    item = lsp.InlineCompletionItem(insert_text="a\u200d\r\n")
    assert converter.unstructure(item)["insertText"] == "a\u200d\r\n"
    assert converter.unstructure(Attachment("terminal", text=EVIL))["text"] == EVIL


def instance(kind):
    """One of a type, with an evil text wherever it may hold one."""
    values = {str: EVIL, int: 1, float: 0.5, lsp.Range: RANGE}
    fields = {}
    for field in attrs.fields(kind):
        inner = typing.get_args(field.type)
        if field.type in values:
            fields[field.name] = values[field.type]
        elif attrs.has(field.type):
            fields[field.name] = instance(field.type)
        elif typing.get_origin(field.type) is list:
            fields[field.name] = [instance(inner[0])]
        else:
            fields[field.name] = {} if typing.get_origin(field.type) is dict else None
    return kind(**fields)


def texts(value):
    """Every text of JSON that is no URI."""
    if isinstance(value, dict):
        yield from (text for name, one in value.items() if name != "uri" for text in texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in texts(one))
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("kind", sorted(shown(), key=lambda one: one.__name__), ids=lambda one: one.__name__)
def test_every_text_of_an_answer_is_shown_clean(kind):
    made = make_converter().unstructure(instance(kind))
    assert [text for text in texts(made) if text.rstrip("\n") not in (CLEAN, f"{CLEAN}␊")] == []


def test_what_is_shown_is_what_the_server_sends():
    assert {Status, ChatResult, ChatDelta, Reference, SearchHit, Withheld} <= shown()
    assert not shown() & {ChatParams, ChatMessage, CompletionEvent}
