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


def test_an_answer_that_cites_nothing_gets_its_sources():
    text, named = rewrite(["It waits."])
    assert text == "It waits.\n\nSources: `src/pool.py:10-20`, `main.py:1-5`"
    assert list(named) == [POOL, MAIN]


def test_sources_are_where_the_names_stand():
    spans = [Excerpt("a.py", 1, 2, "def alpha(): pass"), Excerpt("b.py", 1, 2, "def beta(): alpha()")]
    citations = Citations(spans)
    text = citations.feed("Call `beta()` for it.") + citations.finish()
    assert text.endswith("Sources: `b.py:1-2`")


def test_an_open_code_block_is_closed_before_the_sources():
    assert rewrite(["```py\nx = 1\n"])[0].endswith("\n```\n\nSources: `src/pool.py:10-20`, `main.py:1-5`")


def test_a_closed_code_block_is_not_closed_again():
    assert rewrite(["```py\nx = 1\n", "```"])[0] == "```py\nx = 1\n```\n\nSources: `src/pool.py:10-20`, `main.py:1-5`"


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
