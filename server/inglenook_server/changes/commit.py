"""A workspace's changes put together for a commit or a prompt: what is staged, else the working tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.files.regular_file import read_regular

from inglenook_server.changes import repository
from inglenook_server.changes.commit_frame import CommitFrame, frame_of
from inglenook_server.changes.commit_style import LOOKED_AT, style_of
from inglenook_server.changes.diff import changes
from inglenook_server.changes.symbols import Cuts, TouchedSymbol, touched
from inglenook_server.changes.text import diff_text
from inglenook_server.changes.types import Changes

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

MAX_TOUCHED = 40
"""Files whose definitions are looked up."""
_BRANCH = "ref: refs/heads/"


def for_commit(
    root: Path, cutter: Cuts, max_characters: int, index: Searches | None = None
) -> tuple[CommitFrame, str] | None:
    """The frame for a commit of what is staged, else of the working tree, and its diff; None where nothing has changed.

    The diff has at most `max_characters`. Raises Unreadable.
    """
    found = changes(root, staged=True)
    if not found.files:
        found = changes(root, index=index)
    if not found.files:
        return None
    checkout = repository.find(root)
    with checkout.objects as objects:
        subjects = repository.subjects(checkout, objects, LOOKED_AT)
    head = (read_regular(checkout.git.folder / "HEAD", 4_096) or b"").decode("utf-8", "replace").strip()
    branch = head.removeprefix(_BRANCH) if head.startswith(_BRANCH) else ""
    by_file = _symbols_of(found, cutter)
    symbols = [one for some in by_file.values() for one in some]
    return frame_of(found, symbols, style_of(subjects), branch), diff_text(found, by_file, max_characters)


def workspace_diff(
    root: Path, cutter: Cuts, max_characters: int, *, staged: bool = False, index: Searches | None = None
) -> str:
    """What has changed, as a diff of bounded size; empty where nothing has. Raises Unreadable."""
    found = changes(root, staged=staged, index=index)
    return diff_text(found, _symbols_of(found, cutter), max_characters)


def _symbols_of(found: Changes, cutter: Cuts) -> Mapping[str, Sequence[TouchedSymbol]]:
    """The definitions that are touched in each changed file."""
    return {one.path: touched(one, cutter) for one in found.files[:MAX_TOUCHED]}
