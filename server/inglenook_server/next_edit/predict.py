"""From the last edits to the places where the next one is due, the most certain first. Pure; offers nothing by itself."""

from __future__ import annotations

from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.predictors import rename, same_change


def candidates(situation: Situation) -> list[Offer]:
    """Everything that the predictors say, unranked."""
    found = rename.predict(situation)
    return found or same_change.predict(situation)
