"""Where generation ends, as stop strings. Pure; the engine drops the stop string itself."""

from __future__ import annotations

from inglenook_server.completion.cursor import Cursor, indent_width
from inglenook_server.completion.trigger import Shape

MIN_SUFFIX_LINE = 4
"""Characters a line below must have to be a stop: `}` or `end` is also the end of what should be suggested."""

COMMENT_MARKERS = ("\n#", "\n//", "\n/*")
"""A comment at the left margin begins something else."""

TOP_LEVEL = ("\ndef ", "\nclass ", "\nfunc ", "\nfunction ", "\nexport ", "\nimport ", "\nfrom ", "\nif __name__")
"""Keywords that, at the left margin, begin the next definition; small models go on to it."""


def stop_strings(cursor: Cursor, shape: Shape) -> tuple[str, ...]:
    """Stops for one request: the line's end, or for a block a blank line, the line below, and what begins anew."""
    if shape == "line":
        return ("\n",)
    stops = ["\n\n"]
    below = cursor.next_code_below
    if len(below.strip()) >= MIN_SUFFIX_LINE:
        stops.append(f"\n{below}")
    opener = cursor.before if cursor.before.strip() else cursor.last_code_above
    if indent_width(opener) or opener:
        stops.extend((*COMMENT_MARKERS, *TOP_LEVEL))
    return tuple(stops)
