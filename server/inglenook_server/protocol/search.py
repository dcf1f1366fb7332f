"""The messages of `inglenook/search`: a query in, ranked spans out."""

from __future__ import annotations

import attrs
from lsprotocol import types as lsp


@attrs.define
class SearchParams:
    """A query in words or names."""

    query: str
    limit: int = 10
    """Hits wanted, 1 to 100."""


@attrs.define
class SearchHit:
    """A ranked span with its text; `path` and `score` are those of a reference."""

    uri: str
    path: str
    range: lsp.Range
    score: float
    symbol: str
    """The definitions around the span."""
    text: str
    parts: dict[str, float] = attrs.Factory(dict)
    """What went into the score, by name."""


@attrs.define
class SearchResult:
    """Hits, best first."""

    hits: list[SearchHit]
