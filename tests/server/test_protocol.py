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
