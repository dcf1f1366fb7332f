import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.search.query import parse
from inglenook_indexer.search.stack_trace import Frame

TRACE = """Traceback (most recent call last):
  File "/usr/lib/python3/site-packages/flask/app.py", line 1478, in wsgi_app
    response = self.full_dispatch_request()
  File "/srv/app/views.py", line 12, in index
    return missing()
TypeError: The view function for 'index' did not return a valid response"""


@pytest.mark.parametrize(
    ("text", "kind", "symbols"),
    [
        ("parse_args", "symbol", ("parse_args",)),
        ("session", "symbol", ("session",)),
        ("Scaffold.route", "symbol", ("route",)),
        ("Sinatra::Helpers", "symbol", ("Helpers",)),
        ("run()", "symbol", ("run",)),
        ("how does get_response work?", "prose", ("get_response",)),
        ("where are routes registered", "prose", ()),
        ("serve files with res.sendFile", "prose", ("sendFile",)),
        ("the `worker` of a pool", "prose", ("worker",)),
        ("src/flask/app.py", "path", ()),
        ("app.py:12", "path", ()),
        ("tests/", "path", ()),
        (TRACE, "trace", ("wsgi_app", "index")),
        ("AttributeError: 'Flask' object has no attribute 'before_first'", "error", ("before_first", "Flask")),
        ("error: linker not found", "error", ()),
        ("panic: assignment to entry in nil map", "error", ()),
        ("error handling in the router", "prose", ()),
        ("how exceptions are raised", "prose", ()),
        ("def foo(self):\n    return self.bar", "code", ()),
        ("and where is it stored?\nhow are sessions opened", "prose", ()),
        ("???", "prose", ()),
        ("", "prose", ()),
    ],
)
def test_kinds_and_names(text, kind, symbols):
    query = parse(text)
    assert (query.kind, query.symbols) == (kind, symbols)


@pytest.mark.parametrize(
    ("text", "wish", "name"),
    [
        ("where is session defined", "definition", "session"),
        ("definition of Router", "definition", "Router"),
        ("what does dispatch do?", "definition", "dispatch"),
        ("who calls full_dispatch_request", "use", "full_dispatch_request"),
        ("where is `Router` used", "use", "Router"),
        ("usages of parse", "use", "parse"),
        ("where are routes registered", "", ""),
        ("what is the order of middleware", "", ""),
    ],
)
def test_what_is_wanted_of_a_name(text, wish, name):
    query = parse(text)
    assert query.wish == wish
    assert not name or name in query.symbols


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("thread pool size", ("thread_pool", "pool_size")),
        ("size of the pool", ()),
        ("long-poll transport", ("long_poll", "poll_transport")),
        ("HttpClient settings", ()),
        ("thread_pool", ()),
    ],
)
def test_neighbouring_words_may_be_one_name(text, joined):
    assert parse(text).joined == joined


@pytest.mark.parametrize(
    ("text", "languages", "meaning"),
    [
        ("python check if a list is empty", {"python"}, "check if a list is empty"),
        ("sort a map in golang", {"go"}, "sort a map in"),
        ("go to the next line", set(), "go to the next line"),
        ("python", set(), "python"),
        ("rust and swift", set(), "rust and swift"),
    ],
)
def test_a_language_is_a_wish_and_no_word(text, languages, meaning):
    query = parse(text)
    assert (query.languages, query.meaning) == (languages, meaning)


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("what does src/flask/app.py do", ("src/flask/app.py",)),
        ("look into `lib/router/`", ("lib/router/",)),
        ("app.py:12", ("app.py",)),
        ("read/write lock", ()),
        ("Scaffold.route", ()),
        ("https://example.com/a/b", ()),
        ("and/or", ()),
    ],
)
def test_paths_in_a_query(text, paths):
    assert parse(text).paths == paths


def test_a_path_with_a_line_is_a_place():
    assert parse("lib/app.py:12").frames == (Frame("lib/app.py", 12),)


def test_a_trace_means_its_message_and_its_functions():
    query = parse(TRACE)
    assert "did not return a valid response" in query.meaning
    assert "site-packages" not in query.meaning
    assert query.frames[0] == Frame("/srv/app/views.py", 12, "index")


@given(st.text(max_size=300))
def test_any_text_is_taken_apart(text):
    query = parse(text)
    assert query.text == text
    assert all(query.symbols)
    assert len(set(query.words)) == len(query.words)
