"""The wire's attachments as the core has them: URIs become paths, ranges lines, and buffers masked text."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

from inglenook_indexer.secrets.redact import is_secret_path, mask_secrets
from inglenook_indexer.text.printable import one_line
from lsprotocol import types as lsp

from inglenook_server.chat.attachments.types import Given, Kind
from inglenook_server.documents import Document, Documents, line_begin, line_end, line_ends
from inglenook_server.errors import RequestError
from inglenook_server.features.places import file_of, place_of
from inglenook_server.protocol.chat import Attachment
from inglenook_server.workspace.folders import OpenFolders, Place

MOST = 50
"""Attachments that are looked at; a prompt has room for far fewer."""
LONGEST = 100_000
"""Characters of a selection, or of a file, that are taken: more than any prompt holds."""
MARGIN = 20_000
"""Characters around a selection that are masked with it, for a secret may begin above it; and those in which the
definition around a cursor is shown."""
LONG_LINE = 4_000
"""Characters of a line beyond which the selected part of it goes along, not all of it."""
REMEMBERED = 8
"""Masked parts of buffers that are kept: chips are asked for at every key."""
KINDS = frozenset(get_args(Kind)) - {"instructions"}

CLOSED = "It is not open in the editor, and not in the index."
NOTHING_SELECTED = "Nothing is selected."
NO_KIND = "This can't go along with a question."


class Buffers:
    """Masked parts of open buffers, remembered. One thread at a time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], tuple[Document, str]] = OrderedDict()

    def masked(self, document: Document, begin: int, end: int) -> str:
        """The text between two offsets, its secrets masked."""
        key = (document.uri, begin, end)
        known = self._kept.get(key)
        if known is None or known[0] is not document:
            known = document, mask_secrets(document.text[begin:end], document.uri)[0]
        self._kept[key] = known
        self._kept.move_to_end(key)
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return known[1]


def given(
    attachments: Iterable[Attachment], folders: OpenFolders, documents: Documents, buffers: Buffers
) -> list[Given]:
    """The attachments as the core has them; what can't be read says why. Not for the event loop: it masks texts."""
    return [_given(one, folders, documents, buffers) for one in list(attachments)[:MOST]]


def active(found: Iterable[Given]) -> str:
    """The path of the active file: the cursor's, else the selection's, else a file's; empty where there is none."""
    paths = {one.kind: one.path for one in reversed(list(found)) if one.path and not one.outside}
    return next((paths[kind] for kind in ("cursor", "selection", "file") if kind in paths), "")


def _given(one: Attachment, folders: OpenFolders, documents: Documents, buffers: Buffers) -> Given:
    if one.kind not in KINDS:
        return Given("file", one_line(one.kind), problem=NO_KIND)
    kind: Kind = one.kind  # type: ignore[assignment]
    if not one.uri:
        return Given(kind, name=one.name, text=one.text)
    place = place_of(one.uri, folders)
    base = Given(kind, place.path, one.name, outside=place.folder is None)
    if kind in ("problems", "terminal", "diff", "symbol"):
        return replace(base, text=one.text)
    if (secret := _secret(one.uri, place)) is not None:
        return replace(base, problem=f"It is withheld: {secret}.")
    document = documents.find(one.uri)
    if kind == "folder" and base.outside and len(folders) == 1 and file_of(one.uri) in [each.path for each in folders]:
        return replace(base, path=".", outside=False)
    if kind == "folder" or (kind == "file" and not base.outside):
        return base
    if kind == "file":
        text = buffers.masked(document, 0, LONGEST) if document is not None else ""
        return replace(base, text=text)
    return _in_buffer(base, one.range, document, buffers)


def _secret(uri: str, place: Place) -> str | None:
    """Why a document is withheld by its name, or by that of the file behind its links."""
    file = file_of(uri)
    names = [place.path] if file is None else [place.path, file.as_posix(), os.path.realpath(file)]
    return next((found for name in names if (found := is_secret_path(name)) is not None), None)


def _in_buffer(base: Given, range: lsp.Range | None, document: Document | None, buffers: Buffers) -> Given:
    """A selection or a cursor with the text around it."""
    if range is None or (base.kind == "selection" and range.start == range.end):
        return replace(base, problem=NOTHING_SELECTED)
    if document is None:
        if base.outside:
            return replace(base, problem=CLOSED)
        return replace(base, start_line=range.start.line + 1, end_line=range.end.line + 1)
    try:
        start = document.offset_at(range.start.line, range.start.character)
        end = document.offset_at(range.end.line, range.end.character)
    except RequestError as error:
        return replace(base, problem=error.message)
    text, (start, end) = document.text, sorted((start, end))
    if end > start and end == line_begin(text, end):
        end -= 2 if text[end - 2 : end] == "\r\n" else 1  # up to the start of a line is not into it
    end = min(end, start + LONGEST)
    low, high = max(line_begin(text, start), start - LONG_LINE), min(line_end(text, end), end + LONG_LINE)
    begin = max(line_begin(text, max(0, low - MARGIN)), low - 2 * MARGIN, 0)
    finish = min(line_end(text, min(len(text), high + MARGIN)), high + 2 * MARGIN)
    masked = buffers.masked(document, begin, finish)
    first = line_ends(text, 0, low) + 1
    last = first + line_ends(text, low, end)
    if low != line_begin(text, low) or high != line_end(text, high):
        return replace(base, start_line=first, end_line=last, text=masked[low - begin : high - begin], first_line=first)
    return replace(base, start_line=first, end_line=last, text=masked, first_line=line_ends(text, 0, begin) + 1)
