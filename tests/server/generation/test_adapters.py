"""Adapters in engines: switching gives what a fresh model gives, from no other cache, and reads no base again."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from inglenook_server.errors import AdapterError
from inglenook_server.generation.base import Chat, Generation, Infill, Message, Options
from inglenook_server.generation.load import load_generator
from inglenook_server.models import checkpoint
from inglenook_server.settings import GenerationSettings
from safetensors.numpy import save_file

from tests.waiting import TIMEOUT_S

pytestmark = [
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),  # peft asks for the old name
]

CODE = "import os\n\n\ndef read_lines(path):\n    with open(path) as handle:\n        " * 3
PROMPT = Infill(CODE)
LINE = Options(max_tokens=12)
FEW = Options(max_tokens=6)
"""Random adapters leave a model in doubt, and products of 16 bits (AMX) round by how much is read at once: a longer
text may part from itself where two tokens are as likely."""
HIDDEN, LAYERS = 576, 30


@pytest.fixture(scope="module")
def adapters(fast_model: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two random adapters on o_proj, strong enough to change every text, and one with a tensor too many."""
    pytest.importorskip("peft")
    made = {}
    for seed, name in enumerate(("first", "second", "foreign")):
        folder = tmp_path_factory.mktemp("adapters") / name
        folder.mkdir()
        config = {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["o_proj"], "task_type": "CAUSAL_LM"}
        (folder / "adapter_config.json").write_text(json.dumps(config))
        random = np.random.default_rng(seed)
        tensors = {}
        layers = range(LAYERS + (name == "foreign"))
        for layer in layers:
            at = f"base_model.model.model.layers.{layer}.self_attn.o_proj"
            tensors[f"{at}.lora_A.weight"] = random.normal(0, 0.15, (2, HIDDEN)).astype(np.float32)
            tensors[f"{at}.lora_B.weight"] = random.normal(0, 0.15, (HIDDEN, 2)).astype(np.float32)
        save_file(tensors, folder / "adapter_model.safetensors")
        made[name] = folder
    return made


def load(engine: str, adapter: Path | None = None):
    settings = GenerationSettings(profile="fast", engine=engine, threads=2)  # type: ignore[arg-type]
    return load_generator(settings, adapter=adapter)


@pytest.fixture(scope="module", params=["openvino", "transformers"])
def fresh(request: pytest.FixtureRequest, adapters: dict[str, Path]) -> Iterator[tuple[str, dict[str, str]]]:
    """What a fresh model says with each adapter and without."""
    texts = {}
    for name in ("", "first", "second"):
        with closing(load(request.param, adapters.get(name))) as generator:
            assert generator.adapter == name
            texts[name] = generator.generate(PROMPT, FEW).text
    assert len(set(texts.values())) == 3
    return request.param, texts


def test_switching_gives_what_a_fresh_model_gives(fresh: tuple[str, dict[str, str]], adapters: dict[str, Path]) -> None:
    engine, texts = fresh
    generator = load(engine)
    try:
        for name in ("", "first", "second", "", "first"):
            switched = generator.with_adapter(adapters.get(name))
            if switched is not generator:
                generator.close()
            generator = switched
            assert generator.adapter == name
            for _ in range(2):  # the second time from the cache
                assert generator.generate(PROMPT, FEW).text == texts[name], name
    finally:
        generator.close()


@pytest.mark.parametrize("engine", ["openvino", "transformers"])
def test_tensors_without_a_place_are_an_error_and_change_nothing(engine: str, adapters: dict[str, Path]) -> None:
    with closing(load(engine)) as generator:
        before = generator.generate(PROMPT, LINE).text
        with pytest.raises(AdapterError, match=r"layers\.30\.self_attn\.o_proj\.lora_.\.weight has no place"):
            generator.with_adapter(adapters["foreign"])
        assert generator.adapter == ""
        assert generator.generate(PROMPT, LINE).text == before


def test_a_running_answer_is_finished_with_the_adapter_it_began_with(adapters: dict[str, Path]) -> None:
    story = Chat((Message("user", "Tell me a story about a lighthouse."),))
    done: list[Generation] = []
    begun = threading.Event()
    with closing(load("transformers")) as generator:
        alone = generator.generate(story, Options(max_tokens=16)).text
        thread = threading.Thread(
            target=lambda: done.append(generator.generate(story, Options(max_tokens=16), lambda _: begun.set()))
        )
        thread.start()
        assert begun.wait(60)
        generator.with_adapter(adapters["first"])
        thread.join(TIMEOUT_S)
        assert done[0].text == alone


def test_the_base_is_not_read_again(adapters: dict[str, Path], fast_model: str, tmp_path: Path) -> None:
    from inglenook_server.generation.torch_engine import TorchGenerator

    folder = tmp_path / "checkpoint"
    shutil.copytree(checkpoint(fast_model), folder)
    with closing(TorchGenerator(folder, "copy", threads=2)) as generator:
        plain = generator.generate(PROMPT, LINE).text
        shutil.rmtree(folder)
        for name in ("first", "second"):
            assert generator.with_adapter(adapters[name]).generate(PROMPT, LINE).text != plain
        assert generator.with_adapter(None).generate(PROMPT, LINE).text == plain
