"""Sentences about a workspace of which the model was shown nothing. Pure."""

from __future__ import annotations

import re

REASON = "The model was shown nothing of the workspace."

_SPEAKS = re.compile(
    r"\b(?:this|your|the (?:current|given|provided|selected|open)|our) (?:[\w-]+ ){0,2}?"
    r"(?:project|repositor(?:y|ies)|repo|code ?base|workspace|application|app|package|library|tool|program"
    r"|folder|script|file|code|class|function|module)\b"
    r"|\b(?:dieses?|das) (?:Projekt|Repository|Programm|Werkzeug)\b|\bce (?:projet|dépôt|programme)\b"
    r"|\b(?:este|el) (?:proyecto|repositorio|programa)\b|\b(?:este|o) (?:projeto|repositório|programa)\b"
    r"|(?:这个|该|本)(?:项目|仓库|代码库|程序)|(?:この|本)(?:プロジェクト|リポジトリ|プログラム)",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|no|n't|cannot|without|unable|sorry|need|provide|nicht|kein\w*|pas|no|não|sem)\b|没有|无法|不|ない|ません",
    re.IGNORECASE,
)
"""A sentence that says it does not know is true."""


def wrong(text: str) -> str:
    """Why a sentence is struck; empty where it says nothing of a workspace, or that nothing is known of it."""
    return REASON if _SPEAKS.search(text) and not _DENIES.search(text) else ""
