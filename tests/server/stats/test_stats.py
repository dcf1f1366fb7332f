import asyncio
import sqlite3
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.completion.complete import Completion
from inglenook_server.completion.explanations import Explanation
from inglenook_server.documents import Document
from inglenook_server.stats.observer import Observer
from inglenook_server.stats.store import Statistics, Suggestion
from inglenook_server.stats.summary import summarise
from inglenook_server.stats.survival import Span, difference, share_left

ONE = Suggestion("a", time.time(), "python", "m", "", True, 0.5, 12, 1, 100.0)


def test_rows_come_back_and_are_erased(tmp_path):
    statistics = Statistics(tmp_path / "s.sqlite")
    assert statistics.all() == []
    statistics.add(ONE)
    statistics.shown("a")
    statistics.ended("a", "accepted", 12)
    statistics.survived("a", 30, 0.75)
    statistics.ended("a", "dismissed")
    assert statistics.all() == [replace(ONE, shown=True, outcome="accepted", accepted=12, kept=((30, 0.75),))]
    assert statistics.erase() == 1
    assert statistics.all() == []


def test_figures_whole_and_split():
    rows = [
        replace(ONE, shown=True, outcome="accepted", accepted=12, kept=((30, 0.9), (120, 0.1))),
        replace(ONE, id="b", shown=True, outcome="dismissed", latency_ms=300.0, language="go"),
    ]
    groups = {(group.split, group.value): group for group in summarise(rows)}
    whole = groups["all", ""]
    assert (whole.acceptance, whole.latency_p50_ms, whole.survival[30], whole.survival[120]) == (0.5, 200.0, 1.0, 0.0)
    assert whole.survival[600] is None
    assert groups["language", "python"].acceptance == 1.0
    assert ("model", "m") not in groups


@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_a_difference_makes_the_other_text(before, text):
    start, old_end, new_end = difference(before, text)
    assert before[:start] + text[start:new_end] + before[old_end:] == text


@pytest.mark.parametrize(
    ("after", "share"),
    [("x = foo(bar)\n", 1.0), ("# hi\nx = foo(bar)\n", 1.0), ("x = foo(baz)\n", 0.875), ("x = \n", 0.0)],
)
def test_how_much_is_left(after, share):
    before = "x = foo(bar)\n"
    span = Span("foo(bar)", 4, 12).after(before, after)
    assert share_left("foo(bar)", after[span.start : span.end]) == share


async def observed(tmp_path, versions, event=""):
    """Suggest `foo(bar)` behind `x = `, go through the versions, and give the row."""
    statistics = Statistics(tmp_path / "s.sqlite")
    observer = Observer(statistics, lambda: ("m", ""), lambda: True)
    document = Document("file:///a.py", "x = \n")
    observer.suggested(document, document.text, 4, Completion("foo(bar)", "stop", Explanation(), "id"))
    observer._live = replace(observer._live, since=0.0)  # seen for long
    for text in versions:
        following = Document("file:///a.py", text)
        observer.changed(document, following)
        document = following
    if event:
        observer.told("id", event)
    await observer._worker.call(lambda _: None, 9)
    observer.close()
    (row,) = statistics.all()
    raw = sqlite3.connect(tmp_path / "s.sqlite")
    assert "foo" not in str(raw.execute("SELECT * FROM suggestions").fetchall())
    raw.close()
    return row


@pytest.mark.parametrize(
    ("versions", "event", "outcome", "accepted"),
    [
        (["x = foo(bar)\n"], "", "accepted", 8),
        (["x = f\n", "x = fo\n", "x = foo\n", "x = foo()\n"], "", "open", 0),
        (["x = foo\n", "x = foq\n"], "", "partly", 3),
        (["x = f\n", "x = fz\n"], "", "dismissed", 0),
        (["y\n"], "", "dismissed", 0),
        ([], "accepted", "accepted", 8),
        ([], "dismissed", "dismissed", 0),
        ([f"x = {'foo(bar)'[:size]}\n" for size in range(1, 9)], "", "typed", 0),
    ],
)
async def test_what_became_of_a_suggestion(tmp_path, versions, event, outcome, accepted):
    row = await observed(tmp_path, versions, event)
    assert (row.outcome, row.accepted) == (outcome, accepted)
    await asyncio.sleep(0)


async def test_next_edits_are_counted_apart_and_without_their_text(tmp_path):
    statistics = Statistics(tmp_path / "s.sqlite")
    observer = Observer(statistics, lambda: ("m", ""), lambda: True)
    statistics.add(ONE)
    for id, kind in (("x", "accepted"), ("y", "rejected"), ("z", "seen")):
        observer.offered(id, "go", 0.9, "sesame", 3.0)
        observer.offer_ended(id, "shown")
        observer.offer_ended(id, kind)
    await observer._worker.call(lambda _: None, 9)
    observer.close()
    assert b"sesame" not in (tmp_path / "s.sqlite").read_bytes()
    groups = {group.split: group for group in summarise(statistics.all())}
    assert groups["all"].suggested == 1
    found = groups["next edit"]
    assert (found.suggested, found.shown, found.accepted, found.dismissed) == (3, 3, 1, 1)


async def test_next_edits_are_not_counted_where_nothing_is(tmp_path):
    statistics = Statistics(tmp_path / "s.sqlite")
    observer = Observer(statistics, lambda: ("m", ""), lambda: False)
    observer.offered("x", "go", 0.9, "sesame", 3.0)
    await observer._worker.call(lambda _: None, 9)
    observer.close()
    assert statistics.all() == []
