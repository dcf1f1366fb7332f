"""Two hundred runs killed at random moments: nothing is lost, readers see whole files, the next run repairs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.indexer.killing import Lane, prepare

KILLS = 200
LANES = 2  # at once, each with a workspace of its own

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the runs are forks of a process that is warm")


def test_two_hundred_kills(tmp_path, monkeypatch):
    prepare(monkeypatch.setattr)
    lanes = [Lane(tmp_path / f"lane-{number}", seed=number) for number in range(LANES)]
    try:
        with ThreadPoolExecutor(LANES) as pool:
            list(pool.map(lambda lane: lane.until(KILLS // LANES), lanes))
    finally:
        for lane in lanes:
            lane.close()
    total = sum((lane.kills for lane in lanes), start=lanes[0].kills.__class__())
    assert total.total() >= KILLS
    assert all(total[kind] for kind in ("first", "refresh", "update", "embed", "rebuild", "compact")), total
