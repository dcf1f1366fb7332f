"""What narrows a search: a path, a language, a kind of symbol, as the store's filter and for unsaved chunks. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase

from inglenook_indexer.store.sql import quoted
from inglenook_indexer.types import Chunk


def ending(path: str) -> str:
    """The store's filter for files that a path of another machine may mean: those with its file name."""
    name = path.rstrip("/").rsplit("/", 1)[-1]
    return f"(path = {quoted(name)} OR ends_with(path, {quoted('/' + name)}))"


def where_clause(path: str, language: str, kind: str) -> str:
    """The store's filter for a path, a language and a kind of symbol."""
    clauses = []
    if path and path != ".":
        clean = path.removeprefix("./").rstrip("/")
        if "*" in clean:
            escaped = clean.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            clauses.append(f"path LIKE {quoted(escaped.replace('**', '*').replace('*', '%'))}")
        else:
            clauses.append(f"(path = {quoted(clean)} OR starts_with(path, {quoted(clean + '/')}))")
    if language:
        clauses.append(f"language = {quoted(language)}")
    if kind:
        clauses.append(f"array_has_any(kinds, [{quoted(kind)}])")
    return " AND ".join(clauses)


def is_inside(chunk: Chunk, path: str, language: str, kind: str) -> bool:
    """Whether an unsaved chunk passes the filter that stored ones went through."""
    if (language and chunk.language != language) or (kind and kind not in chunk.kinds):
        return False
    clean = path.removeprefix("./").rstrip("/")
    if not clean or clean == ".":
        return True
    if "*" in clean:
        return fnmatchcase(chunk.path, clean)
    return chunk.path == clean or chunk.path.startswith(f"{clean}/")
