"""Converted weights against the published ones in PyTorch: the same log-probabilities, with an adapter and without."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from inglenook_server.generation.load import load_generator
from inglenook_server.generation.openvino.engine import OpenVinoGenerator
from inglenook_server.models import installed
from inglenook_server.models.registry import find
from inglenook_server.settings import GenerationSettings
from inglenook_server.weights.convert import convert

pytestmark = [
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),  # peft asks for the old name
]

TEXT = '''def read_config(path):
    """Read a JSON file and return its content as a dictionary."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)
'''
TOLERANCE = 0.03
"""Nats a token. Eight-bit weights and bfloat16 arithmetic cost .001-.01; a wrong layer order or scale, whole nats."""


@pytest.fixture(scope="module")
def adapter(fast_model: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter on every projection, strong enough to change the score by far more than the tolerance."""
    torch = pytest.importorskip("torch")
    peft = pytest.importorskip("peft")
    from inglenook_server.models import checkpoint
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(checkpoint(fast_model), dtype=torch.float32)
    torch.manual_seed(0)
    tuned = peft.get_peft_model(
        model, peft.LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")
    )
    for name, parameter in tuned.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    folder = tmp_path_factory.mktemp("adapter") / "random"
    tuned.save_pretrained(folder)
    return folder


def score(engine: str, adapter: Path | None) -> float:
    generator = load_generator(GenerationSettings(profile="fast", engine=engine), adapter=adapter)  # type: ignore[arg-type]
    try:
        return generator.score(TEXT)
    finally:
        generator.close()


def test_openvino_agrees_with_pytorch(fast_model: str, adapter: Path) -> None:
    plain = score("openvino", None)
    assert plain == pytest.approx(score("transformers", None), abs=TOLERANCE)
    adapted = score("openvino", adapter)
    assert abs(adapted - plain) > 3 * TOLERANCE
    assert adapted == pytest.approx(peft_score(fast_model, adapter), abs=3 * TOLERANCE)


def test_a_house_adapter_is_part_of_the_converted_weights(fast_model: str, adapter: Path, tmp_path: Path) -> None:
    published = installed(fast_model).gguf
    assert published is not None
    convert(published, tmp_path / "openvino", find(fast_model).quantization, lambda _: None, adapter)
    with closing(OpenVinoGenerator("merged", tmp_path / "openvino")) as generator:
        merged = generator.score(TEXT)
    assert merged == pytest.approx(peft_score(fast_model, adapter), abs=TOLERANCE)


def peft_score(name: str, adapter: Path) -> float:
    import peft
    import torch
    from inglenook_server.generation.prompts.tokens import ModelTokenizer
    from inglenook_server.models import checkpoint
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(checkpoint(name), dtype=torch.float32)
    tuned = peft.PeftModel.from_pretrained(model, adapter).eval()
    ids = torch.tensor([ModelTokenizer(installed(name).openvino).encode(TEXT)])
    with torch.no_grad():
        logs = torch.log_softmax(tuned(ids).logits[0].float(), dim=-1)
    return float(logs[:-1].gather(1, ids[0, 1:, None]).mean())
