"""In a folder that is not trusted: no adapter of it, no other machine."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.session.services import make_services
from inglenook_server.settings import GenerationSettings


@pytest.mark.parametrize("trusted", [True, False])
def test_the_adapter_of_a_folder_is_used_where_it_is_trusted(workspace, tmp_path, monkeypatch, trusted):
    adapter = SimpleNamespace(name="a", folder=tmp_path / "adapter", created="2026")
    monkeypatch.setattr("inglenook_server.adapters.registry.active_for", lambda root, model: (adapter, ""))
    loaded: list[tuple[GenerationSettings, Path | None]] = []

    def load(settings: GenerationSettings, folder: Path | None) -> EchoGenerator:
        loaded.append((settings, folder))
        return EchoGenerator()

    services = make_services(load)
    try:
        services.trusted = trusted
        services.configure({})
        services.open(workspace({"a.py": "x = 1\n"}))
        services.host.generator()
    finally:
        services.close()
    assert [folder for _, folder in loaded] == [adapter.folder if trusted else None]


@pytest.mark.parametrize("trusted", [True, False])
def test_another_machine_is_asked_only_where_the_folder_is_trusted(tmp_path, monkeypatch, trusted):
    (tmp_path / "settings.toml").write_text('[generation]\nengine = "openai"\nendpoint = "http://127.0.0.1:1/v1"\n')
    monkeypatch.setenv("INGLENOOK_CONFIG", str(tmp_path))
    loaded: list[GenerationSettings] = []

    def load(settings: GenerationSettings, folder: Path | None) -> EchoGenerator:
        loaded.append(settings)
        return EchoGenerator()

    services = make_services(load)
    try:
        services.trusted = trusted
        services.configure({})
        services.host.generator()
    finally:
        services.close()
    (one,) = loaded
    assert (one.engine, one.endpoint) == (("openai", "http://127.0.0.1:1/v1") if trusted else ("auto", ""))
