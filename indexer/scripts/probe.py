"""The retrieval development sets as bare texts: what a change of vectors does, before any ranker.

    python indexer/scripts/probe.py DATA CORPORA --output probe.json.xz

writes them (DATA and CORPORA as tests/benchmarks/retrieval.py has them) as
{"repositories": [{"name", "chunks": [[path, start, end, text, symbol]], "tasks": [[query, [[path, start, end]]]]}],
 "cosqa": {"queries", "codes", "answers"}}, texts as the index cuts them.
"""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import json
import lzma
import math
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))


class Probe:
    """Scores an embedding function by NDCG@10, vectors alone: files by their best chunk, functions one by one.

    `few` takes the smaller half of the repositories, half of the questions, and 1,000 functions: for slow models.
    """

    def __init__(self, file: Path, *, few: bool = False) -> None:
        with lzma.open(file, "rt", encoding="utf-8") as opened:
            self.data: dict[str, Any] = json.load(opened)

        if few:
            self.data = _fewer(self.data)

    def texts(self) -> list[str]:
        """Everything that is searched: what must not be trained on."""
        found = [chunk[3] for one in self.data["repositories"] for chunk in one["chunks"]]
        return found + list(self.data["cosqa"]["codes"])

    def score(self, embed: Callable[[list[str]], Any]) -> dict[str, float]:
        """{"repositories": mean of the repositories' means, "cosqa": mean}."""
        repositories = self.data["repositories"]
        texts = [f"{chunk[0]}\n{chunk[3]}" for one in repositories for chunk in one["chunks"]]
        queries = [task[0] for one in repositories for task in one["tasks"]]
        chunks, asked = np.asarray(embed(texts)), np.asarray(embed(queries))
        at = told = 0
        means: list[float] = []
        for one in repositories:
            matrix = asked[told : told + len(one["tasks"])] @ chunks[at : at + len(one["chunks"])].T
            found = [self._files(row, one["chunks"], task[1]) for row, task in zip(matrix, one["tasks"], strict=True)]
            means.append(float(np.mean(found)))
            at, told = at + len(one["chunks"]), told + len(one["tasks"])
        result = {"repositories": round(float(np.mean(means)), 4)}
        cosqa = self.data.get("cosqa")
        if cosqa:
            matrix = np.asarray(embed(cosqa["queries"])) @ np.asarray(embed(cosqa["codes"])).T
            answers = np.array(cosqa["answers"])
            ranks = (matrix > matrix[np.arange(len(answers)), answers][:, None]).sum(1)
            result["cosqa"] = round(float(np.where(ranks < 10, 1 / np.log2(ranks + 2.0), 0).mean()), 4)
        return result

    @staticmethod
    def _files(row: Any, chunks: list[list[Any]], targets: list[list[Any]]) -> float:
        """NDCG@10 over files, each at its best chunk's place."""
        hits: list[list[Any]] = []
        seen: set[str] = set()
        for index in np.argsort(-row):
            chunk = chunks[index]
            if chunk[0] not in seen:
                seen.add(chunk[0])
                hits.append(chunk)
                if len(hits) == 10:
                    break
        gained = [0] * 10
        for path, start, end in targets:
            for place, hit in enumerate(hits):
                if hit[0] == path and (start is None or not (hit[2] < start or hit[1] > end)):
                    gained[place] = 1
                    break
        ideal = sum(1 / math.log2(place + 2) for place in range(min(10, len(targets))))
        return sum(value / math.log2(place + 2) for place, value in enumerate(gained)) / ideal if ideal else 0.0


def _fewer(data: dict[str, Any]) -> dict[str, Any]:
    """The same draw every time."""
    repositories = sorted(data["repositories"], key=lambda one: len(one["chunks"]))
    cosqa, rng = data["cosqa"], random.Random(5)
    asked = rng.sample(range(len(cosqa["queries"])), len(cosqa["queries"]) // 2)
    answers = sorted({cosqa["answers"][one] for one in asked})
    others = sorted(set(range(len(cosqa["codes"]))) - set(answers))
    kept = answers + rng.sample(others, 1000 - len(answers))
    place = {code: number for number, code in enumerate(kept)}
    return {
        "repositories": repositories[: len(repositories) // 2],
        "cosqa": {
            "queries": [cosqa["queries"][one] for one in asked],
            "codes": [cosqa["codes"][one] for one in kept],
            "answers": [place[cosqa["answers"][one]] for one in asked],
        },
    }


def _repository(data: Path, folder: Path, entry: dict[str, str]) -> dict[str, Any]:
    """Chunks and tasks of one repository; targets that the corpus lacks are left out."""
    from inglenook_indexer import Index

    root = entry.get("benchmark_root", "")
    with tempfile.TemporaryDirectory() as home:
        index = Index(folder / entry["name"] / root, Path(home) / "index")
        index.refresh()
        columns = ["path", "start_line", "end_line", "text", "symbol"]
        rows = index._open().store._all(columns).to_pylist()
        index.close()
    files, tasks = {row["path"] for row in rows}, []
    for task in json.loads((data / "annotations" / f"{entry['name']}.json").read_text("utf-8")):
        targets = []
        for raw in [*task["relevant"], *task["secondary"]]:
            place = {"path": raw} if isinstance(raw, str) else raw
            path = place["path"].removeprefix(f"{root}/" if root else "")
            if path in files:
                targets.append([path, place.get("start_line"), place.get("end_line")])
        if targets:
            tasks.append([task["query"], targets])
    return {"name": entry["name"], "chunks": [[row[name] for name in columns] for row in rows], "tasks": tasks}


def main() -> None:
    """Write the probe file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    labels, functions = arguments.data / "retrieval/semble-dev", arguments.data / "retrieval/cosqa-dev"
    entries = json.loads((labels / "repos.json").read_text("utf-8"))
    found = [_repository(labels, arguments.corpora / "semble-dev", entry) for entry in entries]
    tasks = json.loads((functions / "cosqa-retrieval-dev-500.json").read_text("utf-8"))
    places = json.loads((functions / "code_idx_map.txt").read_text("utf-8"))
    order = {number: place for place, number in enumerate(places.values())}
    cosqa = {
        "queries": [task["doc"] for task in tasks], "codes": list(places),
        "answers": [order[task["retrieval_idx"]] for task in tasks],
    }  # fmt: skip
    with lzma.open(arguments.output, "wt", preset=3, encoding="utf-8") as file:
        json.dump({"repositories": found, "cosqa": cosqa}, file)
    print(f"{sum(len(one['chunks']) for one in found)} chunks, {len(places)} functions")


if __name__ == "__main__":
    main()
