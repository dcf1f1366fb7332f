import typing

import attrs
import pytest
from inglenook_server import protocol
from lsprotocol import types as lsp

RANGE = lsp.Range(lsp.Position(0, 0), lsp.Position(3, 0))


def test_names_are_camel_case_on_the_wire():
    result = protocol.ChatResult(
        "hi", [protocol.Reference("file:///a", "a", RANGE, 0.5)], protocol.ChatUsage(1, 2, 3.0, 4.0), "stop", "m", ""
    )
    assert protocol.converter().unstructure(result) == {
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
    }


@pytest.mark.parametrize("token", [7, "seven", None])
def test_chat_parameters(token):
    wire = {"messages": [{"role": "user", "content": "why?"}], "partialResultToken": token}
    params = protocol.converter().structure(wire, protocol.ChatParams)
    assert params.messages == [protocol.ChatMessage("user", "why?")]
    assert params.partial_result_token == token


@pytest.mark.parametrize(
    "wire", [{}, {"messages": 3}, {"messages": [{"role": "user"}]}, {"messages": [], "partialResultToken": [1]}]
)
def test_malformed_parameters_are_refused(wire):
    with pytest.raises(Exception):  # noqa: B017, PT011 - cattrs has many
        protocol.converter().structure(wire, protocol.ChatParams)


EVIL = "\x1b[31m\u202e[x](command:y)\x9b\n"
CLEAN = "␛[31m<U+202E>[x](command:y)\\x9b"


@pytest.mark.parametrize(
    ("message", "field", "text"),
    [
        (protocol.Reference("file:///a%1B", EVIL, RANGE, 0.5), "path", f"{CLEAN}␊"),
        (protocol.SearchHit("file:///a%1B", EVIL, RANGE, 0.5, EVIL, EVIL), "text", f"{CLEAN}\n"),
        (protocol.ChatDelta(EVIL), "text", f"{CLEAN}\n"),
        (protocol.Withheld(EVIL, 1, 1, "a secret"), "path", f"{CLEAN}␊"),
        (lsp.ShowMessageParams(lsp.MessageType.Warning, EVIL), "message", CLEAN.replace("](", "] (") + "\n"),
        (lsp.WorkDoneProgressBegin(title="Indexing", message=EVIL), "message", CLEAN.replace("](", "] (") + "\n"),
        (lsp.ResponseError(1, EVIL), "message", CLEAN.replace("](", "] (") + "\n"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_is_shown_leaves_clean(message, field, text):
    made = protocol.converter().unstructure(message)
    assert made[field] == text
    assert made.get("uri", "file:///a%1B") == "file:///a%1B"


def test_what_is_inserted_and_what_is_asked_stay_exact():
    converter = protocol.converter()
    item = lsp.InlineCompletionItem(insert_text="a\u200d\r\n")
    assert converter.unstructure(item)["insertText"] == "a\u200d\r\n"
    assert converter.unstructure(protocol.ChatMessage("user", EVIL))["content"] == EVIL


def parts(kind):
    """A type and those of its fields, as far as they are ours."""
    for inner in typing.get_args(kind):
        yield from parts(inner)
    if attrs.has(kind) and kind.__module__ == protocol.__name__:
        attrs.resolve_types(kind)
        yield kind
        for field in attrs.fields(kind):
            yield from parts(field.type)


def test_every_text_of_an_answer_is_shown_clean():
    answers = [attrs.fields(made).result.type for _, made in protocol._message_types().values() if made is not None]
    holding = {kind for answer in answers for kind in parts(answer) if str in {one.type for one in attrs.fields(kind)}}
    assert holding == set(protocol.SHOWN) - {protocol.ChatDelta}
