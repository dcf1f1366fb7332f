import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.search.features import Candidate, filled
from inglenook_indexer.search.query import parse
from inglenook_indexer.search.rank import place_demotion, rank
from inglenook_indexer.search.weights import ENCODED, WEIGHTS, Weights
from inglenook_indexer.types import Chunk


def chunk(path, start=1, *, defines=(), symbol="", text="text", language="python"):
    return Chunk(path, language, text, start, start + 9, 0, 4, symbol, tuple(defines))


def order(query, *candidates):
    return [hit.chunk.path for hit in rank(parse(query), candidates, 10)]


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
    definition = Candidate(chunk("http.py", defines=["parse_date"]), bm25=2.0, similarity=0.7)
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
    assert hit.parts["words"] == WEIGHTS.words
    assert hit.parts["symbol"] == WEIGHTS.symbol
    assert hit.parts["tests"] == WEIGHTS.tests


MEASURED = {"bm25", "vector", "encoder_vector", "tier"}


@pytest.mark.parametrize("text", ["parse_date", "who calls parse_date", 'File "tests/a.py", line 3, in f\nKeyError: 1'])
def test_a_score_is_the_sum_of_its_parts(text):
    near = [Candidate(chunk("tests/a.py", start, defines=["parse_date"]), 2.0, 0.5, 0.4) for start in (1, 20, 40)]
    for hit in rank(parse(text), [*near, Candidate(chunk("b.py"), 1.0, 0.2)], 5):
        assert hit.score == pytest.approx(sum(hit.parts[name] for name in hit.parts.keys() - MEASURED))


def test_every_weight_is_named_by_a_part_or_shapes_one():
    shaping = {"max_depth", "frame_decay", "frame_file", "frame_symbol"}
    named = {"frame", "named", "use", "language", "repeat", "inner"}
    from tests.benchmarks.ranker_fit import REASONS

    assert set(Weights.__dataclass_fields__) == {*REASONS, *named, *shaping}


def test_what_the_likely_answer_calls_rises_and_who_calls_it_too():
    likely = Candidate(
        chunk("sessions.py", defines=["SessionStore"], text="class SessionStore(SignedStore): ..."), 9.0, 0.9
    )
    plain = Candidate(chunk("a.py", defines=["Other"], text="class Other: ..."), 5.0, 0.5)
    callee = Candidate(chunk("b.py", defines=["SignedStore"], text="class SignedStore: ..."), 5.0, 0.5)
    caller = Candidate(chunk("c.py", defines=["login"], text="def login(): SessionStore()"), 5.0, 0.5)
    hits = rank(parse("session management"), [plain, likely, callee, caller], 5)
    assert hits[0].chunk.path == "sessions.py"
    assert {hit.chunk.path for hit in hits[1:3]} == {"b.py", "c.py"}
    parts = {hit.chunk.path: hit.parts for hit in hits}
    assert parts["b.py"]["callee"] > 0 < parts["c.py"]["caller"]
    assert not {"caller", "callee"} & parts["a.py"].keys()


def test_a_name_that_many_files_define_links_none():
    likely = Candidate(chunk("sessions.py", text="dispatch()"), 9.0, 0.9)
    many = [Candidate(chunk(f"v{n}.py", defines=["dispatch"], text="def dispatch(): ..."), 5.0, 0.5) for n in range(3)]
    assert not any("callee" in hit.parts for hit in rank(parse("session management"), [likely, *many], 5))
    few = rank(parse("session management"), [likely, *many[:2]], 5)
    assert sum("callee" in hit.parts for hit in few) == 2


def test_a_traces_place_comes_first_whatever_words_say():
    trace = 'File "/srv/lib/site-packages/web/app.py", line 12, in handle\nTypeError: no'
    loud = [Candidate(chunk(f"w{n}.py", defines=["handle"]), 9.0, 0.9) for n in range(4)]
    quiet = [Candidate(chunk("src/web/app.py", start), 0.0, 0.0) for start in (1, 11, 21)]
    other = Candidate(chunk("src/cli/app.py", 11), 0.0, 0.0)
    hits = rank(parse(trace), [*loud, *quiet, other], 10)
    assert (hits[0].chunk.path, hits[0].chunk.start_line) == ("src/web/app.py", 11)
    assert hits[0].parts["frame"] == WEIGHTS.frame


@pytest.mark.parametrize(
    ("query", "first"), [("src/a.py", "src/a.py"), ("what does lib/b.py do", "lib/b.py"), ("lib/", "lib/b.py")]
)
def test_a_file_that_is_named_comes_first(query, first):
    loud = [Candidate(chunk(f"w{n}.py"), 9.0, 0.9) for n in range(4)]
    assert order(query, *loud, Candidate(chunk("src/a.py")), Candidate(chunk("lib/b.py")))[0] == first


def test_uses_come_first_where_they_are_asked_for():
    definition = Candidate(chunk("router.py", defines=["dispatch"], text="def dispatch(): ..."), 9.0, 0.9)
    use = Candidate(chunk("server.py", text="return dispatch()"), 5.0, 0.5)
    assert order("where is dispatch defined", definition, use)[0] == "router.py"
    assert order("who calls dispatch", definition, use)[0] == "server.py"


@pytest.mark.parametrize(
    ("path", "text"),
    [("extract/mod.rs", "pub use core::extract::{\n  FromRef, FromRequest,\n};"),
     ("pkg/index.ts", "export { FromRequest } from './x'"),
     ("pkg/__init__.py", "from .x import (\n    FromRef,\n    FromRequest,\n)")],
)  # fmt: skip
def test_without_a_definition_the_file_that_passes_a_name_on_is_it(path, text):
    front = Candidate(chunk(path, text=text), 4.0, 0.5)
    uses = [Candidate(chunk(f"use{n}.py", text="FromRequest"), 5.0, 0.5) for n in range(3)]
    assert order("FromRequest", front, *uses)[0] == path
    definition = Candidate(chunk("request.py", defines=["FromRequest"]), 4.0, 0.5)
    assert order("FromRequest", front, *uses, definition)[0] == "request.py"


def test_the_language_that_is_asked_for():
    both = [Candidate(chunk("a.go", language="go"), 5.0, 0.8), Candidate(chunk("b.py"), 4.0, 0.7)]
    assert order("open a file", *both)[0] == "a.go"
    assert order("open a file in python", *both)[0] == "b.py"


def test_the_encoder_counts_where_it_has_read():
    near = [Candidate(chunk("a.py"), 5.0, 0.5, 0.1), Candidate(chunk("b.py"), 5.0, 0.5, 0.9)]
    assert order("some question", *near)[0] == "b.py"
    hits = rank(parse("some question"), near, 5)
    assert hits[0].parts["encoder"] == pytest.approx(ENCODED.encoder * 0.9)
    assert {hit.parts["tier"] for hit in hits} == {2}


def test_what_the_encoder_has_not_read_stands_where_the_table_puts_it():
    assert filled([0.2, None, 0.6], [0.1, 0.2, 0.3]) == pytest.approx([0.2, 0.4, 0.6])
    assert filled([None, None], [0.1, 0.2]) == [0.0, 0.0]
    assert filled([0.4, None], [0.3, 0.9]) == pytest.approx([0.4, 0.4])


@pytest.mark.parametrize("path", ["tests/a.py", "a.d.ts", "README.md", "LICENSE", "examples/a.py", "_internal/a.py"])
def test_places_that_are_rarely_meant_lose_points(path):
    assert sum(place_demotion(path, parse("how is it done")).values()) < 0
    assert place_demotion("src/app.py", parse("how is it done")) == {}


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.builds(chunk, st.sampled_from(["a.py", "b.py", "tests/c.py", "d/__init__.py"]), st.integers(1, 5)),
        st.floats(0, 50),
        st.floats(0, 1),
        st.none() | st.floats(0, 1),
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
