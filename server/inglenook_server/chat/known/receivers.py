"""Which places of a bare name call a method, and which a function: by what stands before the name.

In languages where a method is never called by its name alone. What is not looked at counts as either.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from inglenook_indexer.symbols.facts import last_part
from inglenook_indexer.types import Answer

from inglenook_server.chat.known.targets import EXPLICIT, JOINT

if TYPE_CHECKING:
    from inglenook_indexer.types import Import, Reference

    from inglenook_server.chat.known.asked import Asked

_MOST_FILES = 60
"""Files that are read: some milliseconds each."""
_LINE = 1_000  # characters of a line in which a call is looked for


def of_methods(asked: Asked, found: Answer[Reference]) -> tuple[Answer[Reference], bool]:
    """The places that may call a method, and whether every other was told from these.

    Left out are calls of a name behind no dot, or behind a module of Python's own library, as `asyncio.run`.
    """
    judged = _judged(found)
    kept = _without(
        found,
        judged,
        lambda one: _is_library(asked, one) if one.qualifier else not _stands(asked, one, rf"{JOINT}\s*"),
    )
    return kept, found.whole and all(one in judged for one in found if one.relation == "call")


def of_functions(asked: Asked, found: Answer[Reference]) -> Answer[Reference]:
    """The places that may call a function: without calls on values, as `self.run()` or Python's `pool.run()`."""
    return _without(
        found,
        _judged(found),
        lambda one: _is_value(asked, one) if one.qualifier else not _stands(asked, one, r"(?<![\w$.>:])"),
    )


def _judged(found: Answer[Reference]) -> frozenset[Reference]:
    """The calls that are looked at: of the first files, in languages that tell a method by how it is called."""
    files = list(dict.fromkeys(one.path for one in found))[:_MOST_FILES]
    return frozenset(one for one in found if one.relation == "call" and one.path in files and one.language in EXPLICIT)


def _without(
    found: Answer[Reference], judged: frozenset[Reference], is_other: Callable[[Reference], bool]
) -> Answer[Reference]:
    """The places without those of `judged` that are something other."""
    kept = [one for one in found if one not in judged or not is_other(one)]
    return Answer(kept, max(len(kept), found.total - len(found) + len(kept)), exact=found.exact)


def _stands(asked: Asked, one: Reference, before: str) -> bool:
    """Whether the name stands in its line behind this; so it counts, too, where its line does not hold it."""
    lines = asked.lines(one.path)
    line = lines[one.line - 1][:_LINE] if 0 < one.line <= len(lines) else ""
    name = rf"{re.escape(one.name)}(?![\w$])"
    return not re.search(rf"(?<![\w$]){name}", line) or bool(re.search(before + name, line))


def _is_value(asked: Asked, one: Reference) -> bool:
    """Whether what stands before the dot is no module in Python: nothing that is imported, nor a part of something."""
    if one.language != "python" or _binding(asked, one):
        return False
    return not _stands(asked, one, rf"\.\s*{re.escape(one.qualifier)}\s*\.\s*")


def _is_library(asked: Asked, one: Reference) -> bool:
    """Whether what stands before the dot is imported from Python's own library."""
    binding = _binding(asked, one) if one.language == "python" else []
    return bool(binding) and all(
        not each.target and each.module.partition(" as ")[0].partition(".")[0] in sys.stdlib_module_names
        for each in binding
    )


def _binding(asked: Asked, one: Reference) -> list[Import]:
    """The imports that give its file what stands before the dot."""
    return [
        each
        for each in asked.imports(one.path)
        if one.qualifier in (name.rpartition(" as ")[2] for name in each.names)
        or (not each.names and last_part(each.module.rpartition(" as ")[2]) == one.qualifier)
    ]
