import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.rank import WEIGHTS, Candidate, parse, path_penalty, rank, rarity
from inglenook_indexer.types import Chunk


def chunk(path, start=1, *, defines=(), symbol=""):
    return Chunk(path, "python", "text", start, start + 9, 0, 4, symbol, tuple(defines))


def order(query, *candidates):
    return [hit.chunk.path for hit in rank(parse(query), candidates, 10)]


@pytest.mark.parametrize(
    ("query", "symbols", "is_symbol"),
    [
        ("parse_args", ("parse_args",), True),
        ("session", ("session",), True),
        ("Scaffold.route", ("route",), True),
        ("how does get_response work?", ("get_response",), False),
        ("where are routes registered", (), False),
        ("run()", ("run",), True),
        ("???", (), False),
        ("", (), False),
    ],
)
def test_queries_are_taken_apart(query, symbols, is_symbol):
    parsed = parse(query)
    assert (parsed.symbols, parsed.is_symbol) == (symbols, is_symbol)


def test_rare_words_weigh_more_and_all_of_them_one():
    weight = rarity(
        ["route", "scope"], {"a": frozenset({"route"}), "b": frozenset({"route", "scope"}), "c": frozenset()}
    )
    assert weight["scope"] > weight["route"] > 0
    assert sum(weight.values()) == pytest.approx(1)


def test_a_file_that_says_nothing_is_called_like_its_folder():
    near = [Candidate(chunk("routing/path.rs"), 5.0, 0.8), Candidate(chunk("extract/mod.rs"), 4.0, 0.7)]
    assert order("how is a request extracted", *near)[0] == "extract/mod.rs"


def test_words_meet_by_their_stems():
    near = [Candidate(chunk("app.py"), 5.0, 0.8), Candidate(chunk("routing.py"), 4.0, 0.7)]
    assert order("where are routes added", *near)[0] == "routing.py"


def test_a_definition_said_in_words_rises():
    plain, named = chunk("a.py", defines=["run"]), chunk("b.py", defines=["register_blueprint"])
    assert order("register a blueprint", Candidate(plain, 5.0, 0.8), Candidate(named, 4.9, 0.8))[0] == "b.py"


def test_a_definition_beats_its_uses():
    uses = [Candidate(chunk(f"use{n}.py"), bm25=9.0 - n, similarity=0.9) for n in range(5)]
    definition = Candidate(chunk("http.py", defines=["parse_date"]), bm25=2.0)
    assert order("parse_date", *uses, definition)[0] == "http.py"


def test_tests_come_after_what_they_test():
    both = [Candidate(chunk("tests/test_views.py"), 5.0, 0.8), Candidate(chunk("views.py"), 4.0, 0.7)]
    assert order("render the view", *both) == ["views.py", "tests/test_views.py"]
    assert order("test that the view renders", *both)[0] == "tests/test_views.py"


def test_a_file_named_like_the_question_rises():
    assert (
        order("session management", Candidate(chunk("app.py"), 5.0, 0.8), Candidate(chunk("sessions.py"), 4.0, 0.7))[0]
        == "sessions.py"
    )


def test_one_file_does_not_fill_the_list():
    many = [Candidate(chunk("a.py", start), 9.0, 0.9) for start in range(1, 60, 10)]
    assert "b.py" in order("something else entirely", *many, Candidate(chunk("b.py"), 8.0, 0.8))[:3]


def test_hits_say_why():
    (hit,) = rank(parse("parse_date"), [Candidate(chunk("tests/a.py", defines=["parse_date"]), 2.0, 0.5)], 5)
    assert hit.parts["bm25"] == 2.0
    assert hit.parts["vector"] == 0.5
    assert hit.parts["symbol"] == WEIGHTS.symbol
    assert hit.parts["penalty"] == WEIGHTS.tests
    assert hit.parts["chunks"] == 1.0


@pytest.mark.parametrize(
    ("path", "below"),
    [("tests/a.py", 0.51), ("a_test.go", 0.51), ("examples/a.py", 0.31), ("a.d.ts", 0.81),
     ("README.md", 0.61), ("src/app.test.ts", 0.51), ("LICENSE", 0.31), ("third/COPYING.LESSER", 0.31)],
)  # fmt: skip
def test_places_that_are_rarely_meant(path, below):
    assert path_penalty(path, parse("how is it done")) <= below


@pytest.mark.parametrize(
    "path", ["src/app.py", "latest/contest.py", "src/protest.go", "attestation.rs", "src/license_check.py"]
)
def test_places_that_only_sound_so(path):
    assert path_penalty(path, parse("how is it done")) == 1.0


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.builds(chunk, st.sampled_from(["a.py", "b.py", "tests/c.py", "d/__init__.py"]), st.integers(1, 5)),
        st.floats(0, 50),
        st.floats(0, 1),
    ),
    max_size=20,
)


@given(CANDIDATES, st.text(max_size=30), st.integers(1, 10))
def test_ranking_is_deterministic_bounded_and_sorted(candidates, query, limit):
    hits = rank(parse(query), candidates, limit)
    assert len(hits) == min(limit, len({candidate.chunk.id for candidate in candidates}))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    unique = {candidate.chunk.id: candidate for candidate in candidates}
    assert rank(parse(query), reversed(list(unique.values())), limit) == hits


def test_nothing_found_is_nothing():
    assert rank(parse("x"), [], 10) == []
