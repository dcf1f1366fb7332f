"""Between the protocol's URIs and ranges and the core's paths and lines."""

from __future__ import annotations

from pathlib import Path

from inglenook_indexer.types import Hit
from lsprotocol import types as lsp
from pygls.uris import from_fs_path, to_fs_path

from inglenook_server.documents import as_file, scheme, title
from inglenook_server.protocol.search import SearchHit
from inglenook_server.workspace.folders import OpenFolders, Place


def file_of(uri: str) -> Path | None:
    """The file that a URI names, or None for `untitled:` and the like, and for what can be no file."""
    return as_file(to_fs_path(uri)) if scheme(uri) == "file" else None


def place_of(uri: str, folders: OpenFolders) -> Place:
    """What the core calls a document, and which folder it is in."""
    file = file_of(uri)
    return folders.of(file) if file is not None else Place(title(uri))


def uri_of(path: str, folders: OpenFolders) -> str:
    """The URI of what the core calls `path`; empty where that folder is not open any more."""
    file = folders.file(path)
    return (from_fs_path(str(file)) or "") if file is not None else ""


def lines(start_line: int, end_line: int) -> lsp.Range:
    """The range of whole lines; ours are 1-based and inclusive."""
    return lsp.Range(lsp.Position(start_line - 1, 0), lsp.Position(end_line, 0))


def search_hit(hit: Hit, folders: OpenFolders) -> SearchHit:
    """A hit as the wire has it."""
    chunk = hit.chunk
    return SearchHit(
        uri=uri_of(chunk.path, folders),
        path=chunk.path,
        range=lines(chunk.start_line, chunk.end_line),
        score=hit.score,
        symbol=chunk.symbol,
        text=chunk.text,
        parts=dict(hit.parts),
    )
