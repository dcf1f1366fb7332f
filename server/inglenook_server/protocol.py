"""The wire: Inglenook's own LSP methods as types, and the protocol class that knows them. Decides nothing.

Names are camelCase on the wire. Positions and ranges are those of the Language Server Protocol (UTF-16). Requests that
fail answer with RequestFailed (-32803) and a message of one sentence and, where one helps, the command that mends it.
Texts that are shown come printable, a control as `␛`, a mark of direction as `<U+202E>`; a `uri` is exact.

    inglenook/chat             request: ChatParams -> ChatResult; `$/progress` on partialResultToken carries ChatDelta
    inglenook/search           request: SearchParams -> SearchResult
    inglenook/index            request: IndexParams -> IndexResult
    inglenook/explain          request: ExplainParams or {} -> ExplainResult, or null before there is one
    inglenook/status           request: {} -> Status
    inglenook/didChangeStatus  notification from the server: Status
    inglenook/completionEvent  notification: CompletionEvent, for the local statistics only
    inglenook/stats            request: StatsParams -> StatsResult
    inglenook/diagnostics      notification: what other servers say of a document, for the prompt (a setting, off)
    inglenook.reindex          command of workspace/executeCommand
    inglenook.accepted         command that a suggestion carries: its id; the client runs it when it is accepted
    inglenook.snooze           command: minutes without suggestions, 30 when left out, 0 ends it
"""

from __future__ import annotations

import functools
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import attrs
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from lsprotocol import types as lsp
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from inglenook_server import shown

if TYPE_CHECKING:
    from cattrs import Converter

CHAT = "inglenook/chat"
SEARCH = "inglenook/search"
STATUS = "inglenook/status"
DID_CHANGE_STATUS = "inglenook/didChangeStatus"
INDEX = "inglenook/index"
EXPLAIN = "inglenook/explain"
COMPLETION_EVENT = "inglenook/completionEvent"
STATS = "inglenook/stats"
DIAGNOSTICS = "inglenook/diagnostics"
REINDEX_COMMAND = "inglenook.reindex"
ACCEPTED_COMMAND = "inglenook.accepted"
SNOOZE_COMMAND = "inglenook.snooze"

MessageId = int | str
Token = int | str


@attrs.define
class ChatMessage:
    """One turn; role is "user" or "assistant"."""

    role: str
    content: str


@attrs.define
class ChatParams:
    """A conversation whose last message is the question."""

    messages: list[ChatMessage]
    partial_result_token: Token | None = None
    work_done_token: Token | None = None


@attrs.define
class ChatDelta:
    """A piece of the answer, as it comes."""

    text: str
    kind: str = "delta"


@attrs.define
class Reference:
    """A place in the workspace; `score` compares within one result.

    `path` is relative to its folder, and begins with that folder's name where several are open.
    """

    uri: str
    path: str
    range: lsp.Range
    score: float


@attrs.define
class ChatUsage:
    """What an answer cost."""

    prompt_tokens: int
    generated_tokens: int
    first_token_ms: float
    total_ms: float


@attrs.define
class ChatResult:
    """An answer in Markdown and what it rests on, best first. `stop_reason` is "stop", "length" or "cancelled".

    `text` counts where it differs from the pieces: an answer that went round in circles is cut back.
    """

    text: str
    references: list[Reference]
    usage: ChatUsage
    stop_reason: str
    model: str
    adapter: str
    note: str = ""
    """What is to be said about the answer, such as that nothing was found; empty where there is nothing."""


@attrs.define
class SearchParams:
    """A query in words or names."""

    query: str
    limit: int = 10


@attrs.define
class SearchHit:
    """A ranked span with its text; `symbol` names the definitions around it, `parts` what the score is made of."""

    uri: str
    path: str
    range: lsp.Range
    score: float
    symbol: str
    text: str
    parts: dict[str, float] = attrs.Factory(dict)
    """What went into the score, by name."""


@attrs.define
class SearchResult:
    """Hits, best first."""

    hits: list[SearchHit]


@attrs.define
class Empty:
    """Parameters of a request that has none."""


@attrs.define
class Status:
    """How the server is. `kind` is "Normal", "Busy", "Warning", "Error" or "Inactive"; `message` is one sentence."""

    kind: str
    message: str
    files: int
    chunks: int
    model: str
    adapter: str
    engine: str
    last_latency_ms: float
    version: str
    snoozed_until: str = ""
    """Until when nothing is suggested by itself, as in "05:12"; empty where suggestions are awake."""


@attrs.define
class IndexParams:
    """`action` is "refresh", "rebuild" or "withheld", which only lists what the secret rules keep back."""

    action: str = "refresh"


@attrs.define
class Withheld:
    """A secret's place, 1-based lines; `line` is 0 where a whole file or folder is withheld. Never the secret."""

    path: str
    line: int
    end_line: int
    reason: str


@attrs.define
class IndexResult:
    """What the index holds after the run."""

    files: int
    chunks: int
    seconds: float
    withheld: list[Withheld] = attrs.Factory(list)
    """The answer to "withheld"; empty otherwise."""


@attrs.define
class ExplainParams:
    """What to explain: a "completion", the last one without an `id`, or the last "answer".

    `id` is the argument of the command that the suggestion carries.
    """

    what: str = "completion"
    id: str = ""


@attrs.define
class ExplainResult:
    """Why the last completion or answer is what it is: the exact prompt, the spans, milliseconds by stage, tokens."""

    prompt: str
    hits: list[SearchHit]
    timings: dict[str, float]
    usage: ChatUsage
    reason: str
    gate: str = ""
    """What was decided about spans of other files, and on what ground."""
    confidence: float = 1.0
    """The estimated chance that the suggestion is right, 0-1."""
    text: str = ""
    """The suggestion."""
    late: dict[str, float] = attrs.Factory(dict)
    """What came too late to be shown to the model, in words, and the milliseconds it had."""


@attrs.define
class CompletionEvent:
    """What became of a suggestion: `kind` is "shown", "accepted", "partiallyAccepted" or "dismissed".

    `id` is the argument of the command that the suggestion carries.
    """

    id: str
    kind: str


@attrs.define
class StatsParams:
    """`erase` forgets everything first."""

    erase: bool = False


@attrs.define
class StatsGroup:
    """Figures of the suggestions that have `value` in common; `split` is "all", "language", "model", ...

    Fractions are 0-1, null where nothing is known yet; `survival` is by seconds after acceptance.
    """

    split: str
    value: str
    suggested: int
    shown: int
    accepted: int
    partly: int
    typed: int
    dismissed: int
    acceptance: float | None
    characters: int
    survival: dict[str, float | None]
    latency_p50_ms: float | None
    latency_p95_ms: float | None


@attrs.define
class StatsResult:
    """All suggestions first, then by language, model, adapter and retrieval."""

    groups: list[StatsGroup]


@attrs.define
class Problem:
    """A diagnostic of another server; `line` is 0-based."""

    line: int
    message: str


@attrs.define
class DiagnosticsParams:
    """Everything that is wrong with a document now."""

    uri: str
    diagnostics: list[Problem]


SHOWN = (ChatDelta, Reference, ChatResult, SearchHit, Status, Withheld, ExplainResult, StatsGroup)
"""What the server answers and editors show: its texts leave printable, whatever stands in a repository; `uri` is exact.
"""
SAID: dict[type, tuple[str, ...]] = {
    lsp.ShowMessageParams: ("message",),
    lsp.ShowMessageRequestParams: ("message",),
    lsp.WorkDoneProgressBegin: ("title", "message"),
    lsp.WorkDoneProgressReport: ("message",),
    lsp.WorkDoneProgressEnd: ("message",),
    lsp.ResponseError: ("message",),
}
"""The protocol's own messages that quote names and errors, and the fields they do it in."""


@functools.cache
def _message_types() -> dict[str, tuple[type, type | None]]:
    """The whole messages by method: what a client or server sends, and what is answered."""
    optional: Any = Empty | None
    return {
        CHAT: (_request(CHAT, ChatParams), _response(ChatResult)),
        SEARCH: (_request(SEARCH, SearchParams), _response(SearchResult)),
        STATUS: (_request(STATUS, optional), _response(Status)),
        INDEX: (_request(INDEX, IndexParams | None), _response(IndexResult)),
        EXPLAIN: (_request(EXPLAIN, ExplainParams | None), _response(ExplainResult | None)),
        STATS: (_request(STATS, StatsParams | None), _response(StatsResult)),
        COMPLETION_EVENT: (_message("Notification", params=CompletionEvent, method=COMPLETION_EVENT), None),
        DIAGNOSTICS: (_message("Notification", params=DiagnosticsParams, method=DIAGNOSTICS), None),
        DID_CHANGE_STATUS: (_message("Notification", params=Status, method=DID_CHANGE_STATUS), None),
    }


def _request(method: str, params: Any) -> type:
    return _message("Request", id=MessageId, params=params, method=method)


def _response(result: Any) -> type:
    return _message("Response", id=MessageId, result=result)


def _message(name: str, *, method: str = "", **kinds: Any) -> type:
    """An attrs class with fields of these types; `params` may be left out where None will do."""
    fields: dict[str, Any] = {}
    for field, kind in kinds.items():
        omissible = field == "params" and isinstance(None, kind)
        fields[field] = attrs.field(type=kind, default=None) if omissible else attrs.field(type=kind)
    if method:
        fields["method"] = attrs.field(type=str, default=method)
    fields["jsonrpc"] = attrs.field(type=str, default="2.0")
    made: type = attrs.make_class(name, fields)
    made.__module__ = __name__
    return made


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def converter() -> Converter:
    """The protocol's converter, with our types in camelCase."""
    made: Converter = default_converter()  # type: ignore[no-untyped-call]

    def ours(kind: Any) -> bool:
        return attrs.has(kind) and kind.__module__ == __name__

    def names(kind: Any) -> dict[str, Any]:
        attrs.resolve_types(kind)
        return {
            field.name: override(rename=_camel(field.name), unstruct_hook=_cleaning(kind, field))
            for field in attrs.fields(kind)
        }

    made.register_structure_hook_factory(ours, lambda kind: make_dict_structure_fn(kind, made, **names(kind)))
    made.register_unstructure_hook_factory(ours, lambda kind: make_dict_unstructure_fn(kind, made, **names(kind)))
    for kind, fields in SAID.items():
        made.register_unstructure_hook(kind, shown.saying(made.get_unstructure_hook(kind), fields))
    made.register_structure_hook(MessageId, _id)
    made.register_structure_hook(Token | None, lambda value, kind: None if value is None else _id(value, kind))
    return made


def _cleaning(kind: Any, field: Any) -> Any:
    return shown.text_of(field.name) if kind in SHOWN and field.type is str else None


def _id(value: Any, _: Any) -> MessageId:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("an id is a number or a string")
    return value


class InglenookProtocol(LanguageServerProtocol):
    """The Language Server Protocol with our methods."""

    @property
    def was_shut_down(self) -> bool:
        """Whether the client asked for a shutdown, as it must before it leaves."""
        return bool(self._shutdown)

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """The type of a request or notification."""
        own = _message_types().get(method)
        return own[0] if own else super().get_message_type(method)

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """The type of a response."""
        own = _message_types().get(method)
        return own[1] if own else super().get_result_type(method)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """Answer with UTF-16 positions whatever else the client offers: `documents` counts in those."""
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = None
        result: lsp.InitializeResult = yield from super().lsp_initialize(params)
        return result

    @property
    def was_initialized(self) -> bool:
        """Whether the client has begun the session."""
        return self._workspace is not None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """Pass the buffer on to the feature alone: `documents` has it, and a second copy would cost memory and time."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """As for an opened buffer."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """As for an opened buffer."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def _send_response(self, msg_id: Any, result: Any = None, error: lsp.ResponseError | None = None) -> None:
        """Send a response; an error loses its data, which would hold a traceback."""
        if error is not None:
            error = lsp.ResponseError(code=error.code, message=error.message)
        super()._send_response(msg_id, result=result, error=error)
