"""The commit that is checked out, read from git's own files. Runs no git: its settings name programs that it runs."""

from __future__ import annotations

import re
from pathlib import Path

from inglenook_indexer.files.git_config import Repository, repository
from inglenook_indexer.files.regular_file import read_regular

_REF_BYTES = 4_096  # of one reference
_PACKED_BYTES = 64_000_000  # of all packed ones: a million references
_LINKS = 5  # references that may name another one in a row, as in git
_COMMIT = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64})\s*")
_NAME = re.compile(r"HEAD|refs(?:/[^/\\\0]+)+")


def commit(folder: Path) -> str:
    """The hash of the commit checked out in the repository that `folder` is a part of; empty where there is none."""
    for top in (folder, *folder.parents):
        found = repository(top, strict=True)
        if found is not None:
            return _commit(found)
    return ""


def _commit(found: Repository) -> str:
    name = "HEAD"
    for _ in range(_LINKS + 1):
        if not _NAME.fullmatch(name) or ".." in name.split("/"):
            return ""
        data = read_regular((found.folder if name == "HEAD" else found.common) / name, _REF_BYTES)
        if data is None:
            return _packed(found, name)
        if not data.startswith(b"ref:"):
            return data.decode().strip() if _COMMIT.fullmatch(data) else ""
        name = data.removeprefix(b"ref:").strip().decode("utf-8", "replace")
    return ""


def _packed(found: Repository, name: str) -> str:
    data = read_regular(found.common / "packed-refs", _PACKED_BYTES) or b""
    line = re.search(rb"^([0-9a-f]{40}|[0-9a-f]{64}) " + re.escape(name.encode()) + rb"\r?$", data, re.MULTILINE)
    return line[1].decode() if line else ""
