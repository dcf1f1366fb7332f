"""Keeps JSON, TOML and YAML readable: no comma before a closer, none missing between elements. Asks parsers."""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from inglenook_server.completion.syntax.cursor import Cursor

BUDGET = 4
"""How often a file of the longest size is parsed for one suggestion; a smaller one more often."""
MOST = 24
"""Parses of one suggestion, of however small a file."""

_LENIENT = re.compile(r"(?:tsconfig|jsconfig|devcontainer|\.?eslintrc|\.?babelrc|\.?swcrc|api-extractor)[\w.-]*\.json")
_LENIENT_FOLDERS = frozenset((".vscode", ".devcontainer"))
_COMMENTS = re.compile(r'"(?:[^"\\\n]|\\.)*+"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r'"(?:[^"\\\n]|\\.)*+"|,(?=\s*[\]}])', re.DOTALL)
_ELEMENT_ENDS = re.compile(r"""["\w\]}]$""")
_ELEMENT_BEGINS = re.compile(r"""["\w\[{-]""")


@dataclass(frozen=True, slots=True)
class _Format:
    reads: Callable[[str], bool]
    longest: int
    """Characters up to which a file is parsed: a few milliseconds."""
    value: str
    """A value that may stand anywhere."""
    fillers: tuple[str, ...]
    """What a gap in code may want."""
    quotes: tuple[str, ...]
    """What a gap in a string may want."""
    separator: str = ","
    """What stands between elements; empty where lines do."""
    not_before: tuple[str, ...] = ()
    """Closers that it may not stand before."""
    braces: bool = False
    """Whether all that is in a file stands in brackets."""


def keep_valid(text: str, cursor: Cursor, language: str, path: str = "") -> str:
    """The longest beginning of `text` with which the file can be read, with a comma less or more where that mends it.

    A file that can't be read whatever stands in the gap, and one too long to be parsed, is judged by what stands next
    to the gap.
    """
    name = "jsonc" if language == "json" and _is_lenient(path) else language
    if name not in _FORMATS or not text.strip() or path.endswith(".json5"):
        return text
    rules = _FORMATS[name]
    size = len(cursor.prefix) + len(cursor.suffix)
    if size > rules.longest:
        return _by_neighbours(text, cursor, rules)

    def fits(filler: str) -> bool:
        return rules.reads(cursor.prefix + filler + cursor.suffix)

    tries = min(BUDGET * rules.longest // (size + 1), MOST)
    for candidate in itertools.islice(_candidates(text, rules), tries):
        if fits(candidate):
            return candidate
    if fits(""):
        return ""
    if any(fits(text + rest) for rest in (f" {rules.value}", *rules.quotes)):
        return text  # a key that waits for its value, a string for its end: what was missing still is
    return "" if any(map(fits, (*rules.fillers, *rules.quotes))) else _by_neighbours(text, cursor, rules)


def _candidates(text: str, rules: _Format) -> Iterator[str]:
    """Beginnings of `text`, the longest first; each with the comma at its end, without, or with one it lacks."""
    ends = [len(text), *(place for place in reversed(range(len(text))) if text[place] in ("\n", rules.separator))]
    seen = set()
    for end in ends:
        kept = text[:end].rstrip()
        bare = kept.removesuffix(",").rstrip()
        for candidate in (kept, bare, bare + ",") if rules.separator else (kept,):
            if candidate and candidate not in seen:
                seen.add(candidate)
                yield candidate


def _by_neighbours(text: str, cursor: Cursor, rules: _Format) -> str:
    """`text` without a comma before a closer, and with one before an element on the lines below."""
    kept = text.rstrip()
    follows = cursor.suffix.lstrip()
    if kept.endswith(",") and follows.startswith(rules.not_before):
        return kept.removesuffix(",").rstrip()
    between = not cursor.after.strip() and _ELEMENT_ENDS.search(kept) and _ELEMENT_BEGINS.match(follows)
    return f"{kept}," if between and rules.braces else text


def _is_lenient(path: str) -> bool:
    """Whether comments and trailing commas are allowed in a JSON file of this path."""
    pure = PurePosixPath(path)
    return pure.suffix == ".jsonc" or bool(_LENIENT.fullmatch(pure.name)) or not _LENIENT_FOLDERS.isdisjoint(pure.parts)


def _is_json(text: str) -> bool:
    return _is_read(json.loads, text)


def _is_jsonc(text: str) -> bool:
    plain = _COMMENTS.sub(lambda found: found[0] if found[0][0] == '"' else " ", text)
    return _is_json(_TRAILING.sub(lambda found: found[0] if found[0][0] == '"' else " ", plain))


def _is_toml(text: str) -> bool:
    return _is_read(tomllib.loads, text.replace("\r\n", "\n"))


def _is_yaml(text: str) -> bool:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", text)
        return not any(_swallows(event, lines) for event in yaml.parse(text, Loader=loader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return False


def _swallows(event: Any, lines: list[str]) -> bool:
    """Whether a text without quotes goes on over a line that looks like an item: one that is indented too far."""
    first, last = event.start_mark.line, event.end_mark.line
    if first == last or not hasattr(event, "value") or event.style:  # in quotes, or a block
        return False
    return any(line.lstrip(" ").startswith("- ") for line in lines[first + 1 : last + 1])


def _is_read(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


_GAPS = ("null", '"": null', "null,", '"": null,', ": null", ": null,", ",null", ',"": null')
_QUOTES = ('"', '",', '": null', '": null,')
_FORMATS = {
    "json": _Format(_is_json, 200_000, "null", _GAPS, _QUOTES, not_before=("]", "}"), braces=True),
    "jsonc": _Format(_is_jsonc, 100_000, "null", _GAPS, _QUOTES, braces=True),
    "toml": _Format(
        _is_toml, 20_000, "0", ("0", "a = 0", "= 0", "0,", ",0", "]"), ('"', "'", '"]', '"""', "'''"), not_before=("}",)
    ),
    "yaml": _Format(_is_yaml, 40_000, "null", ("a", "a: b", ": a", "- a", "a,", "]", "}"), ('"', "'"), separator=""),
}
