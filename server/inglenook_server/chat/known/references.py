"""Where X is named, and how that was found: by imports where they tell which X is meant, else by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_indexer.types import Answer

from inglenook_server.chat.known.asked import MOST, Asked
from inglenook_server.chat.known.kinds import FUNCTIONS, VALUES, is_member
from inglenook_server.chat.known.namesakes import is_stub
from inglenook_server.chat.known.receivers import of_functions, of_methods

if TYPE_CHECKING:
    from inglenook_indexer.types import Reference, Symbol

_OWNER_FILES = 60
"""Files that name a method's class, in which calls of a common name are looked for one by one: a millisecond each."""
_HOMES = 4
"""Files that define or declare X, whose users are looked for: each costs a look-up."""


@dataclass(frozen=True, slots=True)
class Found:
    """Places that name a symbol, and how they were found."""

    places: Answer[Reference]
    note: str = ""
    """The sentence, of `found`, that says so; empty where nothing has to be said."""
    owner: str = ""
    """The class of a method."""
    beside: int = 0
    """Calls of that name in files that do not name the class."""
    beside_exact: bool = True
    functions: tuple[Symbol, ...] = ()
    """Functions of a method's name, whose calls are not among the places."""
    is_value: bool = False
    """Whether it is a constant or a field: the index does not know where these are read."""


def references(asked: Asked, target: Symbol | None, relation: str) -> Found:
    """Where X is named: where imports tell which X is meant, only those places; of methods by their name."""
    if target is None:
        return Found(asked.index.references(asked.name, relation=relation, limit=MOST), "found.outside")
    symbols = asked.subject.symbols or asked.subject.elsewhere
    if asked.is_any_member:
        return _of_any_member(asked, target, relation)
    if is_member(target):
        return _of_member(asked, target, relation)
    found = _of_homes(asked, target, relation)
    if target.kind in FUNCTIONS and any(is_member(one) for one in asked.of_that_name):
        found = of_functions(asked, found)
    several = len({one.path for one in symbols}) > 1 or not asked.subject.exact or asked.narrowed is not None
    note = "found.by_imports" if several else ""
    return Found(_exactly(found, target.name), note, is_value=target.kind in VALUES)


def _of_any_member(asked: Asked, target: Symbol, relation: str) -> Found:
    """Calls of any method of that name."""
    named = _exactly(asked.index.references(target.name, relation=relation, limit=MOST), target.name)
    found, judged = of_methods(asked, named)
    functions = tuple(one for one in asked.of_that_name if one.kind in FUNCTIONS and not is_member(one))
    return Found(found, "found.any_method", functions=functions if judged else ())


def _of_homes(asked: Asked, target: Symbol, relation: str) -> Answer[Reference]:
    """Places whose imports lead to a definition, or to a declaration of it, as a header has."""
    declared = [one.path for one in asked.subject.also if one.kind == "declaration" or is_stub(one.path)]
    homes = list(dict.fromkeys((target.path, *declared)))[:_HOMES]
    parts = [asked.index.references(target.name, relation=relation, defined_in=home, limit=MOST) for home in homes]
    if len(parts) == 1:
        return parts[0]
    every = dict.fromkeys(one for part in parts for one in part)
    return Answer(every, exact=all(part.whole for part in parts))


def _of_member(asked: Asked, target: Symbol, relation: str) -> Found:
    """Calls of a method, mentions of a field.

    Where several classes have one of that name: those in files that name its class.
    """
    named = _exactly(asked.index.references(target.name, relation=relation, limit=MOST), target.name)
    found, _ = of_methods(asked, named)
    owner = target.parent.rpartition(" > ")[2]
    called = bool(found)
    if asked.index.definitions(target.name, limit=2).total < 2:
        return Found(found, "found.by_method_name" if called else "", is_value=target.kind in VALUES)
    naming = asked.index.references(owner, limit=MOST)
    files = list(dict.fromkeys([target.path, *(one.path for one in naming)]))
    if found.exact and found.total == len(found):
        kept = [one for one in found if one.path in files or one.qualifier == owner]
        return Found(Answer(kept), "found.by_method_name" if kept else "", owner, len(found) - len(kept))
    parts = [
        asked.index.references(target.name, relation=relation, path=one, limit=MOST) for one in files[:_OWNER_FILES]
    ]
    some = [one for part in parts for one in part if one.name == target.name]
    whole = naming.whole and len(files) <= _OWNER_FILES
    beside = max(0, found.total - len(some))
    note = "found.by_method_name" if some else ""
    return Found(Answer(some, exact=whole), note, owner, beside, beside_exact=False)


def _exactly(found: Answer[Reference], name: str) -> Answer[Reference]:
    """Without names in another case, which the index gives where nothing else is there."""
    kept = [one for one in found if one.name == name]
    return found if len(kept) == len(found) else Answer(kept, exact=found.exact)
