"""Makefiles by target, Dockerfiles by stage and instruction. Scanners of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inglenook_indexer.chunks.outline.heads import Head, led

_TARGET = re.compile(r"([^\s#:=?+!](?:[^:=#\s]++|\s++(?!:))*+)\s*+::?(?![:=])")
_VARIABLE = re.compile(r"(?:override\s+|export\s+)?(?:define\s+)?([\w.-]+)\s*(?:[:?+!]?=|::=|$)")
_SIMPLE = re.compile(r"[\w./-]+\Z")
_FROM = re.compile(r"\s*from\s+(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"\s*(add|arg|cmd|copy|entrypoint|env|expose|healthcheck|label|maintainer|onbuild|run|shell|stopsignal|user|volume"
    r"|workdir)\s",
    re.IGNORECASE,
)


def make_heads(lines: Sequence[str]) -> Iterator[Head]:
    """A head for each rule and each variable. Special targets such as .PHONY have no name of interest."""
    floor = 0
    defining = joined = False
    for number, line in enumerate(lines):
        starts, joined = not joined, line.rstrip("\r\n").endswith("\\")
        if defining:
            defining = not line.startswith("endef")
            continue
        if not starts or line.startswith(("\t", " ")):
            continue
        target = _TARGET.match(line)
        variable = _VARIABLE.match(line) if target is None else None
        if target is not None:
            name = "" if target[1].startswith(".") else target[1]
            yield Head(led(lines, number, ("#",), floor), 0, name, bool(_SIMPLE.match(name)))
        elif variable is not None and ("=" in line or line.startswith("define ")):
            yield Head(led(lines, number, ("#",), floor), 0, variable[1], True)
            defining = line.startswith("define ") and "endef" not in line
        else:
            continue
        floor = number + 1


def docker_heads(lines: Sequence[str]) -> Iterator[Head]:
    """A head for each stage, named by its name or image, and one without a name for each instruction in it."""
    floor = 0
    joined = False
    for number, line in enumerate(lines):
        starts = not joined
        if line.lstrip().startswith("#"):
            continue  # a comment may stand between joined lines
        joined = line.rstrip().endswith("\\")
        if not starts:
            continue
        stage = _FROM.match(line)
        if stage is not None:
            yield Head(led(lines, number, ("#",), floor), 0, stage[2] or stage[1], bool(stage[2]))
        elif _INSTRUCTION.match(line):
            yield Head(led(lines, number, ("#",), floor), 1, "")
        else:
            continue
        floor = number + 1
