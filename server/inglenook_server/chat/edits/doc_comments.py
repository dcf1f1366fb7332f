"""Which lines above a definition are its documentation, and may be replaced. Pure.

Goes by rules of writing, one line at a time. What tells a tool something, or says who may copy the file, is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inglenook_indexer.text.languages import LANGUAGES

_LINE_COMMENTS = {
    "#": re.compile(r"\s*#(?![!\[])"),
    "--": re.compile(r"\s*--(?!\[=*\[|\])"),
    "//": re.compile(r"\s*//(?!!)"),
    "%": re.compile(r"\s*%"),
}
"""By what begins one: not a `#!` line, no attribute, no long comment of Lua, no words on the module around it."""
_AT = re.compile(r"\s*@\w")
_ATTRIBUTE = re.compile(r"\s*#\[")
_DOUBLE = re.compile(r"\s*(?:\[\[|@\w)")
_NEVER = re.compile(r"(?!)")
_DECORATORS = {
    "rust": _ATTRIBUTE,
    "php": _ATTRIBUTE,
    "csharp": re.compile(r"\s*\[\w"),
    "c": _DOUBLE,
    "cpp": _DOUBLE,
    "ruby": _NEVER,  # where `@name` is a variable
    "perl": _NEVER,
}
"""What stands between documentation and its definition; elsewhere it is `@name`."""
_NEXT_LINE = re.compile(
    r"\s*(?://|#|--|/\*+)\s?(?:go:[a-z]|nolint\b|export \w|@ts-(?:ignore|expect-error)|(?:es|ts)lint-disable-next-line"
    r"|biome-ignore\b|deno-(?:lint|fmt)-ignore(?!-file)|prettier-ignore\b|(?:istanbul|c8|v8) ignore next|noinspection\b"
    r"|NOLINTNEXTLINE|shellcheck (?:disable|source)|swiftlint:disable:next|stylua: ignore\b|@phpstan-ignore)"
)
"""A directive of the line below it: documentation belongs above both."""
_DIRECTIVE = re.compile(
    r"SPDX-|-\*-|<reference |NOSONAR|NOLINT|:nodoc:"
    r"|^\s*(?://+|#+|--+|/?\*+)\s*(?:@(?:ts-|flow\b|format\b|jsx|preserve|license|phpstan-|psalm-suppress|jest-env)"
    r"|eslint|tslint|jshint|jslint|biome-|deno-|prettier-|istanbul ignore|[cv]8 ignore|noqa\b|nosec\b|nolint\b"
    r"|type: ignore|pylint:|mypy:|pyright:|flake8:|isort:|fmt: o|yapf:|pragma\b|noinspection\b|language=|CHECKSTYLE"
    r"|formatter:o|clang-(?:format|tidy)|rubocop:|frozen_string_literal|(?:en)?coding[:=]|shellcheck |swiftlint:"
    r"|swift-format-|MARK:|ktlint|detekt|phpcs:|stylua:|luacheck:|selene:|sqlfluff|hlint|cspell|spell-?checker|vim?:"
    r"|typed: |(?:end)?region\b|\+build\b|__|[@#] sourceMappingURL)"
    r"|^\s*(?://|#|--)(?:[a-z][\w-]*:\S|line \S|export \w|extern \w)"
)
"""What a tool reads, by its first words or by marks that stand in no prose."""
_RIGHTS = re.compile(r"licen[cs]e|copyright|\(c\)|©|all rights reserved|SPDX-", re.IGNORECASE)


def documented_from(lines: Sequence[str], line: int, language: str) -> tuple[int, int]:
    """The lines of the documentation of what begins on `line`, as (first, the line behind its last); 1-based.

    The second is where documentation belongs: above decorators, attributes and directives of the line below. The two
    are equal where no documentation stands there.
    """
    mark = LANGUAGES[language].comment if language in LANGUAGES else ""
    decorator = _DECORATORS.get(language, _AT)
    behind = line
    while behind > 1 and (decorator.match(lines[behind - 2]) or _tells_next(lines[behind - 2], mark)):
        behind -= 1
    first = _run(lines, behind, mark)
    if first == behind and mark == "//":
        first = _block(lines, behind)
    if first < behind and _is_first(lines, first) and any(map(_RIGHTS.search, lines[first - 1 : behind - 1])):
        first = behind
    return first, behind


def _tells_next(line: str, mark: str) -> bool:
    bare = line.lstrip()
    begins = bool(mark) and bare.startswith((mark, "/*") if mark == "//" else mark)
    return begins and _NEXT_LINE.match(line) is not None and (not bare.startswith("/*") or bare.endswith("*/"))


def _run(lines: Sequence[str], behind: int, mark: str) -> int:
    """Where the line comments begin that stand right above `behind`; `behind` where there are none."""
    comment = _LINE_COMMENTS.get(mark)
    first = behind
    while comment and first > 1 and comment.match(lines[first - 2]) and not _DIRECTIVE.search(lines[first - 2]):
        first -= 1
    return first


def _block(lines: Sequence[str], behind: int) -> int:
    """Where the `/** … */` begins that ends right above `behind`; `behind` where none is there whole."""
    if behind < 2 or not lines[behind - 2].rstrip().endswith("*/"):
        return behind
    first = behind - 1
    while first >= 1 and "/*" not in lines[first - 1]:
        if first < behind - 1 and "*/" in lines[first - 1]:
            return behind
        first -= 1
    block = lines[max(first, 1) - 1 : behind - 1]
    whole = first >= 1 and block[0].lstrip().startswith("/**") and sum(line.count("*/") for line in block) == 1
    return first if whole and not any(map(_DIRECTIVE.search, block)) else behind


def _is_first(lines: Sequence[str], first: int) -> bool:
    """Whether nothing but blank lines, a `#!` line or PHP's opening tag stands above."""
    return all(not line.strip() or line.startswith(("#!", "<?")) for line in lines[: first - 1])
