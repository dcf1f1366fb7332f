"""`chat`: questions whose answers can be checked, put to the model alone, to the index alone, and to the product.

`chat_questions` and `chat_prose` make them from what Python's `ast`, TypeScript's own checker and semble's labels tell
of pinned packages; `chat_client` asks over stdio; `chat_judge` reads what came. Rows hold what came, so that `--again`
scores anew without asking again. `--set fit` takes the development repositories.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import chat_first_word, chat_python, chat_typescript
from tests.benchmarks.chat_client import CONDITIONS, Server
from tests.benchmarks.chat_corpora import SETS, Repository, workspace
from tests.benchmarks.chat_facts import Facts
from tests.benchmarks.chat_plot import draw
from tests.benchmarks.chat_prose import documented, labelled
from tests.benchmarks.chat_questions import SEED, Question, questions
from tests.benchmarks.chat_scores import score, summarise
from tests.benchmarks.chat_tables import tables
from tests.benchmarks.generators import here
from tests.benchmarks.result import Result

EVERY = "index"
"""In place of the model's name in the rows of the condition that has none: they are the same for each."""
Asked = list[tuple[Repository, Facts, list[Question]]]


def measure(
    result: Result,
    *,
    n: int,
    corpus: Path | None,
    which: str = "report",
    models: Sequence[str] = (),
    conditions: Sequence[str] = CONDITIONS,
    again: bool = False,
) -> None:
    """Fill `result`: `n` questions in all, of every form and repository in turn. `corpus` is not used."""
    del corpus
    if again:
        result.take_over()
    unknown = [one for one in conditions if one not in CONDITIONS]
    if unknown:
        raise SystemExit(f"There is no condition {unknown[0]!r}; there are {', '.join(CONDITIONS)}.")
    known = [one.name for one in here()]
    models = [one for one in (models or known) if one in known]
    asked = first(list(sets(which)), n)
    asyncio.run(_run(result, asked, models, conditions))
    for model in models:
        by: dict[str, dict[str, dict[str, Any]]] = {condition: {} for condition in conditions}
        for _, facts, chosen in asked:
            for question, condition in itertools.product(chosen, conditions):
                row = result.rows[_key(model, condition, question)]
                by[condition][question.key] = score(row, question, facts, condition)
        summarise(result.summary, model, by)
        result.appendix += tables(result.summary, model, by)
    if "all" in conditions and asked:
        chat_first_word.measure(result, models, asked[0][1])
    draw(result.summary, models, conditions, result.folder / f"{result.name}.svg")


def sets(which: str) -> Iterator[tuple[Repository, Facts, list[Question]]]:
    """Every repository of a set that can be had, with all of its questions."""
    for repository in SETS[which]:
        try:
            root = workspace(repository)
            read = chat_typescript.facts if repository.language == "typescript" else chat_python.facts
            facts = read(repository.name, root)
        except SystemExit as error:
            sys.stderr.write(f"missing: {repository.name} ({error})\n")
            continue
        yield repository, facts, [*questions(facts, which), *documented(facts, which), *labelled(repository, facts)]


def first(every: Asked, count: int) -> Asked:
    """`count` questions of all, repositories in turn and forms in turn, so that a small run has some of each."""
    queues = {repository.name: list(_turns(chosen)) for repository, _, chosen in every}
    taken: dict[str, list[Question]] = {name: [] for name in queues}
    for name in itertools.cycle(queues):
        if sum(map(len, taken.values())) >= count or not any(queues.values()):
            break
        if queues[name]:
            taken[name].append(queues[name].pop(0))
    return [(repository, facts, taken[repository.name]) for repository, facts, _ in every if taken[repository.name]]


def _turns(chosen: Iterable[Question]) -> Iterator[Question]:
    """One question of each form, then the next of each; the forms begin elsewhere in each repository."""
    forms: dict[str, list[Question]] = {}
    for one in chosen:
        forms.setdefault(one.form if one.language == "en" else "other language", []).append(one)
    chance = random.Random(f"{SEED} turns {next(iter(forms.values()))[0].repository}")
    order = list(forms)
    chance.shuffle(order)
    chance.shuffle(forms.get("other language", []))
    for row in itertools.zip_longest(*(forms[form] for form in order)):
        yield from (one for one in row if one is not None)


def _key(model: str, condition: str, question: Question) -> str:
    return f"{EVERY if condition == 'retrieval' else model}.{condition}.{question.key}"


async def _run(result: Result, asked: Asked, models: Sequence[str], conditions: Sequence[str]) -> None:
    """Ask whatever has no row yet, conditions in turn for each question."""
    plan = [
        (model, condition, repository, question)
        for model in models
        for repository, _, chosen in asked
        for question in chosen
        for condition in conditions
        if _key(model, condition, question) not in result.rows
    ]
    left = _Left([(model, condition) for model, condition, _, _ in plan])
    for (model, _), group in itertools.groupby(plan, key=lambda one: (one[0], one[2].name)):
        todo = list(group)
        root = workspace(todo[0][2])
        servers = {condition: Server(condition, model, root) for condition in conditions}
        try:
            for _, condition, repository, question in todo:
                key = _key(model, condition, question)
                if key in result.rows:  # the index alone, asked for another model before
                    left.done(model, condition, 0.0)
                    continue
                text = question.text if condition != "model" else about(repository, question.text)
                started = time.perf_counter()
                row = await servers[condition].ask(text)
                result.row(key, functools.partial(dict, row))
                took = time.perf_counter() - started
                left.done(model, condition, took)
                sys.stderr.write(f"{left} {model} {condition} {question.key} {took:.1f} s {row.get('failed', '')}\n")
        finally:
            for server in servers.values():
                await server.close()


def about(repository: Repository, text: str) -> str:
    """The question as a model without the workspace must be asked: which package it is about."""
    language = {"python": "Python", "typescript": "TypeScript"}[repository.language]
    return f"About the {language} package {repository.package}: {text}"


class _Left:
    """How much is left of a run, by what each condition took so far."""

    def __init__(self, plan: Sequence[tuple[str, str]]) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        for one in plan:
            self._counts[one] = self._counts.get(one, 0) + 1
        self._took: dict[tuple[str, str], list[float]] = {}
        self._all = len(plan)

    def done(self, model: str, condition: str, seconds: float) -> None:
        """One question less."""
        self._counts[model, condition] -= 1
        if seconds:
            self._took.setdefault((model, condition), []).append(seconds)

    def __str__(self) -> str:
        every = [one for took in self._took.values() for one in took] or [0.0]
        mean = sum(every) / len(every)
        seconds = 0.0
        for one, count in self._counts.items():
            took = self._took.get(one)
            seconds += count * (sum(took) / len(took) if took else mean)
        return f"[{self._all - sum(self._counts.values())}/{self._all}, {seconds / 60:.0f} min left]"
