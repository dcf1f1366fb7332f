"""Commands that look something up and ask no model: /find, /define, /error; and what is said of a command that isn't.

Knows nothing of engines or LSP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inglenook_indexer.search.query import parse
from inglenook_indexer.search.report.report import is_report

from inglenook_server.chat.command_names import COMMANDS
from inglenook_server.chat.commands.error_words import error_words, same_file
from inglenook_server.chat.known.markdown import MAX_CODE, code, prose
from inglenook_server.chat.known.phrases import say
from inglenook_server.chat.known.types import KnownAnswer, Span
from inglenook_server.chat.places import Narrower, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inglenook_indexer.types import Hit

    from inglenook_server.chat.questions.forms import Language
    from inglenook_server.workspace.workspace import Searches

LISTED = 10
"""Places that a list has, at most."""
HITS = 20
"""Chunks that are looked at for them."""
NOTED = 3
"""Places of which a note below an answer tells what led there."""
LIKE = 5
"""Names that are offered instead of one that there is not."""
NOTHING = "Nothing in the workspace speaks of this error."
REPORTED = "The report leads to these places, the likeliest first:"
NEEDS = {"find": "/find the retry policy", "error": "/error and the text of the error", "define": "/define Pool.run"}


def find(wish: str, index: Searches) -> tuple[KnownAnswer, tuple[Hit, ...]]:
    """The places that a text is about, best first. Raises IndexMissing, StorageError."""
    query = parse(wish)
    hits = tuple(index.search(wish, limit=HITS))
    return fitting(Narrower(query, index).places(hits, LISTED)), hits


def fitting(places: Sequence[Place], language: Language = "en") -> KnownAnswer:
    """What is said where places are all that was asked for."""
    if not places:
        return KnownAnswer(say(language, "places.none"))
    return listed(say(language, "places.fit", count=len(places)), places)


def error(wish: str, index: Searches) -> tuple[KnownAnswer, tuple[Hit, ...]]:
    """The places that hold an error's own words: those of its trace first. Raises IndexMissing, StorageError."""
    query = parse(wish)
    if is_report(query):
        hits = tuple(index.search(wish, limit=HITS))
        places = Narrower(query, index).places(hits, LISTED)
        return (listed(REPORTED, places) if places else KnownAnswer(NOTHING)), hits
    words = error_words(query)
    hits = tuple(index.search(wish, limit=HITS))
    narrower = Narrower(query, index)
    places = narrower.places(hits, HITS)
    places = tuple(one for one in places if words.empty or words.stand_in(one, narrower.lines_of(one.path)))[:LISTED]
    if not places:
        return KnownAnswer(NOTHING), hits
    traced = any(same_file(place.path, frame.path) for frame in query.frames for place in places)
    if query.frames and traced:
        head = (
            "The trace goes through these files of the workspace, nearest the error first, then what else speaks of it:"
        )
    elif query.frames:
        head = "No file of the trace is in the workspace. These places speak of the error, the likeliest first:"
    else:
        head = "These places speak of the error, the likeliest first:"
    return listed(head, places), hits


def undefined(name: str, index: Searches) -> KnownAnswer:
    """What is said of a plain word that names no definition. Raises IndexMissing, StorageError."""
    like = index.similar_names(name, limit=LIKE)
    more = f" Names that are written much like it: {', '.join(map(code, like))}." if like else ""
    return KnownAnswer(f"Nothing called {code(name)} is defined in the workspace.{more}")


def listed(head: str, places: Sequence[Place]) -> KnownAnswer:
    """Places as a list in Markdown: where, what it is, the first sentence of its documentation, what led there."""
    rows = []
    for one in places:
        what = f" {code(one.signature, MAX_CODE)}" if one.signature else ""
        rows.append(f"- {code(one.cited, len(one.cited))}{what}{f': {prose(one.doc)}' if one.doc else ''}{led(one)}")
    spans = tuple(Span(one.path, one.start_line, one.end_line) for one in places)
    return KnownAnswer("\n".join([head, "", *rows]), spans, places[0].name or places[0].path)


def led(place: Place) -> str:
    """What of a report led to a place, behind it in a list."""
    return f" ({place.why})" if place.why else ""


def what_led(places: Sequence[Place]) -> list[str]:
    """A note below the answer to a pasted report: which of its names and lines led to the first places."""
    told = [f"{code(one.cited, len(one.cited))}{led(one)}" for one in places[:NOTED] if one.why]
    return [f"What of the report led where: {', '.join(told)}."] if told else []


def unknown(command: str) -> KnownAnswer:
    """What is said of a command that there is not."""
    rows = [f"- `/{one.name}`: {one.sentence}" for one in COMMANDS]
    return KnownAnswer("\n".join([f"There is no command {code('/' + command)}. These are the commands:", "", *rows]))


def wanting(command: str) -> KnownAnswer:
    """What is said of a command that needs words, and has none."""
    return KnownAnswer(f"Write what is meant behind the command, as in {code(NEEDS[command])}.")
