"""docs/PROTOCOL.md, made from the table of methods, their types and a session with a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inglenook_server.app import InglenookServer, create_server
from inglenook_server.protocol.converter import parts
from inglenook_server.protocol.methods import METHODS, Kind, Method
from inglenook_server.session.services import make_services

from tests.docs.markdown import anchor, row
from tests.docs.protocol_example import example
from tests.docs.protocol_types import link, new_types, type_table

STANDARD = {
    "initialize": "Takes `workspaceFolders` or `rootUri`, and the [settings](settings.md). Positions are UTF-16 "
    "whatever is offered.",
    "initialized": "Begins to index, to load the model, and to send `inglenook/didChangeStatus`.",
    "shutdown": "Stops everything. `exit` then ends the process, with 0 after a shutdown and 1 without.",
    "textDocument/didOpen": "Completion works in open documents only; a document need not be in a folder.",
    "textDocument/didChange": "Whole texts are asked for (`change: 1`); ranges are understood.",
    "textDocument/didSave": "Indexes the file.",
    "textDocument/didClose": "The file on disk counts again.",
    "textDocument/inlineCompletion": "At most one item, whose `command` is `inglenook.accepted`. A newer request "
    "answers an older one with an empty list, at once. `selectedCompletionInfo` is heeded.",
    "textDocument/codeAction": "Fix (at a diagnostic), Rewrite, Document and Explain, unless the client's "
    "initialization options hold `codeActions: false`.",
    "codeAction/resolve": "Runs the model on the code, with work-done progress, and answers with a versioned edit, "
    "or with the reason why there is none.",
    "textDocument/completion": "The same text as an ordinary item, where the setting `completion.ordinary` is on and "
    "the user asked for completion (`triggerKind` 1); else an empty list.",
    "workspace/didChangeConfiguration": "Where the client can `workspace/configuration`, it is asked for the section "
    "`inglenook`; else the settings in the notification count, below `inglenook` or bare.",
    "workspace/didChangeWatchedFiles": "Looks at those files again. Not needed: the server watches the folders itself.",
    "workspace/didChangeWorkspaceFolders": "Opens and closes folders, each with its own index.",
    "workspace/executeCommand": "Runs the commands above.",
    "window/workDoneProgress/cancel": "Stops the indexing that the progress is of.",
    "$/cancelRequest": "The request answers RequestCancelled (-32800), and what it started is stopped.",
}
"""The standard methods that the server serves, and what there is to know about them."""

BEGINNING = """\
# The protocol

<!-- Made by `make docs`; change tests/docs/protocol.py, or the types in server/inglenook_server/protocol. -->

`inglenook serve` is a language server on stdin and stdout: JSON-RPC 2.0 and the Language Server Protocol 3.18, with the
methods below. This page is for authors of clients other than the VS Code extension.

- **Framing.** As in LSP: `Content-Length: N`, a blank line, N bytes of JSON in UTF-8; 64 MiB at most. There are no
  batches. What the server has to say to people goes to stderr.
- **Positions** and ranges are those of LSP: lines from 0, characters counted in UTF-16 code units, always. A range of
  whole lines ends at character 0 of the line after the last.
- **Names** are camelCase. Fields that a client does not know are to be passed over: more may follow. A client may leave
  out the fields that have a value in the column "when left out"; the server sends all fields of the types below.
- **Texts that are shown come printable**: a control character as `␛`, a mark of direction as `<U+202E>`, in a path a
  line end as `␊`. A message never holds a Markdown link. A `uri` is exact: open that, and show `path`. What is inserted
  (`insertText`) is exact, too.
- **Errors.** A request that fails answers with RequestFailed (-32803); its message is one sentence and, where one
  helps, the step or command that mends it: show it. A completion for which there is no suggestion is no error: it
  answers with an empty list, and where something is wrong the status says so. Other codes: -32700 and -32600 for what
  is no message (a stream that can't be followed ends the session), -32601 for an unknown method, -32602 for parameters
  of other types, -32002 before `initialize`, -32800 for a cancelled request.
- **Progress.** `inglenook/chat` streams its answer by `$/progress` under the `partialResultToken` that the client
  chose: each value is a [ChatDelta](#chatdelta), and the pieces in order are the text. Indexing shows work-done
  progress where the client declares `window.workDoneProgress`: the server creates the token, and
  `window/workDoneProgress/cancel` stops the work.
"""

MIDDLE = """\
## Standard methods

| method | what to know |
|---|---|
"""

AFTER_STANDARD = """
The server sends `window/showMessage` (settings that can't be used), `window/showMessageRequest` (once, a profile that
suits the machine better), and where the client declares them `window/workDoneProgress/create` and
`workspace/configuration`.

## Settings

`initializationOptions` is `{"settings": {...}}`, where all of it may be left out. Settings are tables, such as
`{"generation": {"profile": "fast"}}`; they stand above the user's own `settings.toml`, which has the same form. A value
that can't be used gives its default and one message. [settings.md](settings.md) lists them; names are accepted in
camelCase and in snake_case.
"""

BEFORE_EXAMPLE = """
## An example

A whole session, as the server held it: `make docs` runs it. Each message has its header,
which is left out here, as are notifications of the status. The engine is "echo", which needs no model and repeats what
it is asked. Measured times are replaced by 12.5, scores are rounded, and the folder is called otherwise.

```jsonc
"""


def protocol_page() -> str:
    """The whole document."""
    services = make_services()
    try:
        check(create_server(services))
    finally:
        services.close()
    known: set[Any] = set()
    methods = "\n".join(text for method in METHODS for text in section(method, known))
    standard = "".join(f"{row((f'`{name}`', says))}\n" for name, says in STANDARD.items())
    overview = "".join(
        f"{row((f'[`{method.name}`](#{anchor(method.name)})', method.kind, method.sentence))}\n" for method in METHODS
    )
    return (
        f"{BEGINNING}\n## Methods\n\n| method | kind | what it does |\n|---|---|---|\n{overview}\n{methods}\n"
        f"{MIDDLE}{standard}{AFTER_STANDARD}{BEFORE_EXAMPLE}{example()}```\n"
    )


def check(server: InglenookServer) -> None:
    """Raise ValueError where the table of standard methods is not what the server serves."""
    ours = {method.name for method in METHODS}
    served = server.protocol.fm.features.keys() - ours
    built_in = {*server.protocol.fm.builtin_features, "$/cancelRequest"}
    if missing := served - STANDARD.keys():
        raise ValueError(f"the table of standard methods lacks {sorted(missing)}")
    if extra := STANDARD.keys() - served - built_in:
        raise ValueError(f"the server does not serve {sorted(extra)}")


def section(method: Method, known: set[Any]) -> Iterator[str]:
    """One method, and the types that were not described yet."""
    yield f"### {method.name}\n\n{method.kind.capitalize()}. {method.sentence}\n"
    word = "Arguments, in order" if method.kind is Kind.COMMAND else "Parameters"
    yield f"- {word}: {link(method.params) if method.params else 'none'}"
    if method.partial:
        yield f"- Partial results: {link(method.partial)}"
    if method.result:
        yield f"- Result: {link(method.result).replace(', or left out', ' or null')}"
    yield ""
    asked = set(parts(method.params)) if method.kind is not Kind.SERVER_NOTIFICATION else set()
    for kind in (method.params, method.partial, method.result):
        for part in new_types(kind, known):
            yield f"{type_table(part, sent=part not in asked)}\n"
