"""What X does: its signature and its documentation; where it has none, its own lines, as far as they are few."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from inglenook_indexer.symbols.docs import without_tags

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked, full_name
from inglenook_server.chat.known.callees import calls_of
from inglenook_server.chat.known.contents import contents
from inglenook_server.chat.known.definition import signature_of, write_many
from inglenook_server.chat.known.doc_text import doc_lines
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.kinds import FUNCTIONS, TYPES
from inglenook_server.chat.known.outlines import members_of
from inglenook_server.chat.known.targets import Targets
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.signature import head_end

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_MOST_LINES = 14
"""Lines of a definition that are shown as they are: more are read in the file."""
_MOST_DOC = 700
"""Characters of a documentation: what comes behind is about parameters, as a rule."""
_MOST_CALLS = 8
_DETAILS = re.compile(
    r"\s*(?:[:@\\](?:param|arg|return|raise|throw|type|example|see|since|deprecated)|>>>|```|\.\. |[-=~^]{3,}\s*$"
    r"|(?:args|arguments|parameters|params|returns|return|yields|raises|examples?|notes?|attributes)\s*:?\s*$)",
    re.IGNORECASE,
)
"""Where a documentation turns to details, or to examples."""


def purpose(asked: Asked) -> KnownAnswer | None:
    """What X is for. None where the index knows nothing of X."""
    subject = asked.subject
    if subject.files or subject.folders:
        return contents(Asked(replace(asked.question, form="contents"), asked.index, asked.near))
    if not subject.symbols:
        return None
    if subject.total > 1:
        draft = asked.draft(full_name(subject.symbols[0]))
        write_many(draft, asked, subject.symbols, subject.total)
    else:
        draft = asked.draft(full_name(subject.symbols[0]))
        _write(draft, asked, subject.symbols[0])
    draft.say("purpose.explain", command=markdown.code(f"/explain {asked.name}"))
    return draft.answer()


def _write(draft: Draft, asked: Asked, home: Symbol) -> None:
    lines = asked.lines(home.path)
    at = draft.place(home.path, home.line, home.end_line)
    draft.say("purpose.head", name=markdown.code(full_name(home)), kind=draft.kind(home.kind), place=at)
    head = signature_of(asked, home)
    head_line, _ = head_end(lines, home.line, home.end_line, home.language)
    first, said = _documentation(doc_lines(lines, home.line, home.end_line, head_line, home.language))
    few = home.end_line - home.line < _MOST_LINES
    if said:
        draft.text(markdown.code(head, len(head) + 1) if head else "")
        draft.say("purpose.documentation", place=draft.place(home.path, first))
        draft.text("\n\n".join(f"> {one}" for one in said))
    elif few:
        draft.say("purpose.lines")
        draft.text(markdown.block(lines[home.line - 1 : home.end_line], home.language))
    else:
        draft.text(markdown.code(head, len(head) + 1) if head else "")
        draft.say("purpose.undocumented")
    if home.kind in TYPES:
        names = list(dict.fromkeys(one.name for one in members_of(home, asked.index.outline(home.path))))
        if names:
            draft.say("purpose.members", names=draft.names(names), count=len(names))
    elif home.kind in FUNCTIONS and (said or not few) and (calls := _calls(asked, home, lines)):
        draft.say("purpose.calls", names=draft.joined(_called(draft, one) for one in calls))


def _documentation(doc: Sequence[tuple[int, str]]) -> tuple[int, list[str]]:
    """The line that it begins on, and its first paragraphs as Markdown; none where nothing is written."""
    first, paragraphs = 0, [""]
    for line, text in doc:
        bare = without_tags(text).strip()
        if _DETAILS.match(bare) or sum(map(len, paragraphs)) > _MOST_DOC:
            break
        if not bare:
            paragraphs.append("")
        elif any(letter.isalnum() for letter in bare):
            first = first or line
            paragraphs[-1] = f"{paragraphs[-1]} {bare}".strip()
    kept = [one for one in paragraphs if one and not one.endswith(":")]
    return first, [shown for one in kept if (shown := markdown.prose(one, _MOST_DOC))]


def _calls(asked: Asked, home: Symbol, lines: Sequence[str]) -> list[Symbol]:
    """Definitions of this workspace that its lines call, as far as it is plain which; in their order."""
    targets = Targets(asked.index, home, lines)
    found: dict[Symbol, None] = {}
    for one in calls_of(asked, home)[: 3 * _MOST_CALLS]:
        target = targets.of(one)
        meant = target.symbol if target.state == "sure" else None
        if meant is not None and not _is_own(meant, home):
            found[meant] = None
    return list(found)[:_MOST_CALLS]


def _is_own(one: Symbol, home: Symbol) -> bool:
    """Whether a definition is the one that is told of, a declaration of it, or stands within it."""
    same = one.path == home.path and (one.name, one.parent) == (home.name, home.parent)
    return same or (one.path == home.path and home.line <= one.line and one.end_line <= home.end_line)


def _called(draft: Draft, one: Symbol) -> str:
    return f"{markdown.code(full_name(one))} ({draft.place(one.path, one.line, one.end_line)})"
