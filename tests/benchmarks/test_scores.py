import pytest

from tests.benchmarks.scores import Target, ndcg, reciprocal

HITS = [("a.py", 1, 10), ("b.py", 1, 10), ("a.py", 11, 20), ("c.py", 1, 5)]


@pytest.mark.parametrize(
    ("targets", "score"),
    [
        ([Target("a.py")], 1.0),
        ([Target("b.py")], 0.6309),
        ([Target("a.py", 12, 13)], 0.5),
        ([Target("a.py", 30, 40)], 0.0),
        ([Target("a.py"), Target("b.py")], 1.0),
        ([Target("a.py"), Target("missing.py")], 0.6131),
        ([], 0.0),
    ],
)
def test_ndcg_counts_each_target_once_at_its_first_hit(targets, score):
    assert ndcg(HITS, targets, 10) == pytest.approx(score, abs=1e-4)


def test_hits_beyond_k_do_not_count():
    assert ndcg(HITS, [Target("c.py")], 3) == 0.0


def test_reciprocal_rank():
    assert reciprocal(HITS, Target("c.py")) == 0.25
    assert reciprocal(HITS, Target("d.py")) == 0.0
