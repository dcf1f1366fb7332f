"""Real repositories, made by dulwich: what the tests of changes stand on."""

from __future__ import annotations

import os
from pathlib import Path

from dulwich import porcelain
from dulwich.object_format import SHA1
from dulwich.pack import write_pack
from dulwich.repo import Repo

AUTHOR = b"A <a@example.com>"


class Made:
    """A repository in `root`, and its working tree."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.repo: Repo = porcelain.init(str(root))
        self._commits = 0

    def write(self, files: dict[str, str | bytes | None]) -> None:
        """Write files into the working tree; None deletes one."""
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def stage(self, *names: str) -> None:
        """Put what these files say, or that they are gone, into the index."""
        self.repo.get_worktree().stage([os.fsencode(name) for name in names])

    def commit(self, files: dict[str, str | bytes | None], message: str = "Begin") -> None:
        """Write files and commit them."""
        self.write(files)
        self.stage(*files)
        self._commits += 1
        porcelain.commit(
            self.repo,
            message=message.encode(),
            author=AUTHOR,
            committer=AUTHOR,
            author_timestamp=1_700_000_000 + self._commits,
            commit_timestamp=1_700_000_000 + self._commits,
            author_timezone=0,
            commit_timezone=0,
            sign=False,
        )

    def age(self) -> None:
        """Make every file older than the index, as after a while: else it may have changed with the same times."""
        index = self.root / ".git" / "index"
        status = index.stat()
        os.utime(index, ns=(status.st_atime_ns, status.st_mtime_ns + 10_000_000_000))

    def pack(self) -> None:
        """Move every object into one pack, with deltas."""
        store = self.repo.object_store
        objects = [store[name] for name in store]
        folder = self.root / ".git" / "objects"
        loose = [folder / name[:2].decode() / name[2:].decode() for name in store]
        write_pack(str(folder / "pack" / f"pack-{'0' * 40}"), [(one, None) for one in objects], SHA1, deltify=True)
        for file in loose:
            file.unlink(missing_ok=True)

    def object_file(self, name: bytes) -> Path:
        """The file of a loose object."""
        text = name.decode()
        return self.root / ".git" / "objects" / text[:2] / text[2:]
