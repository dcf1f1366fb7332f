"""One session's next edits: versions of files in, offers out, and what became of them. Knows no LSP and no thread.

Everything is kept in memory and forgotten with the session. Call it from one thread.
"""

from __future__ import annotations

import itertools
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from inglenook_server.next_edit.edit_log import EditLog
from inglenook_server.next_edit.manners import Refusals, allowed
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.predict import next_edits, of_a_binding
from inglenook_server.next_edit.uses import Uses

MOST = 100
"""Places in one answer."""
_LIVE = 400
"""Offers whose outcome is waited for."""
_ACCEPTED = 40
"""Accepted offers that an undo is told by."""

Withheld = Callable[[str], bool]
"""Whether a text holds a secret."""


@dataclass(slots=True)
class NextEdits:
    """The edits, the refusals and the offers of a session."""

    withheld: Withheld
    log: EditLog = field(default_factory=EditLog)
    refusals: Refusals = field(default_factory=Refusals)
    _live: OrderedDict[str, Offer] = field(default_factory=OrderedDict)
    _accepted: deque[Offer] = field(default_factory=lambda: deque(maxlen=_ACCEPTED))
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _session: str = field(default_factory=lambda: secrets.token_hex(6))
    _commits: dict[str, str] = field(default_factory=dict)
    _silent: bool = True
    """Nothing is offered after an undo, a paste or a checkout, until there is an edit again."""

    def version(self, path: str, text: str, now: float, *, opened: bool = False) -> None:
        """A file is opened, or has a new version; `now` in seconds."""
        if opened:
            self.log.closed(path)
            self.log.opened(path, text)
            return
        self._silent = not self.log.changed(path, text, now)
        if self.log.undone is not None:
            gone = "\n".join(self.log.undone)
            for one in self._accepted:
                if one.path == path and one.new.strip() and one.new.strip() in gone:
                    self.refusals.add(one)

    def checked_out(self, folder: str, commit: str) -> None:
        """Which commit a folder is at: another one than before makes the edits past history."""
        if self._commits.setdefault(folder, commit) != commit:
            self._commits[folder] = commit
            self.log.forget()
            self._silent = True

    def ask(self, path: str, text: str, language: str, uses: Uses | None) -> dict[str, Offer]:
        """The next edit and the other places of the same change, by an id for each; empty where there is none."""
        edits = [one for one in self.log.edits if not self.withheld("\n".join((*one.old, *one.new)))]
        if self._silent or not edits or edits[-1].path != path or edits[-1] != self.log.edits[-1]:
            return {}
        situation = Situation(edits, path, text, language, uses)
        found = [
            one
            for one in next_edits(situation)
            if allowed(one, situation) and not self.refusals.holds(one) and not self.withheld(one.new)
        ]
        if found:  # one change at a time: what another predictor sees waits its turn
            found = [
                one for one in found if one.kind == found[0].kind or of_a_binding(one) is of_a_binding(found[0]) is True
            ]
        offers = {f"{self._session}-{next(self._numbers)}": one for one in found[:MOST]}
        self._live.update(offers)
        while len(self._live) > _LIVE:
            self._live.popitem(last=False)
        return offers

    def told(self, id: str, kind: str) -> None:
        """What became of an offer: "shown", "accepted" or "rejected"; other words and ids are passed over."""
        offer = self._live.get(id)
        if offer is None:
            return
        if kind == "accepted":
            self._accepted.append(offer)
            del self._live[id]
        elif kind == "rejected":
            self.refusals.add(offer)
            del self._live[id]
