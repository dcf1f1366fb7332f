import pytest
from inglenook_indexer import Index
from inglenook_server.completion.edit_log import EditLog
from inglenook_server.completion.sources.complaints import complaints
from inglenook_server.completion.sources.definitions import definitions, outline, used_names
from inglenook_server.completion.sources.edits import edits
from inglenook_server.completion.sources.place import Complaint, Edit, Place, Surroundings
from inglenook_server.completion.sources.tabs import tabs

from tests.server.completion.marks import at


def test_names_used_near_the_cursor_imported_ones_first():
    cursor = at(
        "from pool import Pool\n\n\ndef own():\n    pass\n\n\nthing = own()\nlocal = Pool('text here')\nlocal.█\n"
    )
    assert used_names(cursor) == ["Pool", "pool", "local", "thing"] or used_names(cursor)[0] == "Pool"
    assert "own" not in used_names(cursor)
    assert "text" not in used_names(cursor)


def test_an_outline_is_heads_without_bodies():
    text = "class A:\n    x: int = 1\n\n    def f(self):\n" + "        y()\n" * 20 + "\n    def g(self): ...\n"
    assert outline(text, "A") == "class A:\n    x: int = 1\n    def f(self):\n    def g(self): ...\n"
    assert outline("x = 1\n\n\ndef f():\n    return 1\n\n\ndef g():\n    return 2\n", "f") == "def f():\n    return 1\n"


def test_definitions_come_from_other_files(workspace):
    root = workspace(
        {
            "pool.py": "class WorkerPool:\n    def acquire(self, timeout):\n        return self.idle.pop()\n",
            "main.py": "from pool import WorkerPool\n\nworkers = WorkerPool()\n",
        }
    )
    index = Index(root)
    index.refresh()
    place = Place(at("from pool import WorkerPool\n\nworkers = WorkerPool()\nworkers.█\n"), "main.py", "python", index)
    (found,) = definitions(place)
    assert found.chunk.path == "pool.py"
    assert found.chunk.text.startswith("class WorkerPool:")
    assert found.parts["definition"] > 0
    index.close()


def test_the_open_file_most_like_the_code_above_comes_first():
    like = "total = price * quantity\nsum_of(total, price)\n"
    buffers = {"me.py": like, "like.py": like, "other.py": "alpha = beta\ngamma = delta\n"}
    place = Place(at("total = price * quantity\n█"), "me.py", "python", None, Surroundings(buffers))
    assert [hit.chunk.path for hit in tabs(place)] == ["like.py"]


def test_recent_edits_of_other_files_latest_first():
    log = EditLog()
    lines = "".join(f"line {number}\n" for number in range(40))
    assert log.look({"a.py": lines, "b.py": "x\n"}) == ()
    (edit,) = log.look({"a.py": lines.replace("line 20\n", "changed\n"), "b.py": "x\n"})
    assert (edit.path, edit.start_line) == ("a.py", 18)
    assert edit.text.startswith("line 17\n")
    assert "changed\n" in edit.text
    surroundings = Surroundings(edits=(edit, Edit("me.py", 1, "y\n"), Edit("b.py", 1, "z\n")))
    found = edits(Place(at("x█"), "me.py", "python", None, surroundings))
    assert [hit.chunk.path for hit in found] == ["b.py", "a.py"]


@pytest.mark.parametrize(("line", "count"), [(2, 1), (40, 0)])
def test_complaints_near_the_cursor(line, count):
    surroundings = Surroundings(complaints=(Complaint(line, "undefined name 'x'"),))
    found = complaints(Place(at("a\nb█"), "me.py", "python", None, surroundings))
    assert len(found) == count
    assert all("undefined name" in hit.chunk.text for hit in found)
