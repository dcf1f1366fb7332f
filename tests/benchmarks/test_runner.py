"""The benchmark runner's own parts: results that resume, percentiles, the typing trace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.result import Result, percentile
from tests.benchmarks.trace import trace


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    measured = []

    def measure(key: str) -> dict[str, object]:
        measured.append(key)
        return {"ms": [1.0]}

    Result("sample", tmp_path).row("a", lambda: measure("a"))
    second = Result("sample", tmp_path)
    second.row("a", lambda: measure("a again"))
    second.row("b", lambda: measure("b"))
    assert measured == ["a", "b"]
    second.summary["sample.ms"] = 1.23456
    data = json.loads(second.write().read_text())
    assert data["summary"] == {"sample.ms": 1.2346}
    assert set(data) == {"name", "revision", "machine", "versions", "seconds", "summary"}
    assert not second.part.exists()
    assert "`sample.ms`" in (tmp_path / "sample.md").read_text()


@pytest.mark.parametrize(("percent", "expected"), [(0, 0), (50, 50), (95, 95), (100, 100)])
def test_percentiles_interpolate(percent: float, expected: float) -> None:
    assert percentile([float(value) for value in range(101)], percent) == pytest.approx(expected, abs=0.2)


def test_a_percentile_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_a_trace_types_the_text_the_same_way_every_time() -> None:
    text = "def f(x):\n    return x.y\n"
    keys = trace(text)
    assert "".join(key.character for key in keys) == text
    assert keys == trace(text)
    assert [key.gap_ms for key in keys[10:14]] == [0, 0, 0, 0], "editors indent by themselves"
    assert keys[14].thinking, "people look before they begin a line"
    assert all(50 < key.gap_ms < 5_000 for key in keys if key.gap_ms)
