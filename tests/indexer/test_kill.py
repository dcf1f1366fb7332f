"""Two hundred runs killed at random moments: nothing is lost, readers see whole files, the next run repairs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from inglenook_indexer import Index

from tests.indexer.killing import RUNS, Lane, prepare, texts

KILLS = 200
LOOKS = 10  # of readers, beside a writer, at least
LANES = 2  # at once, each with a workspace of its own

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the runs are forks of a process that is warm")


def test_two_hundred_kills(tmp_path, monkeypatch):
    prepare(monkeypatch.setattr)
    lanes = [Lane(tmp_path / f"lane-{number}", seed=number) for number in range(LANES)]
    try:
        with ThreadPoolExecutor(LANES) as pool:
            list(pool.map(lambda lane: (lane.until(KILLS // LANES), lane.settle()), lanes))
    finally:
        for lane in lanes:
            lane.close()
    kills = lanes[0].kills + lanes[1].kills
    assert kills.total() >= KILLS
    assert all(kills[kind] for kind in RUNS), kills


def test_readers_beside_a_writing_process_see_whole_files(tmp_path, monkeypatch):
    prepare(monkeypatch.setattr)
    lane = Lane(tmp_path / "lane", seed=7)
    lane.write("first")
    steady = Index(lane.root, lane.folder)
    looks, first, broken = 0, set(lane.indexed), False
    try:
        with ThreadPoolExecutor(1) as pool:
            runs = ["refresh", "update", "rebuild", "embed", "refresh", "rebuild", "update", "compact", "rebuild"]

            def write():
                while looks <= LOOKS and not broken:  # a busy machine takes few looks at one round
                    for kind in runs:
                        lane.write(kind)

            writing = pool.submit(write)
            try:
                while not writing.done():
                    before = set(lane.indexed)
                    for reader in (steady, Index(lane.root, lane.folder)):
                        found = texts(reader)
                        for path, text in found.items():
                            assert text in lane.history[path], f"{path} is torn"
                        # One that is open already may be a second behind another process.
                        indexed = first if reader is steady else before
                        assert not (indexed & lane.disk.keys()) - found.keys(), "what was indexed and is there is found"
                        path = sorted(found)[looks % len(found)]
                        assert all(hit.chunk.text for hit in reader.search(f"{Path(path).stem}_b", limit=3))
                        looks += 1
                        if reader is not steady:
                            reader.close()
            except BaseException:
                broken = True
                raise
            writing.result()
    finally:
        steady.close()
        lane.close()
    assert looks > LOOKS
