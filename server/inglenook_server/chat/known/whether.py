"""Whether X inherits from Y, or calls it: yes with the lines, or no as far as the index knows."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from inglenook_indexer.symbols import qualified_names

from inglenook_server.chat.known import markdown
from inglenook_server.chat.known.asked import Asked, bare, full_name
from inglenook_server.chat.known.hierarchy import inherited_by
from inglenook_server.chat.known.kinds import TYPES
from inglenook_server.chat.known.targets import Targets
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.known.usage import write_others

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

    from inglenook_server.chat.known.draft import Draft

_MOST_TYPES = 40
"""Types whose bases are read, one after the other: some milliseconds each."""

Step = tuple[str, str, tuple[str, int, int]]
"""Who inherits, from what, and where that is written."""


def inherits(asked: Asked) -> KnownAnswer | None:
    """Whether X inherits from Y, on however many steps. None where X is not a type of this workspace."""
    home = next((one for one in asked.subject.symbols if one.kind in TYPES), None)
    other = bare(asked.question.other)
    if home is None or not other:
        return None
    draft = asked.draft(full_name(home))
    steps, beyond = _way(asked, home, qualified_names.parts(other)[-1])
    name, shown = markdown.code(full_name(home)), markdown.code(other)
    if steps:
        draft.say("whether.inherits_yes", name=name, other=shown)
        draft.entries([partial(_step, draft, one) for one in steps], len(steps), most=len(steps))
    else:
        place = draft.place(home.path, home.line, home.end_line)
        draft.say("whether.inherits_no", name=name, other=shown, place=place)
        if beyond:
            draft.say("whether.inherits_beyond", names=draft.names(beyond))
    write_others(draft, (home, *(one for one in asked.subject.symbols if one != home)), asked.subject.total)
    return draft.answer()


def _step(draft: Draft, step: Step) -> str:
    name, base, at = step
    values = {"name": markdown.code(name), "other": markdown.code(base), "place": draft.place(*at)}
    return draft.phrase("whether.inherits_step", **values)


def _way(asked: Asked, home: Symbol, wanted: str) -> tuple[list[Step], list[str]]:
    """The steps from a type up to the name, none where there is no way; and the bases whose own are not known."""
    pending: deque[tuple[Symbol, list[Step]]] = deque([(home, [])])
    seen = {(home.path, home.line)}
    beyond: dict[str, None] = {}
    while pending:
        one, steps = pending.popleft()
        named, unnamed = inherited_by(asked, one)
        for text, name in unnamed:
            if name == wanted:
                return [*steps, (full_name(one), name, (one.path, one.line, one.line))], []
            beyond[text] = None
        for reference, block in named:
            step = (full_name(one), reference.name, (block.path, reference.line, reference.line))
            if reference.name == wanted:
                return [*steps, step], []
            target = Targets(asked.index, block, asked.lines(block.path)).of(reference).symbol
            if target is None or len(seen) >= _MOST_TYPES:
                beyond[reference.name] = None
            elif (target.path, target.line) not in seen:
                seen.add((target.path, target.line))
                pending.append((target, [*steps, step]))
    return [], list(beyond)


def calls(asked: Asked) -> KnownAnswer | None:
    """Whether the lines of X call Y. None where X is not defined in this workspace, and no file of it."""
    subject, other = asked.subject, bare(asked.question.other)
    wanted = qualified_names.parts(other)[-1]
    if subject.files:
        path, first, last = subject.files[0], 1, len(asked.lines(subject.files[0]))
        name = path
    elif subject.symbols:
        home = next((one for one in subject.symbols if one.end_line > one.line), subject.symbols[0])
        path, first, last, name = home.path, home.line, home.end_line, full_name(home)
    else:
        return None
    draft = asked.draft(name)
    found = [one for one in asked.index.mentions(path, first, last) if one.relation == "call" and one.name == wanted]
    lines = dict.fromkeys(one.line for one in found)
    values = {"name": markdown.code(name, len(name) + 1), "other": markdown.code(other)}
    if lines:
        draft.say("whether.calls_yes", places=draft.places([(path, line, line) for line in lines]), **values)
    else:
        draft.say("whether.calls_no", place=draft.place(path, first, last), **values)
    if subject.symbols and not subject.files:
        write_others(draft, (home, *(one for one in subject.symbols if one != home)), subject.total)
    return draft.answer()
