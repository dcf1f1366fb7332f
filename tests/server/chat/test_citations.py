from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.chat.citations import Citations
from inglenook_server.chat.excerpts import Excerpt

POOL = Excerpt("src/pool.py", 10, 20, "...", 2.0)
MAIN = Excerpt("main.py", 1, 5, "...", 1.0)


def rewrite(pieces) -> tuple[str, tuple[Excerpt, ...]]:
    citations = Citations([POOL, MAIN])
    text = "".join(citations.feed(piece) for piece in pieces) + citations.finish()
    return text, citations.named


@pytest.mark.parametrize(
    ("raw", "shown", "named"),
    [
        ("Workers wait [1].", "Workers wait `src/pool.py:10`.", [POOL]),
        ("Both [1, 2].", "Both `src/pool.py:10`, `main.py:1`.", [POOL, MAIN]),
        ("See [^2] now", "See `main.py:1` now", [MAIN]),
        ("In `src/pool.py:12-14` it waits.", "In `src/pool.py:12-14` it waits.", [POOL]),
        ("In pool.py:12 it waits.", "In src/pool.py:12 it waits.", [POOL]),
        ("In pool.py:999 it waits.", "In src/pool.py:10 it waits.", [POOL]),
        ("In src/pool.py:12-999 it waits.", "In src/pool.py:12-20 it waits.", [POOL]),
        ("[1] and made/up.py:3 too", "`src/pool.py:10` and made/up.py too", [POOL]),
        ("[1] not [7] this", "`src/pool.py:10` not  this", [POOL]),
        ("`items[1]` and x[2] [2]", "`items[1]` and x[2] `main.py:1`", [MAIN]),
        (
            "[2]\n```py\na = [1]\nb = c[1]\n```\n[1]",
            "`main.py:1`\n```py\na = [1]\nb = c[1]\n```\n`src/pool.py:10`",
            None,
        ),
        ("[1](https://a) [2]", "[1](https://a) `main.py:1`", [MAIN]),
        ("It is in `src/pool.py`, see pool.py.", "It is in `src/pool.py:10`, see pool.py.", [POOL]),
        ("It is in `main.py` [1].", "It is in `main.py:1` `src/pool.py:10`.", [MAIN, POOL]),
        ("other.py and xmain.py [1]", "other.py and xmain.py `src/pool.py:10`", [POOL]),
        ("at http://localhost:8080 [1]", "at http://localhost:8080 `src/pool.py:10`", [POOL]),
    ],
)
def test_citations_become_real_places(raw, shown, named):
    text, found = rewrite([raw])
    assert text == shown
    if named is not None:
        assert list(found) == named


SPANS = [
    Excerpt("a.py", 1, 2, "def alpha_one(): pass", symbol="alpha_one"),
    Excerpt("b.py", 1, 2, "def beta_two(): alpha_one()", symbol="beta_two"),
    Excerpt("c.py", 1, 2, "class Campaign:\n    total = 1", symbol="Campaign"),
    Excerpt("shopping.md", 1, 2, "milk, bread and butter"),
]


@pytest.mark.parametrize(
    ("raw", "used"),
    [
        ("It waits.", []),
        ("A decorator is a function that takes bread and butter.", []),
        ("It runs alpha_one for that.", ["a.py", "b.py"]),
        ("Call `beta_two()`, which calls `alpha_one`.", ["b.py", "a.py"]),
        ("The `Campaign` has a `total`.", ["c.py"]),
        ("The Campaign has a total.", []),
        ("```py\nmine = Campaign()\n```", ["c.py"]),
        ("```py\nmine = Campaign()\n```\nas in [4].", ["shopping.md"]),
    ],
)
def test_what_an_answer_rests_on(raw, used):
    citations = Citations(SPANS)
    shown = citations.feed(raw) + citations.finish()
    assert [excerpt.path for excerpt in citations.used] == used
    assert "Sources" not in shown


def test_without_excerpts_nothing_is_cited():
    citations = Citations([])
    assert citations.feed("See [1] and a.py:3 ") + citations.finish() == "See  and a.py "


@given(st.text(alphabet="a [1]2,^`.:py-\n/", max_size=60), st.lists(st.integers(0, 60), max_size=8))
def test_how_the_text_is_cut_into_pieces_changes_nothing(raw, cuts):
    borders = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    pieces = [raw[low:high] for low, high in pairwise(borders)]
    assert rewrite(pieces) == rewrite([raw])


def test_streaming_holds_back_the_word_only():
    citations = Citations([POOL])
    assert citations.feed("Workers wait [") == "Workers wait "
    assert citations.feed("1") == ""
    assert citations.feed("], and") == "`src/pool.py:10`, "
    assert citations.finish() == "and"


def test_an_endless_word_is_let_go():
    citations = Citations([POOL])
    assert len(citations.feed("x" * 1000)) == 1000
