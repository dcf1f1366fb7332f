"""What X returns and what it raises: by its signature, its documentation and its own statements, each named as such."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from inglenook_server.chat.known import doc_text, markdown, statements
from inglenook_server.chat.known.asked import Asked, full_name
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.return_type import declared_raises, return_type
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import write_others
from inglenook_server.chat.signature import head_end, whole_head

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_FUNCTIONS = frozenset(("function", "method", "constructor", "macro", "property", "declaration"))
_BODIES = _FUNCTIONS | {"class", "interface", "struct", "object", "enum", "trait", "implementation"}
_LAST = frozenset(
    ("rust", "ruby", "scala", "kotlin", "swift", "elixir", "javascript", "typescript", "tsx", "csharp", "php")
)
"""Languages in which some functions give back an expression without a statement that says so."""
_MAX_TYPE = 400
"""Characters of a type that are shown: one is an answer, and half of it none."""
About = Literal["returns", "raises"]


def returns(asked: Asked) -> KnownAnswer | None:
    """What X returns. None where X is no function."""
    return _results(asked, "returns")


def raises(asked: Asked) -> KnownAnswer | None:
    """What X raises or throws. None where X is no function."""
    return _results(asked, "raises")


def _results(asked: Asked, about: About) -> KnownAnswer | None:
    functions = [one for one in asked.subject.symbols if one.kind in _FUNCTIONS]
    if not functions:
        return None
    home = functions[0]
    lines = asked.lines(home.path)
    name = full_name(home)
    draft = asked.draft(name)
    shown, at = markdown.code(name), draft.place(home.path, home.line, home.end_line)
    entries = _entries(draft, asked, home, lines, about)
    if entries:
        draft.say(f"{about}.head", name=shown, place=at)
        draft.entries([lambda one=one: one for one in entries], len(entries))  # type: ignore[misc]
    else:
        draft.say(f"{about}.none", name=shown, place=at)
        if about == "returns" and home.language in _LAST:
            draft.say("returns.last")
    others = [one for one in asked.subject.symbols if one != home]
    write_others(draft, (home, *others), asked.subject.total)
    return draft.answer()


def _entries(draft: Draft, asked: Asked, home: Symbol, lines: Sequence[str], about: About) -> list[str]:
    found: list[str] = []
    head = whole_head(lines, home.line, home.end_line, home.language)
    declared = (return_type if about == "returns" else declared_raises)(head, home.name, home.language)
    if declared:
        found.append(draft.phrase(f"{about}.signature", type=markdown.code(declared, _MAX_TYPE)))
    head_line, _ = head_end(lines, home.line, home.end_line, home.language)
    if told := doc_text.said(about, doc_text.doc_lines(lines, home.line, home.end_line, head_line, home.language)):
        line, text = told
        found.append(
            draft.phrase(f"{about}.documentation", place=draft.place(home.path, line), text=markdown.prose(text))
        )
    inner = [
        (one.line, one.end_line)
        for one in asked.index.outline(home.path)
        if one.kind in _BODIES and home.line < one.line and one.end_line <= home.end_line
    ]
    read = statements.returned if about == "returns" else statements.raised
    grouped: dict[str, list[int]] = {}
    for one in read(lines, home.line, home.end_line, home.language, inner):
        grouped.setdefault(one.text, []).append(one.line)
    for text, at in grouped.items():
        places = draft.places([(home.path, line, line) for line in at])
        if not text:
            found.append(draft.phrase("raises.again", places=places))
            continue
        found.append(draft.phrase(f"{about}.statement", statement=markdown.code(text), places=places))
    return found
