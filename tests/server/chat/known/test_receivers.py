"""A function and methods of one name are told apart by what stands before it."""

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.known.answer import known_answer
from inglenook_server.chat.questions.read import read

FILES = {
    "jobs/__init__.py": "",
    "jobs/run.py": "def run(job):\n    return job.run()\n",
    "jobs/pool.py": (
        "import asyncio\n\nfrom .run import run\n\n\nclass Pool:\n    def run(self):\n        return run(self)\n\n"
        "    def again(self):\n        return self.run()\n\n\nasyncio.run(Pool())\n"
    ),
    "jobs/line.py": "class Line:\n    def run(self):\n        return 1\n\n\ndef use(pool):\n    return pool.run()\n",
    "jobs/whole.py": "import jobs.run\n\n\ndef whole():\n    return jobs.run.run(1)\n",
}
FUNCTION = ["jobs/pool.py:8", "jobs/whole.py:5"]
METHODS = ["jobs/line.py:7", "jobs/pool.py:11", "jobs/run.py:2"]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("jobs")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    made = Index(root)
    made.refresh()
    yield made
    made.close()


def answered(index, question, near=""):
    found = known_answer(read(question), index, near=near)
    places = [f"{one.path}:{one.start_line}" for one in found.spans if one.start_line == one.end_line]
    return found.text, sorted(places)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("who calls the function run", FUNCTION),
        ("who calls the method run", [*METHODS, "jobs/whole.py:5"]),
        ("who calls Line.run", ["jobs/line.py:7"]),
        ("who calls Pool.run", ["jobs/pool.py:11"]),
    ],
)
def test_who_calls_which(index, question, places):
    assert answered(index, question)[1] == places


def test_what_is_known_by_the_name_alone_is_said_behind_the_places(index):
    text, _ = answered(index, "who calls the method run")
    places, _, said = text.partition("\n\nThese are found by the name alone: 2 definitions are called `run`, at ")
    assert places.startswith("`run` is called at 4 places:")
    assert said.endswith("Calls of a function of that name are not counted here; one is defined at `jobs/run.py:1-2`.")
    text, _ = answered(index, "who calls Pool.run")
    assert "\n\nCalls of a method are found by its name alone, so some of these may mean another method" in text


def test_a_function_is_no_method_by_the_word_for_it(index):
    assert answered(index, "where is the function run defined")[0].startswith("`run` (function) is defined")
    assert answered(index, "where is the method run defined")[0].startswith("2 definitions are called `run`")
