import numpy as np
from inglenook_indexer.search.features import Candidate
from inglenook_indexer.search.query import parse
from inglenook_indexer.search.rank import rank
from inglenook_indexer.search.rerank import DEPTH, read
from inglenook_indexer.types import Chunk


class Told:
    """An encoder to which texts that hold the word `answer` are near."""

    name, version, dimensions = "told", "1", 2

    def __init__(self):
        self.asked = []

    def embed(self, texts):
        self.asked += texts
        return np.array([(1.0, 0.0) if "answer" in text or text == "why" else (0.0, 1.0) for text in texts], np.float32)


def pool(count):
    return [
        Candidate(Chunk(f"f{n:02}.py", "python", "answer" if n == 7 else "text", 1, 2, 0, 4), 9.0 - n / 10, 0.5)
        for n in range(count)
    ]


def ticking(step):
    now = iter(np.arange(0, 1000, step))
    return lambda: float(next(now))


def test_what_the_encoder_reads_late_rises():
    found = pool(20)
    first = rank(parse("why"), found, DEPTH)
    again = read("why", first, found, Told(), 60)
    assert {one.encoded for one in again} == {0.0, 1.0}
    assert rank(parse("why"), again, 5)[0].chunk.path == "f07.py"


def test_it_stops_when_the_time_is_over_and_reads_the_best_first():
    found, encoder = pool(20), Told()
    again = read("why", rank(parse("why"), found, DEPTH), found, encoder, 2.0, ticking(0.5))
    assert [one.chunk.path for one in again if one.encoded is not None] == [f"f{n:02}.py" for n in range(12)]
    assert len(encoder.asked) == 1 + 12


def test_what_is_read_already_is_not_read_again():
    found, encoder = pool(6), Told()
    done = read("why", rank(parse("why"), found, DEPTH), found, encoder, 60)
    encoder.asked.clear()
    assert read("why", rank(parse("why"), done, DEPTH), done, encoder, 60) == done
    assert encoder.asked == []
