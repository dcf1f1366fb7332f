"""Inglenook's index of a workspace: files -> chunks -> store -> ranked spans.

    from inglenook_indexer import Index
    index = Index(Path("project"))
    index.refresh()
    for hit in index.search("where are routes registered"):
        ...

Names are loaded when they are first used, so that `import inglenook_indexer` costs nothing.
"""

TYPE_CHECKING = False  # not from `typing`: see `isolation`
if TYPE_CHECKING:
    from inglenook_indexer.errors import (
        IndexBusy,
        IndexerError,
        IndexMissing,
        NoRoom,
        StorageError,
        StoreBlocked,
        StoreDamaged,
        WorkspaceError,
    )
    from inglenook_indexer.files.discover import reason_excluded
    from inglenook_indexer.index import Index
    from inglenook_indexer.secrets.redact import is_secret_path, mask_secrets
    from inglenook_indexer.system.location import cache_root, index_folder
    from inglenook_indexer.types import (
        Answer,
        Chunk,
        DefinedName,
        Hit,
        Import,
        Progress,
        Reference,
        Report,
        Skipped,
        SourceFile,
        Status,
        Symbol,
    )
    from inglenook_indexer.watch.watcher import Watcher

__all__ = [
    "Answer",
    "Chunk",
    "DefinedName",
    "Hit",
    "Import",
    "Index",
    "IndexBusy",
    "IndexMissing",
    "IndexerError",
    "NoRoom",
    "Progress",
    "Reference",
    "Report",
    "Skipped",
    "SourceFile",
    "Status",
    "StorageError",
    "StoreBlocked",
    "StoreDamaged",
    "Symbol",
    "Watcher",
    "WorkspaceError",
    "cache_root",
    "index_folder",
    "is_secret_path",
    "mask_secrets",
    "reason_excluded",
]

_HOMES = {
    "files.discover": ("reason_excluded",),
    "errors": (
        "IndexBusy",
        "IndexMissing",
        "IndexerError",
        "NoRoom",
        "StorageError",
        "StoreBlocked",
        "StoreDamaged",
        "WorkspaceError",
    ),
    "index": ("Index",),
    "system.location": ("cache_root", "index_folder"),
    "types": (
        "Answer",
        "Chunk",
        "DefinedName",
        "Hit",
        "Import",
        "Progress",
        "Reference",
        "Report",
        "Skipped",
        "SourceFile",
        "Status",
        "Symbol",
    ),
    "watch.watcher": ("Watcher",),
    "secrets.redact": ("is_secret_path", "mask_secrets"),
}


def __getattr__(name: str) -> object:
    """Import a public name from the module it lives in."""
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
