"""A prompt's blocks -> the question and what goes along with it. Knows no index: what may be shown is decided there.

What the client says of a file of the folder is not used: the index's own text is, with secrets masked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from inglenook_indexer.secrets.redact import mask_secrets
from inglenook_indexer.text.printable import one_line

from inglenook_server.chat.attachments.types import Given
from inglenook_server.documents import file_path

MAX_TEXT = 200_000
"""Characters of a text that no file of the folder has."""
OUTSIDE = "It lies outside of the folder that this is about."
_LINES = re.compile(r"L(\d{1,9})(?:[:-]L?(\d{1,9}))?$")


def read(blocks: Sequence[Any], root: Path) -> tuple[str, tuple[Given, ...]]:
    """The question, with names where resources stand in it, and the resources. Pictures and sound are told of."""
    said: list[str] = []
    given: list[Given] = []
    for block in blocks:
        match block.type:
            case "text":
                said.append(block.text)
            case "resource_link":
                one = _resource(block.uri, block.name, None, root)
                given.append(one)
                said.append(f"`{one.path or one.name}`")
            case "resource":
                one = _resource(block.resource.uri, "", getattr(block.resource, "text", None), root)
                given.append(one)
            case other:
                given.append(Given("file", one_line(other), problem="Only text can go along."))
    return "".join(said).strip(), tuple(given)


def _resource(uri: str, name: str, text: str | None, root: Path) -> Given:
    file = file_path(uri)
    if file is None:
        title = one_line(name or uri)[:200]
        if text is None:
            return Given("file", title, problem="Only files of the folder can go along by their address.")
        return Given("file", title, text=mask_secrets(text[:MAX_TEXT])[0], outside=True)
    try:
        path = file.relative_to(root).as_posix()
    except ValueError:
        try:
            path = (file.parent.resolve() / file.name).relative_to(root).as_posix()
        except (ValueError, OSError, RuntimeError):
            return Given("file", one_line(file.name), problem=OUTSIDE)
    if ".." in path.split("/"):
        return Given("file", one_line(file.name), problem=OUTSIDE)
    lines = _LINES.match(urlsplit(uri).fragment)
    if lines:
        return Given("selection", path, start_line=int(lines[1]), end_line=int(lines[2] or lines[1]))
    return Given("folder" if file.is_dir() else "file", path)
