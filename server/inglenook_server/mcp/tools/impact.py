"""`impact`: what a change of a symbol or a file reaches, in the sentences of the chat's own answer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import language_of

from inglenook_server.chat.known.answer import known_answer
from inglenook_server.chat.known.asked import Asked
from inglenook_server.chat.questions.forms import Question
from inglenook_server.errors import RequestError
from inglenook_server.mcp.budget import fit
from inglenook_server.mcp.source import words
from inglenook_server.mcp.tools.unknown import unknown

if TYPE_CHECKING:
    from inglenook_server.mcp.served import Served


def impact(served: Served, *, name: str, defined_in: str = "", budget: int) -> str:
    """Callers, heirs, importers, tests, and how far they reach, of a symbol or a file.

    Raises RequestError, IndexerError.
    """
    where = served.narrowing(defined_in)
    question = Question("impact", name, path=where.shown if where else "")
    asked = Asked(question, served.folders)
    if not asked.name:
        raise RequestError("Give the name of a symbol or the path of a file, as in `Pool.run` or src/pool.py.")
    if (file := _file(served, asked.name)) is not None:
        question = Question("impact", file, "file")
    elif not (asked.subject.symbols or asked.subject.files):
        return unknown(asked)
    said = known_answer(question, served.folders)
    if said is None:
        raise RequestError(f"What a change of {words(asked.name)} reaches can't be told: name a symbol or a file.")
    more = "… cut at {:,} tokens: raise budget; `references` lists every use."
    return fit("", said.text.replace("\n\n", "\n").split("\n"), budget, lambda left: more.format(budget))


def _file(served: Served, name: str) -> str | None:
    """The file that is meant; None where a symbol is. Raises RequestError for a file that is not served."""
    if "/" not in name and language_of(name) == "text":
        return None
    try:
        return served.file(name).shown
    except RequestError:
        if "/" in name or any(os.path.lexists(folder.path / name) for folder in served.folders):
            raise
        return None  # `self.c` is no file of C
