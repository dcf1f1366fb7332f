"""The sentences of known answers, by language: data of `phrases/`, read once. Knows nothing of what is said with them.

Values come in as finished Markdown, and nothing in them is taken for a placeholder.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

ENGLISH = "en"
_ONE_IS_LESS_THAN_TWO = frozenset(("fr", "pt"))
"""Languages in which nothing is singular, too."""


def say(language: str, key: str, **values: object) -> str:
    """The sentence `key`, such as "calls.some", with its placeholders filled in.

    `count` chooses between the singular and the plural. English stands in for a language, or a sentence, that is
    missing. Raises KeyError for a sentence that English has not.
    """
    found = _sentences(language).get(key)
    if found is None:
        language, found = ENGLISH, _sentences(ENGLISH)[key]
    if isinstance(found, str):
        return found.format_map(values)
    count = values.get("count")
    single = isinstance(count, int) and (count < 2 if language in _ONE_IS_LESS_THAN_TWO else count == 1)
    chosen = found.get("one") if single else None
    return (chosen or found["other"]).format_map(values)


def has(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in _sentences(ENGLISH)


@functools.cache
def _sentences(language: str) -> dict[str, str | dict[str, str]]:
    """Key -> a sentence, or its singular and plural; empty for a language that is not there."""
    if not language.isalpha():
        return {}
    file = files("inglenook_server.chat.known") / "phrases" / f"{language}.toml"
    return _flat(tomllib.loads(file.read_text("utf-8"))) if file.is_file() else {}


def _flat(table: Mapping[str, Any]) -> dict[str, str | dict[str, str]]:
    found: dict[str, str | dict[str, str]] = {}
    for section, entries in table.items():
        for name, entry in entries.items():
            found[f"{section}.{name}"] = entry
    return found
