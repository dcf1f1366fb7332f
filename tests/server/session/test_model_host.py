import threading
from dataclasses import fields
from pathlib import Path

import pytest
from inglenook_server.adapters import registry
from inglenook_server.adapters.registry import AdapterInfo
from inglenook_server.errors import AdapterError, EngineDied, GenerationError, ModelMissing
from inglenook_server.generation.base import Infill, Options
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.runtime.status import SessionStatus
from inglenook_server.session.model_host import ModelHost
from inglenook_server.settings import GenerationSettings

from tests.waiting import TIMEOUT_S, until

ECHO = GenerationSettings(engine="echo")


def make_host(load):
    status = SessionStatus()
    return ModelHost(status, load), status


def test_a_model_is_loaded_once_and_again_when_something_else_is_wanted():
    loads = []
    host, status = make_host(lambda settings, adapter: loads.append(settings) or EchoGenerator())
    host.configure(ECHO, None)
    first = host.generator()
    assert host.generator() is first
    assert status.facts.model == "echo"
    host.configure(GenerationSettings(engine="echo", threads=1), None)
    assert host.current() is None
    assert host.generator() is not first
    with pytest.raises(GenerationError):
        first.generate(Infill("x = "), Options())  # closed with the change
    assert len(loads) == 2


def test_unloading_gives_the_memory_back():
    host, status = make_host(lambda *_: EchoGenerator())
    host.configure(ECHO, None)
    host.generator()
    host.unload()
    host.unload()
    assert host.current() is None
    assert status.facts.model == ""
    assert host.generator() is host.current()


def test_a_missing_model_is_said_and_tried_again_at_once():
    tries = []

    def load(settings, adapter):
        tries.append(1)
        if len(tries) == 1:
            raise ModelMissing("The model is missing.", "inglenook models pull")
        return EchoGenerator()

    host, status = make_host(load)
    host.configure(ECHO, None)
    with pytest.raises(ModelMissing):
        host.generator()
    assert status.facts.model_problem == "The model is missing. To download it: inglenook models pull"
    host.generator()
    assert status.facts.model_problem == ""


def test_an_engine_that_fails_is_not_tried_at_every_key():
    tries = []

    def load(settings, adapter):
        tries.append(1)
        raise GenerationError("No memory.")

    host, status = make_host(load)
    host.configure(ECHO, None)
    for _ in range(3):
        with pytest.raises(GenerationError, match="No memory"):
            host.generator()
    assert len(tries) == 1
    assert status.facts.loading == ""
    host.configure(GenerationSettings(engine="echo", threads=1), None)
    with pytest.raises(GenerationError):
        host.generator()
    assert len(tries) == 2


def store_adapter(root: Path, name: str, model: str) -> None:
    numbers = {field.name: 0 for field in fields(AdapterInfo)}
    texts = {"name": name, "folder": Path(), "model": model, "weights_hash": "", "commit": "", "created": "2026-01-01"}

    def write_weights(folder: Path) -> None:
        (folder / registry.WEIGHTS).write_bytes(b"")
        (folder / registry.CONFIG).write_text("{}")

    registry.save(root, AdapterInfo(**{**numbers, **texts, "interrupted": False}), write_weights)


class Switching(EchoGenerator):
    """One that has adapters, by name, and takes until `ready` to load one."""

    def __init__(self, adapter: Path | None, ready: threading.Event) -> None:
        super().__init__(token_ms=2)
        self.adapter = adapter.name if adapter else ""
        self.ready = ready
        self.closed = False

    def with_adapter(self, adapter: Path | None) -> "Switching":
        assert self.ready.wait(TIMEOUT_S)
        if adapter is not None and adapter.name == "broken":
            raise AdapterError("It does not fit.")
        return Switching(adapter, self.ready)

    def close(self) -> None:
        super().close()
        self.closed = True


def settled(host, adapter: str) -> None:
    until(lambda: host.current() is not None and host.current().adapter == adapter)
    assert host.current().adapter == adapter


def test_the_workspaces_adapter_is_switched_while_the_old_one_serves(workspace):
    root, ready = workspace({}), threading.Event()
    host, status = make_host(lambda settings, adapter: Switching(adapter, ready))
    host.configure(GenerationSettings(profile="fast"), root)
    first = host.generator()
    store_adapter(root, "mine", "smollm2-135m")
    registry.use(root, "mine")
    assert host.current() is None
    assert host.generator() is first, "the old one serves"
    assert status.facts.loading == "Switching to the adapter mine …"
    with host.lease() as held:
        ready.set()
        settled(host, "mine")
        assert held is first
        assert not first.closed, "who uses the old one may finish"
        assert held.generate(Infill("x = 1"), Options()).text
    assert first.closed
    assert (status.facts.loading, status.facts.adapter) == ("", "mine")
    registry.off(root)
    host.generator()
    settled(host, "")


def test_an_adapter_that_does_not_fit_is_said_and_the_old_one_stays(workspace):
    root, ready = workspace({}), threading.Event()
    ready.set()
    host, status = make_host(lambda settings, adapter: Switching(adapter, ready))
    host.configure(GenerationSettings(profile="fast"), root)
    first = host.generator()
    store_adapter(root, "broken", "smollm2-135m")
    registry.use(root, "broken")
    host.generator()
    until(lambda: status.facts.model_problem)
    assert status.facts.model_problem == "It does not fit."
    assert host.generator() is first
    assert status.facts.loading == "", "it is not tried at every key"


def test_an_adapter_of_another_model_is_refused(workspace):
    root = workspace({})
    host, status = make_host(lambda *_: EchoGenerator())
    host.configure(GenerationSettings(profile="fast"), root)
    first = host.generator()
    store_adapter(root, "theirs", "qwen2.5-coder-0.5b")
    registry.use(root, "theirs")
    assert host.generator() is first
    assert "theirs was made for qwen2.5-coder-0.5b" in status.facts.model_problem
    registry.off(root)
    host.generator()
    assert status.facts.model_problem == ""


def test_an_engine_that_dies_is_reported_once_and_loaded_again():
    said = []
    host, status = make_host(lambda *_: EchoGenerator())
    host.configure(ECHO, None)
    status.listen(lambda facts: said.append(facts.model_problem))

    def die():
        with pytest.raises(EngineDied), host.lease():
            raise EngineDied("The engine stopped.", "try again")

    die()
    assert [one for one in said if one] == ["The engine stopped. try again"]
    with host.lease() as generator:
        assert generator.generate(Infill("x = 1"), Options()).text
    assert status.facts.model_problem == ""
    die()
    die()
    with pytest.raises(EngineDied), host.lease():
        raise AssertionError("after two deaths in a row there is a pause")


def test_only_an_unused_model_is_unloaded_when_idle():
    host, _ = make_host(lambda *_: EchoGenerator())
    host.configure(GenerationSettings(engine="echo", idle_minutes=1), None)
    with host.lease():
        host._used = -1e9
        host.unload_idle()
        assert host.current() is not None
    host.unload_idle()
    assert host.current() is not None, "it was used just now"
    host._used = -1e9
    host.unload_idle()
    assert host.current() is None


def test_memory_that_runs_out_while_loading_is_a_sentence():
    def load(*_):
        raise MemoryError

    host, status = make_host(load)
    host.configure(ECHO, None)
    with pytest.raises(GenerationError, match="The memory ran out while"):
        host.generator()
    assert "memory ran out" in status.facts.model_problem
