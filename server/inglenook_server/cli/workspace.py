"""What every command that reads an index does first: find the workspace, bring its index up to date."""

from __future__ import annotations

from pathlib import Path

from inglenook_indexer import Index
from inglenook_indexer.errors import IndexBusy, StoreBlocked

from inglenook_server.cli.console import err, progress_bar

MARKERS = (".git", ".hg", ".svn", "pyproject.toml", "package.json", "Cargo.toml", "go.mod")
"""What sits in the top folder of a project."""


def enclosing_workspace(file: Path) -> Path:
    """The nearest folder above `file` that looks like the top of a project, else the file's own folder."""
    folder = file.resolve().parent
    return next((above for above in (folder, *folder.parents) if any((above / m).exists() for m in MARKERS)), folder)


def open_index(root: Path, *, refresh: bool = True, quiet: bool = False) -> Index:
    """Open the index of `root`; when `refresh`, index first what changed since the last time.

    Where it can't be written, because an editor is writing it or the machine refuses, what it holds is read, and that
    is said. Raises StoreBlocked where it holds nothing.
    """
    index = Index(root)
    if refresh:
        refreshed(index, quiet=quiet)
    return index


def refreshed(index: Index, *, quiet: bool = False) -> None:
    """Index what changed since the last time; where that can't be done now, say so. Raises what `open_index` does."""
    try:
        with progress_bar(quiet) as report:
            index.refresh(progress=report)
    except IndexBusy as busy:
        if not quiet:
            err().print(f"{busy.message} Reading what it has committed.", style="yellow")
    except StoreBlocked as blocked:
        if not index.files():
            raise
        if not quiet:
            said = f"{blocked.message} It is not brought up to date; reading what it holds. {blocked.mend}"
            err().print(said, style="yellow")
