"""What the completion benchmark is made of: positions, scores, the others' prompts. No model and no network."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import CompletionSettings

from tests.benchmarks.completion_conditions import PROMPTS, Bench, Others, open_files, write
from tests.benchmarks.completion_plot import draw, interval
from tests.benchmarks.completion_scores import (
    edit_similarity,
    exact,
    identifier_f1,
    open_brackets,
    paired_bootstrap,
    unbalanced,
)
from tests.benchmarks.humaneval import Task, passes
from tests.benchmarks.repo_lines import Position, in_file, own_imports, positions

SOURCE = '''"""Says what it is."""

from pool.jobs import Job, run_all
import json as other_library


class Pool:
    """Not (a target."""

    def start(self, size, names):
        jobs = [Job(name, size) for name in names]
        self.report(f"{size} jobs")
        if size > 100:
            first = jobs[0]
            return run_all(first, jobs)
        return json.dumps(self.sizes, indent=size)
'''


def test_positions_are_what_they_say() -> None:
    found = list(in_file("pool/main.py", SOURCE))
    by_kind = {
        kind: [one for one in found if one.kind == kind] for kind in ("line", "expression", "crossfile", "block")
    }
    assert all(by_kind.values())
    for one in found:
        assert SOURCE[one.offset :].startswith(one.target)
        assert one.document == SOURCE[: one.offset] + SOURCE[one.offset + len(one.target) :]
        assert "Not (a target" not in one.target
        assert 'jobs")' not in one.target, "Python's positions within f-strings can't be trusted"
    for one in by_kind["crossfile"]:
        assert ("Job" in one.target or "run_all" in one.target) or SOURCE[: one.offset].endswith(("Job(", "run_all("))
    (block,) = [one for one in by_kind["block"] if "first" in one.target]
    assert block.target == "\n            first = jobs[0]\n            return run_all(first, jobs)"


def test_the_same_positions_are_drawn_every_time(tmp_path: Path) -> None:
    (tmp_path / "pool").mkdir()
    for number in range(12):
        body = "".join(
            f"    def method_{n}(self):\n        return Job({n}, {number} + len(self.names))\n" for n in range(20)
        )
        (tmp_path / "pool" / f"m{number}.py").write_text(f"from .jobs import Job\n\n\nclass A:\n{body}")
    drawn = positions(tmp_path, 40)
    assert drawn == positions(tmp_path, 40)
    assert positions(tmp_path, 10) == drawn[:10]
    assert len({(one.path, one.offset) for one in drawn}) == len(drawn)
    assert len({one.path for one in drawn}) > 5


def test_own_imports_are_those_of_the_package() -> None:
    tree = ast.parse(
        "import json\nfrom .a import b as c\nfrom pool.x import *\nimport pool.y as y\nfrom other import z\n"
    )
    assert own_imports(tree, "pool") == {"c", "y"}


@pytest.mark.parametrize(
    ("text", "target", "em", "es", "idf1"),
    [
        ("a.b(c)", "a.b(c)", 1, 1, 1),
        ("a.b(c)  \n", "a.b(c)", 1, 0.667, 1),
        ("", "abcd", 0, 0, 0),
        ("abxd", "abcd", 0, 0.75, 0),
        ("f(x, x)", "f(x, y)", 0, 0.857, 0.667),
        ("", "", 1, 1, 1),
    ],
)
def test_scores(text: str, target: str, em: float, es: float, idf1: float) -> None:
    assert exact(text, target) == em
    assert edit_similarity(text, target) == pytest.approx(es, abs=0.001)
    assert identifier_f1(text, target) == pytest.approx(idf1, abs=0.001)


@pytest.mark.parametrize(
    ("code", "count"),
    [("f(x)", 0), ("f(x", 1), ("f(x]", 2), ("s = '('", 0), ("# (\n", 0), ('"""(', 0), ("a = {\n  (", 2), (")", 1)],
)
def test_brackets_without_a_partner(code: str, count: int) -> None:
    assert open_brackets(code) == count


def test_a_bracket_is_welcome_where_its_partner_waits() -> None:
    assert unbalanced("f", "(x", ")\n") == 0
    assert unbalanced("x = ", "f(", "\n") == 1
    missing = "try:\n    a()\nexcept E:\n    "
    assert unbalanced(missing, "return 1", '\n        "said"\n    )\n    b()\n') == 0
    assert unbalanced(missing, "return (1", '\n        "said"\n    )\n    b(\n') == 0


def test_pairs_are_compared_item_by_item() -> None:
    gain = paired_bootstrap([1.0] * 60 + [0.0] * 40, [1.0] * 40 + [0.0] * 60)
    assert gain.difference == pytest.approx(0.2)
    assert gain.ratio == pytest.approx(1.5)
    assert 0.1 < gain.low < 0.2 < gain.high < 0.3
    assert paired_bootstrap([0.0, 1.0], [0.0, 0.0]).ratio == float("inf")
    with pytest.raises(ValueError, match="no pairs"):
        paired_bootstrap([1.0], [])


def test_the_other_conditions_see_what_they_should(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "me.py").write_text("x = 1\n")
    (tmp_path / "twin.py").write_text("total = price * quantity\nreport(total, price)\n")
    (tmp_path / "far" / "other.py").write_text("alpha = beta\n")
    assert list(open_files(tmp_path, "me.py")) == ["twin.py", "far/other.py"]
    text = "total = price * quantity\nreport(quantity)\nlast = 1\n"
    place = Position("line", "me.py", text, text.index("quantity)"), "quantity)")
    bench = Bench(tmp_path, EchoGenerator(lambda _: "quantity)\nmore"), CompletionSettings())
    document = place.document
    others = Others(bench, place, Cursor(document[: place.offset], document[place.offset :]))
    prompts = {name: make(others) for name, make in PROMPTS.items()}
    assert prompts["prefix"].suffix == ""
    assert prompts["fim"].suffix.startswith("\nlast")
    assert [one.path for one in prompts["jaccard"].snippets] == ["twin.py"]
    assert {one.path for one in prompts["ring"].snippets} == {"twin.py", "far/other.py"}
    assert write(bench, place, "prefix").text == "quantity)"
    bench.memory.close()


@pytest.mark.parametrize(
    ("written", "passed"), [("a + b", 1.0), ("a - b", 0.0), ("(", 0.0), ("open('x', 'w').write('y') or a + b", 0.0)]
)
def test_a_line_is_judged_by_its_functions_tests_in_a_process_of_its_own(written, passed):
    position = Position("line", "solution.py", "def add(a, b):\n    return a * b\n", 26, "a * b")
    task = Task("add", position, "\n\ndef check(candidate):\n    assert candidate(2, 3) == 5\n\ncheck(add)\n")
    assert passes(task, written) == passed


def test_an_interval_holds_the_share_and_narrows_with_the_count():
    few, many = interval(0.3, 20), interval(0.3, 2_000)
    assert few[0] < many[0] < 0.3 < many[1] < few[1]
    assert interval(0.0, 10)[0] == pytest.approx(0.0)


def test_the_picture_shows_what_there_is(tmp_path):
    summary = {f"{group}.m.{name}.{what}": value
               for group in ("repo-lines", "repo-lines-crossfile")
               for name in ("fim", "ours")
               for what, value in (("em", 0.4), ("n", 50.0))}  # fmt: skip
    draw(summary, ["m"], ["fim", "ring", "ours"], tmp_path / "made" / "x.svg")
    assert "<svg" in (tmp_path / "made" / "x.svg").read_text()
