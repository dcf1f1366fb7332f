"""Why is this file in the index, or not? Asks the same rules, in the same order, as the index does."""

from __future__ import annotations

from pathlib import Path

from inglenook_indexer.discover import candidate
from inglenook_indexer.manifest import Manifest
from inglenook_indexer.read import read
from inglenook_indexer.types import Skipped


def explain(root: Path, path: str | None, manifest: Manifest | None) -> str:
    """One or two sentences for a person. `path` is relative to `root`; None means outside it."""
    if path is None:
        return f"It lies outside the workspace {root}."
    if path == "" or (root / path).is_dir():
        inside = sum(1 for file in manifest.files if not path or file.startswith(f"{path}/")) if manifest else 0
        return f"{path or '.'} is a folder; {inside} files in it are indexed."
    outcome = candidate(root, path)
    if isinstance(outcome, str):
        return f"{path} is not indexed: {outcome}."
    if outcome is None:
        return f"{path} does not exist."
    content = read(root, outcome)
    if isinstance(content, Skipped):
        return f"{path} is not indexed: {content.reason}."
    entry = manifest.files.get(path) if manifest else None
    if entry is None:
        return f"{path} is not indexed yet. Run `inglenook index`."
    if content is not None and content.digest != entry.digest:
        return f"{path} is indexed ({entry.chunks} chunks), but has changed since. Run `inglenook index`."
    withheld = content.text.count("*" * 6) if content is not None else 0
    masked = " Ranges that look like secrets are masked." if withheld else ""
    return f"{path} is indexed: {entry.chunks} chunks, {entry.encoded} of them by the encoder as well.{masked}"
