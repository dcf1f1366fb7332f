"""Reports from a history: a long commit message, and the files that the commit mended. Knows no index.

A message is made as like a report as can be: its trailers, its addresses of issues and what follows "Solution:",
"Modification:" or "Test Plan:" are left out. One snapshot is taken for all reports of a repository, the parent of the
oldest commit: a younger report may speak of code that came later, but its files were there.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from inglenook_indexer.search.stack_trace import frames
from inglenook_indexer.text.languages import language_of

from tests.benchmarks.report_repositories import Repository

PLAIN, NAMED = 30, 6
"""Reports of a repository that name no file that was mended, and that do."""
WORDS = range(61, 1_500)
FILES = range(1, 5)
"""Sources that the commit changed."""
ALL_FILES = 14
"""That it changed, tests and documents with them."""
STEP = 10
"""Commits further back that the snapshot is put each time, until there are enough reports."""
DEPTH = 12_000
"""Commits that are looked through."""
_SOURCES = frozenset("python go rust java kotlin c cpp javascript typescript tsx ruby php csharp svelte vue".split())
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|specs?|e2e|fixtures?|benchmarks?|benches|testdata|test-data|examples?|samples?"
    r"|docs?|scripts?|tools|\.github|\.ci|ci)/|(?:^|/)(?:test_[^/]*|conftest\.py)$"
    r"|(?:_test|_tests|_spec|\.test|\.spec|Tests?|Spec)\.\w+$",
    re.IGNORECASE,
)
"""Files that are no sources: what is changed along with them."""
_SUBJECT = re.compile(
    r"^(?:\w+(?:\([^)]*\))?!?: |[A-Z]+-\d+[:;]? ?|\[[^\]]*\] ?|(?:[\w*{},-]+/)+[\w*{},-]+: )"
    r"|\s*\((?:[\w-]+/)?[\w-]*#\d+\)"
)
"""What a subject says of the part that was mended, and of the pull request."""
_TRAILER = re.compile(
    r"^\s*(?:[A-Z][\w-]*-(?:[Bb]y|[Ii]d|[Tt]o|[Oo]n)|Fix(?:es|ed)?|Clos(?:es|ed?)|Resolves?|Refs?|References?|Bug|Issue"
    r"|Reviewers?|Cc|CC|Link|See|Ticket|Upstream|Differential Revision|Pull Request resolved|Reviewed By|PR"
    r"|\(?cherry picked)\b\s*(?:[:#(]|https?:|\w+ commit|[\w/-]+#\d).*$"
)
_SOLVED = re.compile(
    r"^[\s#*_=-]*(?:Modifications?|Solutions?|Results?|Test ?Plan|Tests?|Testing|Changes|Fix|The fix|Change-?[Ll]og"
    r"|Implementation|What(?:'s| has) changed|How (?:was|has)\b.*|Proposed (?:changes|fix)|Alternatives?|Notes?"
    r"|(?:Committer )?Checklist.*)[\s*_]*:?[\s*_]*$|^\s*(?:Solution|Test Plan|Modifications?|Fix|Result): ?",
    re.IGNORECASE,
)
"""Where a message comes to what was done."""
_HEADING = re.compile(
    r"^[\s#*_=-]*(?:Motivation|Problem|Summary|Issue|Description|Context|Background|What|Why)[\s*_]*:?[\s*_]*$",
    re.IGNORECASE,
)
_AMISS = re.compile(
    r"\b(?:bugs?|crash\w*|fail\w*|errors?|wrong\w*|incorrect\w*|brok\w+|regress\w+|panic\w*|exceptions?|leak\w*|races?"
    r"|unexpected\w*|instead of|doesn't|does not|didn't|isn't|wasn't|won't|cannot|can't|missing|invalid|hangs?|deadlock"
    r"|stuck|traceback|warnings?|assert\w*|overflow\w*|undefined|ignored|lost|corrupt\w*|problem\w*|issues?)\b",
    re.IGNORECASE,
)
"""Words of something amiss, of which a report has two at least."""


@dataclass(frozen=True)
class Commit:
    """One commit that may be a report."""

    sha: str
    text: str
    files: tuple[str, ...]
    """The sources that it changed."""
    kind: str
    """"named" where the text says the name of one of them, else "plain"."""
    shape: str
    """"trace", "code" or "prose": what the text holds."""


def reports(repository: Repository, bare: Path) -> tuple[str, list[Commit]]:
    """(the revision to look in, the reports), the newest first; no revision where there are no reports."""
    fit = list(_fit(repository, bare))
    best: tuple[str, list[Commit]] = ("", [])
    # A snapshot further back has more commits after it, and fewer of the files that they changed.
    for place in [*range(PLAIN, len(fit), STEP), len(fit)]:
        if not 0 < place <= len(fit):
            continue
        revision = _git(bare, "rev-parse", f"{fit[place - 1].sha}^").strip()
        there = set(_git(bare, "ls-tree", "-r", "--name-only", "-z", revision).split("\0"))
        chosen = _first([one for one in fit[:place] if there.issuperset(one.files)])
        if len(chosen) > len(best[1]):
            best = (revision, chosen)
        if sum(one.kind == "plain" for one in chosen) == PLAIN:
            break
    return best


def _first(fit: list[Commit]) -> list[Commit]:
    left = {"plain": PLAIN, "named": NAMED}
    chosen = []
    for one in fit:
        if left["plain"] == 0:
            break
        if left[one.kind] > 0:
            left[one.kind] -= 1
            chosen.append(one)
    return chosen


def _fit(repository: Repository, bare: Path) -> Iterator[Commit]:
    """Commits that mended one to four sources and say much, the newest first, each text once."""
    said: set[str] = set()
    shown = ("--format=%x01%H%x02%B%x03", "--name-only", "--no-renames")
    command = ("log", "--no-merges", f"-n{DEPTH}", *shown, repository.tip)
    for entry in _git(bare, *command).split("\x01")[1:]:
        head, _, names = entry.partition("\x03")
        sha, _, message = head.partition("\x02")
        files = [name for name in names.splitlines() if name.strip()]
        sources = tuple(name for name in files if language_of(name) in _SOURCES and not _ASIDE.search(name))
        if len(sources) not in FILES or len(files) > ALL_FILES:
            continue
        text = report_text(message)
        if len(text.split()) not in WORDS or text in said or len(_AMISS.findall(text)) < 2:
            continue
        lines = [line.lstrip() for line in text.splitlines() if line.strip()]
        if sum(line.startswith(("* ", "- ")) for line in lines) * 2 > len(lines):
            continue  # a list of what was changed is no report
        said.add(text)
        yield Commit(sha, text, sources, "named" if names_file(text, sources) else "plain", shape(text))


def report_text(message: str) -> str:
    """What a commit message says of what was amiss."""
    subject, _, body = message.strip().partition("\n")
    kept = [_SUBJECT.sub("", subject)]
    for line in body.splitlines():
        if _SOLVED.search(line):
            break
        if _TRAILER.match(line) or _HEADING.match(line) or re.fullmatch(r"\s*<!--.*-->\s*", line):
            continue
        kept.append(line)
    text = re.sub(r"https?://github\.com/\S+|(?<!\w)#\d+\b", "", "\n".join(kept))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def names_file(text: str, files: tuple[str, ...]) -> bool:
    """Whether a text says the path or the name, with its ending, of one of the files."""
    return any(re.search(rf"(?<![\w-]){re.escape(PurePosixPath(one).name)}(?!\w)", text) for one in files)


def shape(text: str) -> str:
    """What a text holds: a trace, code or a console (fenced, or four blanks deep), or prose alone."""
    if len(frames(text)) > 1:
        return "trace"
    if "```" in text or len(re.findall(r"^(?: {4}|\t)\S", text, re.MULTILINE)) > 2:
        return "code"
    return "prose"


def _git(bare: Path, *command: str) -> str:
    done = subprocess.run(["git", "-C", str(bare), *command], check=True, capture_output=True)
    return done.stdout.decode("utf-8", "replace")
