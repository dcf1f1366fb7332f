"""Never suggests what can't be seen: controls, marks of direction, characters without width. Pure.

A model copies them from a hostile file, where they show code in another order than it runs in; what stands before one
comes from the same place, so nothing of such a text is kept, also where the file at the cursor holds them already.
Joiners inside words and emoji are writing: they stay between letters and pictures that are not ASCII.
"""

from __future__ import annotations

import re

from inglenook_indexer.printable import hides

_JOINER = re.compile(r"(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])")


def drop_hiding(text: str) -> str:
    """Nothing for a text that hides something."""
    return "" if hides(_JOINER.sub("", text)) else text
