"""Lays out a completion's prompt within a token budget, stable part first. Knows nothing of sentinels or token ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_server.completion.budget import TokenCounter, fitting, head, tail
from inglenook_server.completion.cursor import Cursor
from inglenook_server.generation.base import Infill, Snippet

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

SUFFIX_SHARE = 0.15
SNIPPET_SHARE = 0.35
"""Shares of the prompt's tokens; what they leave unused goes to the prefix (Copilot's shares, volatile part folded
into the prefix)."""
HEAD_SHARE = 0.10
"""Share for the file's first lines (imports) where the window no longer reaches them."""

_SENTINEL = re.compile(r"<\|(?=[\w/]+\|>)|<(?=(?:file_sep|repo_name|fim_\w+|endoftext)>)")


def defuse(text: str) -> str:
    """Text of the workspace with model sentinels made harmless: `<|im_end|>` becomes `< |im_end|>`."""
    return _SENTINEL.sub(lambda match: match[0][0] + " " + match[0][1:], text)


def lay_out(
    cursor: Cursor,
    path: str,
    hits: Sequence[Hit],
    *,
    tokens: int,
    max_suffix_tokens: int,
    counter: TokenCounter,
) -> Infill:
    """The prompt for a cursor, of about `tokens` at most; hits come best first and are laid out best last."""
    suffix = head(cursor.suffix, min(int(tokens * SUFFIX_SHARE), max_suffix_tokens), counter) or cursor.after
    left = tokens - counter.text(suffix)
    texts = fitting([defuse(hit.chunk.text) for hit in hits], int(tokens * SNIPPET_SHARE), counter)
    snippets = tuple(Snippet(hit.chunk.path, text) for hit, text in zip(hits, texts, strict=False))
    left -= sum(counter.text(snippet.text) + counter.text(snippet.path) for snippet in snippets)
    return Infill(prefix(cursor.prefix, left, counter), suffix, path, snippets[::-1])


def prefix(text: str, tokens: int, counter: TokenCounter) -> str:
    """The end of the text before the cursor, with the file's first lines kept above it where they fit."""
    window = tail(text, tokens, counter)
    if len(window) == len(text):
        return text
    top = head(text[: len(text) - len(window)], int(tokens * HEAD_SHARE), counter)
    if not top.strip():
        return window
    window = tail(text, tokens - counter.text(top), counter)
    return top + window if len(top) + len(window) < len(text) else text
