"""Changes with a follow-up, and changes without one, chosen from a history by what was changed. Knows no predictor.

A case is a commit in which at least three places share a substitution: the same words were replaced by the same words.
The first one or two are given, in the order of a person who begins at the definition; what the commit changed besides
is what may be asked for. A change without follow-up is a commit of one place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from tests.benchmarks.next_edit_history import Commit, Part

_TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)
_WORD = re.compile(r"[^\W\d]\w+")
SIMILAR = 3
_MOST = 40
_MAIN = 3
"""Substitutions of one place up to which a shared one is what the place is about."""
DECLARES = re.compile(
    r"^\s*(?:(?:export|public|private|protected|internal|static|final|abstract|async|pub(?:\(\w+\))?|unsafe|const|override"
    r"|default|inline|virtual|suspend|open|data)\s+)*(?:def|class|func|fn|function|interface|struct|enum|trait|type|let|"
    r"const|var|val|fun|module|record|static|mod)\b"
)


@dataclass(frozen=True)
class Case:
    """A commit, what of it is given, and what kind of change it is."""

    commit: Commit
    kind: str
    """"rename" where one word became another, else "repeat"."""
    given: tuple[Part, ...]
    similar: tuple[Part, ...]
    """The places that share the substitution and are not given."""

    @property
    def key(self) -> str:
        """Unique in its repository."""
        return f"{self.commit.hash[:12]}.{self.kind}"

    @property
    def remaining(self) -> tuple[Part, ...]:
        """What may be asked for."""
        return tuple(part for part in self.commit.parts if part not in self.given)


def case_of(commit: Commit) -> Case | None:
    """The case that a commit makes, of the substitution that most of its places share."""
    groups: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in commit.parts:
        for pair in dict.fromkeys(_substitutions(part)):
            groups[pair].append(part)
    best = max(groups.items(), key=lambda one: (len(one[1]), one[0]), default=None)
    if best is None or not SIMILAR <= len(best[1]) <= _MOST:
        return None
    (old, new), parts = best
    rename = bool(_WORD.fullmatch(old) and _WORD.fullmatch(new))
    word = re.compile(rf"\b{re.escape(new)}\b")
    first = next((one for one in parts if rename and DECLARES.match(one.new[0]) and word.search(one.new[0])), None)
    if first is not None:
        return Case(commit, "rename", (first,), tuple(one for one in parts if one is not first))
    return Case(commit, "rename" if rename else "repeat", tuple(parts[:2]), tuple(parts[2:]))


def without(commit: Commit) -> Part | None:
    """The one place that a commit changed, where that was all of it."""
    part = commit.parts[0]
    return part if len(commit.parts) == 1 and any(one.strip() for one in part.new) and len(part.new) <= 20 else None


def _substitutions(part: Part) -> Iterator[tuple[str, str]]:
    """What was replaced by what, where it says something."""
    if not part.new or len(part.new) > 20:
        return
    one, other = "\n".join(part.old), "\n".join(part.new)
    if not part.old:
        if _WORD.search(other):
            yield "", re.sub(r"\s+", " ", other.strip())
        return
    if "".join(one.split()) == "".join(other.split()):
        return
    old, new = _TOKEN.findall(one), _TOKEN.findall(other)
    if max(len(old), len(new)) > 400:
        return
    ops = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if one[0] != "equal"]
    found = {("".join(old[a:b]).strip(), "".join(new[c:d]).strip()) for _, a, b, c, d in ops}
    if len(found) <= _MAIN:
        yield from sorted((a, b) for a, b in found if b and (_WORD.search(a) or (not a and len(_WORD.findall(b)) > 1)))
