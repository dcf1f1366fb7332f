"""Next edits, replayed from the histories of real repositories: the first edits of a commit are given, the next asked.

`place`: the offer touches a place that the commit still changes. `em`: it makes exactly that change. Both are over all
cases whose follow-up is in the same file; `precision_shown` is over the offers that are made, there and in other files.
Noise: offers after the one change of commits that changed one place. A reversal is an offer that brings back a line
that the given edits took away.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from inglenook_indexer import Index
from inglenook_server.next_edit.edit import Edit, edit_at
from inglenook_server.next_edit.manners import allowed
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.predict import candidates, next_edits
from inglenook_server.next_edit.uses import Uses

from tests.benchmarks.next_edit_cases import Case, case_of, without
from tests.benchmarks.next_edit_history import Commit, Part, commits, file_text, language
from tests.benchmarks.next_edit_repositories import SETS, Repository, cloned
from tests.benchmarks.result import Result, percentile

HISTORY = 3_000
"""Commits of a repository that are looked at."""
_MENTIONING = 60
"""Files of a workspace that is indexed for a follow-up in another file, besides those that the commit changed."""
SMOOTHING = 3


@dataclass
class Replay:
    """The files of a commit as they are edited."""

    lines: dict[str, list[str]]
    """Path -> the old file."""
    done: list[Part]

    def state(self, path: str, also: Sequence[Part] = ()) -> list[str]:
        """A file with what is done, and `also`, applied."""
        lines = list(self.lines[path])
        for part in sorted((one for one in (*self.done, *also) if one.path == path), key=lambda one: -one.line):
            lines[part.line : part.line + len(part.old)] = part.new
        return lines

    def place(self, part: Part) -> tuple[int, int]:
        """Lines [first, last) that a part not yet done will replace, in the file as it is."""
        shift = sum(len(one.new) - len(one.old) for one in self.done if one.path == part.path and one.line < part.line)
        return part.line + shift, part.line + shift + len(part.old)

    def give(self, parts: Sequence[Part]) -> list[Edit]:
        """Make some edits; what was done, as the log of edits has it."""
        edits: list[Edit] = []
        for part in parts:
            before = self.state(part.path)
            self.done.append(part)
            edit = edit_at(part.path, before, self.state(part.path))
            if edit is not None:
                edits.append(edit)
        return edits


@dataclass(frozen=True)
class Verdict:
    """What became of one question."""

    kind: str
    """Of the offer; empty where none was made."""
    place: bool
    exact: bool
    reversal: bool
    ms: float
    cpu_ms: float
    """Of the processor, all threads together: what a busy machine does not lengthen."""
    applies: bool = False
    """Whether any predictor had something to say, however uncertain."""


def ask(replay: Replay, given: Sequence[Part], remaining: Sequence[Part], uses: Uses | None, every: bool) -> Verdict:
    """Give some edits and ask for the next; `every` takes offers however uncertain."""
    edits = replay.give(given)
    path = given[-1].path
    situation = Situation(edits, path, "\n".join(replay.state(path)), language(path), uses)
    started, worked = time.perf_counter(), time.process_time()
    offers = [one for one in (candidates if every else next_edits)(situation) if every or allowed(one, situation)]
    ms, cpu_ms = (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000
    if not offers:
        return Verdict("", False, False, False, ms, cpu_ms, bool(candidates(situation)))
    if offers[0].path not in replay.lines:  # the commit left that file alone
        return Verdict(offers[0].kind, False, False, False, ms, cpu_ms, True)
    place, exact = judged(replay, offers[0], remaining)
    return Verdict(offers[0].kind, place, exact, _reverses(replay, offers[0], given), ms, cpu_ms, True)


def judged(replay: Replay, offer: Offer, remaining: Sequence[Part]) -> tuple[bool, bool]:
    """Whether an offer is at a place that is still to be changed, and whether it is exactly that change.

    Of a place where the commit replaced some lines by more or fewer, an offer may be one of the lines.
    """
    text = "\n".join(replay.state(offer.path))
    new = text[: offer.start] + offer.new + text[offer.end :]
    first, last = text.count("\n", 0, offer.start), text.count("\n", 0, offer.end)
    over = []
    for part in remaining:
        low, high = replay.place(part)
        if part.path == offer.path and (low <= last and first < high if high > low else first <= low <= last + 1):
            over.append(part)
    exact = any(
        "\n".join(replay.state(offer.path, parts)) == new for parts in [over, *([one] for one in over)] if parts
    )
    if over and not exact and first == last and text.count("\n") == new.count("\n"):
        was, now = text.split("\n")[first], new.split("\n")[first]
        exact = any(
            len(one.old) != len(one.new) and was in one.old and now in one.new and was not in one.new for one in over
        )
    return bool(over), exact


def measure(
    result: Result, n: int = 120, corpus: Path | None = None, which: str = "report", every: bool = False
) -> None:
    """Replay the histories of a set, at most `n` cases of each repository; `every` takes uncertain offers, too."""
    for repository in SETS[which]:
        result.row(repository.name, lambda one=repository: _rows(one, n, every))  # type: ignore[misc]
    rows = {key: row for found in result.rows.values() for key, row in found.items() if isinstance(row, dict)}
    result.summary = summed(rows, which)
    result.appendix = _by_kind(rows)


def _rows(repository: Repository, n: int, every: bool) -> dict[str, object]:
    folder = cloned(repository)
    return {key: _row(commit, case, folder, every) for key, commit, case in _chosen(repository, folder, n)}


def _chosen(repository: Repository, folder: Path, n: int) -> Iterator[tuple[str, Commit, Case | None]]:
    """The changes of a repository that are asked about, by a seed of its name."""
    rng = random.Random(repository.name)
    found = list(commits(folder, repository.commit, HISTORY))
    cases = [case for commit in found if (case := case_of(commit)) is not None]
    plain = [commit for commit in found if without(commit) is not None]
    rng.shuffle(cases)
    rng.shuffle(plain)
    within = [one for one in cases if any(part.path == one.given[-1].path for part in one.similar)]
    across = [one for one in cases if one not in within]
    for name, chosen in (("in", within[:n]), ("across", across[: n // 5])):
        for case in chosen:
            yield f"{name}.{repository.name}.{case.key}", case.commit, case
    for commit in plain[: n + n // 4]:
        yield f"plain.{repository.name}.{commit.hash[:12]}", commit, None


def _row(commit: Commit, case: Case | None, folder: Path, every: bool) -> dict[str, object]:
    texts = {path: file_text(folder, blob) for path, blob in commit.blobs.items()}
    if any(text is None for text in texts.values()):
        return {}
    lines = {path: str(text).split("\n") for path, text in texts.items()}
    alone = without(commit)
    if case is None:
        assert alone is not None
        return vars(ask(Replay(lines, []), [alone], [], None, every))
    path = case.given[-1].path
    if any(part.path == path for part in case.similar):
        verdict = ask(Replay(lines, []), case.given, case.remaining, None, every)
        return {**vars(verdict), "change": case.kind, "given": len(case.given)}
    with tempfile.TemporaryDirectory() as scratch:
        uses = _workspace(commit, case, folder, lines, Path(scratch))
        verdict = ask(Replay(lines, []), case.given, case.remaining, uses, every)
    return {**vars(verdict), "change": case.kind, "given": len(case.given)}


def _workspace(commit: Commit, case: Case, folder: Path, lines: dict[str, list[str]], scratch: Path) -> Uses:
    """The files that the commit changed and others that say a word of it, indexed; edits are unsaved buffers."""
    root, home = scratch / "work", scratch / "index"
    replay = Replay(lines, [])
    words = {
        word
        for part in case.given
        for line in part.old
        for word in line.replace("(", " ").split()
        if word.isidentifier()
    }
    longest = max(words, key=len, default="")
    files = dict.fromkeys(commit.blobs)
    if longest:
        command = ["git", "-C", str(folder), "grep", "-l", "-w", "-F", "-e", longest, f"{commit.hash}^"]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        files |= dict.fromkeys(line.partition(":")[2] for line in done.stdout.splitlines()[:_MENTIONING])
    for path in files:
        text = "\n".join(lines[path]) if path in lines else _at(folder, f"{commit.hash}^", path)
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    index = Index(root, home)
    index.refresh()
    replay.give(case.given)
    for path in {part.path for part in case.given}:
        index.shadow(path, "\n".join(replay.state(path)))
    return Uses(index)


def _at(folder: Path, revision: str, path: str) -> str | None:
    done = subprocess.run(["git", "-C", str(folder), "show", f"{revision}:{path}"], capture_output=True, check=False)
    try:
        return done.stdout.decode("utf-8") if not done.returncode else None
    except UnicodeDecodeError:
        return None


def _reverses(replay: Replay, offer: Offer, given: Sequence[Part]) -> bool:
    """Whether an offer brings back what the given edits took away, at their place."""
    text = "\n".join(replay.state(offer.path))
    line = text.count("\n", 0, offer.start)
    new = (text[: offer.start] + offer.new + text[offer.end :]).split("\n")
    return any(
        part.path == offer.path
        and replay.place(part)[0] <= line < replay.place(part)[0] + len(part.new)
        and new[line] in part.old
        for part in given
    )


def summed(rows: dict[str, dict[str, object]], which: str) -> dict[str, float]:
    """The figures."""
    groups: dict[str, list[dict[str, object]]] = defaultdict(list)
    for key, row in rows.items():
        if row:
            groups[key.partition(".")[0]].append(row)
    within, across, plain = groups["in"], groups["across"], groups["plain"]
    shown = [row for row in (*within, *across) if row["kind"]]
    count = {f"{change}.{given}": 0 for change in ("rename", "repeat") for given in (1, 2)}
    for row in (*within, *across):
        count[f"{row['change']}.{row['given']}"] = count.get(f"{row['change']}.{row['given']}", 0) + 1
    times, far = [float(str(row["ms"])) for row in within], [float(str(row["ms"])) for row in across]
    at = f"nextedit.{which}"
    return {
        f"{at}.cases": len(within) + len(across),
        f"{at}.cases_in_file": len(within),
        f"{at}.place": _share(within, "place"),
        f"{at}.em": _share(within, "exact"),
        f"{at}.applies": _share(within, "applies"),
        f"{at}.place_where_it_applies": _share([row for row in within if row["applies"]], "place"),
        f"{at}.em_where_it_applies": _share([row for row in within if row["applies"]], "exact"),
        f"{at}.place_where_shown": _share(shown, "place"),
        f"{at}.precision_shown": _share(shown, "exact"),
        f"{at}.shown": len(shown) / max(1, len(within) + len(across)),
        f"{at}.across.cases": len(across),
        f"{at}.across.place": _share(across, "place"),
        f"{at}.across.em": _share(across, "exact"),
        f"{at}.across.precision_shown": _share([row for row in across if row["kind"]], "exact"),
        f"{at}.without": len(plain),
        f"{at}.offers_per_100_without": 100 * sum(1 for row in plain if row["kind"]) / max(1, len(plain)),
        f"{at}.reversals": sum(1 for group in (within, across, plain) for row in group if row["reversal"]),
        f"{at}.file_p50_ms": percentile(times or [0.0], 50),
        f"{at}.file_p95_ms": percentile(times or [0.0], 95),
        f"{at}.workspace_p95_ms": percentile(far or [0.0], 95),
        f"{at}.file_cpu_p95_ms": percentile([float(str(row["cpu_ms"])) for row in within] or [0.0], 95),
        f"{at}.workspace_cpu_p95_ms": percentile([float(str(row["cpu_ms"])) for row in across] or [0.0], 95),
        **{f"{at}.cases.{name}": number for name, number in sorted(count.items())},
    }


def _share(rows: Sequence[dict[str, object]], key: str) -> float:
    return sum(1 for row in rows if row[key]) / max(1, len(rows))


def _by_kind(rows: dict[str, dict[str, object]]) -> str:
    """What each predictor's offers were worth, as a table; noise drags a kind down as wrong offers do."""
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for key, row in rows.items():
        if row and row["kind"]:
            found = kinds[str(row["kind"])]
            if key.startswith("plain."):
                found[3] += 1
            else:
                found[0], found[1], found[2] = (
                    found[0] + 1,
                    found[1] + bool(row["place"]),
                    found[2] + bool(row["exact"]),
                )
    lines = [
        "| kind | offers | place | exact | after a change without follow-up | certainty |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for kind, (offers, place, exact, noise) in sorted(kinds.items()):
        certain = (exact + 1) / (offers + noise + SMOOTHING)
        lines.append(f"| `{kind}` | {offers} | {place} | {exact} | {noise} | {certain:.2f} |")
    return "\n".join(lines) + "\n"
