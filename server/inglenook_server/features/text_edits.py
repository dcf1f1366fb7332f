"""A proposed change as the protocol's edit of a buffer: its lines as they are there, its line ends, its last line."""

from __future__ import annotations

from lsprotocol import types as lsp

from inglenook_server.chat.edits.edit import Edit
from inglenook_server.documents import Document, split_lines, utf16_length

CHANGED = "The file has changed since this was asked, so nothing is changed. Ask again."


def text_edit(edit: Edit, document: Document) -> lsp.TextEdit | None:
    """The edit of exactly the lines that `edit` was made for; None where the buffer holds others.

    A file that is to be made is only made of an empty buffer.
    """
    if not edit.old_lines and (document.text or (edit.start_line, edit.end_line) != (1, 0)):
        return None
    lines = split_lines(document.text)
    bare = [line.rstrip("\r\n") for line in lines]
    first, last = edit.start_line - 1, edit.end_line
    if last > len(lines) or tuple(bare[first:last]) != edit.old_lines:
        return None
    end = next((line[len(line.rstrip("\r\n")) :] for line in lines if line.endswith(("\n", "\r"))), "\n")
    text = end.join(edit.new_lines)
    if first < last:  # from the first character to the last one, so that the end of the last line stays as it is
        return lsp.TextEdit(
            lsp.Range(lsp.Position(first, 0), lsp.Position(last - 1, utf16_length(bare[last - 1]))), text
        )
    at = lsp.Position(first, 0)
    return lsp.TextEdit(lsp.Range(at, at), f"{text}{end}" if edit.new_lines else "")


def workspace_edit(edit: lsp.TextEdit, document: Document, *, versioned: bool) -> lsp.WorkspaceEdit:
    """The edit of one buffer; `versioned` where the client can refuse one that is out of date."""
    if not versioned:
        return lsp.WorkspaceEdit(changes={document.uri: [edit]})
    identifier = lsp.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(identifier, [edit])])
