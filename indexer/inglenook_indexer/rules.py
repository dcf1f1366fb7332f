"""A name for the rules that decide what is withheld of a text: texts that others masked are to be read anew."""

from __future__ import annotations

import functools
import hashlib
from importlib import metadata
from pathlib import Path

MODULES = (
    "assignments", "detector", "formats", "location", "masks", "notebook", "placeholders", "read", "secret_paths",
    "withhold",
)  # fmt: skip
"""What has a say in it, of this package."""
_DETECTOR = "kingfisher-secret-scanner"


@functools.cache
def rules() -> str:
    """Changes whenever one of the rules may have: made of their source, so that nobody has to think of it."""
    found = hashlib.blake2b(digest_size=8)
    folder = Path(__file__).parent
    for name in MODULES:
        try:
            found.update((folder / f"{name}.py").read_bytes())
        except OSError:  # a distribution without sources: then the versions have to do
            found.update(_version("inglenook").encode())
    found.update(_version(_DETECTOR).encode())
    return found.hexdigest()


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
