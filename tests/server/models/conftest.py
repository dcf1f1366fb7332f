from __future__ import annotations

from pathlib import Path

import pytest
from inglenook_server.models import ModelSpec

from tests.server.models.wheels import make_wheels, toy_spec


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models of the test's own."""
    folder = tmp_path / "models"
    monkeypatch.setenv("INGLENOOK_MODELS", str(folder))
    return folder


@pytest.fixture
def toy(models: Path, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    """A registry that knows one small model."""
    spec = toy_spec()
    monkeypatch.setattr("inglenook_server.models.registry.list_models", lambda: (spec,))
    return spec


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with the small model's wheels."""
    return make_wheels(tmp_path / "wheels")
