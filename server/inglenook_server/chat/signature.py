"""The head of a definition in one line: its name, parameters and type, without its body. Pure text.

By rules of writing and not by a grammar: where a body begins (`:`, `{`, `do`, `=`), with brackets, strings and comments
told apart. Knows nothing of indexes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inglenook_indexer.text.printable import cut_short

from inglenook_server.completion.syntax.blanked import blanked

MAX_SIGNATURE = 160  # characters: what a line of a panel shows
_MAX_TAIL = 60  # characters behind the parameters that are kept when these are cut
_MAX_LINES = 60  # of a head that are looked at
_MAX_TEXT = 6_000  # characters of a head that are looked at

_INDENTED = frozenset(("python",))
_LINE_ENDED = frozenset(("ruby", "elixir", "lua", "bash"))
"""Where a head ends with its line."""
_LOOSE = frozenset(("go", "kotlin", "swift", "scala", "javascript", "typescript", "tsx", "dart"))
"""Where a line end may end a head, if the next line does not go on with it."""
_BRACED = _LOOSE | {"java", "c", "cpp", "csharp", "rust", "php", "zig", "proto", "css"}
_TYPED_BRACES = frozenset(("typescript", "tsx"))
"""Where braces may write a type."""

_DECORATOR = re.compile(r"\s*(?:@(?!interface\b)[\w.:]+|#!?\[|\[(?=[A-Z]))")
_OPEN = re.compile(r"[,:=|&+.(\[{<-]\s*$|->\s*$")
_GOES_ON = re.compile(r"\s*(?:[{:.=,)]|->|where\b|extends\b|implements\b|throws\b|with\b|override\b)")
_GO_TYPE = re.compile(r"(?:interface|struct)\s*$")
_ARROW = re.compile(r"=>|\bfunction\b")
_DO = re.compile(r",?\s*\bdo\b")
_DEF = re.compile(r"\s*(?:async\s+)?(?:def|class)\b")
_SPACED = re.compile(r"\s+")
_INNER = re.compile(r"([(\[{]) | (?=[)\]])|,\s*(?=[)\]])")


def signature(lines: Sequence[str], start_line: int, end_line: int, language: str) -> str:
    """The head of the definition that stands from `start_line` to `end_line` (1-based, inclusive) of a file's `lines`.

    In one line of at most 160 characters, cut between two parameters, without decorators, comments and body. Empty
    where these lines are blank, or none of the file's.
    """
    return _cut(whole_head(lines, start_line, end_line, language), language)


def whole_head(lines: Sequence[str], start_line: int, end_line: int, language: str) -> str:
    """The same, however long it is."""
    text = _head_text(lines, start_line, end_line)
    code = blanked(text, language)
    begin = _behind_decorators(code, language)
    end = max(begin, body_start(code, begin, language))
    kept = blanked(text, language, strings=False)[begin:end]
    flat = _INNER.sub(r"\1", _SPACED.sub(" ", kept)).strip().rstrip(",;").rstrip()
    return flat.removesuffix(" =").removesuffix(" :")


def head_end(lines: Sequence[str], start_line: int, end_line: int, language: str) -> tuple[int, int]:
    """Where the head of a definition ends: (line, 1-based; characters of that line that belong to it)."""
    text = _head_text(lines, start_line, end_line)
    code = blanked(text, language)
    end = body_start(code, _behind_decorators(code, language), language)
    return start_line + code.count("\n", 0, end), end - (code.rfind("\n", 0, end) + 1)


def body_start(code: str, begin: int, language: str) -> int:
    """Where the body begins of what is defined at `begin` of a blanked text; its end where nothing says so."""
    if language in _INDENTED:
        return _ends_at(code, begin, ":" if _DEF.match(code, begin) else "", lines_end=not _DEF.match(code, begin))
    if language in _LINE_ENDED:
        end = _ends_at(code, begin, "{" if language == "bash" else "", lines_end=True)
        found = _DO.search(code, begin, end) if language == "elixir" else None
        return found.start() if found else end
    if language in _BRACED:
        return _braced(code, begin, language)
    line = code.find("\n", begin)
    return line if line >= 0 else len(code)


def _head_text(lines: Sequence[str], start_line: int, end_line: int) -> str:
    first = max(start_line, 1) - 1
    return "\n".join(line[:_MAX_TEXT].rstrip("\r\n") for line in lines[first : min(end_line, first + _MAX_LINES)])[
        :_MAX_TEXT
    ]


def _behind_decorators(code: str, language: str) -> int:
    """Where the definition itself begins: behind blanks, decorators and attributes."""
    at = 0
    while found := _DECORATOR.match(code, at):
        bracket = found[0].lstrip()[0] == "[" or found[0].endswith("[")
        if bracket and language not in ("rust", "csharp", "php", "cpp"):
            break
        after = found.end() - (1 if bracket else 0)
        opens = re.compile(r"[ \t]*[(\[]").match(code, after)
        at = _closed(code, opens.end() - 1) if opens else after
    blanks = re.compile(r"\s*").match(code, at)
    return blanks.end() if blanks else at


def _closed(code: str, at: int) -> int:
    """Behind the bracket that closes the one at `at`; the end of the text where none does."""
    depth = 0
    for place in range(at, len(code)):
        depth += (code[place] in "([{") - (code[place] in ")]}")
        if depth == 0:
            return place + 1
    return len(code)


def _ends_at(code: str, begin: int, stops: str, *, lines_end: bool) -> int:
    """The first of `stops` outside brackets; with `lines_end` a line end, too."""
    depth = 0
    for place in range(begin, len(code)):
        one = code[place]
        if one in "([{" and not (one in stops and depth == 0):
            depth += 1
        elif one in ")]}":
            depth = max(0, depth - 1)
        elif depth == 0 and ((stops and one in stops) or (lines_end and one == "\n" and code[place - 1] != "\\")):
            return place
    return len(code)


def _braced(code: str, begin: int, language: str) -> int:
    """The same for languages whose bodies stand in braces."""
    depth, value = 0, False
    place = begin
    while place < len(code):
        one = code[place]
        if one in "([":
            depth += 1
        elif one in ")]":
            depth = max(0, depth - 1)
        elif one == "{":
            if depth == 0 and not value and not _writes_a_type(code, begin, place, language):
                return place
            place = _closed(code, place)
            continue
        elif depth == 0:
            if one == ";" or (one == "\n" and _line_ends(code, begin, place, language)):
                return place
            if one == "=" and not value:
                after = _assigned(code, begin, place)
                if after >= 0:
                    return after
                value = True
            if language == "cpp" and _initialises(code, begin, place):
                return place
        place += 1
    return len(code)


def _initialises(code: str, begin: int, place: int) -> bool:
    """Whether the members of a constructor begin here."""
    alone = code[place] == ":" and code[place - 1] != ":" and code[place + 1 : place + 2] != ":"
    return alone and code[max(begin, place - 40) : place].rstrip().endswith(")")


def _writes_a_type(code: str, begin: int, place: int, language: str) -> bool:
    before = code[max(begin, place - 40) : place]
    if language == "go":
        return bool(_GO_TYPE.search(before)) and code[place + 1 : place + 2] == "}"
    return language in _TYPED_BRACES and before.rstrip()[-1:] in tuple(":|&=<")


def _line_ends(code: str, begin: int, place: int, language: str) -> bool:
    """Whether the line end at `place` ends the head."""
    if code[begin : begin + 1] == "#":  # a macro of C
        return code[place - 1] != "\\"
    if language not in _LOOSE:
        return False
    before = code[max(begin, place - 40) : place]
    return bool(before.strip()) and not _OPEN.search(before) and not _GOES_ON.match(code, place)


def _assigned(code: str, begin: int, place: int) -> int:
    """Where the head ends at an `=`; -1 where what follows belongs to it, as the value of a constant does."""
    if code[place + 1 : place + 2] == ">":
        return place
    if code[place + 1 : place + 2] == "=" or code[place - 1] in "=!<>":
        return -1
    line = code.find("\n", place)
    rest = code[place + 1 : line if line >= 0 else len(code)]
    if "(" in code[begin:place]:
        return place
    if found := _ARROW.search(rest):
        if found[0] == "=>":
            return place + 1 + found.start()
        brace = rest.find("{", found.end())
        return place + 1 + brace if brace >= 0 else -1
    if rest.lstrip()[:1] in ("(", "<") or rest.lstrip().startswith("async"):  # an arrow function over several lines
        arrow = _ends_at(code, place + 1, "{;", lines_end=False)
        found = re.compile("=>").search(code, place, arrow)
        return found.start() if found else -1
    return -1


def _cut(flat: str, language: str) -> str:
    """At most 160 characters: parameters that are too many are left out, and what stands behind them is kept."""
    if len(flat) <= MAX_SIGNATURE:
        return flat
    code = blanked(flat, language)
    opens = code.find("(")
    closed = _closed(code, opens) if 0 <= opens < MAX_SIGNATURE else 0
    tail = flat[closed - 1 :] if closed and len(flat) - closed < _MAX_TAIL else ""
    room = MAX_SIGNATURE - len(tail) - 1
    depth, border = 0, 0
    for place, one in enumerate(code[:room]):
        depth += (one in "([{<") - (one in ")]}")
        if one == "," and depth == 1:
            border = place + 1
    if border and opens < border:
        return f"{flat[:border]} …{tail or ')'}"[: MAX_SIGNATURE + 2]
    return cut_short(flat, MAX_SIGNATURE)
