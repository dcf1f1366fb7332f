"""What must never be stored, prompted or logged: secret files by name, secret ranges by content. Reads no files.

Masks keep the length of the text in characters and in UTF-8 bytes, and keep its newlines, so every span stays exact.
Three layers say what is a secret: vendors' formats by a well-kept scanner (`detector`), the commonest of them and key
blocks again by ourselves (`formats`), and the values of names that say so, judged by entropy (`assignments`).
"""

from __future__ import annotations

from inglenook_indexer.assignments import assigned_secrets
from inglenook_indexer.detector import vendor_secrets
from inglenook_indexer.formats import formed_secrets, name_secrets
from inglenook_indexer.masks import Span, masked, merged
from inglenook_indexer.secret_paths import is_secret_path as is_secret_name

__all__ = ["Span", "find_secrets", "is_secret_path", "mask_path", "mask_secrets"]


def is_secret_path(path: str) -> str | None:
    """Why the file at `path` (POSIX, relative or absolute) is withheld by its name alone, or None.

    The reason names a secret that is in the path itself by its kind alone.
    """
    if found := name_secrets(path):
        return f"its path holds {found[0].reason}"
    return is_secret_name(path)


def mask_path(path: str) -> str:
    """`path` fit to be shown: without the tokens in it."""
    return masked(path, merged(name_secrets(path)))


def find_secrets(text: str) -> list[Span]:
    """The ranges of `text` that hold secrets: sorted, not overlapping."""
    return merged([*formed_secrets(text), *vendor_secrets(text), *assigned_secrets(text)])


def mask_secrets(text: str) -> tuple[str, list[Span]]:
    """`text` with its secrets masked at equal length, and where they were."""
    spans = find_secrets(text)
    return (masked(text, spans), spans) if spans else (text, spans)
