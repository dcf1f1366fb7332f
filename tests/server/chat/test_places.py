from dataclasses import replace

from inglenook_indexer import Index
from inglenook_indexer.search.query import parse
from inglenook_server.chat.places import Narrower

POOL = '''"""Workers."""


class Pool:
    """Holds workers."""

    def acquire(self, timeout):
        """Wait for a free worker."""
        return self.idle.pop()

    def release(self, worker):
        self.idle.append(worker)
'''


def made(workspace, files):
    index = Index(workspace(files))
    index.refresh()
    return index


def places(index, question, limit=6):
    return Narrower(parse(question), index).places(index.search(question, limit=10), limit)


def test_a_chunk_is_narrowed_to_the_definition_that_is_meant(workspace):
    index = made(workspace, {"pool.py": POOL})
    (place,) = places(index, "How is a free worker acquired within a timeout?")
    assert (place.name, place.cited) == ("Pool.acquire", "pool.py:7-9")
    assert place.signature == "def acquire(self, timeout)"
    assert place.doc == "Wait for a free worker."
    assert places(index, "What does `release` do?")[0].name == "Pool.release"


def test_each_place_is_told_once_and_lines_without_a_definition_are_cut(workspace):
    notes = "\n".join(f"note {number}" if number != 30 else "the retry policy" for number in range(60)) + "\n"
    index = made(workspace, {"pool.py": POOL, "notes.txt": notes})
    found = places(index, "retry policy")
    assert len({(one.path, one.start_line) for one in found}) == len(found)
    (place,) = [one for one in found if one.path == "notes.txt"]
    assert place.start_line <= 31 <= place.end_line
    assert place.end_line - place.start_line < 12


def test_what_shares_no_word_is_no_place(workspace):
    index = made(workspace, {"pool.py": POOL})
    assert places(index, "shopping list for tuesday") == ()


def test_a_file_that_has_become_shorter_has_no_place_behind_its_end(workspace):
    index = made(workspace, {"notes.txt": "a line\n" * 50 + "the retry policy\n", "pool.py": POOL})
    (index.root / "notes.txt").write_text("gone\n")
    assert [one for one in places(index, "retry policy") if one.start_line > one.end_line] == []


def test_what_is_documented_in_the_questions_words_comes_first(workspace):
    index = made(
        workspace,
        {
            "a.py": 'def give_back(worker):\n    """Puts idle workers of a closed pool away for later."""\n',
            "b.py": 'def later(pool):\n    """Ends."""\n    closed = [put(away, idle) for worker in pool.workers]\n',
        },
    )
    question = "puts idle workers of a closed pool away for later"
    hits = index.search(question, limit=10)
    narrower = Narrower(parse(question), index)
    for order in (hits, hits[::-1]):
        scored = [replace(hit, score=5.0 + 0.1 * place) for place, hit in enumerate(order)]
        assert narrower.places(scored, 2)[0].name == "give_back"
