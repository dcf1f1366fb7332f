"""Where generation ends, as stop strings per language. Pure; the engine drops the stop string itself."""

from __future__ import annotations

from inglenook_indexer.text.languages import LANGUAGES

from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.completion.syntax.trigger import Shape

MIN_SUFFIX_LINE = 4
"""Characters a line below must have to be a stop: `}` or `end` is also the end of what should be suggested."""

MAX_SUFFIX_LINE = 200
"""Characters of it that are compared: a text that repeats so many goes on repeating."""

TOP_LEVEL = {
    "python": ("def ", "class ", "async def ", "import ", "from ", "if __name__", "@"),
    "ruby": ("def ", "class ", "module ", "require "),
    "javascript": ("function ", "class ", "export ", "import ", "async function ", "module.exports"),
    "go": ("func ", "type ", "var ", "const ", "import ", "package "),
    "rust": ("fn ", "pub ", "struct ", "enum ", "impl ", "use ", "mod ", "trait ", "#["),
    "java": ("import ", "package ", "public class ", "class ", "@"),
    "c": ("#include", "#define", "static ", "int ", "void ", "struct ", "typedef "),
    "php": ("function ", "class ", "namespace ", "use ", "?>"),
    "bash": ("function ",),
}
"""Words that, at the left margin, begin the next definition; small models go on to it."""
ALIKE = {
    **dict.fromkeys(("typescript", "tsx", "vue", "svelte"), "javascript"),
    **dict.fromkeys(("csharp", "kotlin", "scala", "swift", "dart"), "java"),
    "cpp": "c",
}
"""Languages that go by another's words."""
OTHERS = ("def ", "class ", "func ", "function ", "import ")
PROSE = frozenset({"markdown", "text", "rst", "html"})


def stop_strings(cursor: Cursor, shape: Shape, language: str = "text") -> tuple[str, ...]:
    """Stops for one request: the line's end, or for a block a blank line, the line below, and what begins anew."""
    if shape == "line":
        return ("\n",)
    stops = ["\n\n"]
    below = cursor.next_code_below
    if len(below.strip()) >= MIN_SUFFIX_LINE:
        stops.append(f"\n{below[:MAX_SUFFIX_LINE]}")
    if language not in PROSE:
        stops.append("\n```")
    opener = cursor.before if cursor.before.strip() else cursor.last_code_above
    if opener:
        stops.extend(f"\n{marker}" for marker in comment_markers(language))
        stops.extend(f"\n{word}" for word in TOP_LEVEL.get(ALIKE.get(language, language), OTHERS))
    return tuple(dict.fromkeys(stops))


def comment_markers(language: str) -> tuple[str, ...]:
    """What begins a comment at the left margin, and with it something else."""
    known = LANGUAGES.get(language)
    mark = known.comment if known else ""
    if not mark:
        return ()
    return (mark, "/*") if mark == "//" else (mark,)
