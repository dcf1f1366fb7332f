"""Questions of the benchmark `chat`, made from a tiny package: what is asked, and what is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.chat import first
from tests.benchmarks.chat_corpora import FIT, REPORT
from tests.benchmarks.chat_facts import Facts, load
from tests.benchmarks.chat_phrases import ENGLISH, FORMS, LANGUAGES, OTHERS, phrasings
from tests.benchmarks.chat_prose import documented, without
from tests.benchmarks.chat_python import facts
from tests.benchmarks.chat_questions import MAKERS, Question, questions
from tests.benchmarks.scores import Target

FILES = {
    "src/shop/__init__.py": "",
    "src/shop/errors.py": "class ShopError(Exception):\n    pass\n\n\nclass PoolError(ShopError):\n    pass\n",
    "src/shop/pool.py": (
        "from .errors import PoolError\n\n\n"
        "class WorkerPool:\n"
        '    """Keeps threads ready for the jobs that come in from outside. And more."""\n\n'
        "    @property\n    def is_idle(self) -> bool:\n        return True\n\n"
        "    def submit_job(self, job: int) -> list[str]:\n        if not job:\n"
        '            raise PoolError("none")\n        return self.run_next(job)\n\n'
        "    def run_next(self, job):\n        return parse_job(job)\n\n\n"
        "def parse_job(text):\n    def inner_helper():\n        pass\n\n    return [text]\n\n\n"
        "def make_pool():\n    return WorkerPool()\n"
    ),
    "tests/test_pool.py": (
        "from shop.pool import WorkerPool, parse_job\n\n\n"
        "def test_submit():\n    WorkerPool().submit_job(1)\n\n\n"
        "def test_parse():\n    parse_job(1)\n\n\nPOOL = WorkerPool()\n"
    ),
    "tests/broken.py": "def (:\n",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    root: Path = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True, parents=True)
        (root / path).write_text(text, encoding="utf-8")
    return facts("shop", root)


def made(shop: Facts, form: str, subject: str) -> Question:
    (one,) = [each for each in MAKERS[form](shop) if each.subject == subject]
    return one


POOL = "src/shop/pool.py"
RIGHT = [
    ("definition", "submit_job", [Target(POOL, 11, 14)], (POOL,)),
    ("definition", "is_idle", [Target(POOL, 7, 9)], (POOL,)),
    ("contents", "pool.py", [Target(POOL)], ("WorkerPool", "parse_job", "make_pool")),
    ("callees", "run_next", [Target(POOL, 16, 17), Target(POOL, 20, 24)], ("parse_job",)),
    ("callees", "submit_job", [Target(POOL, 11, 14), *[Target("src/shop/errors.py", 5, 6), Target(POOL, 16, 17)]],
     ("PoolError", "run_next")),
    ("callers", "parse_job", [Target(POOL, 16, 17), Target("tests/test_pool.py", 8, 9)], ("run_next", "test_parse")),
    ("callers", "WorkerPool",
     [Target(POOL, 27, 28), Target("tests/test_pool.py", 4, 5), Target("tests/test_pool.py", 12, 12)],
     ("make_pool", "test_submit", "tests/test_pool.py")),
    ("importers", "PoolError", [Target(POOL)], (POOL,)),
    ("importers", "parse_job", [Target("tests/test_pool.py")], ("tests/test_pool.py",)),
    ("bases", "PoolError", [Target("src/shop/errors.py", 5, 6), Target("src/shop/errors.py", 1, 2)], ("ShopError",)),
    ("subclasses", "ShopError", [Target("src/shop/errors.py", 5, 6)], ("PoolError",)),
    ("returns", "submit_job", [Target(POOL, 11, 14)], ("list", "str")),
    ("raises", "submit_job", [Target(POOL, 11, 14)], ("PoolError",)),
    ("tests", "submit_job", [Target("tests/test_pool.py", 4, 5)], ("test_submit",)),
]  # fmt: skip


@pytest.mark.parametrize(("form", "subject", "targets", "expected"), RIGHT)
def test_what_is_right(shop: Facts, form: str, subject: str, targets: list[Target], expected: tuple[str, ...]) -> None:
    one = made(shop, form, subject)
    assert set(one.targets) == set(targets)
    assert set(one.expected) == set(expected)


def test_what_a_name_alone_does_not_tell_is_not_asked(shop: Facts) -> None:
    asked = {one.subject for form in MAKERS for one in MAKERS[form](shop)}
    assert "inner_helper" not in asked
    assert "test_submit" not in asked
    assert "__init__.py" not in asked


def test_pairs_ask_one_fact_both_ways(shop: Facts) -> None:
    assert made(shop, "callees", "run_next").pair == made(shop, "callers", "parse_job").pair == "call run_next"
    assert made(shop, "bases", "PoolError").pair == made(shop, "subclasses", "ShopError").pair == "base ShopError"
    assert not made(shop, "callees", "run_next").reverse
    assert made(shop, "callers", "parse_job").reverse


def test_questions_are_the_same_every_time_and_each_has_a_key(shop: Facts) -> None:
    one, other = questions(shop), questions(shop)
    assert one == other
    assert len({each.key for each in one}) == len(one)
    assert {each.language for each in one} == {"en", *LANGUAGES}
    assert all(each.subject in each.text and each.targets for each in one)


def test_every_form_has_phrasings_and_no_two_are_the_same() -> None:
    assert set(ENGLISH) == set(FORMS) == {*MAKERS, "prose"}
    for language in ("en", *LANGUAGES):
        every = [text for which in ("fit", "report") for form in FORMS for text in phrasings(form, language, which)]
        assert len(every) == len(set(every))
        assert all("{x}" in text for text in every)
    assert set(OTHERS) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("sentence", "name", "left"),
    [
        ("Read the files of a folder.", "read_file", "the of a folder"),
        ("Parses `Cookie` headers into a :class:`dict`.", "Http.parseCookie", "headers into a dict"),
        ("Keeps it.", "other", "Keeps it"),
    ],
)
def test_prose_goes_without_the_words_of_the_name(sentence: str, name: str, left: str) -> None:
    assert without(sentence, name) == left


def test_documentation_is_asked_for_by_its_first_sentence(shop: Facts) -> None:
    (one,) = documented(shop)
    assert one.text.endswith("Keeps threads ready for the jobs that come in from outside")
    assert one.targets == (Target(POOL),)


def test_a_small_run_has_some_of_each_repository(shop: Facts) -> None:
    every = [(FIT[0], shop, questions(shop)), (FIT[1], shop, questions(shop))]
    taken = first(every, 7)
    assert [len(chosen) for _, _, chosen in taken] == [4, 3]
    assert len({one.form for one in taken[0][2]}) == 4
    assert sum(len(chosen) for _, _, chosen in first(every, 10_000)) == sum(len(chosen) for _, _, chosen in every)


def test_the_two_sets_have_no_repository_in_common() -> None:
    assert len(FIT) >= 4
    assert len(REPORT) >= 3
    assert not {one.package for one in FIT} & {one.package for one in REPORT}
    assert all(not one.labels for one in REPORT), "the labels are a development set"


def test_what_another_languages_tool_printed_becomes_facts(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("export class Pool {}\n", encoding="utf-8")
    definition = {"path": "a.ts", "name": "Pool", "qualname": "Pool", "kind": "class", "start": 1, "line": 1, "end": 1}
    definition |= {"doc": "A pool. More.", "bases": ["Base"], "returns": "", "raises": []}
    definition |= {"calls": [{"name": "run", "line": 1, "resolved": ""}]}
    module = {"path": "a.ts", "imports": [{"module": "./b", "line": 1, "name": "x", "file": ""}], "calls": []}
    printed = {"modules": [module | {"names": [["Pool", 1]]}], "definitions": [definition], "inner": []}
    found = load("shop", "typescript", json.loads(json.dumps(printed)), tmp_path)
    assert found.by_name["Pool"][0].doc == "A pool."
    assert found.by_name["Pool"][0].calls[0].name == "run"
    assert found.modules["a.ts"].imports[0].name == "x"
