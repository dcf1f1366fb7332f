import asyncio

import pytest
from inglenook_server.app import create_server
from inglenook_server.features import status
from inglenook_server.protocol import methods
from inglenook_server.protocol.converter import make_converter
from inglenook_server.protocol.lsp import InglenookProtocol
from inglenook_server.protocol.methods import METHODS, Kind, Method
from inglenook_server.session.services import make_services
from pygls.lsp.server import LanguageServer


@pytest.fixture
def services():
    made = make_services()
    yield made
    made.close()


def names(*kinds: Kind) -> set[str]:
    return {method.name for method in METHODS if method.kind in kinds}


def test_the_table_is_whole():
    declared = [one for one in vars(methods).values() if isinstance(one, Method)]
    assert list(METHODS) == declared
    assert len({method.name for method in METHODS}) == len(METHODS)


def test_what_is_registered_is_what_the_table_has(services):
    manager = create_server(services).protocol.fm
    registered = {name for name in manager.features if name.startswith("inglenook/")}
    assert registered == names(Kind.REQUEST, Kind.CLIENT_NOTIFICATION)
    assert set(manager.commands) == names(Kind.COMMAND)


async def test_what_the_server_sends_is_what_the_table_has(services, monkeypatch):
    server = LanguageServer("test", "0", protocol_cls=InglenookProtocol, converter_factory=make_converter)
    sent = asyncio.Queue()
    monkeypatch.setattr(server.protocol, "notify", lambda method, params: sent.put_nowait((method, type(params))))
    status.register(server, services)
    for begin in services.on_initialized:
        begin(asyncio.get_running_loop())
    method, kind = await sent.get()
    assert {method} == names(Kind.SERVER_NOTIFICATION)
    assert kind is methods.DID_CHANGE_STATUS.params
