"""Holds back what may be a copy of an excerpt until that is known, and folds it into the place it was copied from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook_server.chat.claims.copies import MIN_LINE, Copies, Copy, is_prose
from inglenook_server.chat.claims.sentences import Unit
from inglenook_server.chat.excerpts import Excerpt


@dataclass(frozen=True, slots=True)
class Folded:
    """A copy, to be shown as its place; `first` and `last` are the units it began and ended with."""

    copy: Copy
    first: Unit
    last: Unit


class Folding:
    """Folds the copies of one answer. Sentences are never folded: what documentation says may be said again."""

    def __init__(self, excerpts: Sequence[Excerpt]) -> None:
        self._copies = Copies(excerpts)
        self._held: list[Unit] = []
        self._copy: Copy | None = None
        self._in_code = False

    def take(self, unit: Unit) -> list[Unit | Folded]:
        """Take the next unit, give what is known to be shown or folded, in order."""
        return self._take_code(unit) if unit.code else self._take_prose(unit)

    def finish(self) -> list[Unit | Folded]:
        """Give what was held."""
        held, copy = self._held, self._copy
        self._held, self._copy = [], None
        if held and copy is not None and copy.counts:
            return [Folded(copy, held[0], held[-1])]
        return list(held)

    def _take_code(self, unit: Unit) -> list[Unit | Folded]:
        if unit.fence and not self._in_code:
            done = self.finish()
            self._held, self._in_code = [unit], True
            return done
        if unit.fence:
            self._in_code = False
        if not self._held:
            return [unit]
        if not unit.fence and unit.text.strip():
            said = "\n".join(one.text for one in self._held[1:]) if self._copy is None else ""
            short = len("".join(f"{said}{unit.text}".split())) < MIN_LINE and self._copy is None
            copy = self._copies.find(f"{said}\n{unit.text}" if said else unit.text, self._copy)
            if not short and (copy is None or not (copy.goes_on or self._copy is None)):
                held, self._held, self._copy = self._held, [], None
                return [*held, unit]
            self._copy = copy
        self._held.append(unit)
        return self.finish() if unit.fence else []

    def _take_prose(self, unit: Unit) -> list[Unit | Folded]:
        if not unit.text:
            if self._held:
                self._held.append(unit)
                return []
            return [unit]
        copy = self._copies.find(unit.text, self._copy)
        done = [] if copy is not None and copy.goes_on else self.finish()
        if copy is None or is_prose(unit.text):
            return [*done, *self.finish(), unit]
        self._held.append(unit)
        self._copy = copy
        return done
