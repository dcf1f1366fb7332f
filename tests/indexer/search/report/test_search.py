"""Reports over a real store: the files they are about come first, short queries are as they were, clues are true."""

import pytest
from inglenook_indexer import Index
from inglenook_indexer.search.query import parse
from inglenook_indexer.search.rank import rank
from inglenook_indexer.search.report.clues import Explainer

FILES = {
    "src/mail/drafts.py": "class DraftStore:\n    def save_draft(self, message):\n        lock(message)\n"
    '        raise OperationalError("attachment table is locked")\n',
    "src/mail/letters.py": "class Letters:\n    def send(self, message):\n        return message\n",
    "src/mail/config.py": "keep_drafts = True\nkeep_all = False\n",
    "tests/test_drafts.py": "def test_a_draft_keeps_its_attachments():\n    draft = DraftStore().save_draft(message)\n"
    "    assert draft.attachments, 'saving a draft loses its attachments'\n",
    "docs/drafts.md": "# Drafts\n\nSaving a draft keeps its attachments. A draft loses nothing when it is saved.\n",
    "ci/drafts.yml": "name: drafts\nsteps:\n  - run: save drafts with attachments\n",
    "src/other/runners.py": "def run(main):\n    return main\n",
}
REPORT = """Saving a draft loses its attachments

When a message with attachments is saved, the attachments of the draft are gone after the next start of the program,
and nothing is told to the one who wrote it. It did not happen in the version before, as far as I remember it.

{more}

- OS: Ubuntu 22.04
- Python version: 3.11.2
"""
TRACE = """Traceback (most recent call last):
  File "/usr/lib/python3.11/asyncio/runners.py", line 1, in run
    return runner.run(main)
  File "/usr/lib/python3.11/site-packages/mail/letters.py", line 2, in send
    return message
RuntimeError: no
"""
QUERIES = [
    "save_draft",
    "where is a draft saved",
    "drafts.py",
    "attachment table is locked",
    "OSError: no",
    "draft " * 20,
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("work")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    made = Index(root, tmp_path_factory.mktemp("index") / "i")
    made.refresh()
    yield made
    made.close()


def paths(index, more, **given):
    return [hit.chunk.path for hit in index.search(REPORT.format(more=more), **given)]


def test_the_source_comes_before_its_test_its_document_and_its_pipeline(index):
    found = paths(index, "It is DraftStore that I suspect.")
    assert found[0] == "src/mail/drafts.py"
    assert {"tests/test_drafts.py", "docs/drafts.md", "ci/drafts.yml"} <= set(found[1:])


def test_a_message_leads_to_the_one_file_that_holds_it(index):
    assert paths(index, 'The log says "attachment table is locked".')[0] == "src/mail/drafts.py"


def test_a_trace_leads_to_the_workspaces_own_file(index):
    found = paths(index, TRACE)
    assert "src/mail/letters.py" in found[:2]
    assert found.index("src/mail/letters.py") < found.index("src/other/runners.py")


def test_a_filter_holds(index):
    assert set(paths(index, TRACE, path="docs")) == {"docs/drafts.md"}


def test_an_unsaved_buffer_is_searched(index):
    index.shadow("src/mail/config.py", "def restore_attachments_of_a_draft(draft):\n    return draft.attachments\n")
    try:
        found = index.search(REPORT.format(more="I think of `restore_attachments_of_a_draft` here."))
    finally:
        index.shadow("src/mail/config.py", None)
    assert found[0].chunk.path == "src/mail/config.py"
    assert "restore_attachments" in found[0].chunk.text


def test_equal_reports_rank_equally(index):
    assert index.search(REPORT.format(more=TRACE)) == index.search(REPORT.format(more=TRACE))


@pytest.mark.parametrize("query", QUERIES)
def test_a_short_query_is_ranked_as_ever(index, query):
    retriever = index._access.open().retriever
    parsed, pool = retriever.candidates(parse(query), limit=5)
    assert index.search(query, limit=5) == rank(parsed, pool, 5)


def test_clues_say_what_is_in_the_chunk(index):
    text = REPORT.format(more='DraftStore says "attachment table is locked".\n\n' + TRACE)
    hits = index.search(text)
    explainer = Explainer(parse(text))
    told = {hit.chunk.path: explainer.clues(hit.chunk, [one.chunk.path for one in hits]) for hit in hits}
    assert told["src/mail/drafts.py"].names == ("DraftStore",)
    assert told["src/mail/drafts.py"].strings == ("attachment table is locked",)
    frame = told["src/mail/letters.py"].frame
    assert "letters.py" in text.splitlines()[frame - 1]
    assert told["src/other/runners.py"].frame == 0
    assert str(told["src/mail/drafts.py"]) == "names `DraftStore`; text `attachment table is locked`"


def test_a_short_query_has_no_clues(index):
    explainer = Explainer(parse("save_draft"))
    assert not explainer.explains
    assert str(explainer.clues(index.search("save_draft")[0].chunk)) == ""


@pytest.mark.parametrize(
    "more", ["it's 'quoted", 'File "a\'b.py", line 3', "%_.py", "a'; DROP--/x.py `x", "\x00\x1b[31m"]
)
def test_a_hostile_report_is_only_searched_for(index, more):
    assert paths(index, more)
