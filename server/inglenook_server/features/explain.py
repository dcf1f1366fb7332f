"""inglenook/explain: why a suggestion, or the last answer, is what it is."""

from __future__ import annotations

from pygls.lsp.server import LanguageServer

from inglenook_server.completion.context.gather import SOURCES
from inglenook_server.completion.explanations import Explanation
from inglenook_server.errors import RequestError
from inglenook_server.features.failures import answering
from inglenook_server.features.places import search_hit
from inglenook_server.protocol import methods
from inglenook_server.protocol.chat import Usage
from inglenook_server.protocol.explain import ExplainParams, ExplainResult
from inglenook_server.session.services import Services


def register(server: LanguageServer, services: Services) -> None:
    """Register the handler."""

    @server.feature(methods.EXPLAIN.name)
    @answering
    async def explain(params: ExplainParams | None) -> ExplainResult | None:
        params, folders = params or ExplainParams(), services.folders
        explanation = services.answered if params.what == "answer" else of_suggestion(services, params.id)
        if explanation is None:
            return None
        usage = explanation.usage
        return ExplainResult(
            prompt=explanation.prompt,
            hits=[search_hit(hit, folders) for hit in explanation.hits],
            timings=dict(explanation.timings_ms),
            usage=Usage(usage.prompt_tokens, usage.generated_tokens, usage.first_token_ms, usage.total_ms),
            reason=explanation.reason,
            gate=explanation.gate,
            confidence=explanation.confidence,
            text=explanation.text,
            late={SOURCES[name]: ms for name, ms in explanation.late.items()},
        )


def of_suggestion(services: Services, id: str) -> Explanation | None:
    """Why a suggestion is what it is; without an id the last one, or why there is none yet. Raises RequestError."""
    known = services.memory.explanations.get(id or services.suggested)
    if known is None and id:
        raise RequestError("That suggestion was made too long ago to be explained.", "Ask for a new one.")
    return known or services.explanation
