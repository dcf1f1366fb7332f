"""What a completion is made from, by condition: the others' prompts, and ours by the server's own path.

All conditions have the same model, greedy, the same most tokens of prompt and answer, the same stops, the same filters,
and the same open files. They differ in what stands in the prompt. `prefix`: the end of the text before the cursor.
`fim`: the text behind it too. `jaccard`: and of each open file the window most alike, as Copilot has it. `ring`: and
chunks of the files opened last, as llama.vim has it. `ours`: what an editor would get. A model without
fill-in-the-middle tokens never sees what is behind the cursor, in any condition.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.system.location import cache_root
from inglenook_server.completion.cleaning.early_stop import EarlyStop
from inglenook_server.completion.cleaning.filters.chain import clean
from inglenook_server.completion.cleaning.stop_strings import stop_strings
from inglenook_server.completion.complete import complete
from inglenook_server.completion.context.sources.place import Surroundings
from inglenook_server.completion.context.sources.windows import jaccard, windows, words
from inglenook_server.completion.memory import Memory
from inglenook_server.completion.prompting.prompt import SUFFIX_SHARE
from inglenook_server.completion.prompting.stable_suffix import SuffixMemory
from inglenook_server.completion.prompting.window_start import WindowStarts
from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.completion.syntax.trigger import decide
from inglenook_server.generation.base import Generator, Infill, Options, Snippet
from inglenook_server.generation.prompts.token_budget import TokenCounter, fitting, head, tail
from inglenook_server.settings import CompletionSettings

from tests.benchmarks.completion_packages import Package, fetched
from tests.benchmarks.generators import fills_in
from tests.benchmarks.repo_lines import SEED, Position

if TYPE_CHECKING:
    from inglenook_indexer import Index

NAMES = ("prefix", "fim", "jaccard", "ring", "ours")
OPEN_FILES = 20
"""Files that are open besides: those nearest by their path, for lack of a record of what its author had open."""
WINDOWS = 4
AROUND = 30
LEAST_ALIKE = 0.12
"""Windows shown, one a file (Copilot); lines above the cursor they are compared with; their least similarity. A window
has 24 lines instead of Copilot's 60: of those a prompt of this size would hold a third of one."""
RING = 16
RING_LINES = 24
"""llama.vim keeps 16 chunks of 64 lines; of these a prompt of this size would hold half a chunk."""
THEIR_SHARE = 0.35
"""Of the prompt, for other files (Copilot)."""
ALIKE = 0.9
"""Jaccard similarity above which an older chunk gives way (llama.vim)."""


@dataclass
class Bench:
    """One package, open in an editor, and a model."""

    folder: Path
    generator: Generator
    settings: CompletionSettings
    index: Index | None = None
    memory: Memory = field(default_factory=Memory.patient)
    """Patient: what a source finds is what counts here, not how busy the machine is; times are told beside it."""

    def forget(self) -> None:
        """Each position is a session's first."""
        self.memory.suggestions.clear()
        self.memory.snippets.clear()
        self.memory.prompts.suffixes = SuffixMemory()
        self.memory.prompts.starts = WindowStarts()


@contextmanager
def opened(package: Package, generator: Generator) -> Iterator[Bench]:
    """A package with its index, brought up to date in the cache folder."""
    from inglenook_indexer import Index

    folder = fetched(package)
    index = Index(folder, cache_root() / "benchmarks" / "completion" / package.name)
    index.refresh()
    index.warm()
    bench = Bench(folder, generator, CompletionSettings(), index)
    try:
        yield bench
    finally:
        bench.memory.close()
        index.close()


@dataclass(frozen=True)
class Written:
    """What a condition wrote, and what that cost."""

    text: str
    raw: str = ""
    context_ms: float = 0.0
    total_ms: float = 0.0
    prompt_tokens: int = 0
    certainty: float | None = None
    sources: tuple[str, ...] = ()
    """Where the snippets came from, best first."""


def write(bench: Bench, position: Position, condition: str) -> Written:
    """The completion of one position under one condition."""
    if condition.startswith("ours"):
        return _ours(bench, position)
    started = time.perf_counter()
    document = position.document
    cursor = Cursor(document[: position.offset], document[position.offset :])
    decision = decide(cursor, multi_line=bench.settings.multi_line, language="python", syntax=bench.memory.syntax)
    if decision.shape == "none":
        return Written("")
    limit = bench.settings.max_block_tokens if decision.shape == "block" else bench.settings.max_tokens
    others = Others(bench, position, cursor)
    prompt = PROMPTS[condition](others)
    context_ms = (time.perf_counter() - started) * 1000
    finish = EarlyStop(cursor, decision.shape, "python", bench.memory.syntax)
    options = Options(limit, stop=stop_strings(cursor, decision.shape, "python"))
    made = bench.generator.generate(prompt, options, finish.push, lambda: finish.reached)
    text = clean(made.text, cursor, decision.shape, made.stop_reason, "python", bench.memory.syntax)
    return Written(
        text, made.text, context_ms, (time.perf_counter() - started) * 1000, made.usage.prompt_tokens,
        made.log_probability,
    )  # fmt: skip


def _ours(bench: Bench, position: Position) -> Written:
    """As the editor would: the buffer shadows the index, and the whole path of a request is gone."""
    bench.forget()
    started = time.perf_counter()
    if bench.index is not None:
        bench.index.shadow(position.path, position.document)
    try:
        made = complete(
            path=position.path,
            text=position.document,
            offset=position.offset,
            index=bench.index,
            generator=bench.generator,
            settings=bench.settings,
            memory=bench.memory,
            surroundings=Surroundings(open_files(bench.folder, position.path)),
        )
    finally:
        if bench.index is not None:
            bench.index.shadow(position.path, None)
    explained = made.explanation
    spent = sum(explained.timings_ms.get(stage, 0.0) for stage in ("context", "prompt"))
    sources = tuple(
        next((name for name in ("definition", "usage", "similar", "edit") if name in hit.parts), "index")
        for hit in explained.hits
    )
    return Written(
        made.text, "", spent, (time.perf_counter() - started) * 1000, explained.usage.prompt_tokens,
        explained.log_probability, sources,
    )  # fmt: skip


@dataclass
class Others:
    """What the other tools' prompts are made from."""

    bench: Bench
    position: Position
    cursor: Cursor

    @property
    def counter(self) -> TokenCounter:
        """Token counts by the model."""
        return self.bench.memory.prompts.counter(self.bench.generator)

    @property
    def tokens(self) -> int:
        """Of a whole prompt."""
        return self.bench.settings.prompt_tokens

    def infill(self, snippets: Sequence[Snippet] = (), *, both: bool = True) -> Infill:
        """The prompt with these snippets, best last; the prefix has what room they and the suffix leave."""
        left, suffix = self.tokens, ""
        if both and fills_in(self.bench.generator):
            room = min(int(self.tokens * SUFFIX_SHARE), self.bench.settings.max_suffix_tokens)
            suffix = head(self.cursor.suffix, room, self.counter) or self.cursor.after
        left -= self.counter.text(suffix) + sum(self.counter.text(one.text) for one in snippets)
        return Infill(tail(self.cursor.prefix, left, self.counter), suffix, self.position.path, tuple(snippets))

    def fitted(self, best_first: Sequence[Snippet]) -> tuple[Snippet, ...]:
        """As many as have room, best last."""
        texts = fitting([one.text for one in best_first], int(self.tokens * THEIR_SHARE), self.counter)
        return tuple(Snippet(one.path, text) for one, text in zip(best_first, texts, strict=False))[::-1]


def _jaccard(others: Others) -> Infill:
    files = open_files(others.bench.folder, others.position.path)
    around = words("\n".join(others.cursor.above[-AROUND:]))
    best = [
        (max((jaccard(around, theirs), body) for _, body, theirs in cut), path)
        for path, text in files.items()
        if (cut := windows(text))
    ]
    chosen = sorted((one for one in best if one[0][0] >= LEAST_ALIKE), reverse=True)[:WINDOWS]
    return others.infill(others.fitted([Snippet(path, body) for (_, body), path in chosen]))


def _ring(others: Others) -> Infill:
    """The newest first, which stands last."""
    ring: list[Snippet] = []
    files = list(open_files(others.bench.folder, others.position.path).items())[:RING]
    for path, text in files:
        lines = text.split("\n")
        middle = random.Random(f"{SEED} {others.position.path} {path}").randrange(len(lines))
        start = max(0, min(middle - RING_LINES // 2, len(lines) - RING_LINES))
        chunk = "\n".join(lines[start : start + RING_LINES])
        words = frozenset(chunk.split())
        if all(jaccard(words, frozenset(one.text.split())) <= ALIKE for one in ring):
            ring.append(Snippet(path, chunk))
    return others.infill(others.fitted(ring))


PROMPTS: dict[str, Callable[[Others], Infill]] = {
    "prefix": lambda others: others.infill(both=False),
    "fim": lambda others: others.infill(),
    "jaccard": _jaccard,
    "ring": _ring,
}


def open_files(folder: Path, path: str) -> dict[str, str]:
    """The texts of the files nearest by their path, nearest first."""
    here = path.split("/")[:-1]

    def distance(other: str) -> tuple[int, str]:
        parts = other.split("/")[:-1]
        same = next(
            (n for n, (a, b) in enumerate(zip(here, parts, strict=False)) if a != b), min(len(here), len(parts))
        )
        return len(here) + len(parts) - 2 * same, other

    names = (file.relative_to(folder).as_posix() for file in folder.rglob("*.py"))
    nearest = sorted((name for name in names if name != path), key=distance)
    texts = ((name, (folder / name).read_text(encoding="utf-8", errors="replace")) for name in nearest)
    found: dict[str, str] = {}
    for name, text in texts:
        if text.strip():
            found[name] = text
        if len(found) == OPEN_FILES:
            break
    return found
