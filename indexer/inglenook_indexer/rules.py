"""A name for the rules that decide what is withheld of a text: texts that others masked are to be read anew."""

from __future__ import annotations

import functools
import hashlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inglenook_indexer.manifest import Manifest

MODULES = (
    "assignments", "cluster_secrets", "detector", "formats", "location", "masks", "notebook", "notebook_secrets",
    "placeholders", "read", "secret_paths", "spellings", "withhold",
)  # fmt: skip
"""What has a say in it, of this package."""


@functools.cache
def rules() -> str:
    """Changes whenever one of the rules may have: made of their source, so that nobody has to think of it."""
    found = hashlib.blake2b(digest_size=8)
    folder = Path(__file__).parent
    for name in MODULES:
        found.update((folder / f"{name}.py").read_bytes())
    found.update(_detector().encode())
    return found.hexdigest()


def outruled(manifest: Manifest) -> bool:
    """Whether there are texts in the index that other rules than these have masked."""
    return bool(manifest.files) and manifest.rules != rules()


def _detector() -> str:
    """Which release of the detector is installed: `importlib.metadata` takes ten times as long to say so."""
    spec = find_spec("kingfisher_sdk")
    if spec is None or spec.origin is None:
        return ""
    beside = os.listdir(os.path.dirname(os.path.dirname(spec.origin)))
    return " ".join(sorted(name for name in beside if name.startswith("kingfisher") and name.endswith(".dist-info")))
