"""From the last edits to the places where the next one is due, the most certain first. Pure; applies nothing."""

from __future__ import annotations

from dataclasses import replace

from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.precision import SHOWN, certainty
from inglenook_server.next_edit.predictors import elsewhere, rename, same_change, signature

IN_FILE = (rename.predict, signature.predict, same_change.predict)
EVERYWHERE = (elsewhere.predict, same_change.predict_elsewhere)
BINDING = frozenset(("rename", "signature", "elsewhere"))


def candidates(situation: Situation) -> list[Offer]:
    """What the predictors say of this file, then of others, each in its order. Unranked, and as certain as measured."""
    found: list[Offer] = []
    for predictor in (*IN_FILE, *(EVERYWHERE if situation.uses is not None else ())):
        found += [replace(one, confidence=certainty(one.kind)) for one in predictor(situation)]
    return found


def next_edits(situation: Situation) -> list[Offer]:
    """The offers that are certain enough, one a place, the best first; empty where none is.

    Those of this file come first, and of them those that follow from a binding.
    """
    kept: list[Offer] = []
    for one in sorted(candidates(situation), key=lambda one: _rank(one, situation.path)):
        if one.confidence >= SHOWN and not any(
            one.path == other.path and one.start < other.end + 1 and other.start < one.end + 1 for other in kept
        ):
            kept.append(one)
    return kept


def of_a_binding(offer: Offer) -> bool:
    """Whether an offer follows from what a name is bound to, in whatever file it is."""
    return offer.kind.partition(".")[0] in BINDING


def _rank(offer: Offer, path: str) -> tuple[bool, bool, float]:
    return offer.path != path, not of_a_binding(offer), -offer.confidence
