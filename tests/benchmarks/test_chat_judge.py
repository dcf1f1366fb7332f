"""The judge of the benchmark `chat`: what a sentence claims, and whether it is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.chat_claims import read, sentences
from tests.benchmarks.chat_facts import Facts
from tests.benchmarks.chat_judge import citations, invented, judge
from tests.benchmarks.chat_python import facts
from tests.cost import repeated, verdict

FILES = {
    "src/pool.py": (
        '"""Workers."""\n\nfrom shop.errors import PoolError\n\n\nclass Base:\n    pass\n\n\nclass Pool(Base):\n'
        '    """Runs jobs."""\n\n    def submit_job(self, job) -> bool:\n        if job is None:\n'
        '            raise PoolError("none")\n        return self.run_next(job)\n\n    def run_next(self, job):\n'
        "        return True\n"
    ),
    "src/errors.py": "class PoolError(ValueError):\n    pass\n",
    "src/main.py": "from shop.pool import Pool\n\n\ndef start_all():\n    pool = Pool()\n    pool.submit_job(1)\n",
}
LINES = {"Pool": 10, "submit_job": 13, "run_next": 18, "start_all": 4}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    root: Path = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return facts("shop", root)


SENTENCES = [
    # What is so, with a place and a name.
    ("`submit_job` is defined in `src/pool.py:13`.", "", True),
    ("`Pool.submit_job` is defined in `pool.py:13-16`.", "", True),
    ("It is defined in `src/pool.py:13`.", "submit_job", True),
    ("`start_all` (`src/main.py:4`) uses it.", "Pool", True),
    ("`Pool` is used in `src/main.py:5`.", "", True),
    ("[`src/pool.py:13`](file:///home/me/src/pool.py#L13) defines `submit_job`", "", True),
    # A wrong line, a wrong file, a file and a line that are not there.
    ("`submit_job` is defined in `src/pool.py:18`.", "", False),
    ("`submit_job` is defined in `src/pool.py:1`.", "", False),
    ("`submit_job` is defined in `src/main.py`.", "", False),
    ("It is defined in `src/errors.py:1`.", "submit_job", False),
    ("`submit_job` is in `src/worker.py:3`.", "", False),
    ("`submit_job` is in `src/main.py:99`.", "", False),
    ("`start_all` is shown in `src/errors.py:2`.", "", False),
    # Relations, in both directions.
    ("`start_all` calls `submit_job`.", "", True),
    ("`submit_job` calls `start_all`.", "", False),
    ("`submit_job` is called by `start_all`.", "", True),
    ("`start_all` is called by `submit_job`.", "", False),
    ("`submit_job` is called in `start_all` (`src/main.py:6`).", "", True),
    ("`submit_job` calls `run_next`, which returns `True`.", "", True),
    ("`Pool` inherits from `Base`.", "", True),
    ("`Base` inherits from `Pool`.", "", False),
    ("`PoolError` extends `ValueError`.", "", True),
    ("`submit_job` raises `PoolError`.", "", True),
    ("`submit_job` raises `KeyError`.", "", False),
    ("It raises `PoolError`.", "submit_job", True),
    ("`submit_job` returns `bool`.", "", True),
    ("`submit_job` returns `Pool`.", "", False),
    ("`src/main.py` imports `Pool`.", "", True),
    ("`src/main.py` imports `PoolError`.", "", False),
    ("It imports `PoolError`.", "pool.py", True),
    ("`src/pool.py:3` imports `PoolError` from `shop.errors`.", "pool.py", True),
    # A place that is the head of a function is all of it; one in a line is the line.
    ("See `src/main.py:4`.", "submit_job", True),
    ("See `src/main.py:5`.", "submit_job", False),
    # What a class or a file holds, and that there is none.
    ("`Pool` contains `run_next`.", "", True),
    ("`Base` contains `run_next`.", "", False),
    ("`src/pool.py` contains `Pool` and `Base`.", "", True),
    ("It defines `PoolError`.", "pool.py", False),
    ("The index has no call of `start_all`.", "", True),
    ("The index has no call of `submit_job`.", "", False),
    ("In the index nothing inherits from `Base`.", "", False),
    ("In the index nothing inherits from `Pool`.", "", True),
    ("The index has no use of `Pool`.", "", False),
    ("The index has no import of `start_all`.", "", True),
    ("Base inherits from `Pool`.", "", False),
    # The other languages.
    ("`submit_job` ist in `src/pool.py:13` definiert.", "", True),
    ("`submit_job` ist in `src/main.py:4` definiert.", "", False),
    ("`start_all` ruft `submit_job` auf.", "", True),
    ("`submit_job` ruft `start_all` auf.", "", False),
    ("`Pool` hérite de `Base`.", "", True),
    ("`start_all` llama a `submit_job`.", "", True),
    ("`submit_job` retorna `bool`.", "", True),
    ("`start_all` 调用了 `submit_job`。", "", True),
    ("`submit_job` 调用了 `start_all`。", "", False),
    ("`submit_job` 在 `src/pool.py:13` 定义。", "", True),
    ("`submit_job` は `src/pool.py:18` で定義されています。", "", False),
]


@pytest.mark.parametrize(("sentence", "subject", "right"), SENTENCES)
def test_a_sentence_is_judged_by_the_facts(shop: Facts, sentence: str, subject: str, right: bool) -> None:
    (judged,) = judge(sentence, shop, subject)
    assert judged.right is right, judged.why
    assert bool(judged.why) is not right


@pytest.mark.parametrize(
    "sentence",
    [
        "It does the work.",
        "You should call it with care.",
        "`Frobnicator` is great.",
        "The file `pool.py` is large.",
        "`submit_job` returns `None`.",
        "The package calls the `Pool` class.",
        "~~`Base` inherits from `Pool`.~~",
    ],
)
def test_what_claims_nothing_or_is_struck_is_not_judged(shop: Facts, sentence: str) -> None:
    assert judge(sentence, shop, "pool.py") == []


LISTS = [
    ("Functions that call `submit_job`:\n- `start_all`", [True]),
    ("Functions that call `start_all`:\n- `submit_job`", [False]),
    ("`submit_job` is called at 1 place:\n- `start_all` calls it at `src/main.py:6`", [True]),
    ("`start_all` is called at 1 place:\n- `submit_job` calls it at `src/main.py:6`", [False]),
    ("1 type inherits from `Base`:\n- `Pool`, at `src/pool.py:10`", [True]),
    ("1 type inherits from `Pool`:\n- `Base`, at `src/pool.py:6`", [False]),
    ("`Base` is used at 1 place:\n- `Pool` inherits from it at `src/pool.py:10`", [True]),
    ("`submit_job`, at `src/pool.py:13-16`, calls 1 definition of this workspace:\n"
     "- `Pool.run_next`, defined at `src/pool.py:18-19`\n- `start_all`, defined at `src/main.py:4`",
     [True, True, False]),
    ("`PoolError`, at `src/errors.py:1-2`, inherits from 1 type:\n"
     "- `ValueError`, which is not defined here", [True, True]),
    ("What `submit_job`, at `src/pool.py:13`, raises:\n"
     "- By its lines: `raise PoolError('none')` at `src/pool.py:15`", [True, True]),
    ("What `submit_job`, at `src/pool.py:13`, returns:\n- By its signature: `bool`\n"
     "- By its documentation at `src/pool.py:14`: it returns `Pool`", [True, True, True]),
    ("`pool.py` contains:\n- `Pool` (class) at `src/pool.py:10`\n- `start_all`", [True, True, False]),
]  # fmt: skip


def test_a_list_is_read_with_what_introduces_it(shop: Facts) -> None:
    text = "`submit_job` is called by:\n\n- `start_all` (`src/main.py:6`)\n- `run_next` (`src/pool.py:18`)\n"
    assert [one.right for one in judge(text, shop, "submit_job")] == [True, False]


def test_the_name_that_was_asked_about_is_not_tied_to_itself(shop: Facts) -> None:
    assert judge("The package calls the `Pool` class of `run_next`.", shop, "Pool") == []


@pytest.mark.parametrize(("text", "right"), LISTS)
def test_items_and_their_lead_are_judged_one_by_one(shop: Facts, text: str, right: list[bool]) -> None:
    assert [one.right for one in judge(text, shop, "")] == right


def test_code_blocks_are_no_sentences() -> None:
    assert [one.text for one in sentences("One.\n```python\nx = 1. And two.\n```\nThree. Four.")] == [
        *("One.", "Three.", "Four.")
    ]


def test_what_something_takes_does_not_do_what_follows() -> None:
    relation = read("`a_b` takes an `c_d` object and returns `e_f`.").relation
    assert relation is not None
    assert (relation.kind, relation.left, relation.right) == ("return", ("a_b",), ("e_f",))


def test_a_product_with_a_dot_is_no_file() -> None:
    assert read("It is written for Node.js and read from `node.js`.").places[0].path == "node.js"


def test_the_clause_that_follows_belongs_to_another_verb() -> None:
    relation = read("`a_b` calls `c_d`, which returns `e_f`.").relation
    assert relation is not None
    assert (relation.left, relation.right) == (("a_b",), ("c_d",))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("`submit_job` runs `Pool`.", []),
        ("`submit_jobs` runs it.", ["submit_jobs"]),
        ("It uses frobnicate_all and WorkerQueue.", ["frobnicate_all", "WorkerQueue"]),
        ("`Pool.frobnicate()` is there.", ["frobnicate"]),
        ("See `src/worker.py:3`.", ["src/worker.py"]),
        ("See `src/pool.py:3`, `ValueError` and `print(len(x))`.", []),
        ("~~`frobnicate_all` is called.~~", []),
        ("```\nfrobnicate_all()\n```", []),
        ("Nothing was found about what_was_asked.", []),
    ],
)
def test_names_that_stand_nowhere_are_invented(shop: Facts, text: str, names: list[str]) -> None:
    assert invented(text, shop, "where is what_was_asked") == names


def test_citations_come_in_their_order(shop: Facts) -> None:
    assert citations("In main.py:4, `src/pool.py:3-5` and nowhere.py:1, errors.py", shop) == [
        ("src/main.py", 4, 4),
        ("src/pool.py", 3, 5),
        ("src/errors.py", 1, 1),
    ]
    assert citations("In `pool.py`: `src/pool.py:3`", shop, "pool.py") == [("src/pool.py", 3, 3)]


PIECES = ("`a_b.c` calls `d_e`. ", "`a_b` calls ", "a.b/", "c.py:", "- x:\n", "_a", "`", "~~", "被a ", "wird ", "](a")


@pytest.mark.parametrize("piece", PIECES)
def test_judging_an_answer_is_linear(shop: Facts, piece: str) -> None:
    def work(text: str) -> object:
        return judge(text, shop, "Pool"), invented(text, shop, ""), citations(text, shop)

    assert verdict(work, repeated(piece)) == ""
