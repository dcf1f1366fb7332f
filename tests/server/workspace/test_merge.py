from pathlib import Path

import pytest
from inglenook_indexer.types import Chunk, Hit
from inglenook_server.workspace.merge import merge


def hit(path, score, **parts):
    return Path("/w") / path, Hit(Chunk(path, "python", "x", 1, 2, 0, 1), score, parts)


def order(*lists, limit=10):
    return [one.chunk.path for one in merge(lists, limit)]


def test_hits_of_several_indexes_in_one_list():
    assert order() == []
    assert order([hit("a", 9.0), hit("b", 5.0)], [hit("c", 7.0)]) == ["a", "c", "b"]
    assert order([hit("a", 9.0), hit("b", 5.0)], [hit("c", 7.0)], limit=2) == ["a", "c"]
    assert order([hit("b", 5.0)], [hit("a", 5.0)]) == ["a", "b"]
    # The best words of a folder that has next to none of the query's must not weigh like those of one that has all.
    loud = [hit("loud", 4.0, words=1.4, more_words=0.6, bm25=0.5)]
    apt = [hit("apt", 3.5, words=1.4, bm25=10.0)]
    assert order(loud, apt) == ["apt", "loud"]
    assert merge([loud, apt], 10)[1].score == pytest.approx(4.0 - 2.0 * 0.95)


def test_a_file_of_nested_folders_counts_once():
    assert order([hit("in/a", 5.0)], [(Path("/w/in/a"), hit("a", 6.0)[1])]) == ["a"]
