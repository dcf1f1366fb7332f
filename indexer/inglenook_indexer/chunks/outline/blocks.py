"""Languages of blocks in braces (Terraform, protocol buffers, style sheets, GraphQL) by outermost block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inglenook_indexer.chunks.outline.heads import Head, led

_COMMENTS = ("#", "//", "/*", "*", "*/")
_LABEL = re.compile(r'"([^"\n]*)"')
_DECLARED = re.compile(
    r"(?:message|service|enum|extend|type|interface|input|union|scalar|fragment|query|mutation)\s+(\w+)"
)
_MAX_NAME = 80  # characters: a selector may list dozens


def heads(lines: Sequence[str]) -> Iterator[Head]:
    """A head for each line at the left edge that something begins at."""
    floor = 0
    inside = 0  # braces that are open
    for number, line in enumerate(lines):
        bare = line.strip()
        begins = (
            not inside and bare and not line.startswith((" ", "\t")) and not bare.startswith((*_COMMENTS, "}", ")"))
        )
        if not bare.startswith(_COMMENTS):
            inside = max(0, inside + line.count("{") - line.count("}"))
            if bare.startswith("}") and not line[:1].isspace():
                inside = 0  # a brace at the left edge ends whatever a string or a comment made us count
        if begins:
            name, defines = _name(bare) if "{" in bare or bare.endswith(",") else ("", False)
            yield Head(led(lines, number, _COMMENTS, floor), 0, name, defines)
        if bare and (begins or not bare.startswith(_COMMENTS)):
            floor = number + 1


def _name(bare: str) -> tuple[str, bool]:
    """What a block is called, and whether that is a definition."""
    declared = _DECLARED.match(bare)
    if declared is not None:
        return declared[1], True
    head = bare.split("{")[0].strip().rstrip(",")
    labels = _LABEL.findall(head)
    if labels and re.match(r"\w+\s+\"", head):  # resource "aws_instance" "web"
        return ".".join([head.split()[0], *labels]), False
    return head[:_MAX_NAME], False
