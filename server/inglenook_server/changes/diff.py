"""What has changed in a workspace since its last commit, in files and runs of lines, secrets masked.

The texts come by the index's own rules: what those leave out is counted and not told of. Knows nothing of symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.files.discover import MAX_BYTES, Candidate, candidate
from inglenook_indexer.files.read import content, decode, odd, written
from inglenook_indexer.secrets.ranges import lines_of
from inglenook_indexer.secrets.redact import mask_secrets
from inglenook_indexer.types import Skipped

from inglenook_server.changes import repository, working_tree
from inglenook_server.changes.lines import hunks, normal, split
from inglenook_server.changes.objects import Objects
from inglenook_server.changes.repository import Blob
from inglenook_server.changes.types import Changes, FileChange, Status, Unreadable
from inglenook_server.changes.working_tree import Differing, object_name

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

MAX_FILES = 200
"""Files whose texts are compared; of others it is said that they have changed. Each takes some milliseconds."""
_BINARY = "binary"
_POINTER = "version https://git-lfs.github.com/spec/"
"""What stands in a commit instead of a file that git-lfs keeps."""


def changes(
    root: Path, *, staged: bool = False, unstaged: bool = False, index: Searches | None = None, path: str = ""
) -> Changes:
    """What has changed in the workspace `root`: its working tree, or with `staged` what would be committed.

    With `unstaged`, what in the working tree differs from that.
    Unsaved buffers that `index` knows count as the working tree. `path` narrows to a file or folder. Raises Unreadable.
    """
    checkout = repository.find(root)
    unsaved = frozenset[str]() if staged or index is None else index.unsaved()
    with checkout.objects as objects:
        listed = repository.index_of(checkout)
        if unstaged:
            found = working_tree.unstaged(root, listed, unsaved)
        else:
            head = repository.committed(checkout, objects)
            compare = working_tree.differing
            found = working_tree.staged(root, head, listed) if staged else compare(root, head, listed, unsaved)
        files: list[Differing] = []
        others: list[Differing] = []
        counts = {"submodule": 0, "left out": 0, "unnamed": 0}
        for one in found:
            if isinstance(one, Differing):
                (files if _within(one.path, path) else others).append(one)
            elif not path:  # where these lie is not told, so of a narrowed answer they are no part
                counts[one] += 1
        reader = _Reader(root, objects, index if unsaved else None, unsaved)
        compared = [reader.change(one) for one in files[:MAX_FILES]]
        left_out = reader.left_out
        compared += _partners(files, others, reader)
    renamed = _renamed([one for one in compared if one is not None])
    told = [one for one in renamed if _within(one.path, path) or _within(one.old_path, path)]
    many = [FileChange(one.path, _status(one), untracked=one.untracked, unread="many") for one in files[MAX_FILES:]]
    return Changes(
        tuple(sorted([*told, *many], key=lambda one: one.path)),
        staged,
        unborn=not checkout.head and not unstaged,
        submodules=counts["submodule"],
        left_out=counts["left out"] + left_out,
        unnamed=counts["unnamed"],
        conflicts=tuple(one for one in listed.conflicts if _within(one, path)),
    )


def _within(path: str, narrowed: str) -> bool:
    return not narrowed or path == narrowed or path.startswith(f"{narrowed.rstrip('/')}/")


def _status(one: Differing) -> Status:
    return "added" if one.old is None else "modified" if one.exists else "deleted"


class _LeftOut(Exception):
    """A text that is not to be told of."""


@dataclass(slots=True)
class _Reader:
    """Reads both texts of a file and compares them."""

    root: Path
    objects: Objects
    index: Searches | None
    """What gives the text of an unsaved buffer, its secrets masked."""
    unsaved: frozenset[str]
    left_out: int = 0

    def change(self, one: Differing) -> FileChange | None:
        """The change of a file; None for none, or for one that is left out. Raises Unreadable."""
        bare = FileChange(one.path, _status(one), untracked=one.untracked)
        try:
            old, before = self._committed(one.path, one.old)
            new, after, masked = self._current(one)
        except _LeftOut:
            self.left_out += 1
            return None
        if old is None or new is None:
            return replace(bare, unread="binary") if before != after else None
        if not masked and old == new and one.old is not None and one.exists:
            return None  # line ends or the mode alone
        shown_old, shown_new = _shown(old, one.path)[0], new
        if masked and self.index is not None:
            withheld = self.index.withheld(one.path)
        else:
            shown_new, withheld = _shown(new, one.path)
        if shown_old == shown_new and one.old is not None and one.exists:
            return None if masked else replace(bare, unread="secret")
        if one.exists and old.startswith(_POINTER) and not new.startswith(_POINTER):
            self.left_out += 1
            return None
        ranges = tuple(hunks(split(shown_old), split(shown_new)))
        if not ranges and one.old is not None and one.exists:
            return None  # the end of the last line alone
        return replace(bare, old=shown_old, new=shown_new, hunks=ranges, withheld=withheld)

    def _committed(self, path: str, blob: Blob | None) -> tuple[str | None, bytes]:
        """(text, the object's name) of a committed or staged file; None for what is no text."""
        if blob is None:
            return "", b""
        try:
            kind, data = self.objects.read(blob.name)
        except Unreadable as error:
            if error.reason == "large":
                raise _LeftOut from error
            raise
        if kind != b"blob":
            raise Unreadable("damaged", blob.name.decode())
        if len(data) > MAX_BYTES:
            raise _LeftOut
        text = decode(data)
        if isinstance(text, Skipped):
            if text.reason == _BINARY:
                return None, blob.name
            raise _LeftOut
        if odd(written(path, text)):
            raise _LeftOut
        return normal(text), blob.name

    def _current(self, one: Differing) -> tuple[str | None, bytes, bool]:
        """(text, its object's name, whether it is masked already) of what a file says now."""
        if not one.exists:
            return "", b"", False
        if one.new is not None:
            return *self._committed(one.path, one.new), False
        if self.index is not None and one.path in self.unsaved:
            return normal(self.index.text(one.path)), b"", True
        found = candidate(self.root, one.path)
        if not isinstance(found, Candidate):
            raise _LeftOut
        read = content(self.root, found)
        if read is None:
            return "", b"", False
        if isinstance(read, Skipped):
            if read.reason == _BINARY:
                return None, b"?", False
            raise _LeftOut
        text, data = read
        return normal(text), object_name(data), False


def _partners(files: Sequence[Differing], others: Sequence[Differing], reader: _Reader) -> list[FileChange]:
    """Of the files that an answer is not narrowed to those that may be the other half of a rename: gone, or new."""
    halves = {"deleted": "added", "added": "deleted"}
    wanted = {halves[status] for one in files if (status := _status(one)) in halves}
    found: list[FileChange] = []
    for one in [one for one in others if _status(one) in wanted][:MAX_FILES]:
        with suppress(Unreadable):  # what can't be read of another file is no matter of these
            found += filter(None, [reader.change(one)])
    return found


def _shown(text: str, path: str) -> tuple[str, frozenset[int]]:
    """A text with its secrets masked, and the lines that masks are on."""
    masked, spans = mask_secrets(text, path) if text else (text, [])
    return masked, lines_of(text, spans)


def _renamed(found: Sequence[FileChange]) -> list[FileChange]:
    """The changes, with a deleted and an added file of the same text made one that was renamed."""
    gone = {one.old: one.path for one in found if one.status == "deleted" and one.old}
    moved: set[str] = set()
    after: list[FileChange] = []
    for one in found:
        before = gone.pop(one.new, None) if one.status == "added" and one.new else None
        if before is not None:
            moved.add(before)
            one = replace(one, status="renamed", old_path=before, old=one.new, hunks=())
        after.append(one)
    return [one for one in after if one.path not in moved]
