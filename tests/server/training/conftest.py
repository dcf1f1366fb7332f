"""One adapter, trained once for all tests that need a trained one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from inglenook_server.adapters.registry import AdapterInfo
from inglenook_server.training.lora import TrainOptions, TrainProgress

from tests.server.training.house import repository

OPTIONS = TrainOptions(
    steps=16, rank=8, learning_rate=3e-3, positions=3, held_out_rows=4, validation_rows=2, row_tokens=128
)
"""Rows a quarter as long as usual: 16 steps then take ten seconds on two cores."""


@dataclass(frozen=True)
class Trained:
    root: Path
    cache: Path
    info: AdapterInfo
    reports: list[TrainProgress]


@pytest.fixture(scope="session")
def trained(fast_model: str, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    from inglenook_server.training.train import adapt

    root, cache = tmp_path_factory.mktemp("house"), tmp_path_factory.mktemp("cache")
    for name, text in repository().items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    reports: list[TrainProgress] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INGLENOOK_CACHE", str(cache))
        patch.setenv("HF_HUB_OFFLINE", "1")
        info = adapt(root, model=fast_model, name="house", options=OPTIONS, progress=reports.append)
    return Trained(root, cache, info, reports)
