from collections.abc import Iterator

import pytest
from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import Chat, Infill, Message, Options
from inglenook_server.generation.torch_engine import TorchGenerator

pytestmark = pytest.mark.model

CODE = "import os\n\n\ndef read_lines(path):\n    with open(path) as handle:\n        "


@pytest.fixture(scope="module")
def generator(fast_model: str) -> Iterator[TorchGenerator]:
    from inglenook_server.models import checkpoint

    generator = TorchGenerator(checkpoint(fast_model), fast_model, threads=2)
    yield generator
    generator.close()


def test_it_says_what_it_is(generator: TorchGenerator, fast_model: str) -> None:
    assert (generator.name, generator.engine, generator.adapter) == (fast_model, "transformers", "")
    assert generator.context_length == 8192
    assert not generator.infills
    assert generator.count("def f():") > 2


def test_pieces_add_up_to_the_text_and_end_before_the_stop(generator: TorchGenerator) -> None:
    pieces: list[str] = []
    done = generator.generate(Infill(CODE), Options(max_tokens=24, stop=("\n",)), on_text=pieces.append)
    assert "".join(pieces) == done.text
    assert done.text.startswith("return")
    assert "\n" not in done.text
    assert done.stop_reason == "stop"
    assert 0 < done.usage.first_token_ms <= done.usage.total_ms


@pytest.mark.parametrize("typed", ["", "r", "retu", "return ", "return ["])
def test_the_text_starts_at_the_cursor_wherever_in_a_word_it_stands(generator: TorchGenerator, typed: str) -> None:
    whole = generator.generate(Infill(CODE), Options(max_tokens=24, stop=("\n",))).text
    rest = generator.generate(Infill(CODE + typed), Options(max_tokens=24, stop=("\n",))).text
    assert typed + rest == whole


def test_what_the_cache_holds_does_not_change_the_text(generator: TorchGenerator) -> None:
    options = Options(max_tokens=8)
    generator.forget()
    fresh = generator.generate(Infill(CODE), options).text
    for other in (CODE, CODE[:30], "class Other:\n", CODE + "return 1\n"):
        generator.generate(Infill(other), options)
        assert generator.generate(Infill(CODE), options).text == fresh


def test_tokens_are_limited_and_the_reason_given(generator: TorchGenerator) -> None:
    done = generator.generate(Infill(CODE), Options(max_tokens=3))
    assert done.stop_reason == "length"
    assert done.usage.prompt_tokens > 10


def test_a_cancel_ends_it_and_the_next_call_is_not_harmed(generator: TorchGenerator) -> None:
    fresh = generator.generate(Infill(CODE), Options(max_tokens=6)).text
    seen: list[str] = []
    done = generator.generate(Infill(CODE), Options(max_tokens=50), seen.append, lambda: len(seen) >= 2)
    assert done.stop_reason == "cancelled"
    assert done.text == "".join(seen)
    assert generator.generate(Infill(CODE), Options(), cancelled=lambda: True).stop_reason == "cancelled"
    assert generator.generate(Infill(CODE), Options(max_tokens=6)).text == fresh


def test_a_seed_gives_its_text_again_and_another_seed_another(generator: TorchGenerator) -> None:
    def sample(seed: int) -> str:
        return generator.generate(Infill(CODE), Options(max_tokens=6, temperature=1.2, top_p=0.95, seed=seed)).text

    assert sample(1) == sample(1)
    assert len({sample(seed) for seed in (1, 2, 3)}) > 1


def test_a_chat_is_rendered_with_the_models_own_template(generator: TorchGenerator) -> None:
    chat = Chat((Message("user", "Which language is this: print('<|im_end|>')?"),))
    assert generator.render(chat).endswith("<|im_start|>assistant\n")
    done = generator.generate(chat, Options(max_tokens=12))
    assert done.text
    assert "<|im_" not in done.text


def test_text_outside_ascii_comes_through(generator: TorchGenerator) -> None:
    pieces: list[str] = []
    done = generator.generate(Infill("größe = 'naï"), Options(max_tokens=4), pieces.append)
    assert "".join(pieces) == done.text


def test_likely_text_scores_higher(generator: TorchGenerator) -> None:
    likely, odd = generator.score("for i in range(10):\n    print(i)\n"), generator.score("range for ]( i:10 in print")
    assert odd < likely < 0


def test_a_prompt_longer_than_the_context_is_refused(generator: TorchGenerator) -> None:
    with pytest.raises(GenerationError, match="reads at most 8,192"):
        generator.generate(Infill("x = 1\n" * 4000), Options())


def test_a_folder_without_a_checkpoint_is_said(tmp_path) -> None:
    with pytest.raises(GenerationError):
        TorchGenerator(tmp_path, "nothing")


def test_a_closed_generator_says_so(fast_model: str) -> None:
    from inglenook_server.models import checkpoint

    generator = TorchGenerator(checkpoint(fast_model), fast_model, threads=2)
    generator.close()
    with pytest.raises(GenerationError, match="unloaded"):
        generator.generate(Infill("x"), Options())
