import pytest
from inglenook_indexer import Index
from inglenook_indexer.types import Symbol
from inglenook_server.completion.context.edit_log import EditLog
from inglenook_server.completion.context.sources.definitions import (
    bound_names,
    called,
    definitions,
    looked_up,
    members,
    opened,
    signature,
    unused,
    used_names,
)
from inglenook_server.completion.context.sources.diagnostics import diagnostics
from inglenook_server.completion.context.sources.edits import edits
from inglenook_server.completion.context.sources.place import Diagnostic, Edit, Place, Surroundings
from inglenook_server.completion.context.sources.usages import statement, usages

from tests.server.completion.marks import at


def test_names_used_near_the_cursor_imported_ones_first():
    cursor = at(
        "from pool import Pool\n\n\ndef own():\n    pass\n\n\nthing = own()\nlocal = Pool('text here')\nlocal.█\n"
    )
    assert used_names(cursor) == ["Pool", "pool", "local", "thing"] or used_names(cursor)[0] == "Pool"
    assert "own" not in used_names(cursor)
    assert "text" not in used_names(cursor)


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (
            "class",
            'class A(B):\n    """Doc\n    of it."""\n\n    x: int = 1\n\n    @cached\n    def f(self):\n        y()\n'
            "    def _own(self): ...\n"
            "    def __init__(\n        self,\n        a: int,  # why\n    ) -> None:\n        pass\n",
            "class A(B):\n    def __init__(self, a: int) -> None:\n    x: int = 1\n    def f(self):\n",
        ),
        ("function", "@wrapped\ndef f(\n    a,\n    b=2,\n):\n    return 1\n", "def f(a, b=2):\n"),
        ("function", "function f(a: number) {\n  return a\n}\n", "function f(a: number) {\n"),
        ("constant", "LIMIT = 4\n", "LIMIT = 4\n"),
        ("function", "", ""),
    ],
)
def test_a_signature_is_what_a_definition_promises(kind, text, shown):
    symbol = Symbol("a", kind, "a.py", 1, text.count("\n"), "python")
    assert signature(symbol, text) == shown


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("worker = Pool(", ["Pool"]),
        ("worker = Pool.shared(Job(", ["Job", "Pool"]),
        ("worker = Pool", []),
        ("local(", []),
        ("'Pool(' + ", []),
    ],
)
def test_an_imported_name_that_is_called_is_looked_up_first(line, names):
    cursor = at(f"from pool import (\n    Pool,\n    Job,\n)\nqueue = Job\n{line}█\n")
    assert opened(cursor) == names
    assert looked_up(cursor)[: len(names)] == names


def test_what_is_imported_and_not_used_yet_is_looked_up_before_what_is_used():
    cursor = at(
        "from pool import Pool, Worker, close\nfrom jobs import Job\n\nworker = Worker()\nclosed = False\n█\nJob()\n"
    )
    assert unused(cursor) == ("close", "Pool")
    assert looked_up(cursor).index("Pool") < looked_up(cursor).index("Worker")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("pool.acquire(", "acquire"),
        ("pool.acquire(1, ", "acquire"),
        ("pool.acquire(size(2), ", "acquire"),
        ("pool.acquire(1)", ""),
        ("pool.acquire(1).rel", ""),
        ("value = limits.up", "limits"),
        ("value = table[", "table"),
        ("text = 'call(' + ", ""),
    ],
)
def test_the_call_that_is_open_at_the_cursor(line, name):
    assert called(at(f"{line}█\n")) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from __future__ import annotations\nimport os, sys as system\n", ["system", "os"]),
        ("from a import (\n    one,  # why\n    two as three,\n)\n", ["three", "one"]),
        ("from a.b.c import d\n", ["d"]),
        ("import React, { useState, other as mine } from 'react'\n", ["mine", "useState", "React"]),
        ("import {\n  one,\n  two,\n} from './x'\nimport type { T } from './y'\n", ["T", "two", "one"]),
        ("x = 1\n", []),
    ],
)
def test_what_imports_make_known(text, names):
    assert bound_names(at(text + "█")) == names


def test_a_module_says_its_public_names():
    symbols = [Symbol(name, "class", "m.py", 1, 2, "python", parent) for name, parent in NAMED]
    assert members("shapes", symbols) == "shapes has Circle, Square\n"
    assert members("shapes", []) == ""


NAMED = (("Circle", ""), ("area", "Circle"), ("_hidden", ""), ("Square", ""))


def test_a_use_is_shown_to_where_its_brackets_close():
    lines = ["if x:", "    call(", "        one,", "        two)", "    other()"]
    assert statement(lines, 2) == "call(\n    one,\n    two)\n"
    assert statement(lines, 5) == "other()\n"


ABOVE = "from errors import Throttled\n\ntry:\n    ask()\nexcept Limit as e:\n    "


def test_uses_of_the_open_call_come_from_where_it_is_called_alike(workspace):
    root = workspace(
        {
            "errors.py": "class Throttled(Exception):\n    pass\n",
            "one.py": f"{ABOVE}raise Throttled(str(e)) from e\n",
            "two.py": "from errors import Throttled\n\n\ndef many():\n    return [Throttled('no') for _ in range(9)]\n",
            "main.py": "from errors import Throttled\n",
        }
    )
    index = Index(root)
    index.refresh()
    found = usages(Place(at(f"{ABOVE}raise Throttled(█\n"), "main.py", "python", index))
    assert [hit.chunk.path for hit in found] == ["one.py", "two.py"]
    assert found[0].chunk.text == "raise Throttled(str(e)) from e\n"
    assert found[0].parts["usage"] > found[1].parts["usage"]
    assert usages(Place(at("x = 1\n█"), "main.py", "python", index)) == ()
    index.close()


def test_a_modules_names_are_looked_up_where_the_module_is_opened(workspace):
    root = workspace(
        {
            "pkg/__init__.py": "",
            "pkg/limits.py": "MOST = 4\nLEAST = 1\n",
            "main.py": "from pkg import limits as bounds\n\nmost = bounds.\n",
        }
    )
    index = Index(root)
    index.refresh()
    place = Place(at("from pkg import limits as bounds\n\nmost = bounds.█\n"), "main.py", "python", index)
    assert [(hit.chunk.path, hit.chunk.text) for hit in definitions(place)] == [
        ("pkg/limits.py", "bounds has MOST, LEAST\n")
    ]
    index.close()


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
    surroundings = Surroundings(diagnostics=(Diagnostic(line, "undefined name 'x'"),))
    found = diagnostics(Place(at("a\nb█"), "me.py", "python", None, surroundings))
    assert len(found) == count
    assert all("undefined name" in hit.chunk.text for hit in found)
