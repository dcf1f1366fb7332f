import json
import os

import numpy as np
import pytest
from inglenook_indexer.embed.encoder import Encoder
from inglenook_indexer.embed.static import ASSET, StaticEmbedder
from inglenook_indexer.errors import StorageError
from inglenook_indexer.search.access import EMBEDDER


@pytest.fixture(scope="module")
def static():
    return StaticEmbedder()


def test_the_table_stays_small_enough_to_ship():
    assert ASSET.stat().st_size < 16_000_000


def test_the_index_names_the_table_it_has(static):
    assert f"{static.name}:{static.version}" == EMBEDDER


def test_a_word_that_comes_again_counts_less(static):
    once, eight, other = static.embed(["socket json", "socket " * 8 + "json", "socket"])
    assert once @ other < eight @ other < 1
    table = static.embed(["socket"])[0]
    plain = 8 * np.linalg.norm(static._table[static._tokens["socket"]].sum(0)) * table
    plain += static._table[static._tokens["json"]].sum(0)
    assert eight @ other < plain @ other / np.linalg.norm(plain)


def test_vectors_have_unit_length(static):
    vectors = static.embed(["def parse(): pass", "open a socket", "x"])
    assert vectors.shape == (3, static.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", " \n", "()[]{}", "\u2028", "漢\0"])
def test_texts_without_words_are_zeros(static, text):
    vector = static.embed([text])[0]
    assert np.linalg.norm(vector) == pytest.approx(0) or np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert not np.isnan(vector).any()


def test_no_texts_are_no_rows(static):
    assert static.embed([]).shape == (0, static.dimensions)


@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        (
            "open a network connection",
            "def connect(host, port): sock = socket.create_connection((host, port))",
            "class Color: red = 1",
        ),
        ("user login", "def authenticate(username, password): ...", "def multiply_matrix(rows, columns): ..."),
        ("getUserName", "get_user_name", "delete_file"),
    ],
)
def test_like_is_near_like(static, query, near, far):
    one, two, three = static.embed([query, near, far])
    assert one @ two > one @ three


def test_batches_change_nothing(static):
    texts = ["alpha beta", "", "gamma_delta", "parseArgs(x)"]
    assert np.allclose(static.embed(texts), np.concatenate([static.embed([text]) for text in texts]))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A BERT of two layers with random weights, saved as transformers saves it."""
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    folder = tmp_path_factory.mktemp("bert")
    words = [
        "[PAD]",
        "[CLS]",
        "[SEP]",
        "[UNK]",
        *"abcdefghijklmnopqrstuvwxyz",
        *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
    ]
    tokenizer = Tokenizer(models.WordPiece({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenizer.save(str(folder / "tokenizer.json"))
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        initializer_range=0.6,
    )
    model = transformers.BertModel(config).eval()
    model.save_pretrained(folder)
    return folder, model, tokenizer


def test_the_encoder_says_what_transformers_says(checkpoint):
    import torch

    folder, model, tokenizer = checkpoint
    texts = ["def f x return x", "a", "", "the quick brown fox jumps over the lazy dog " * 3]
    ours = Encoder(folder).embed(texts)
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-3)
    for text, vector in zip(texts, ours, strict=True):
        ids = torch.tensor([tokenizer.encode(text or " ").ids])
        with torch.no_grad():
            state = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0].mean(0)
        theirs = torch.nn.functional.normalize(state, dim=0).numpy()
        assert float(vector @ theirs) > 0.999, text  # bf16 on processors that have it


@pytest.mark.parametrize("damage", ["missing", "cut", "not json"])
def test_a_damaged_encoder_is_one_sentence(tmp_path, damage):
    if damage != "missing":
        (tmp_path / "config.json").write_text("{" if damage == "not json" else json.dumps({"hidden_size": 8}))
        (tmp_path / "model.safetensors").write_bytes(b"\0" * 10)
    with pytest.raises(StorageError, match="can't be loaded") as caught:
        Encoder(tmp_path)
    assert "inglenook models pull" in caught.value.mend


@pytest.mark.model
def test_minilm_knows_meaning():
    from inglenook_server.models import installed

    encoder = Encoder(installed("all-minilm-l6-v2").folder)
    query, near, far = encoder.embed(["How do I sort a list?", "items.sort(key=len)", "socket.connect(address)"])
    assert query @ near > query @ far + 0.1


def test_an_encoder_in_an_idle_process_says_the_same(checkpoint):
    from inglenook_indexer.update.encode import IdleEncoder

    folder, *_ = checkpoint
    texts = ["sort a list", "open a socket", ""]
    other = IdleEncoder(folder, 1)
    try:
        np.testing.assert_allclose(other.embed(texts), Encoder(folder).embed(texts), atol=1e-5)
        assert os.getpriority(os.PRIO_PROCESS, other._process.pid) == 19
    finally:
        other.stop()
