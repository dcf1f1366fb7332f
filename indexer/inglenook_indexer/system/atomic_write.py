"""Small text files of ours, written whole or not at all. Knows nothing of what they say."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(file: Path, text: str) -> None:
    """Readers see the old content or the new, never a part. Raises OSError, and leaves nothing half written."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        beside.touch(mode=0o600)
        beside.write_text(text, "utf-8")
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
