"""What the encoder sees of a chunk. Pure."""

from __future__ import annotations

from pathlib import PurePosixPath


def chunk_text(path: str, symbol: str, text: str) -> str:
    """Its place in words, then the chunk."""
    return f"{PurePosixPath(path).with_suffix('')} {symbol}\n{text}"
