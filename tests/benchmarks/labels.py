"""The retrieval development sets: labels, the repositories they speak of, and questions ready to be scored.

Labels are found by `INGLENOOK_EVAL_DATA` (a folder with retrieval/semble-dev and retrieval/cosqa-dev; CONTRIBUTING.md
says where each is published). A repository's text is a folder NAME under `INGLENOOK_CORPORA`/semble-dev (with its
revision in a file `.revision`), else a clone at the pinned revision. A corpus that can't be had is said to be missing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.corpus import corpora_root
from tests.benchmarks.scores import Target


@dataclass(frozen=True)
class Question:
    """One labelled question. `missing` are the label's files that this corpus does not have."""

    text: str
    category: str
    targets: tuple[Target, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corpus:
    """A folder to index and its questions. `pinned` says whether it is the revision that the labels were made on."""

    name: str
    language: str
    folder: Path
    pinned: bool
    questions: tuple[Question, ...]


def data_root() -> Path:
    """The evaluation data's folder. Raises SystemExit with what to set."""
    found = os.environ.get("INGLENOOK_EVAL_DATA")
    if not found or not (Path(found) / "retrieval").is_dir():
        raise SystemExit("Set INGLENOOK_EVAL_DATA to the folder that holds retrieval/semble-dev; see CONTRIBUTING.md.")
    return Path(found)


def read(*parts: str) -> Any:
    """A JSON file of the labels."""
    return json.loads(data_root().joinpath("retrieval", *parts).read_text(encoding="utf-8"))


def repositories() -> list[Corpus]:
    """Every repository of semble-dev that can be had, with its questions."""
    return [one for entry in read("semble-dev", "repos.json") if (one := _repository(entry)) is not None]


def functions(home: Path) -> Corpus:
    """CoSQA: 500 web queries over functions, each a file of its own below `home`."""
    root = home / "functions"
    if not root.exists():
        part = home / "functions.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for code, number in read("cosqa-dev", "code_idx_map.txt").items():
            (part / f"f{number}.py").write_text(code + "\n", encoding="utf-8")
        part.rename(root)
    tasks = read("cosqa-dev", "cosqa-retrieval-dev-500.json")
    questions = (Question(task["doc"], "web", (Target(f"f{task['retrieval_idx']}.py"),)) for task in tasks)
    return Corpus("cosqa", "python", root, True, tuple(questions))


def _repository(entry: Mapping[str, str]) -> Corpus | None:
    folder = corpora_root() / "semble-dev" / entry["name"]
    if not folder.exists():
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        clone = ["git", "clone", "--quiet", "--filter=blob:none", entry["url"], str(part)]
        checkout = ["git", "-C", str(part), "checkout", "--quiet", entry["revision"]]
        if any(subprocess.run(command, check=False, capture_output=True).returncode for command in (clone, checkout)):
            sys.stderr.write(f"missing: {entry['name']} (put its text into {folder})\n")
            return None
        (part / ".revision").write_text(entry["revision"] + "\n", encoding="utf-8")
        part.rename(folder)
    revision = (folder / ".revision").read_text(encoding="utf-8").strip() if (folder / ".revision").exists() else ""
    root = entry.get("benchmark_root", "")
    tasks = read("semble-dev", "annotations", f"{entry['name']}.json")
    questions = tuple(_question(task, root, folder / root) for task in tasks)
    return Corpus(entry["name"], entry["language"], folder / root, revision == entry["revision"], questions)


def _question(task: Mapping[str, Any], root: str, folder: Path) -> Question:
    """A task's targets relative to the folder that is indexed."""
    found, missing = [], []
    for raw in (*task["relevant"], *task["secondary"]):
        place = {"path": raw} if isinstance(raw, str) else raw
        path = place["path"].removeprefix(f"{root}/" if root else "")
        if (folder / path).is_file():
            found.append(Target(path, place.get("start_line"), place.get("end_line")))
        else:
            missing.append(place["path"])
    return Question(task["query"], task["category"], tuple(found), tuple(missing))


def unindexed(corpus: Corpus, files: Collection[str]) -> list[str]:
    """Targets whose file is in the corpus, but not in the index."""
    return sorted({one.path for question in corpus.questions for one in question.targets} - set(files))
