"""A renamed definition's uses in other files. Knows the index through `Uses`, and the trees of the files it names."""

from __future__ import annotations

from dataclasses import replace

from inglenook_indexer.text.languages import language_of

from inglenook_server.documents import bare_lines
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.predictors import rename, signature
from inglenook_server.next_edit.predictors.rename import Renaming, in_lines, renamings
from inglenook_server.next_edit.predictors.signature import keyword_uses
from inglenook_server.next_edit.syntax import Name, Tree, tree

MOST = 200
"""Places in other files that are offered together."""
FILES = 3
"""Files edited before this one whose renamings are followed."""


def predict(situation: Situation) -> list[Offer]:
    """The lines of other files that still say the old name, file by file.

    Where the latest edit was made in one of them, the file that declares the name is one of the others.
    """
    if situation.uses is None:
        return []
    offers = _of_renamings(situation)
    for path in list(dict.fromkeys(edit.path for edit in reversed(situation.edits) if edit.path != situation.path))[
        :FILES
    ]:
        edits = [edit for edit in situation.edits if edit.path == path]
        text = situation.uses.text(path)
        there = Situation(edits, path, text, language_of(path), situation.uses)
        if text and all(tuple(bare_lines(text)[one.line : one.end]) == one.new for one in edits):
            offers += [*rename.predict(there), *signature.predict(there), *_of_renamings(there)]
    return offers[:MOST]


def _of_renamings(situation: Situation) -> list[Offer]:
    parsed, found = renamings(situation)
    if parsed is None:
        return []
    offers: list[Offer] = []
    for one in found:
        if one.name.declares == "parameter":
            called = parsed.function_of(one.name)
            if called and (one.name.key or parsed.names_arguments):
                offers += _offers(one, called, parsed, situation, "parameter")
        elif one.name.kind != "function":
            offers += _offers(one, one.old, parsed, situation, "member" if one.name.member else "top")
    return offers


def _offers(one: Renaming, name: str, parsed: Tree, situation: Situation, kind: str) -> list[Offer]:
    assert situation.uses is not None
    offers: list[Offer] = []
    for path, lines in situation.uses.elsewhere(name, situation.path).items():
        text = situation.uses.text(path)
        other = tree(text, language_of(path)) if text and one.old in text else None
        if other is None or other.language != parsed.language:
            continue
        if kind == "parameter":
            places = keyword_uses(other, one.old, name)
        else:
            places = [place for place in other.names(one.old) if _fits(place, other, lines, kind)]
            if any(place.declares for place in other.names(one.old)):
                continue  # it has a name of its own
        spans = {(place.start, place.end): one.new for place in places}
        there = replace(situation, path=path, edits=[replace(situation.latest, path=path, line=0)])
        offers += in_lines(other, spans, there, f"elsewhere.{kind}")
    return offers


def _fits(place: Name, other: Tree, lines: frozenset[int], kind: str) -> bool:
    """Whether a place may be a use: one that the index knows, or another mention of a name that is imported."""
    if place.key or place.declares:
        return False
    return other.line(place.start) in lines or (kind == "top" and not place.member)
