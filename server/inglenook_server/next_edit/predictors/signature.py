"""A function's parameter was renamed -> the callers that name their arguments. Knows the file's tree.

Where arguments are told by their place, a renamed parameter changes no caller. What an added parameter wants of its
callers is seen once one of them is changed: that is the same change again.
"""

from __future__ import annotations

from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.predictors.rename import in_lines, renamings
from inglenook_server.next_edit.syntax import Name, Tree


def predict(situation: Situation) -> list[Offer]:
    """The calls in this file that name a renamed parameter, the next one below first."""
    parsed, found = renamings(situation)
    if parsed is None or not parsed.names_arguments:
        return []
    for one in found:
        called = parsed.function_of(one.name) if one.name.declares == "parameter" else ""
        places = keyword_uses(parsed, one.old, called) if called else []
        if places:
            return in_lines(parsed, {(at.start, at.end): one.new for at in places}, situation, "signature.argument")
    return []


def keyword_uses(parsed: Tree, word: str, called: str) -> list[Name]:
    """Where calls of `called` name an argument `word`."""
    return [place for place in parsed.names(word) if place.key and parsed.called_at(place) == called]
