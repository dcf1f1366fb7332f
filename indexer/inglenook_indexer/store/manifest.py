"""What is in the index, file by file, beside the store: enough to see that nothing changed without opening it.

It is derived from the store at every commit and tied to the store's version. When the two do not agree (a killed run),
it is thrown away and derived again: the store is the only truth. It carries a checksum of itself and those of the
store's files. Knows nothing of LanceDB but that a commit adds a file to the table's `_versions` folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inglenook_indexer.files.file_stamp import Stamp
from inglenook_indexer.secrets.rules_version import rules
from inglenook_indexer.store.checksums import Checksums, take
from inglenook_indexer.system.atomic_write import write_atomically
from inglenook_indexer.types import FORMAT

_LAYOUT = 3
"""Of this file alone: one of another layout is derived from the store anew."""
_VERSIONS = Path("chunks.lance") / "_versions"


@dataclass(slots=True)
class Entry:
    """One indexed file. `chunks` is 0 for a blank file, which has no row in the store."""

    stamp: Stamp
    digest: str
    chunks: int
    encoded: int = 0


@dataclass(slots=True)
class Manifest:
    """Indexed files, and files that were read and found unfit, so that they are not read again."""

    files: dict[str, Entry] = field(default_factory=dict)
    skipped: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    """path -> (stamp, reason)"""
    updated: float = 0.0
    rules: str = ""
    """By which rules about secrets the texts were masked: see `rules_version.rules`; empty where that is not known."""
    checksums: Checksums = field(default_factory=dict)
    encodings: Checksums = field(default_factory=dict)
    """The checksums of the encoder's vectors, which a new store does not touch."""

    @property
    def masked_by_other_rules(self) -> bool:
        """Whether there are texts in the index that other rules about secrets have masked."""
        return bool(self.files) and self.rules != rules()

    @property
    def chunks(self) -> int:
        """Chunks of all files."""
        return sum(entry.chunks for entry in self.files.values())

    @property
    def encoded(self) -> int:
        """Chunks that the encoder has embedded."""
        return sum(entry.encoded for entry in self.files.values())


def store_version(store: Path) -> str:
    """A name for the store's latest commit; empty if there is no store."""
    try:
        names = [name for name in os.listdir(store / _VERSIONS) if name.endswith(".manifest")]
    except OSError:
        return ""
    return f"{len(names)}:{min(names)}:{max(names)}" if names else ""


def load(file: Path, store: Path, embedder: str) -> Manifest | None:
    """The manifest, or None if there is none that fits the store as it is."""
    found = read(file, embedder)
    return found[0] if found is not None and found[1] and found[1] == store_version(store) else None


def read(file: Path, embedder: str) -> tuple[Manifest, str] | None:
    """The manifest as it was written, and the store's version at that time; None if it is damaged or of no use."""
    try:
        check, _, body = file.read_bytes().partition(b"\n")
        if check.decode() != _checksum(body):
            return None
        data: dict[str, Any] = json.loads(body)
        if [data["format"], data.get("layout"), data["embedder"]] != [FORMAT, _LAYOUT, embedder]:
            return None
        manifest = Manifest(
            {path: Entry(Stamp(*entry[:4]), *entry[4:]) for path, entry in data["files"].items()},
            {path: (Stamp(*entry[:4]), entry[4]) for path, entry in data["skipped"].items()},
            data["updated"],
            data["rules"],
            *(
                {name: (size, mtime_ns, digest) for name, (size, mtime_ns, digest) in data.get(key, {}).items()}
                for key in ("checksums", "encodings")
            ),
        )
        return manifest, data["store"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(manifest: Manifest, file: Path, store: Path, encodings: Path, embedder: str) -> None:
    """Take the checksums and write, atomically. Raises OSError."""
    manifest.checksums = take(store, manifest.checksums)
    manifest.encodings = take(encodings, manifest.encodings)
    data = {
        "format": FORMAT,
        "layout": _LAYOUT,
        "embedder": embedder,
        "store": store_version(store),
        "updated": manifest.updated,
        "rules": manifest.rules,
        "files": {
            path: [*entry.stamp, entry.digest, entry.chunks, entry.encoded] for path, entry in manifest.files.items()
        },
        "skipped": {path: [*stamp, reason] for path, (stamp, reason) in manifest.skipped.items()},
        "checksums": manifest.checksums,
        "encodings": manifest.encodings,
    }
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    write_atomically(file, f"{_checksum(body.encode())}\n{body}")


def _checksum(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()
