import attrs
import pytest
from inglenook_server.protocol.converter import make_converter
from inglenook_server.protocol.lsp import InglenookProtocol
from inglenook_server.protocol.methods import METHODS, Kind
from inglenook_server.protocol.status import Status
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient


@pytest.fixture
def protocol():
    return LanguageClient("test", "0", protocol_cls=InglenookProtocol, converter_factory=make_converter).protocol


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_the_table_gives_the_types_of_messages(protocol, method):
    sent, answered = protocol.get_message_type(method.name), protocol.get_result_type(method.name)
    if method.kind is Kind.COMMAND:
        assert sent is None
        return
    assert attrs.fields(sent).params.type == method.params
    assert attrs.fields_dict(sent).keys() >= {"jsonrpc", "method"}
    assert ("id" in attrs.fields_dict(sent)) == (method.kind is Kind.REQUEST)
    assert (answered is not None) == (method.kind is Kind.REQUEST)
    if answered is not None:
        assert attrs.fields(answered).result.type == method.result


def test_standard_methods_stay_what_they_are(protocol):
    assert protocol.get_message_type(lsp.SHUTDOWN) is lsp.ShutdownRequest
    assert protocol.get_message_type("nobody/knows") is None


@pytest.mark.parametrize("sent", [{}, {"params": None}, {"params": {}}])
def test_parameters_that_may_be_left_out_may_be(protocol, sent):
    made = protocol.structure_message({"jsonrpc": "2.0", "id": 1, "method": "inglenook/explain", **sent})
    assert made.params is None or (made.params.what, made.params.id) == ("completion", "")


def test_a_notification_from_the_server_is_understood_by_a_client(protocol):
    values = {field.name: "" if field.type is str else 0 for field in attrs.fields(Status)}
    wire = make_converter().unstructure(Status(**values))
    made = protocol.structure_message({"jsonrpc": "2.0", "method": "inglenook/didChangeStatus", "params": wire})
    assert made.params == Status(**values)
