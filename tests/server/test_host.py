from dataclasses import fields
from pathlib import Path

import pytest
from inglenook_server.adapters import registry
from inglenook_server.adapters.registry import AdapterInfo
from inglenook_server.errors import GenerationError, ModelMissing
from inglenook_server.generation.base import Infill, Options
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.host import ModelHost
from inglenook_server.settings import GenerationSettings
from inglenook_server.status import Board

ECHO = GenerationSettings(engine="echo")


def make_host(load):
    board = Board()
    return ModelHost(board, load), board


def test_a_model_is_loaded_once_and_again_when_something_else_is_wanted():
    loads = []
    host, board = make_host(lambda settings, adapter: loads.append(settings) or EchoGenerator())
    host.configure(ECHO, None)
    first = host.generator()
    assert host.generator() is first
    assert board.facts.model == "echo"
    host.configure(GenerationSettings(engine="echo", threads=1), None)
    assert host.current() is None
    assert host.generator() is not first
    with pytest.raises(GenerationError):
        first.generate(Infill("x = "), Options())  # closed with the change
    assert len(loads) == 2


def test_unloading_gives_the_memory_back():
    host, board = make_host(lambda *_: EchoGenerator())
    host.configure(ECHO, None)
    host.generator()
    host.unload()
    host.unload()
    assert host.current() is None
    assert board.facts.model == ""
    assert host.generator() is host.current()


def test_a_missing_model_is_said_and_tried_again_at_once():
    tries = []

    def load(settings, adapter):
        tries.append(1)
        if len(tries) == 1:
            raise ModelMissing("The model is missing.", "Run `inglenook models pull`.")
        return EchoGenerator()

    host, board = make_host(load)
    host.configure(ECHO, None)
    with pytest.raises(ModelMissing):
        host.generator()
    assert board.facts.model_problem == "The model is missing. Run `inglenook models pull`."
    host.generator()
    assert board.facts.model_problem == ""


def test_an_engine_that_fails_is_not_tried_at_every_key():
    tries = []

    def load(settings, adapter):
        tries.append(1)
        raise GenerationError("No memory.")

    host, board = make_host(load)
    host.configure(ECHO, None)
    for _ in range(3):
        with pytest.raises(GenerationError, match="No memory"):
            host.generator()
    assert len(tries) == 1
    assert board.facts.loading == ""
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


def test_the_workspaces_adapter_is_loaded_switched_and_refused_for_another_model(workspace):
    root = workspace({})
    folders: list[Path | None] = []
    host, board = make_host(lambda settings, adapter: folders.append(adapter) or EchoGenerator())
    fast = GenerationSettings(profile="fast")
    host.configure(fast, root)
    host.generator()
    store_adapter(root, "mine", "smollm2-135m")
    registry.use(root, "mine")
    assert host.current() is None
    host.generator()
    registry.off(root)
    host.generator()
    host.generator()
    assert [folder.name if folder else None for folder in folders] == [None, "mine", None]

    store_adapter(root, "theirs", "qwen2.5-coder-0.5b")
    registry.use(root, "theirs")
    host.generator()
    assert len(folders) == 3
    assert "theirs was made for qwen2.5-coder-0.5b" in board.facts.model_problem
    registry.off(root)
    host.generator()
    assert board.facts.model_problem == ""
