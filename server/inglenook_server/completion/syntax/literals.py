"""What of a text is no code: the strings and comments of each language, as a table. Knows no brackets and no cursor.

A language is a few rows. A row's opener and what does not end it are regular expressions; its closer may depend on how
the opener was written (`r##"`, `<<EOF`, `[==[`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal as OneOf

ESCAPE = r"\\(?:.|\Z)"
"""A backslash takes the next character with it, a line end too."""
_WORD = re.compile(r"[^\W\d]\w*")
_LONGEST_REGEX = 80
"""Parts of a JavaScript regular expression: a slash that is a division must not be searched far for its partner."""


@dataclass(frozen=True, slots=True)
class Literal:
    """One kind of string or comment."""

    opener: str
    """A regular expression without groups."""
    closer: Callable[[str], str]
    """The regular expression of what ends it, from the opener as it is written."""
    kind: OneOf["string", "comment"] = "string"
    skip: str = ESCAPE
    """What does not end it though it looks so; empty for nothing."""
    long: bool = False
    """Whether it may go over several lines."""
    nests: bool = False
    """Whether it can stand in itself."""
    hole: str = ""
    """What opens code in it, up to a closing brace."""
    late: bool = False
    """Whether it begins on the next line."""
    mark: str = ""
    """The one character that ends it, if it is one."""
    stray: str = ""
    """The regular expression of its closer where none is open, which is a fault as its opener within it is."""


@dataclass(frozen=True, slots=True)
class Language:
    """What is no code in one language."""

    literals: tuple[Literal, ...]
    comments: tuple[str, ...] = ()
    """Regular expressions of comments that end with their line."""
    whole: tuple[str, ...] = ()
    """Regular expressions of what must not be taken for an opener."""


def _quoted(quote: str, *, before: str = "", skip: str = ESCAPE, long: bool = False, hole: str = "") -> Literal:
    """A string between two quotation marks alike; `before` is what else its opener has."""
    mark = quote if len(quote) == 1 else ""
    return Literal(before + quote, lambda _: quote, skip=skip, long=long, hole=hole, mark=mark)


def _comment(opener: str, closer: str, *, nests: bool = False) -> Literal:
    end = re.escape(closer)
    return Literal(re.escape(opener), lambda _: end, "comment", skip="", long=True, nests=nests, stray=end)


def _here(opener: str) -> Literal:
    """A here-document: from the next line to the one that holds its word alone."""

    def alone(written: str) -> str:
        return rf"^[ \t]*{_WORD.findall(written)[-1]}\b"

    return Literal(opener, alone, skip="", long=True, late=True)


_DOUBLE, _SINGLE = _quoted('"'), _quoted("'")
_LONG_DOUBLE = _quoted('"', long=True)
_TRIPLE, _TRIPLE_SINGLE = _quoted('"""', long=True), _quoted("'''", long=True)
_VERBATIM_TRIPLE = Literal('"""', lambda _: '"""+', skip="", long=True)
_RAW = Literal(r'\b[bc]?r#*"', lambda written: '"' + "#" * written.count("#"), skip="", long=True)
_CPP_RAW = Literal(r'R"[^()\\\s"]{0,16}\(', lambda written: re.escape(")" + written[2:-1] + '"'), skip="", long=True)
_SHARP_RAW = Literal(r'(?<!\$)\$*+"""+', lambda written: '"' * written.count('"'), skip="", long=True)
_R_RAW = Literal(r"""\b[rR]["']-*\(""", lambda written: re.escape(")" + written[2:-1] + written[1]), skip="", long=True)
_LUA_LONG = Literal(r"\[=*\[", lambda written: written.replace("[", r"\]"), skip="", long=True)
_LUA_COMMENT = Literal(r"--\[=*\[", lambda written: written[2:].replace("[", r"\]"), "comment", skip="", long=True)
_BLOCK, _NESTED = _comment("/*", "*/"), _comment("/*", "*/", nests=True)
_SCALAR = r"(?<![^\s\[{,:(=-])"
"""What a quotation mark must stand behind where most text is not quoted."""
_CHAR = r"'(?:[^'\\\n]|\\[^\n]{1,8}?)'"
"""One character; a single quote alone begins a lifetime, a label or a symbol."""
_REGEX = (
    r"(?:(?<=[(,=:\[!&|?{};])|(?<=[(,=:\[!&|?{};>] )|(?<=return ))"
    rf"/(?![*/])(?:[^/\\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n]){{0,{_LONGEST_REGEX}}}+\]){{1,{_LONGEST_REGEX}}}+/"
)
_HASH, _SLASHES, _DASHES = r"#[^\n]*", r"//[^\n]*", r"--[^\n]*"

_C = Language((_DOUBLE, _BLOCK), (_SLASHES,), (_CHAR,))
_SCRIPT = Language((_quoted("`", long=True, hole="${"), _DOUBLE, _SINGLE, _BLOCK), (_SLASHES,), (_REGEX,))
_VERBATIM = Language((_VERBATIM_TRIPLE, _DOUBLE, _NESTED), (_SLASHES,), (_CHAR,))
_PLAIN = Language((_DOUBLE, _SINGLE))
_SHELLISH = Language((_DOUBLE, _SINGLE), (rf"(?<!\\){_HASH}",))

# Ruby, Perl and PHP know strings over several lines, and much that is not read here: regular expressions, `%q(it's)`,
# the text around the code. There a string ends with its line, so that a misread apostrophe does no harm below.
LANGUAGES = {
    "python": Language((_TRIPLE, _TRIPLE_SINGLE, _DOUBLE, _SINGLE), (_HASH,)),
    **dict.fromkeys(("javascript", "typescript", "tsx"), _SCRIPT),
    "go": Language((_quoted("`", skip="", long=True), _DOUBLE, _BLOCK), (_SLASHES,), (_CHAR,)),
    "rust": Language((_RAW, _LONG_DOUBLE, _NESTED), (_SLASHES,), (_CHAR,)),
    "java": Language((_TRIPLE, _DOUBLE, _BLOCK), (_SLASHES,), (_CHAR,)),
    "c": _C,
    "cpp": Language((_CPP_RAW, _DOUBLE, _BLOCK), (_SLASHES,), (_CHAR,)),
    "csharp": Language(
        (_SHARP_RAW, _quoted('"', before=r"(?:@\$?|\$@)", skip='""', long=True), _DOUBLE, _BLOCK), (_SLASHES,), (_CHAR,)
    ),
    **dict.fromkeys(("kotlin", "scala"), _VERBATIM),
    "swift": Language(
        (
            Literal('(?<!#)#++"""', lambda written: '"""' + "#" * written.count("#"), skip="", long=True),
            Literal('(?<!#)#++"', lambda written: '"' + "#" * written.count("#"), skip=""),
            _TRIPLE,
            _DOUBLE,
            _NESTED,
        ),
        (_SLASHES,),
    ),
    "dart": Language(
        (
            *(_quoted(mark, before=r"\br", skip="", long=len(mark) == 3) for mark in ('"""', "'''", '"', "'")),
            _TRIPLE,
            _TRIPLE_SINGLE,
            _DOUBLE,
            _SINGLE,
            _NESTED,
        ),
        (_SLASHES,),
    ),
    "zig": Language((_DOUBLE,), (_SLASHES,), (_CHAR, r"\\\\[^\n]*")),
    "proto": Language((_DOUBLE, _SINGLE, _BLOCK), (_SLASHES,)),
    "css": Language((_DOUBLE, _SINGLE, _BLOCK), (rf"(?<!:){_SLASHES}",)),
    "php": Language(
        (_here(r"<<<[ \t]*[\"']?[^\W\d]\w*[\"']?"), _DOUBLE, _SINGLE, _BLOCK), (_SLASHES, r"#(?!\[)[^\n]*")
    ),
    "ruby": Language(
        (
            Literal(r"^=begin\b", lambda _: r"^=end\b", "comment", skip="", long=True, stray=r"^=end\b"),
            _here(r"(?<!\d)(?<!\d )<<[~-]?[\"']?[A-Z_]\w*[\"']?"),
            _DOUBLE,
            _SINGLE,
        ),
        (_HASH,),
        (r"""(?<!\w)\?["'#]""",),
    ),
    "perl": Language(
        (_DOUBLE, _SINGLE),
        (r"(?<![$\w{&@\\])#[^\n]*",),
    ),
    "bash": Language(
        (
            _here(r"(?<![\d)<])<<-?[ \t]*[\"'\\]?[^\W\d]\w*[\"']?"),  # behind a number it is a shift
            _quoted("'", before=r"\$", long=True),
            _quoted("'", skip="", long=True),
            _LONG_DOUBLE,
        ),
        (r"(?<![^\s;()|&`])#[^\n]*",),
        (r"\\.",),
    ),
    "r": Language((_R_RAW, _LONG_DOUBLE, _quoted("'", long=True)), (_HASH,)),
    "julia": Language((_TRIPLE, _LONG_DOUBLE, _comment("#=", "=#", nests=True)), (r"#(?!=)[^\n]*",), (_CHAR,)),
    "elixir": Language((_TRIPLE, _TRIPLE_SINGLE, _LONG_DOUBLE, _SINGLE), (_HASH,), (r"""(?<!\w)\?\\?["'#]""",)),
    "erlang": Language((_LONG_DOUBLE, _SINGLE), (r"%[^\n]*",), (r"""\$\\?["'%]""",)),
    "haskell": Language((_DOUBLE, _comment("{-", "-}", nests=True)), (_DASHES,), (_CHAR,)),
    "lua": Language((_LUA_COMMENT, _LUA_LONG, _DOUBLE, _SINGLE), (_DASHES,)),
    "sql": Language(
        (_quoted("'", skip="''", long=True), _quoted('"', skip='""', long=True), _quoted("`", skip=""), _BLOCK),
        (_DASHES,),
    ),
    "nix": Language((_quoted("''", skip=r"''(?:[$']|\\.)", long=True), _LONG_DOUBLE, _BLOCK), (_HASH,)),
    "terraform": Language((_here(r"<<-?[^\W\d]\w*"), _DOUBLE, _BLOCK), (_HASH, _SLASHES)),
    "toml": Language((_TRIPLE, _quoted("'''", skip="", long=True), _DOUBLE, _quoted("'", skip="")), (_HASH,)),
    "json": Language((_DOUBLE, _SINGLE, _BLOCK), (_SLASHES,)),
    "yaml": Language((_quoted('"', before=_SCALAR), _quoted("'", before=_SCALAR, skip="''")), (r"(?<!\S)#[^\n]*",)),
    **dict.fromkeys(
        ("ini", "dotenv"),
        Language((_quoted('"', before=_SCALAR), _quoted("'", before=_SCALAR)), (r"(?<!\S)[#;][^\n]*",)),
    ),
    "cmake": Language((_comment("#[[", "]]"), _LONG_DOUBLE), (_HASH,)),
    **dict.fromkeys(("make", "dockerfile"), _SHELLISH),
    **dict.fromkeys(("markdown", "text", "rst", "html", "xml", "vue", "svelte"), None),
}
"""By name; None for prose: apostrophes and smileys, brackets there are nobody's to balance."""


def literals_of(language: str) -> Language | None:
    """The rows of a language, None for prose; of an unknown one the two quotation marks."""
    return LANGUAGES.get(language, _PLAIN)


@functools.lru_cache(maxsize=256)
def code(language: Language) -> re.Pattern[str]:
    """What ends a stretch of plain code: a comment, a whole string, an opener (group `lN` of row N), a bracket.

    The first alternative wins. Whatever matches is behind the search for good, so that a text is read once.
    """
    parts = list(language.whole)
    openers = [rf"{_whole(row)}(?P<l{number}>{row.opener})" for number, row in enumerate(language.literals)]
    long_comments = [part for part, row in zip(openers, language.literals, strict=True) if row.kind == "comment"]
    strings = [part for part, row in zip(openers, language.literals, strict=True) if row.kind == "string"]
    parts += [*long_comments, *(f"(?P<comment>{'|'.join(language.comments)})" for _ in language.comments[:1]), *strings]
    parts.append(r"(?P<bracket>[()\[\]{}])")
    if strays := [row.stray for row in language.literals if row.stray]:
        parts.append(f"(?P<stray>{'|'.join(strays)})")
    if any(row.late for row in language.literals):
        parts.append(r"(?P<line>\n)")
    return re.compile("|".join(parts), re.DOTALL | re.MULTILINE)


def _whole(row: Literal) -> str:
    """An alternative for a whole string between single quotation marks: most are, and this is the quick way past."""
    mark = row.mark
    if not mark or row.hole:
        return ""
    stops = mark + ("\\\\" if row.skip == ESCAPE else "") + ("" if row.long else "\\n")
    free = f"[^{stops}]*+"
    skip = r"\\." if row.skip == ESCAPE else row.skip
    return f"{row.opener}{free}(?:{skip}{free})*+{mark}|" if skip else f"{row.opener}{free}{mark}|"


@functools.lru_cache(maxsize=256)
def inside(row: Literal, opener: str) -> re.Pattern[str]:
    """What matters within a literal: what is skipped, its end, what opens in it, the line end where it is a fault."""
    parts = [row.skip] if row.skip else []
    parts.append(f"(?P<close>{row.closer(opener)})")
    if row.nests or row.stray:
        parts.append(f"(?P<open>{row.opener})")
    if row.hole:
        parts.append(f"(?P<hole>{re.escape(row.hole)})")
    if not row.long:
        parts.append(r"(?P<line>\n)")
    return re.compile("|".join(parts), re.DOTALL | re.MULTILINE)
