"""Never suggests what can't be seen: controls, marks of direction, characters without width. Pure.

A model copies them from a hostile file, where they show code in another order than it runs in; what stands before one
comes from the same place, so nothing of such a text is kept, also where the file at the cursor holds them already.
"""

from __future__ import annotations

from inglenook_indexer.text.printable import hides


def drop_hiding(text: str) -> str:
    """Nothing for a text that hides something."""
    return "" if hides(text) else text
