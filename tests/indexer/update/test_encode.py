import os
import subprocess

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


def test_a_newer_encoders_vectors_are_not_compared_with_an_older_ones(index, encoder, monkeypatch):
    index.embed(encoder)
    index.close()
    monkeypatch.setattr(Letters, "version", "1+taught")
    newer = Index(index.root)
    assert {hit.parts["tier"] for hit in newer.search("name_3")} == {1}
    report = newer.embed(encoder)
    assert (report.changed, newer.status().tier2_chunks) == (0, 7)
    assert {hit.parts["tier"] for hit in newer.search("name_3")} == {2}


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


@pytest.mark.parametrize("left", ["_transactions/0-a.txn", "_versions/1.manifest#1", "_versions/.tmpPMm6y"])
def test_a_run_killed_while_it_made_the_table_left_nothing_to_trip_over(index, encoder, left):
    index.refresh()
    unfinished = index.folder / "encodings" / "encoded.lance" / left
    unfinished.parent.mkdir(parents=True)
    unfinished.write_bytes(b"half")
    encodings = index._access.open().store.encodings
    assert not encodings.exists
    encodings.tidy(unverified=True)
    assert encodings.mend(closely=True)
    index.embed(encoder)
    assert index.status().tier2_chunks == 7


# Vectors belong to texts


@pytest.fixture
def asked(monkeypatch):
    """Every text that the encoder was asked for, in order."""
    texts = []
    embed = Letters.embed

    def noted(self, some):
        texts.extend(some)
        return embed(self, some)

    monkeypatch.setattr(Letters, "embed", noted)
    return texts


def git(root, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def test_a_branch_switch_there_and_back_encodes_only_what_is_new(index, encoder, asked):
    root = index.root
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    index.embed(encoder)
    assert len(asked) == 7
    git(root, "checkout", "-qb", "other")
    (root / "f3.py").write_text("def only_on_the_other_branch():\n    pass\n")
    git(root, "commit", "-qam", "two")
    for branch, waiting in (("other", 1), ("main", 0), ("other", 0), ("main", 0)):
        git(root, "checkout", "-q", branch)
        index.refresh()
        asked.clear()
        assert index.status().chunks - index.status().tier2_chunks == waiting
        index.embed(encoder)
        assert len(asked) == waiting, branch
        name = "only_on_the_other_branch" if branch == "other" else "name_3"
        first = index.search(name)[0]
        assert (first.chunk.path, first.parts["tier"]) == ("f3.py", 2)
        asked.clear()


def test_a_renamed_file_and_a_copied_one_keep_their_vectors(index, encoder, asked):
    index.embed(encoder)
    asked.clear()
    (index.root / "f3.py").rename(index.root / "moved.py")
    (index.root / "copy.py").write_text(FILES["f4.py"])
    index.refresh()
    assert index.status().tier2_chunks == index.status().chunks == 8
    index.embed(encoder)
    assert asked == []
    assert {hit.chunk.path for hit in index.search("name_4") if hit.parts["tier"] == 2} >= {"copy.py", "f4.py"}


def long_function(name):
    return (
        f"def {name}():\n" + "".join(f"    {name}_{number} = 'some text of a line'\n" for number in range(38)) + "\n\n"
    )


def test_a_function_that_moves_is_not_encoded_again(workspace, encoder, asked):
    first, second = (long_function(name) for name in ("first", "second"))
    index = Index(workspace({"a.py": f"{first}{second}", "b.py": long_function("third")}))
    index.refresh()
    index.embed(encoder)
    assert len(asked) == index.status().chunks == 3
    asked.clear()
    (index.root / "a.py").write_text(f"{second}{first}")
    (index.root / "b.py").write_text(f"{first}{long_function('third')}")
    assert index.refresh().changed == 2
    assert index.status().tier2_chunks == index.status().chunks == 4
    index.embed(encoder)
    assert asked == []
    (index.root / "b.py").write_text(f"{first}{long_function('third').replace('some', 'other')}")
    index.refresh()
    index.embed(encoder)
    assert len(asked) == 1, "only the chunk that changed"
    index.close()


def test_a_text_that_many_files_have_is_encoded_once_and_counted_for_each(workspace, encoder, asked):
    index = Index(workspace({f"copy_{n}.py": "def same():\n    pass\n" for n in range(5)}))
    index.refresh()
    seen = []
    index.embed(encoder, cancelled=lambda: True)
    assert index.status().tier2_chunks == 0
    index.embed(encoder, progress=seen.append)
    assert len(asked) == 1
    assert [(one.done, one.total) for one in seen] == [(0, 5), (5, 5)]
    assert index.status().tier2_chunks == 5
    index.close()


def test_vectors_of_texts_that_are_gone_are_kept_up_to_a_bound(index, encoder, monkeypatch):
    index.embed(encoder)
    for number in range(6):
        (index.root / f"f{number}.py").write_text(f"def later_{number}():\n    pass\n")
    index.refresh()
    index.embed(encoder)
    kept = index._access.open().store.encodings
    assert len(kept.known()) == 13, "six old ones may come back"
    monkeypatch.setattr("inglenook_indexer.store.encodings._SPARE", 2)
    monkeypatch.setattr("inglenook_indexer.store.encodings._SPARE_SHARE", 0)
    index.embed(encoder)
    assert len(kept.known()) == 9
    assert index.status().tier2_chunks == index.status().chunks == 7


# Order


@pytest.fixture
def one_by_one(monkeypatch):
    monkeypatch.setattr("inglenook_indexer.update.encode._BATCH", 1)


def places(texts):
    return [text.split()[0] for text in texts]


def test_hot_files_come_first_and_tests_last(index, encoder, asked, one_by_one):
    newest = (index.root / "f0.py").stat().st_mtime + 100_000
    os.utime(index.root / "f2.py", (newest, newest))
    index.refresh()
    index.search("name_1", path="f1.py")
    index.shadow("f5.py", FILES["f5.py"] + "# unsaved\n")
    asked.clear()
    index.embed(encoder, hot=lambda: ["f4.py"])
    assert places(asked) == ["f4", "f5", "f2", "f1", "f0", "f3", "tests/test_f"]


def test_retrieved_files_are_remembered(index, encoder, asked, one_by_one):
    for _ in range(3):
        index.search("name_4", path="f4.py")
    index.embed(encoder, cancelled=lambda: True)
    index.close()
    again = Index(index.root)
    asked.clear()
    again.embed(encoder)
    assert places(asked)[0] == "f4"
    again.close()


def test_a_damaged_count_of_retrieved_files_only_costs_the_order(index, encoder):
    (index.folder / "retrieved.json").write_text('{"f1.py": "many"')
    again = Index(index.root)
    assert not again.embed(encoder).cancelled
    again.close()


def test_nothing_is_encoded_while_paused(index, encoder, asked):
    answers = iter([True, True, True])
    seen = []

    def paused():
        seen.append(len(asked))
        return next(answers, False)

    assert not index.embed(encoder, paused=paused).cancelled
    assert seen[:4] == [0, 0, 0, 0]
    assert len(asked) == 7


def test_what_was_encoded_before_an_interruption_stays(index, encoder, asked, one_by_one):
    assert index.embed(encoder, cancelled=lambda: len(asked) >= 3).cancelled
    assert index.status().tier2_chunks == 3
    index.embed(encoder)
    assert len(asked) == 7, "none of the three again"


def test_interruptions_in_the_middle_of_a_batch_lose_nothing(index, encoder, asked, monkeypatch):
    monkeypatch.setattr("inglenook_indexer.update.encode._ASK_EVERY", 2)
    for done in (2, 4, 6):
        before = len(asked)
        report = index.embed(encoder, cancelled=lambda before=before: len(asked) > before)
        assert report.cancelled
        assert index.status().tier2_chunks == len(asked) == done
    assert not index.embed(encoder).cancelled
    assert index.status().tier2_chunks == len(asked) == 7, "none of them again"


def test_a_search_narrowed_to_a_folder_finds_encoded_chunks_there(index, encoder):
    index.embed(encoder)
    hits = index.search("name", path="tests/")
    assert [(hit.chunk.path, hit.parts["tier"]) for hit in hits] == [("tests/test_f.py", 2)]


def test_a_search_has_the_encoder_read_where_the_second_tier_has_not(index, encoder):
    assert {hit.parts["tier"] for hit in index.search("name_3")} == {1}
    hits = index.search("name_3", rerank_s=60, encoder=encoder)
    assert {hit.parts["tier"] for hit in hits} == {2}
    assert index.status().tier2_chunks == 0  # nothing is kept of it
    index.embed(encoder)
    (index.root / "new.py").write_text("def name_3_again():\n    pass\n")
    index.refresh()
    assert {hit.parts["tier"] for hit in index.search("name_3_again") if hit.chunk.path == "new.py"} == {1}
    assert {hit.parts["tier"] for hit in index.search("name_3_again", rerank_s=60)} == {2}


def test_what_is_ignored_while_it_is_read_gets_no_vector(index, encoder):
    """A run of the rules takes the store's place between two batches; what they exclude is gone for good."""
    private = index.root / "f3.py"
    seen = []

    def ignored(progress):
        if not seen:
            seen.append(progress)
            (index.root / ".inglenookignore").write_text("f3.py\n")
            Index(index.root).refresh()
            index.refresh()

    index.embed(encoder, progress=ignored)
    assert private.exists()
    assert "f3.py" not in index.files()
    assert index.embed(encoder).chunks == index.status().tier2_chunks
    status = index.status()
    assert status.tier2_chunks == status.chunks
    encodings = index._access.open().store.encodings
    assert len(encodings.known()) == len(index._access.open().store.table.chunk_hashes())
