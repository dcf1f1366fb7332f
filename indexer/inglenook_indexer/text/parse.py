"""Text -> syntax tree, or nothing where a grammar would take too long for it. Knows nothing of queries or chunks.

Several grammars take time that grows with the square of some texts: 20 kB of `a/b+` are four seconds of Elixir's. So a
parser is stopped when it has had many times what ordinary code takes, by the processor's time of its thread, for
machines are busy. Then the text is as one without a grammar. What this does not stop, `limited_process` does.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Parser, Tree

SHORT = 2_000
"""Bytes that no grammar takes long for."""
BASE_S = 0.02
"""Of processor time, for a grammar that is used for the first time."""
BYTE_S = 1e-5
"""Of processor time for a byte: ordinary code takes a thirtieth on the machine this was written on."""
GROWING = frozenset({"bash", "elixir", "kotlin", "lua", "ruby", "rust", "scala", "swift"})
"""Grammars that were found to take more than the length of a text (`tests/indexer/text/test_parse.py`). Watching one
costs an eighth."""
UNSTOPPABLE = {"elixir": 4_000, "scala": 16_000}
"""Those that look at much of a text at once, and don't ask meanwhile whether to go on. How many bytes of it are tried
first: few enough to come to an end, and enough to show what they cost."""
_READ = 65_536


def parse(parser: Parser, language: str, source: bytes) -> Tree | None:
    """The tree of `source` (UTF-8); None where it takes too long, and what was found until then is not kept."""
    if language not in GROWING or len(source) <= SHORT:
        return parser.parse(source)
    piece = UNSTOPPABLE.get(language, len(source))
    for start in range(0, len(source), piece) if piece < len(source) else ():
        if _tried(parser, source[start : start + piece]) is None:
            return None
    tree = _tried(parser, source)
    # Once more, for nothing has changed: a tree of bytes has its text at hand, which queries ask for.
    return None if tree is None else parser.parse(source, tree)


def _tried(parser: Parser, source: bytes) -> Tree | None:
    ends = time.thread_time() + BASE_S + len(source) * BYTE_S

    def late(*_: object) -> bool:
        return time.thread_time() > ends

    try:
        tree = parser.parse(lambda at, _: source[at : at + _READ], progress_callback=late)
    except ValueError:  # how it says that it was stopped
        parser.reset()
        return None
    return None if late() else tree
