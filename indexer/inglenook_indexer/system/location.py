"""Where the cache and each workspace's index lie on disk. Knows nothing of what is inside them."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

_HASH_BYTES = 6  # 48 bits: two of a user's workspaces will not collide, and the folder name stays readable


def cache_root() -> Path:
    """The folder for everything that can be made again: `INGLENOOK_CACHE`, else the platform's cache folder."""
    named = os.environ.get("INGLENOOK_CACHE")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_cache_path("inglenook")


def workspace_key(root: Path) -> str:
    """A folder name for `root`: its own name for people, a hash of its resolved path for certainty."""
    resolved = root.resolve()
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", resolved.name).strip("-.")[:40] or "root"
    digest = hashlib.blake2b(os.fsencode(resolved), digest_size=_HASH_BYTES).hexdigest()
    return f"{slug}-{digest}"


def index_folder(root: Path) -> Path:
    """Where the index of the workspace at `root` lies; it need not exist yet."""
    return cache_root() / "indexes" / workspace_key(root)
