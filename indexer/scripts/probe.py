"""The retrieval development sets as bare texts: what a change of vectors does, before any ranker.

A probe folder has one JSON file, `probe.json.xz`, written by `python -m tests.benchmarks retrieval --probe FILE`:
{"repositories": [{"name", "chunks": [[path, start, end, text]], "tasks": [[query, [[path, start, end]]]]}],
 "cosqa": {"queries", "codes", "answers"}}.
"""

from __future__ import annotations

import json
import lzma
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


class Probe:
    """Scores an embedding function by NDCG@10, vectors alone: files by their best chunk, functions one by one."""

    def __init__(self, folder: Path) -> None:
        with lzma.open(folder / "probe.json.xz", "rt", encoding="utf-8") as file:
            self.data: dict[str, Any] = json.load(file)

    def score(self, embed: Callable[[list[str]], Any]) -> dict[str, float]:
        """{"repositories": mean of the repositories' means, "cosqa": mean}."""
        repositories = self.data["repositories"]
        texts = [chunk[3] for one in repositories for chunk in one["chunks"]]
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
