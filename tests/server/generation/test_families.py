"""Three families by inspection: tiny random checkpoints with their tokenizers' rules, never a name that tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import Chat, Infill, Message, Options, Snippet
from inglenook_server.generation.prompts.prompter import Prompter
from inglenook_server.weights.gguf_tokenizer import write_tokenizer

from tests.server.generation.prompts.test_tokens import TEMPLATE, fields

QWEN = ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>", "<|file_sep|>"]
STAR = ["<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<repo_name>", "<file_sep>"]
SMOL = ["<repo_name>", "<file_sep>", "<filename>"]
FAMILIES: dict[str, tuple[str, list[str], str, str]] = {
    # splitting rule, control tokens, chat template, how a prompt at a cursor begins
    "Llama": ("smollm", SMOL, TEMPLATE, "# From lib/a.py:\n# a = 1\n\nx ="),
    "Qwen2": ("qwen2", QWEN, TEMPLATE, "<|fim_prefix|># From lib/a.py:\n# a = 1\n\nx = <|fim_suffix|>"),
    "Starcoder2": ("starcoder", STAR, "", "<repo_name>workspace\n<file_sep>lib/a.py\na = 1\n<file_sep>b.py\n"),
}
CONTEXT = 96
WINDOW = 24
PROMPT = Infill("x = 1", "\ny = 2\n", "b.py", (Snippet("lib/a.py", "a = 1\n"),))


def checkpoint(family: str, folder: Path) -> Path:
    """A checkpoint of the family in 8 dimensions, and its tokenizer."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    rule, control, template, _ = FAMILIES[family]
    base = fields()
    tokens = [*base["tokenizer.ggml.tokens"], *control]
    types = [*base["tokenizer.ggml.token_type"], *[3] * len(control)]
    changes = {"tokenizer.ggml.tokens": tokens, "tokenizer.ggml.token_type": types, "tokenizer.ggml.pre": rule}
    settings: dict[str, Any] = {
        "vocab_size": len(tokens),
        "hidden_size": 8,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "max_position_embeddings": CONTEXT,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 1,
    }
    if family == "Starcoder2":
        settings["sliding_window"] = WINDOW
    torch.manual_seed(0)
    config = getattr(transformers, f"{family}Config")(**settings)
    write_tokenizer(fields(**changes, **{"tokenizer.chat_template": template}), folder)
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=list(FAMILIES))
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    return request.param, checkpoint(request.param, tmp_path_factory.mktemp("x"))


def test_what_the_vocabulary_says(family: tuple[str, Path]) -> None:
    name, folder = family
    prompter = Prompter(folder, "x")
    assert prompter.context_length == CONTEXT
    assert prompter.infills == (name == "Starcoder2")
    shown = prompter.render(PROMPT)
    assert shown.startswith(FAMILIES[name][3])
    assert ("y = 2" in shown) == (name != "Llama")
    chat = prompter.render(Chat((Message("user", "Why?"),)))
    assert chat.endswith("<|im_start|>assistant\n" if FAMILIES[name][2] else "Assistant:")
    ids = prompter.encode(PROMPT).ids
    control = prompter.tokenizer.special_ids
    assert sum(number in control for number in ids) == {"Llama": 0, "Qwen2": 3, "Starcoder2": 6}[name]


def test_it_generates_and_the_cache_and_drafts_change_nothing(family: tuple[str, Path]) -> None:
    from inglenook_server.generation.torch_engine import TorchGenerator

    _, folder = family
    generator = TorchGenerator(folder, "tiny", dtype="float32")
    options = Options(max_tokens=16)
    prompts = [Infill("re re re x = "), Infill("re re re x = 1"), Infill("re re"), PROMPT]
    fresh = []
    for prompt in prompts:
        generator.forget()
        fresh.append(generator.generate(prompt, options).text)
    for _ in range(2):
        assert [generator.generate(prompt, options).text for prompt in prompts] == fresh
    assert len(generator.log_probabilities("x = re")) == generator.count("x = re") - 1
    with pytest.raises(GenerationError, match="reads at most 96"):
        generator.generate(Infill("word " * CONTEXT), options)
    generator.close()


@pytest.mark.parametrize("what", ["pickles", "code", "nothing"])
def test_neither_pickles_nor_a_models_own_code_are_loaded(what: str, tmp_path: Path) -> None:
    from inglenook_server.generation.torch_engine import TorchGenerator

    folder = checkpoint("Llama", tmp_path)
    if what == "code":
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoConfig": "mine.Config"}}))
        (folder / "mine.py").write_text("raise SystemExit('code was run')\n")
    else:
        (folder / "model.safetensors").rename(folder / ("pytorch_model.bin" if what == "pickles" else "other"))
    sentence = {"pickles": "only as pickles", "code": "wants code of its own", "nothing": "not as safetensors"}[what]
    with pytest.raises(GenerationError, match=sentence) as caught:
        TorchGenerator(folder, "tiny")
    assert caught.value.mend


def test_a_checkpoint_too_big_for_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from inglenook_server.generation.torch_engine import TorchGenerator

    folder = checkpoint("Llama", tmp_path)
    free = type("memory", (), {"available": 1_000_000, "total": 2_000_000})
    monkeypatch.setattr("psutil.virtual_memory", lambda: free)
    with pytest.raises(GenerationError, match=r"needs 0\.3 GB of memory and 0\.0 GB are free"):
        TorchGenerator(folder, "tiny")
