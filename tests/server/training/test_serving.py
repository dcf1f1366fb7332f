"""What was trained is what is served: on PyTorch, and on OpenVINO from the same two files."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from inglenook_server.adapters import registry
from inglenook_server.errors import AdapterError
from inglenook_server.generation.base import Infill, Options
from inglenook_server.generation.load import load_generator
from inglenook_server.settings import GenerationSettings

from tests.server.training.conftest import Trained
from tests.server.training.house import module

pytestmark = pytest.mark.model

CURSOR = Infill('@audited("order.cancel")\ndef cancel_order(', path="house/orders.py")
"""Nothing before it shows the house style: only a model that has learned it returns an Outcome."""
LINE = Options(max_tokens=16, stop=("\n",))
TOLERANCE = 0.06
"""Nats per token between engines: OpenVINO computes in bfloat16 and keeps keys and values in 8 bits."""


@pytest.fixture(autouse=True)
def trained_cache(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("INGLENOOK_CACHE", str(trained.cache))
    yield
    registry.off(trained.root)


def complete(trained: Trained, engine: str) -> tuple[str, str]:
    """The text at the cursor, and the adapter's name, with whatever the workspace has switched on."""
    active = registry.active(trained.root)
    settings = GenerationSettings(profile="fast", engine=engine, threads=2)
    with closing(load_generator(settings, adapter=active.folder if active else None)) as generator:
        return generator.generate(CURSOR, LINE).text, generator.adapter


@pytest.mark.parametrize("engine", ["openvino", "transformers"])
def test_switched_on_it_changes_a_completion_and_off_the_old_text_is_back(trained: Trained, engine: str) -> None:
    before = complete(trained, engine)
    registry.use(trained.root, "house")
    on = complete(trained, engine)
    registry.off(trained.root)
    assert complete(trained, engine) == before
    assert on[0] != before[0]
    assert (before[1], on[1]) == ("", "house")
    assert "Outcome[" in on[0]
    assert "Outcome[" not in before[0]


def test_both_engines_give_the_same_probabilities_with_the_adapter_and_without(trained: Trained) -> None:
    text = module("warehouse")[:900]
    scores = {}
    for engine in ("openvino", "transformers"):
        for adapter in (None, trained.info.folder):
            settings = GenerationSettings(profile="fast", engine=engine, threads=2)
            with closing(load_generator(settings, adapter=adapter)) as generator:
                scores[engine, adapter is not None] = generator.score(text)
    for on in (False, True):
        assert scores["openvino", on] == pytest.approx(scores["transformers", on], abs=TOLERANCE)
    assert scores["transformers", True] - scores["transformers", False] > 5 * TOLERANCE


def test_an_adapter_of_another_model_is_refused_before_anything_is_loaded(trained: Trained, tmp_path: Path) -> None:
    from inglenook_server.generation.torch_engine import TorchGenerator

    with pytest.raises(AdapterError, match="does not fit another"):
        TorchGenerator(tmp_path, "another", trained.info.folder)
