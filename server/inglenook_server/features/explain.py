"""inglenook/explain: why the last completion, or the last answer, is what it is."""

from __future__ import annotations

from pygls.lsp.server import LanguageServer

from inglenook_server import protocol
from inglenook_server.features.failures import answering
from inglenook_server.features.places import search_hit
from inglenook_server.services import Services


def register(server: LanguageServer, services: Services) -> None:
    """Register the handler."""

    @server.feature(protocol.EXPLAIN)
    @answering
    async def explain(params: protocol.ExplainParams | None) -> protocol.ExplainResult | None:
        answered = params is not None and params.what == "answer"
        explanation, roots = services.answered if answered else services.explanation, services.roots
        if explanation is None:
            return None
        usage = explanation.usage
        return protocol.ExplainResult(
            prompt=explanation.prompt,
            hits=[search_hit(hit, roots) for hit in explanation.hits],
            timings=dict(explanation.timings_ms),
            usage=protocol.ChatUsage(usage.prompt_tokens, usage.generated_tokens, usage.first_token_ms, usage.total_ms),
            reason=explanation.reason,
            gate=explanation.gate,
            confidence=explanation.confidence,
        )
