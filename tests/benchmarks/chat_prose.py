"""Questions in prose, whose answer is a file: from first sentences of documentation, and from semble's labels.

A documented definition's first sentence is asked for with the words of its own name taken out, so that the name alone
does not find it. The labels say which files answer a question; those that a corpus does not have are left out.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.chat_corpora import Repository
from tests.benchmarks.chat_facts import Facts
from tests.benchmarks.chat_phrases import phrasings
from tests.benchmarks.chat_questions import SEED, Question
from tests.benchmarks.labels import read
from tests.benchmarks.scores import Target

DOCUMENTED = 16
"""Of each repository."""
LABELLED = 10
"""Of each repository that has labels."""
LEFT = 5
"""Words that must be left of a sentence without the name's."""
MOST_FILES = 3
"""A question with more right files than these is no question for one place."""


def documented(facts: Facts, which: str = "fit", most: int = DOCUMENTED) -> list[Question]:
    """Questions from the documentation of functions and classes, in the phrasings of a set."""
    found = list(_documented(facts))
    random.Random(f"{SEED} prose {facts.name}").shuffle(found)
    return [_asked(one, number, which) for number, one in enumerate(found[:most])]


def _documented(facts: Facts) -> Iterator[Question]:
    seen: dict[str, int] = {}
    for one in facts.definitions:
        seen[one.doc] = seen.get(one.doc, 0) + 1
    for one in facts.definitions:
        if not one.doc or seen[one.doc] > 1 or not one.public or facts.modules[one.path].is_test:
            continue
        said = without(one.doc, one.qualname)
        if len(said.split()) >= LEFT and len(said) < 200:
            yield Question(
                f"{one.qualname}", facts.name, "prose", "en", said, "", (Target(one.path),), expected=(one.path,)
            )


def without(sentence: str, name: str) -> str:
    """The sentence in plain words, without those of a name: `read_file` takes "read", "file" and "files" out."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    words = {part.lower() for part in parts if len(part) > 2}
    plain = re.sub(r":\w+:|[`*]", "", sentence)
    kept = [word for word in plain.split() if _stem(word) not in {_stem(other) for other in words}]
    return " ".join(kept).rstrip(".")


def _stem(word: str) -> str:
    return re.sub(r"\W", "", word.lower()).removesuffix("s")


def _asked(one: Question, number: int, which: str) -> Question:
    templates = phrasings("prose", "en", which)
    text = templates[number % len(templates)].replace("{x}", one.text)
    key = f"{one.repository}.prose.en.{number}.{one.key}"
    return Question(key, one.repository, "prose", "en", text, "", one.targets, expected=one.expected)


def labelled(repository: Repository, facts: Facts, most: int = LABELLED) -> list[Question]:
    """Questions of semble-dev about this repository; none without labels, or where the data is not on this machine."""
    home = os.environ.get("INGLENOOK_EVAL_DATA")
    if not repository.labels or not home or not (Path(home) / "retrieval" / "semble-dev").is_dir():
        return []
    found = []
    for number, task in enumerate(read("semble-dev", "annotations", f"{repository.name}.json")):
        paths = [place if isinstance(place, str) else place["path"] for place in task["relevant"]]
        here = [path for raw in paths if (path := _placed(raw, repository, facts))]
        if task["category"] == "symbol" or not here or len(here) > MOST_FILES:
            continue
        found.append(
            Question(
                *(f"{repository.name}.prose.en.label{number}", repository.name, "prose", "en", task["query"], ""),
                tuple(Target(path) for path in dict.fromkeys(here)),
                expected=tuple(dict.fromkeys(here)),
            )
        )
    random.Random(f"{SEED} labels {repository.name}").shuffle(found)
    return found[:most]


def _placed(raw: str, repository: Repository, facts: Facts) -> str:
    """The workspace's path of a label's; empty where it has none."""
    below = raw.partition("src/")[2] if repository.language == "typescript" else ""
    return next((path for path in (raw, f"src/{below}") if path in facts.modules), "")
