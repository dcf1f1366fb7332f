"""`places`: what it brings that a place which is documented in a question's own words goes first.

Questions in prose about the development repositories, whose right answer is a file: `n` descriptions of each, made from
documentation without the name's words, and the labels of semble, which people wrote. Of how many the first place is in
a right file, by what the documentation counts (`chat/places.py`). No model, and no encoder.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from inglenook_indexer import Index
from inglenook_indexer.search.query import parse
from inglenook_server.chat import places
from inglenook_server.chat.prepare import HITS, PLACES

from tests.benchmarks.chat import sets
from tests.benchmarks.chat_corpora import indexed, workspace
from tests.benchmarks.chat_prose import documented, labelled
from tests.benchmarks.chat_questions import Question
from tests.benchmarks.result import Result

WEIGHTS = (0, 3, 6, 9, 12)
"""0 is without; `DOCUMENTED` is one of the others."""
LABELS = 1_000
"""Every label."""


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` descriptions of each repository, fewer where it has no more. `corpus` is not used."""
    del corpus
    asked: dict[str, list[str]] = {"described": [], "labelled": []}
    for repository, facts, _ in sets("fit"):
        with closing(indexed(workspace(repository))) as index:
            chosen = {"described": documented(facts, most=n), "labelled": labelled(repository, facts, most=LABELS)}
            for kind, questions in chosen.items():
                for question in questions:
                    result.row(question.key, lambda one=question, index=index: _row(index, one))  # type: ignore[misc]
                    asked[kind].append(question.key)
        sys.stderr.write(f"{repository.name}\n")
    for kind, keys in (*asked.items(), ("all", [*asked["described"], *asked["labelled"]])):
        result.summary[f"places.{kind}.n"] = len(keys)
        for weight in WEIGHTS if keys else ():
            first = statistics.mean(bool(result.rows[key][str(weight)]) for key in keys)
            result.summary[f"places.{kind}.{weight}.first"] = first
            result.summary[f"places.{kind}.{weight}.count"] = round(first * len(keys))


def _row(index: Index, question: Question) -> dict[str, object]:
    """By weight: whether the first place is in a right file."""
    hits = index.search(question.text, limit=HITS)
    narrower = places.Narrower(parse(question.text), index)
    row: dict[str, object] = {"question": question.text}
    for weight in WEIGHTS:
        with patch.object(places, "DOCUMENTED", float(weight)):
            row[str(weight)] = _right(narrower.places(hits, PLACES), question)
    return row


def _right(found: Sequence[places.Place], question: Question) -> bool:
    return bool(found) and any(one.meets((found[0].path, 1, 1)) for one in question.targets)
