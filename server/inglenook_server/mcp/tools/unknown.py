"""What is said of a name that nothing has where it was looked for, and of names that are written much like it."""

from __future__ import annotations

from inglenook_server.chat.known.asked import Asked, full_name
from inglenook_server.chat.known.unknown import near_symbols
from inglenook_server.mcp.source import place, words

_ELSEWHERE = 4
"""Places elsewhere that are named, at most."""


def unknown(asked: Asked) -> str:
    """One sentence, and a line for each name that is like it. Raises what the index raises."""
    elsewhere = asked.subject.elsewhere
    if elsewhere:
        places = ", ".join(place(one.path, one.line) for one in elsewhere[:_ELSEWHERE])
        return f"{words(asked.name)} is not defined in {words(asked.question.path)}, but at {places}."
    alike = [
        f"{place(one.path, one.line, one.end_line)}  {one.kind} {words(full_name(one))}" for one in near_symbols(asked)
    ]
    return "\n".join(
        [f"The index has no definition of {words(asked.name)}.", *(["Written much like it:", *alike] if alike else [])]
    )
