import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.generation.prompts.tokens import ModelTokenizer
from inglenook_server.training.data import Document
from inglenook_server.training.samples import BLOCK_LINES, ROW_TOKENS, Codec, cut_gap, endless_rows, make_rows

from tests.server.training.house import repository

FILES = [Document(path, text, "python") for path, text in repository().items()]
SENTINELS = ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"]


def codec(folder: Path, specials: list[str]) -> Codec:
    """A codec over single bytes, so that these tests need no weights."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: n for n, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in ["<|endoftext|>", *specials]])
    tokenizer.save(str(folder / "tokenizer.json"))
    return Codec(ModelTokenizer(folder))


@given(st.sampled_from(["inside", "line", "block"]), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_gap_is_a_run_of_the_text(kind: str, at: int, seed: int) -> None:
    text = FILES[0].text
    gap = cut_gap(text, at % len(text), kind, random.Random(seed))
    if gap is None:
        return
    assert gap.prefix + gap.middle + gap.suffix in text
    assert gap.middle.strip()
    assert gap.middle.count("\n") <= BLOCK_LINES
    if kind != "block":
        assert "\n" not in gap.middle
    if kind == "line":
        assert gap.suffix.startswith("\n") or text.endswith(gap.middle + gap.suffix)


@given(st.text(alphabet="ab \n\té\r", max_size=200), st.integers(0, 200), st.sampled_from(["inside", "line", "block"]))
def test_any_text_can_be_cut(text: str, at: int, kind: str) -> None:
    gap = cut_gap(text, min(at, len(text)), kind, random.Random(0))
    assert gap is None or gap.prefix + gap.middle + gap.suffix in text


@pytest.mark.parametrize("specials", [[], SENTINELS], ids=["left-to-right", "infill"])
def test_rows_fit_and_are_the_same_for_one_seed(specials: list[str], tmp_path: Path) -> None:
    model = codec(tmp_path, specials)
    assert model.infills == bool(specials)
    rows = make_rows(FILES, model, 0)
    assert rows
    assert all(1 < len(row) <= ROW_TOKENS for row in rows)
    assert rows == make_rows(FILES, model, 0)
    assert rows != make_rows(FILES, model, 1)


def test_left_to_right_rows_hold_nearly_every_token_once(tmp_path: Path) -> None:
    model = codec(tmp_path, [])
    total = sum(len(model.file(document.text)) for document in FILES)
    assert 0.95 * total < sum(map(len, make_rows(FILES, model, 0))) <= total


def test_an_infill_sample_is_prompt_then_middle_then_end(tmp_path: Path) -> None:
    from inglenook_server.generation.base import Infill

    model = codec(tmp_path, SENTINELS)
    tokenizer = ModelTokenizer(tmp_path)
    text = tokenizer.decode(model.infill(Infill("def a():\n    ret", "\n\nb()", "a.py"), "urn 1"))
    assert text.startswith("<fim_prefix>def a():\n")
    assert text.endswith("return 1<|endoftext|>")
    assert "<fim_suffix>\n\nb()<fim_middle>" in text


def test_a_second_pass_cuts_other_gaps(tmp_path: Path) -> None:
    model = codec(tmp_path, SENTINELS)
    first = make_rows(FILES, model, 0)
    stream = endless_rows(FILES, model, 0)
    assert [next(stream) for _ in first] == first
    assert next(stream) not in first
    assert list(endless_rows([], model, 0)) == []
