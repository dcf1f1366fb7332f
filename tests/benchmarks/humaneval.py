"""HumanEval-Infilling, single lines: a line of a function, with what stands above and below it, judged by its tests.

The cursor stands behind the line's indentation, where an editor puts it. Generated code runs in a throw-away process of
its own, in an empty folder, with little time and memory.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from tests.benchmarks.labels import data_root
from tests.benchmarks.repo_lines import Position

TASKS = "completion/humaneval-infilling/HumanEval-SingleLineInfilling.jsonl.gz"
SECONDS = 5
MEMORY = 1 << 30
"""Bytes of address space that generated code gets."""


@dataclass(frozen=True)
class Task:
    """One line to be written, and what tells whether it works."""

    name: str
    position: Position
    check: str
    """Python that follows the function and raises where it is wrong."""


def tasks(count: int) -> list[Task]:
    """`count` tasks, evenly spread over all 1,033. Raises SystemExit when the data is missing."""
    path = data_root() / TASKS
    if not path.exists():
        raise SystemExit(f"{path} is missing: name the evaluation data by INGLENOOK_EVAL_DATA.")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    step = max(len(found) / count, 1.0)
    return [_task(found[int(number * step)]) for number in range(min(count, len(found)))]


def _task(one: dict[str, str]) -> Task:
    line = one["canonical_solution"].rstrip("\n")
    target = line.lstrip()
    before = one["prompt"] + line[: len(line) - len(target)]
    text = before + target + "\n" + one["suffix"]
    position = Position("line", "solution.py", text, len(before), target)
    return Task(one["task_id"], position, f"{one['test']}\ncheck({one['entry_point']})\n")


def passes(task: Task, written: str) -> float:
    """1 where the function with `written` in it does what its tests ask."""
    place = task.position
    code = place.text[: place.offset] + written + place.text[place.offset + len(place.target) :] + task.check
    with tempfile.TemporaryDirectory(prefix="inglenook-run-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-"],
                input=code.encode(),
                cwd=folder,
                env={},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                preexec_fn=_limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return 0.0
    return float(done.returncode == 0)


def _limit() -> None:
    """In the new process, before Python starts: little time, little memory, nothing written to a file."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
