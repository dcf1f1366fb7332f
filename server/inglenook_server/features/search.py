"""inglenook/search: a query in, ranked spans out."""

from __future__ import annotations

from pygls.lsp.server import LanguageServer

from inglenook_server.errors import RequestError
from inglenook_server.features.failures import answering
from inglenook_server.features.places import search_hit
from inglenook_server.protocol import methods
from inglenook_server.protocol.search import SearchParams, SearchResult
from inglenook_server.session.services import Services

MAX_LIMIT = 100


def register(server: LanguageServer, services: Services) -> None:
    """Register the handler."""

    @server.feature(methods.SEARCH.name)
    @answering
    async def search(params: SearchParams) -> SearchResult:
        folders = services.folders
        if not folders:
            raise RequestError("No folder is open, so there is nothing to search.", "Open a folder in the editor.")
        if not params.query.strip():
            raise RequestError("The query is empty.", "Search for words or names.")
        limit = min(max(params.limit, 1), MAX_LIMIT)
        hits = await services.searching.call(lambda _: folders.search(params.query, limit=limit))
        return SearchResult([search_hit(hit, folders) for hit in hits])
