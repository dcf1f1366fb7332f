"""Never suggests a secret, nor the asterisks that stand in the prompt for one. Pure but for the detector it asks."""

from __future__ import annotations

import re

from inglenook_indexer.secrets.redact import find_secrets

from inglenook_server.completion.syntax.cursor import Cursor

_MASK = re.compile(r"\*{8,}(?!\*|/)")
"""A run of asterisks that is no ruler in a comment: rulers begin with, or end in, a slash."""


def drop_secrets(text: str, cursor: Cursor) -> str:
    """Cut before what looks like a secret once it stands on its line, and before a masked one."""
    if not text:
        return text
    ends = [span.start - len(cursor.before) for span in find_secrets(cursor.before + text + cursor.after)]
    ends = [max(end, 0) for end in ends if end < len(text)]
    if (mask := _MASK.search(text)) and not text[: mask.start()].rstrip().endswith(("#", "/")):
        ends.append(mask.start())
    return text[: min(ends)] if ends else text
