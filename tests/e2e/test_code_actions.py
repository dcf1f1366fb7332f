"""The chat's commands as code actions, for editors without a chat, over stdio. A scripted engine answers."""

import ast
import json
import sys

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.harness import session
from tests.e2e.test_wire import ECHO

TEXT = "def half(n):\n    return n / 0\n\n\ndef other():\n    return half(2)\n"
HEAD = "def half(n):"
REPLIES = {
    "Correct this code.": "```python\ndef half(n):\n    return n / 2\n```\nIt divided by zero.",
    "Rewrite this code. Make it easier to read, and repeat nothing.": (
        "```python\nasync def half(n):\n    return n / 0\n```\n"
    ),
    "Write the documentation of this code.": "Return half of `n`.",
    "Explain this code.": "`half` divides `n`.",
}
SERVER = (sys.executable, "-m", "tests.e2e.scripted", json.dumps(REPLIES))
KINDS = lsp.ClientCodeActionLiteralOptions(
    code_action_kind=lsp.ClientCodeActionKindOptions(value_set=["quickfix", "refactor", "source"])
)
LAZY = lsp.CodeActionClientCapabilities(
    code_action_literal_support=KINDS,
    data_support=True,
    resolve_support=lsp.ClientCodeActionResolveOptions(properties=["edit"]),
)
EAGER = lsp.CodeActionClientCapabilities(code_action_literal_support=KINDS)
PROBLEM = lsp.Diagnostic(lsp.Range(lsp.Position(1, 11), lsp.Position(1, 16)), "division\nby zero")


def started(root, **more):
    return session(root, settings=ECHO, **{"command": SERVER, "code_action": LAZY, **more})


async def actions(editor, document, first=(1, 4), last=(1, 4), diagnostics=(PROBLEM,), only=None):
    params = lsp.CodeActionParams(
        lsp.TextDocumentIdentifier(document.uri),
        lsp.Range(lsp.Position(*first), lsp.Position(*last)),
        lsp.CodeActionContext(list(diagnostics), only),
    )
    found = await editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params)
    return {one.title: one for one in found or ()}


async def run(editor, action):
    """Run an action's command. lsprotocol reads an action with a command as a command, and that as its text."""
    carried = ast.literal_eval(action.command) if isinstance(action, lsp.Command) else action.command
    params = lsp.ExecuteCommandParams(carried["command"], carried["arguments"])
    await editor.request(lsp.WORKSPACE_EXECUTE_COMMAND, params)


async def resolved(editor, action, message_id=None):
    return await editor.request(lsp.CODE_ACTION_RESOLVE, action, message_id)


@pytest.fixture
def root(workspace):
    return workspace({"a.py": TEXT, ".env": "TOKEN=hunter2hunter2hunter2\n"})


async def test_what_is_offered_where(root):
    async with started(root) as editor:
        await editor.ready()
        document = editor.open("a.py")
        every = {f"{what} with Inglenook" for what in ("Fix", "Rewrite", "Document", "Explain")}
        found = await actions(editor, document)
        assert set(found) == every
        assert found["Fix with Inglenook"].kind == "quickfix"
        assert found["Rewrite with Inglenook"].kind == "refactor.rewrite"
        assert found["Document with Inglenook"].kind.startswith("source.")
        assert set(await actions(editor, document, diagnostics=())) == every - {"Fix with Inglenook"}
        assert set(await actions(editor, document, only=["quickfix"])) == {"Fix with Inglenook"}
        assert set(await actions(editor, document, only=["refactor"])) == {"Rewrite with Inglenook"}
        assert set(await actions(editor, document, only=["source.organizeImports"])) == set()
        assert await actions(editor, document, (3, 0), (3, 0), ()) == {}, "an empty line has nothing to work on"
        outside = editor.open(".env")
        assert await actions(editor, document=outside, first=(0, 0), last=(0, 0), diagnostics=()) == {}
        options = editor.initialized.capabilities.code_action_provider
        assert options.resolve_provider


@pytest.mark.parametrize(
    ("title", "text", "note"),
    [
        ("Fix with Inglenook", TEXT.replace("n / 0", "n / 2"), ""),
        (
            "Document with Inglenook",
            TEXT.replace("):\n    return n", '):\n    """Return half of `n`."""\n    return n'),
            "",
        ),
        (
            "Rewrite with Inglenook",
            TEXT.replace("def half", "async def half"),
            "becomes `async def half(n)`. One place",
        ),
    ],
)
async def test_a_resolved_action_has_the_edit(root, title, text, note):
    async with started(root) as editor:
        await editor.ready()
        document = editor.open("a.py")
        action = await resolved(editor, (await actions(editor, document))[title])
        (change,) = action.edit.document_changes
        assert (change.text_document.uri, change.text_document.version) == (document.uri, 1)
        (edit,) = change.edits
        lines = TEXT.split("\n")
        low, high = edit.range.start, edit.range.end
        head = "\n".join([*lines[: low.line], lines[low.line][: low.character]])
        tail = "\n".join([lines[high.line][high.character :], *lines[high.line + 1 :]])
        assert head + edit.new_text + tail == text
        assert any(note in message for message in editor.messages) == bool(note)
        await editor.until(lambda: sum(value["kind"] == "end" for _, value in editor.progress) > 1)
        shown = [value for _, value in editor.progress if value["kind"] == "begin"]
        assert any(value["title"].startswith("Inglenook: ") and value["cancellable"] for value in shown)


async def test_the_buffer_counts_and_not_the_file(root):
    async with started(root) as editor:
        await editor.ready()
        document = editor.open("a.py", "# unsaved\r\n" + TEXT.replace("\n", "\r\n"))
        await editor.until(lambda: _is_defined(editor, document))
        action = await resolved(editor, (await actions(editor, document, (2, 0), (2, 0)))["Fix with Inglenook"])
        (edit,) = action.edit.document_changes[0].edits
        assert edit.range.start.line == 1
        assert edit.new_text == "def half(n):\r\n    return n / 2"


async def _is_defined(editor, document):
    return "Document with Inglenook" in await actions(editor, document, (2, 0), (2, 0))


async def test_where_edits_are_not_resolved_the_command_applies_them(root):
    async with started(root, code_action=EAGER) as editor:
        await editor.ready()
        document = editor.open("a.py")
        action = (await actions(editor, document))["Fix with Inglenook"]
        await run(editor, action)
        (change,) = editor.applied[0].document_changes
        assert change.edits[0].new_text == "def half(n):\n    return n / 2"


async def test_an_explanation_is_shown(root):
    async with started(root) as editor:
        await editor.ready()
        action = (await actions(editor, editor.open("a.py")))["Explain with Inglenook"]
        await run(editor, action)
        await editor.until(lambda: any("`half` divides `n`" in one for one in editor.messages))
        assert editor.applied == []


async def test_what_is_not_to_be_changed_is_said(root):
    async with started(root) as editor:
        await editor.ready()
        document = editor.open("a.py")
        there = lsp.Diagnostic(lsp.Range(lsp.Position(5, 4), lsp.Position(5, 10)), "wrong")
        action = (await actions(editor, document, (5, 0), (5, 0), [there]))["Fix with Inglenook"]
        with pytest.raises(JsonRpcException, match="other code than what was chosen"):
            await resolved(editor, action)


async def test_progress_can_be_stopped(root):
    slowly = json.dumps({"Correct this code.": [3, REPLIES["Correct this code."]]})
    async with started(root, command=(*SERVER[:-1], slowly)) as editor:
        await editor.ready()
        document = editor.open("a.py")
        action = (await actions(editor, document))["Fix with Inglenook"]
        editor.cancel_progress = True
        with pytest.raises(JsonRpcException, match="Stopped"):
            await resolved(editor, action)


@pytest.mark.parametrize("data", [None, 1, {"command": "rm"}, {"command": "fix", "uri": 1, "range": [0]}])
async def test_data_of_somebody_else_is_refused(root, data):
    async with started(root) as editor:
        with pytest.raises(JsonRpcException, match="none of Inglenook's"):
            await resolved(editor, lsp.CodeAction("x", data=data))


async def test_a_client_that_does_not_want_them_gets_none(root):
    async with started(root, options={"codeActions": False}) as editor:
        await editor.ready()
        assert await actions(editor, editor.open("a.py")) == {}


async def test_a_client_that_knows_commands_alone_gets_none(root):
    async with started(root, code_action=lsp.CodeActionClientCapabilities()) as editor:
        await editor.ready()
        assert await actions(editor, editor.open("a.py")) == {}
