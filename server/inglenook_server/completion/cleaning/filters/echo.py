"""Cuts what a model copies from its prompt's own scaffolding: headings of snippets, sentinels, fences. Pure."""

from __future__ import annotations

import re

from inglenook_server.completion.syntax.cursor import Cursor

# How `generation.fim` introduces a snippet where the vocabulary has no separator for files, and how
# `prompt.lay_out` introduces what it adds.
_HEADING = re.compile(r"^[ \t]*(?:#|//|--|%|;)[ \t]*From [^\s:]+:[ \t]*$", re.MULTILINE)
_SENTINEL = re.compile(
    r"<\|[\w/ -]{2,30}\|>|<(?:fim[_-]\w+|file_sep|repo_name|endoftext|PRE|SUF|MID|EOT)>|</s>|<｜[^｜\n]{2,30}｜>"
)
_FENCE = re.compile(r"^[ \t]*```", re.MULTILINE)


def stop_at_echo(text: str, cursor: Cursor, language: str) -> str:
    """Cut before the line of a snippet's heading, before a sentinel, and (but in Markdown) before a code fence."""
    patterns = (_SENTINEL,) if language == "markdown" else (_SENTINEL, _FENCE)
    ends = [match.start() for pattern in patterns if (match := pattern.search(text))]
    heading = _HEADING.search(cursor.before + text)
    if heading:
        ends.append(max(heading.start() - len(cursor.before), 0))
    return text[: min(ends)] if ends else text
