"""The conversations of one workspace, a file each, beside the indexes. Any thread and several processes at a time.

A file is replaced whole or not at all, so readers need no lock; those who write wait for each other. What is stored is
masked before (`prepare`). Raises ConversationError.
"""

from __future__ import annotations

import os
import re
import stat
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from inglenook_indexer.system import permissions
from inglenook_indexer.system.atomic_write import write_atomically
from inglenook_indexer.system.location import cache_root, workspace_key
from inglenook_indexer.text.printable import one_line

from inglenook_server.conversations import record
from inglenook_server.conversations.prepare import clean, prepare
from inglenook_server.conversations.titles import RENAMED, shortened, title_of
from inglenook_server.conversations.types import Conversation, Info, Listing, Message
from inglenook_server.errors import ConversationError

KEPT = 200
"""Conversations of a workspace; the oldest go."""
LOCK_S = 5.0
"""Seconds that a writer waits for another one, who needs milliseconds."""
_HEAD_BYTES = 64_000
"""Of a file's first line; ours has some hundred."""
_FILE_BYTES = 32_000_000
"""Of a whole file: `prepare.ALL_BYTES` as JSON, and some more. A larger one is not of our making."""
_NAME = re.compile(r"chat-([A-Za-z0-9_-]{1,64})\.jsonl")
_LOCK = "writer.lock"
_DAMAGED = "A conversation that can't be read"


def new_id() -> str:
    """An id that no other conversation has."""
    return uuid.uuid4().hex


def of_workspace(root: Path) -> Conversations:
    """The conversations about the workspace at `root`; there need be none."""
    return Conversations(conversations_root() / workspace_key(root), one_line(os.fspath(root.resolve())))


def conversations_root() -> Path:
    """The folder with a folder for each workspace."""
    return cache_root() / "conversations"


def every_workspace() -> list[Conversations]:
    """The conversations of each workspace that has some."""
    try:
        found = sorted(entry.path for entry in os.scandir(conversations_root()) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
    return [one for one in (Conversations(Path(folder)) for folder in found) if one.list().conversations]


class Conversations:
    """A folder of conversations."""

    def __init__(self, folder: Path, workspace: str = "") -> None:
        self.folder = folder
        self._workspace = workspace

    def save(self, id: str, messages: Sequence[Message]) -> Info:
        """Keep the whole conversation under `id` instead of what was kept there; the oldest others may go."""
        file = self._file(id)
        kept = prepare(messages, self._stored(id))  # masking takes its time: nobody waits for it
        if not kept:
            raise ConversationError("A conversation begins with a question; there is nothing to keep.")
        first = next(one.content for one in messages if one.role == "user")
        with self._writing():
            before = self._info(file, id)
            title = before.title if before is not None and before.renamed else title_of(clean(first[:2_000]))
            renamed = before is not None and before.renamed
            info = Info(id, title, time.time(), len(kept), self._workspace, renamed)
            write_atomically(file, record.written(info, kept))
            self._drop_oldest()
            self._sweep()
        return info

    def list(self) -> Listing:
        """What there is, the latest first. A damaged file is said, and hides no other."""
        found, damaged = [], 0
        for id, file in self._files():
            info = self._info(file, id)
            if info is None:
                damaged += 1
                info = Info(id, _DAMAGED, _changed(file), 0)
                rescued = self._read(file, id)
                if rescued is not None and rescued.messages:
                    info = rescued.info
            found.append(info)
        found.sort(key=lambda one: (-one.updated, one.id))
        what = "A conversation is damaged" if damaged == 1 else f"{damaged} conversations are damaged"
        return Listing(tuple(found), f"{what}; its file lies in {self.folder}." if damaged else "")

    def load(self, id: str) -> Conversation:
        """A whole conversation; what can't be read of it is counted."""
        found = self._read(self._file(id), id)
        if found is None:
            raise self._missing(id)
        if not found.messages:
            raise ConversationError(f"This conversation can't be read any more: {self._file(id)}.", "Delete it.")
        return found

    def rename(self, id: str, title: str) -> None:
        """Give it a title, which stays."""
        wanted = shortened(clean(title), RENAMED)
        if not wanted:
            raise ConversationError("A title needs at least one letter.")
        with self._writing():
            found = self.load(id)
            info = replace(found.info, title=wanted, renamed=True)
            write_atomically(self._file(id), record.written(info, found.messages))

    def delete(self, id: str) -> None:
        """Remove it for good."""
        file = self._file(id)
        try:
            file.unlink()
        except FileNotFoundError:
            raise self._missing(id) from None
        except OSError as error:
            raise self._refused(error) from None

    def erase(self) -> int:
        """Remove all of them and the folder; how many bytes that freed."""
        freed = self.size()
        try:
            for _, file in self._files():
                file.unlink(missing_ok=True)
            self._sweep()
            (self.folder / _LOCK).unlink(missing_ok=True)
            self.folder.rmdir()
        except OSError as error:
            raise self._refused(error) from None
        return freed

    def size(self) -> int:
        """Bytes of all files."""
        total = 0
        for _, file in self._files():
            with suppress(OSError):
                total += os.lstat(file).st_size
        return total

    def _file(self, id: str) -> Path:
        name = f"chat-{id}.jsonl"
        if _NAME.fullmatch(name) is None:
            raise ConversationError("The id of a conversation is 1 to 64 letters, digits, dashes and underscores.")
        return self.folder / name

    def _files(self) -> Iterator[tuple[str, Path]]:
        """(id, file) of each."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._refused(error, "read") from None
        for name in names:
            if (match := _NAME.fullmatch(name)) is not None:
                yield match[1], self.folder / name

    def _stored(self, id: str) -> tuple[Message, ...]:
        """What was kept before; nothing where that can't be read, which no longer matters."""
        with suppress(ConversationError):
            if (found := self._read(self._file(id), id)) is not None:
                return found.messages
        return ()

    def _info(self, file: Path, id: str) -> Info | None:
        """What its first line says; None where it is damaged or not there."""
        return record.head(id, _text(file, _HEAD_BYTES).partition("\n")[0], _changed(file))

    def _read(self, file: Path, id: str) -> Conversation | None:
        """None where there is no file."""
        try:
            os.lstat(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._refused(error, "read") from None
        return record.read(id, _text(file, _FILE_BYTES), _changed(file))

    def _drop_oldest(self) -> None:
        if sum(1 for _ in self._files()) > KEPT:
            for info in self.list().conversations[KEPT:]:
                self._file(info.id).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what a writer left that was killed. Only who holds the lock writes, so nobody else's is removed."""
        for name in os.listdir(self.folder):
            if name.endswith(".tmp"):
                (self.folder / name).unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, in a folder that is the user's alone; what the system refuses becomes a sentence."""
        from filelock import FileLock, Timeout

        try:
            permissions.make(self.folder)
            permissions.shut(self.folder.parent)
            with FileLock(self.folder / _LOCK, timeout=LOCK_S, mode=0o600, thread_local=False):
                yield
        except Timeout:
            raise ConversationError(
                f"Another process holds the conversations in {self.folder}.", "Try again in a moment."
            ) from None
        except OSError as error:
            raise self._refused(error) from None

    def _refused(self, error: OSError, doing: str = "written") -> ConversationError:
        reason = error.strerror or type(error).__name__
        return ConversationError(
            f"Conversations can't be {doing} in {self.folder}: {reason}.",
            f"Check free space and permissions, as with `ls -ld {self.folder}`.",
        )

    def _missing(self, id: str) -> ConversationError:
        return ConversationError(f"There is no conversation {id} here any more.", "List them anew.")


def _text(file: Path, most: int) -> str:
    """What a plain file says, up to `most` bytes; empty where it can't be read."""
    try:
        if not stat.S_ISREG(os.lstat(file).st_mode):
            return ""
        with file.open("rb") as opened:
            return opened.read(most).decode("utf-8", "replace")
    except OSError:
        return ""


def _changed(file: Path) -> float:
    try:
        return os.lstat(file).st_mtime
    except OSError:
        return 0.0
