"""What reaches the ranker, over a real store: traces, named files, misspelt words, joined words."""

import pytest
from inglenook_indexer import Index

FILES = {
    "web/app.py": "\n".join(
        ["def handle(request):", "    return answer(request)", *[f"value_{n} = {n}  # padding" for n in range(120)]]
    ),
    "web/blueprints.py": 'def register_blueprint(app):\n    """Register a blueprint with the application."""\n',
    "web/sessions.py": "class SessionStore:\n    def save(self, cookie):\n        return cookie\n",
    "tools/threadpool.py": "class Threadpool:\n    size = 4\n",
    "tools/misc.py": "thread = 1\npool = 2\n",
    "docs/guide.md": "# Guide\n\nSessions are stored in cookies; the blueprint is registered.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("work")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    made = Index(root, tmp_path_factory.mktemp("index") / "i")
    made.refresh()
    yield made
    made.close()


def best(index, query):
    return index.search(query, limit=3)[0].chunk


@pytest.mark.parametrize("line", [2, 60, 119])
def test_the_chunk_at_a_traces_place_is_first(index, line):
    place = f'  File "/srv/site-packages/web/app.py", line {line}, in handle'
    trace = f"Traceback (most recent call last):\n{place}\nOSError: x"
    chunk = best(index, trace)
    assert chunk.path == "web/app.py"
    assert chunk.start_line <= line <= chunk.end_line


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("web/sessions.py", "web/sessions.py"),
        ("what does sessions.py do", "web/sessions.py"),
        ("app.py:100", "web/app.py"),
        ("register_bluepirnt", "web/blueprints.py"),
        ("how is a bluepirnt registered", "web/blueprints.py"),
        ("sesion store", "web/sessions.py"),
        ("thread pool", "tools/threadpool.py"),
        ("SessionStore", "web/sessions.py"),
        ("where is save defined", "web/sessions.py"),
        ("tools/", "tools/threadpool.py"),
    ],
)
def test_what_is_meant_is_first(index, query, path):
    found = best(index, query).path
    assert found == path or (query == "tools/" and found.startswith("tools/"))


def test_a_filter_holds_for_traces_too(index):
    trace = '  File "/srv/web/app.py", line 2, in handle\nOSError: x'
    assert {hit.chunk.path for hit in index.search(trace, path="docs")} <= {"docs/guide.md"}


@pytest.mark.parametrize(
    "query", ["it's", 'File "a\'b.py", line 3', "a'; DROP--/x.py", "%_.py", "x/../y/", "``", "'''"]
)
def test_hostile_queries_are_only_searched_for(index, query):
    index.search(query)
