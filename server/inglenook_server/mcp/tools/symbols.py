"""`definitions` and `references`: where a symbol is defined, with its code, and every place that uses it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_server.chat.known.asked import MOST, Asked, dotted, full_name
from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.places_of_tests import is_test
from inglenook_server.chat.known.references import references as found_references
from inglenook_server.chat.known.usage import write_notes, write_passed
from inglenook_server.chat.questions.forms import Question
from inglenook_server.chat.signature import signature
from inglenook_server.documents import bare_lines
from inglenook_server.errors import RequestError
from inglenook_server.mcp.budget import first_lines, fit, tokens
from inglenook_server.mcp.source import code, place, words
from inglenook_server.mcp.tools.unknown import unknown

if TYPE_CHECKING:
    from inglenook_indexer.types import Reference, Symbol

    from inglenook_server.mcp.served import Served


def definitions(served: Served, *, name: str, path: str = "", with_code: bool = True, budget: int) -> str:
    """Where `name` is defined; of the likeliest its code, while the budget lasts. Raises RequestError, IndexerError."""
    asked = _asked(served, name, path)
    symbols = asked.subject.symbols
    if not symbols:
        return unknown(asked)
    total = max(asked.subject.total, len(symbols))
    count = f"{total}{'' if asked.subject.exact else ' or more'}"
    head = f"{count} definitions of {words(asked.name)}:" if total > 1 else ""
    blocks = [_definition(asked, one) for one in symbols]
    also = [f"also {one.kind}: {place(one.path, one.line, one.end_line)}" for one in asked.subject.also]
    if not with_code:
        return fit(head, [*blocks, *also], budget, lambda left: f"… {left} more: raise budget, or narrow path.")
    first = symbols[0]
    lines = bare_lines(asked.index.text(first.path))[first.line - 1 : first.end_line]
    body = code(lines, first.line)
    room = budget - tokens(head) - tokens(blocks[0]) - min(budget // 4, sum(map(tokens, [*blocks[1:], *also])))
    kept = first_lines(body, max(0, room - 60))
    if kept != body:
        at = first.line + (kept.count("\n") + 1 if kept else 0)
        kept = f"{kept}\n… from line {at} on: span {place(first.path, at, first.end_line)}".lstrip("\n")
    blocks[0] = f"{blocks[0]}\n{kept}"
    return fit(head, [*blocks, *also], budget, lambda left: f"… {left} more: raise budget, or narrow path.")


def references(
    served: Served, *, name: str, relation: str = "", path: str = "", defined_in: str = "", budget: int
) -> str:
    """Every place that uses `name`, tests last, each with its line. Raises RequestError, IndexerError."""
    asked = _asked(served, name, defined_in)
    within = served.narrowing(path)
    symbols = asked.subject.symbols
    target = symbols[0] if symbols else None
    found = found_references(asked, target, relation)
    places = [one for one in found.places if within is None or _is_within(one.path, within.shown)]
    if target is None and not places:
        return unknown(asked)
    shown = full_name(target) if target and not asked.is_any_member else asked.name
    at = f" (defined at {place(target.path, target.line, target.end_line)})" if target else ""
    count = f"{len(places):,}{'' if found.places.whole else ' or more'}"
    what = {"": "uses", "call": "calls", "type": "uses as a type", "inherit": "heirs", "import": "imports"}[relation]
    where = f" in {words(within.shown)}" if within else ""
    draft = Draft("en", shown)
    write_notes(draft, found, shown)
    write_passed(draft, found, target)
    tail = draft.answer().text.replace("\n\n", "\n")
    if not places:
        return "\n".join(part for part in (f"No {what} of {words(shown)}{at}{where} are in the index.", tail) if part)
    plain = [one for one in places if not is_test(one.path, one.container, one.language)]
    tests = [one for one in places if is_test(one.path, one.container, one.language)]
    head = f"{count} {what} of {words(shown)}{at}{where}, {len(tests):,} of them in tests:"
    blocks = [_reference(asked, one) for one in [*_by_file(plain), *_by_file(tests)]]
    return fit(head, blocks, budget, lambda left: f"… {left:,} more: raise budget, or narrow path.", tail)


def _asked(served: Served, name: str, path: str) -> Asked:
    """The question. Raises RequestError for a name that is none, and for a path that is not there."""
    where = served.narrowing(path)
    asked = Asked(Question("uses", name, path=where.shown if where else ""), served.folders)
    if not asked.name:
        raise RequestError("Give the name of a symbol, as in `parse_cookie` or `Pool.run`.")
    if asked.is_about_path:
        raise RequestError(f"{words(name)} is a path: `outline`, `span` and `importers` take files.")
    return asked


def _definition(asked: Asked, one: Symbol) -> str:
    head = signature(asked.lines(one.path), one.line, one.end_line, one.language)
    said = f"{place(one.path, one.line, one.end_line)}  {one.kind} {words(full_name(one))}"
    return "\n".join([said, *([f"  {words(head)}"] if head else []), *([f"  {words(one.doc)}"] if one.doc else [])])


def _reference(asked: Asked, one: Reference) -> str:
    lines = asked.lines(one.path)
    inside = f" in {words(dotted(one.container))}" if one.container else ""
    text = f"  | {words(lines[one.line - 1])}" if one.line <= len(lines) else ""
    return f"{place(one.path, one.line)}  {one.relation}{inside}{text}"


def _by_file(found: Sequence[Reference]) -> list[Reference]:
    """Places of a file together, the file with most of them first; at most as many as are counted."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.path] = counts.get(one.path, 0) + 1
    return sorted(found[:MOST], key=lambda one: (-counts[one.path], one.path, one.line))


def _is_within(path: str, shown: str) -> bool:
    from fnmatch import fnmatchcase

    bare = shown.rstrip("/")
    return not bare or path == bare or path.startswith(f"{bare}/") or ("*" in bare and fnmatchcase(path, bare))
