"""What speaks for a file, of a report's candidates: one number for each feature, from the candidates alone. Pure.

Knows nothing of how much a feature weighs. The names are those of `weights`.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from inglenook_indexer.search.features import named, shares
from inglenook_indexer.search.path_features import asked_for, called, kinds
from inglenook_indexer.search.report.origins import resolved
from inglenook_indexer.search.report.report import Report
from inglenook_indexer.text.words import singular, stem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inglenook_indexer.types import Chunk

PLACES = ("tests", "examples", "types", "prose")
_DATA = frozenset("text markdown json yaml toml ini xml csv diff".split())
"""Languages that are no code."""
_AUTOMATION = re.compile(
    r"(?:^|/)(?:\.[\w-]+|ci|scripts?|tools?|build|contrib|hack|packaging)/|(?:^|/)(?:Makefile|setup\.py|CMakeLists\.txt)[^/]*$"
)
_BEST = 3  # chunks of a file that add up
_SHARE = 0.8  # of the one before that each further one counts
_COMMON = 20  # files that define a name: more say nothing
_ENOUGH = 2.0  # strings that only one file holds
_TITLE_WORDS = 3
_TEST = re.compile(r"^tests?_?|[_.]?(?:tests?|spec)$", re.IGNORECASE)
_NAMESAKES = 3  # files that a test may be called after


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk of a report's candidates; 0 means that this list did not bring it."""

    chunk: Chunk
    words: str
    """As they are indexed, space-separated."""
    bm25: float = 0.0
    title: float = 0.0
    alike: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    """Cosines to the report's sentences by the static table."""


def of_files(report: Report, pool: Sequence[Candidate]) -> dict[str, dict[str, float]]:
    """Path -> its features."""
    files: dict[str, list[int]] = {}
    for place, one in enumerate(pool):
        files.setdefault(one.chunk.path, []).append(place)
    found: dict[str, dict[str, float]] = {path: {} for path in files}
    for name, values in (
        ("words", _best(files, [one.bm25 for one in pool], 1)),
        ("more_words", _best(files, [one.bm25 for one in pool], _BEST)),
        ("title_words", _best(files, [one.title for one in pool], 1)),
        ("tested", {}),
    ):
        top = max(values.values(), default=0.0)
        for path in files:
            found[path][name] = values.get(path, 0.0) / top if top > 0 else 0.0
    width = max((len(one.alike) for one in pool), default=0)
    alike = np.array([one.alike if len(one.alike) else np.zeros(width, np.float32) for one in pool], np.float32)
    for path, members in files.items():
        nearest = alike[members].max(0) if width else np.zeros(1, np.float32)
        found[path] |= {
            "meaning": max(0.0, float(nearest.mean())),
            "title_meaning": max(0.0, float(nearest[0])) if report.title else 0.0,
        }
    traced = resolved(report.frames, files)
    texts = {path: "\n".join(pool[place].chunk.text for place in members) for path, members in files.items()}
    _named(report, {path: [pool[place] for place in members] for path, members in files.items()}, found)
    _quoted(report, texts, found)
    asked = asked_for(frozenset(report.title_words))
    said, in_title = frozenset(map(stem, report.words)), frozenset(map(stem, report.title_words))
    languages = {path: pool[members[0]].chunk.language for path, members in files.items()}
    for path, worth in _tested(files, languages, found).items():
        found[path]["tested"] = worth
    for path, mine in found.items():
        _, stems, around = called(path)
        mine["name_said"] = len(stems & said) / len(stems) if stems else 0.0
        mine["name"] = min(len(stems & in_title), _TITLE_WORDS) / _TITLE_WORDS
        mine["folder"] = len(around & said) / len(around) if around else 0.0
        mine["named"] = named(report.paths, path)
        mine["traced"] = traced[path][0] if path in traced else 0.0
        mine["data"] = float(languages[path] in _DATA and "prose" not in asked)
        mine["automation"] = float(_AUTOMATION.search(path) is not None)
        mine |= {kind: float(kind in kinds(path) and kind not in asked) for kind in PLACES}
    return found


def _best(files: Mapping[str, Sequence[int]], values: Sequence[float], count: int) -> dict[str, float]:
    """Path -> its best values, each further one counting less."""
    return {
        path: sum(
            value * _SHARE**place
            for place, value in enumerate(sorted((values[one] for one in members), reverse=True)[:count])
        )
        for path, members in files.items()
    }


def _named(report: Report, files: Mapping[str, Sequence[Candidate]], found: dict[str, dict[str, float]]) -> None:
    """What the files define and hold of the report's names."""
    words = {path: frozenset(word for one in some for word in one.words.split()) for path, some in files.items()}
    defines, uses, alone = (dict.fromkeys(files, 0.0) for _ in range(3))
    for name, weight in report.names.items():
        defining = [path for path, held in words.items() if f"def:{name.lower()}" in held]
        if 0 < len(defining) <= _COMMON:
            for path in defining:
                defines[path] += weight / math.sqrt(len(defining))
        whole = singular(name.strip("_").lower())
        holding = [path for path, held in words.items() if whole in held]
        rare = math.log(1 + (len(files) - len(holding) + 0.5) / (len(holding) + 0.5))
        for path in holding:
            uses[path] += weight * rare
            alone[path] = max(alone[path], 1 / len(holding))
    for name_of, values in (("defines", defines), ("uses", uses)):
        for path, share in zip(values, shares(list(values.values())), strict=True):
            found[path][name_of] = share
    for path, value in alone.items():
        found[path]["alone"] = value


def _quoted(report: Report, texts: Mapping[str, str], found: dict[str, dict[str, float]]) -> None:
    for mine in found.values():
        mine["quoted"] = 0.0
    for string in report.quoted:
        holding = [path for path, text in texts.items() if string in text]
        for path in holding:
            found[path]["quoted"] = min(_ENOUGH, found[path]["quoted"] + 1 / len(holding))


def _tested(
    files: Mapping[str, Sequence[int]], languages: Mapping[str, str], found: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Sources -> how well a test that is called after them does by words."""
    sources: defaultdict[str, list[str]] = defaultdict(list)
    tests: dict[str, list[str]] = {}
    for path in files:
        name = PurePosixPath(path).name.split(".")[0]
        if "tests" in kinds(path):
            tests[path] = [_flat(_TEST.sub("", name))]
        elif languages[path] not in _DATA:
            sources[_flat(name)].append(path)
    best: dict[str, float] = {}
    for test, names in tests.items():
        for name in names:
            if name and len(sources.get(name, ())) <= _NAMESAKES:
                for path in sources.get(name, ()):
                    best[path] = max(best.get(path, 0.0), found[test]["more_words"])
    return best


def _flat(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
