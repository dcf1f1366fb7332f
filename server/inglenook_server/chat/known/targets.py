"""Which definition a name in the code means, as far as the text says so. Knows no answers.

Sure is what the same file or class defines, and what imports or what stands before the dot lead to. Anything else is
found by its name alone, which says little where several definitions have it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from inglenook_indexer.symbols.facts import last_part

from inglenook_server.chat.known.kinds import MEMBERS

if TYPE_CHECKING:
    from inglenook_indexer.types import Import, Reference, Symbol

    from inglenook_server.workspace.workspace import Searches

_MOST = 24  # definitions of one name that are looked at
_LINE = 1_000  # characters of a line in which a call is looked for
EXPLICIT = frozenset(("python", "javascript", "typescript", "tsx", "go", "rust", "lua", "php"))
"""Languages in which a method is never called by its name alone."""
_PACKAGED = frozenset(("go", "java", "kotlin", "scala", "csharp", "swift"))
"""Languages in which the files of a folder see each other without imports."""
_SELF = r"\b(?:self|this|cls|super|Self|static|parent)\b(?:\([^()]*\))?|@"
JOINT = r"(?:\.|->|::|\?\.|!\.)"

State = Literal["sure", "only", "several", "outside"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a name means."""

    state: State
    symbol: Symbol | None = None
    """The definition, where it is sure or the only one."""
    count: int = 0
    """How many have the name."""
    exact: bool = True


def written(one: Reference) -> str:
    """A mention as it stands in the code, with what stands before its dot."""
    return f"{one.qualifier}.{one.name}" if one.qualifier else one.name


@dataclass(frozen=True)
class Targets:
    """What names mean in the lines of `home`, whose file has these `lines`. Each question takes a few milliseconds."""

    index: Searches
    home: Symbol
    lines: Sequence[str]

    def of(self, one: Reference) -> Target:
        """What a mention in these lines means."""
        found = self.index.definitions(one.name, near=self.home.path, limit=_MOST)
        same = [each for each in found if each.name == one.name]
        bodies = [each for each in same if each.kind not in ("declaration", "implementation")] or same
        is_member, is_own = self._receiver(one)
        kept = bodies
        if not is_member and self.home.language in EXPLICIT:
            kept = [each for each in bodies if each.kind not in MEMBERS or not each.parent]
        if not kept:
            return Target("outside")
        if sure := self._sure(one, kept, is_member=is_member, is_own=is_own):
            return Target("sure", sure)
        if is_member:
            kept = [each for each in kept if each.parent] or kept
        if len(kept) == 1 and found.exact:
            return Target("only", kept[0], 1)
        return Target("several", None, max(len(kept), 2), found.exact and found.total <= _MOST)

    def _receiver(self, one: Reference) -> tuple[bool, bool]:
        """Whether something stands before the dot, and whether that is the object itself."""
        if one.qualifier:
            return True, False
        line = self.lines[one.line - 1][:_LINE] if 0 < one.line <= len(self.lines) else ""
        name = re.escape(one.name)
        is_own = bool(re.search(rf"(?:{_SELF})\s*{JOINT}\s*{name}\b", line))
        return is_own or bool(re.search(rf"{JOINT}\s*{name}\b", line)), is_own

    def _sure(self, one: Reference, found: Sequence[Symbol], *, is_member: bool, is_own: bool) -> Symbol | None:
        path, around = self.home.path, {self.home.parent, self._whole}
        here = [each for each in found if each.path == path]
        if is_own or not is_member:
            own = [each for each in here if each.parent and each.parent in around]
            if own and (is_own or self.home.language not in EXPLICIT or own[0].kind not in MEMBERS):
                return own[0]
            if is_own:
                return None
        if not is_member:
            if top := [each for each in here if not each.parent or each.kind not in MEMBERS]:
                return top[0]
            return self._imported(one.name, one.name, found) or self._beside(found)
        return self._qualified(one, found)

    def _qualified(self, one: Reference, found: Sequence[Symbol]) -> Symbol | None:
        """The definition that `qualifier.name` means: of a class or a module of that name."""
        of_class = [each for each in found if each.parent.rpartition(" > ")[2] == one.qualifier and one.qualifier]
        files = {each.path for each in of_class}
        if len(files) == 1:
            return of_class[0]
        if of_class:
            return next((each for each in of_class if each.path == self.home.path), None)
        return self._imported(one.qualifier, one.name, [each for each in found if each.kind not in MEMBERS])

    def _imported(self, local: str, name: str, found: Sequence[Symbol]) -> Symbol | None:
        """The definition that this file imports as `local`, or from the module that it calls so."""
        taking = [one for one in self._imports if one.target and _takes(one, local)]
        if not taking:
            return None
        for one in taking:
            for each in found:
                if each.path == one.target or (one.target.endswith("/") and _folder(each.path) == one.target):
                    return each
        if local != name:
            return None
        for each in found[:3]:  # through re-exports
            if self.index.references(name, path=self.home.path, defined_in=each.path, limit=1):
                return each
        return None

    def _beside(self, found: Sequence[Symbol]) -> Symbol | None:
        """The definition in the same package, where files of one see each other."""
        if self.home.language not in _PACKAGED:
            return None
        near = [each for each in found if _folder(each.path) == _folder(self.home.path) and each.kind not in MEMBERS]
        return near[0] if len(near) == 1 else None

    @property
    def _whole(self) -> str:
        return f"{self.home.parent} > {self.home.name}" if self.home.parent else self.home.name

    @cached_property
    def _imports(self) -> list[Import]:
        return self.index.imports(self.home.path)


def _takes(one: Import, local: str) -> bool:
    """Whether an import brings a name into its file."""
    names = [name.rpartition(" as ")[2] for name in one.names]
    return local in names or "*" in names or last_part(one.module) == local


def _folder(path: str) -> str:
    return f"{path.rpartition('/')[0]}/"
