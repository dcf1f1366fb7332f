import numpy as np
import pytest
from inglenook_indexer import Index
from inglenook_indexer.embed import encoder as module

FILES = {f"f{n}.py": f"def name_{n}():\n    return {n}\n" for n in range(6)} | {
    "tests/test_f.py": "def test_f():\n    pass\n"
}


class Letters:
    """An encoder that counts letters: honest vectors without a model."""

    version = "1"
    dimensions = 384

    def __init__(self, folder):
        self.name = folder.name

    def embed(self, texts):
        out = np.full((len(texts), 384), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for character in text.lower():
                out[row, ord(character) % 384] += 1
        return out / np.linalg.norm(out, axis=1, keepdims=True)


@pytest.fixture
def encoder(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "Encoder", Letters)
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


@pytest.fixture
def index(workspace):
    made = Index(workspace(FILES))
    made.refresh()
    yield made
    made.close()


def test_every_chunk_gets_a_second_vector_and_searches_use_it(index, encoder):
    seen = []
    report = index.embed(encoder, progress=seen.append)
    assert (report.files, report.cancelled) == (7, False)
    assert index.status().tier2_chunks == index.status().chunks == 7
    assert [(one.done, one.total) for one in seen] == [(0, 7), (7, 7)]
    assert {hit.parts["tier"] for hit in index.search("name_3")} == {2}
    again = Index(index.root)
    assert {hit.parts["tier"] for hit in again.search("name_3")} == {2}
    assert again.refresh().changed == 0


def test_a_changed_file_waits_for_its_turn_again(index, encoder):
    index.embed(encoder)
    (index.root / "f3.py").write_text("def renamed():\n    pass\n")
    index.update(["f3.py"])
    assert index.status().tier2_chunks == 6
    assert index.search("renamed")[0].parts["tier"] == 1
    index.embed(encoder)
    assert index.search("renamed")[0].parts["tier"] == 2


def test_cancelled_work_is_taken_up_again(index, encoder):
    assert index.embed(encoder, cancelled=lambda: True).cancelled
    assert index.status().tier2_chunks == 0
    assert not index.embed(encoder).cancelled
    assert index.status().tier2_chunks == 7


def test_another_encoders_vectors_are_not_mixed_in(index, encoder, tmp_path):
    index.embed(encoder)
    other = tmp_path / "others"
    other.mkdir()
    (other / "config.json").write_text("{}")
    report = index.embed(other, cancelled=lambda: True)
    assert report.cancelled
    assert index.status().tier2_chunks == 0


def test_an_encoder_that_is_gone_is_done_without(index, encoder):
    index.embed(encoder)
    (encoder / "config.json").unlink()
    again = Index(index.root)
    assert again.search("name_3")[0].chunk.path == "f3.py"
    assert {hit.parts["tier"] for hit in again.search("name_3")} == {1}


def test_a_killed_run_keeps_the_encoders_vectors(index, encoder):
    index.embed(encoder)
    index.close()
    (index.folder / "manifest.json").unlink()
    again = Index(index.root)
    assert again.status().tier2_chunks == 7
    assert {hit.parts["tier"] for hit in again.search("name_3")} == {2}
