import pytest
from inglenook_indexer import Index
from inglenook_server.chat.claims.index_facts import IndexFacts
from inglenook_server.chat.claims.types import Unchecked


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ("app/web.py", "app/web.py"),
        ("web.py", "app/web.py"),
        ("other/web.py", "app/web.py"),
        ("app/web", "app/web.py"),
        ("web", "app/web.py"),
        ("eb.py", None),
        ("docs", "app/docs.py"),
        ("README", "README.md"),
        ("web/", "app/web.py"),
        ("", None),
    ],
)
def test_which_file_a_path_means(index, named, path):
    assert IndexFacts(index).has_file(named) == path


def test_what_is_defined_and_used(index):
    facts = IndexFacts(index)
    assert [(one.path, one.line) for one in facts.symbols("_cancel_tasks")] == [("app/web.py", 6)]
    assert ("app/web.py", 19) in [(one.path, one.line) for one in facts.references("_cancel_tasks")]
    assert "run_app" in [one.name for one in facts.outline("app/web.py")]
    assert facts.text("app/web.py").startswith("import asyncio")


def test_time_is_bounded_for_an_answer_as_a_whole(index):
    ticks = iter(range(0, 1000, 10))
    facts = IndexFacts(index, seconds=1.5, clock=lambda: next(ticks))  # each question takes ten seconds
    facts.symbols("a")
    facts.symbols("b")
    with pytest.raises(Unchecked):
        facts.symbols("c")


def test_an_index_that_is_not_made_yet_can_not_be_asked(workspace):
    with pytest.raises(Unchecked):
        IndexFacts(Index(workspace({}))).symbols("a")


def test_without_an_index_nothing_is_known():
    facts = IndexFacts(None)
    assert (facts.symbols("a"), facts.references("a"), facts.outline("a"), facts.text("a"), facts.has_file("a.py")) == (
        (),
        (),
        (),
        "",
        None,
    )
