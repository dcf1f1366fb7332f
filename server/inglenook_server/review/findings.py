"""What linters found: their JSON as plain data. Starts nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inglenook_indexer.text.printable import cut_short

MAX_FINDINGS = 2_000
_MAX_TEXT = 300  # characters of a message
_WHAT = re.compile(r"## What it does\s+(.+?)(?:\n\s*\n|\Z)", re.DOTALL)
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
_LEVELS = {"LOW": "low", "MEDIUM": "medium", "HIGH": "high"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a linter says of one place. Lines are 1-based and inclusive."""

    linter: str
    path: str
    line: int
    end_line: int
    rule: str
    message: str
    """The linter's own words, without a full stop."""
    meaning: str = ""
    """What the rule is about, in a sentence; of bandit, how severe it is and how sure it is."""


class NoFindings(ValueError):
    """What a linter wrote is no list of findings."""


def of_ruff(output: bytes, paths: Mapping[str, str], meanings: Mapping[str, str]) -> list[Finding]:
    """The findings in the output of `ruff check`; `paths` gives each file's path in the workspace.

    Raises NoFindings for what is no such output.
    """

    def read(one: Any) -> Finding | None:
        path, rule = paths.get(one["filename"]), one.get("code") or "invalid-syntax"
        if path is None:
            return None
        start, end = int(one["location"]["row"]), int(one["end_location"]["row"])
        return Finding("ruff", path, start, max(start, end), rule, _line(one["message"]), meanings.get(rule, ""))

    return _read(_json(output), read)


def of_bandit(output: bytes, paths: Mapping[str, str]) -> list[Finding]:
    """The findings in bandit's output. Raises NoFindings for what is no such output."""

    def read(one: Any) -> Finding | None:
        path = paths.get(one["filename"])
        if path is None:
            return None
        severity, confidence = (_LEVELS.get(one[key], "unknown") for key in ("issue_severity", "issue_confidence"))
        line = int(one["line_number"])
        end = max([line, *(int(number) for number in one.get("line_range") or ())])
        meaning = f"Severity {severity}, confidence {confidence}."
        return Finding("bandit", path, line, end, one["test_id"], _line(one["issue_text"]), meaning)

    found = _json(output)
    return _read(found["results"] if isinstance(found, dict) and "results" in found else None, read)


def _read(rows: Any, read: Callable[[Any], Finding | None]) -> list[Finding]:
    if not isinstance(rows, list):
        raise NoFindings("it wrote no list of findings")
    try:
        found = [one for row in rows[:MAX_FINDINGS] if (one := read(row)) is not None]
    except (KeyError, TypeError, AttributeError) as error:
        raise NoFindings("it wrote no such findings") from error
    return sorted(found, key=lambda one: (one.path, one.line, one.rule))


def meanings_of(output: bytes) -> dict[str, str]:
    """Rule -> what it does, in a sentence, from the output of `ruff rule --all`. Raises NoFindings."""
    rules = _json(output)
    found = {}
    for one in rules if isinstance(rules, list) else ():
        explained = _WHAT.search(str(one.get("explanation") or ""))
        if explained is not None and (first := _SENTENCE.match(explained[1])):
            found[str(one.get("code"))] = _line(first[0], stop=True)
    return found


def _json(output: bytes) -> Any:
    try:
        return json.loads(output)
    except (ValueError, RecursionError) as error:
        raise NoFindings("it wrote no JSON") from error


def _line(text: object, *, stop: bool = False) -> str:
    """A message in one line of printable characters."""
    plain = " ".join("".join(one if one.isprintable() else " " for one in str(text)[: 4 * _MAX_TEXT]).split())
    short = cut_short(plain, _MAX_TEXT)
    return short if stop else short.rstrip(".")
