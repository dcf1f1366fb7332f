"""A query, taken apart without a model: its kind, its names, its words, the places it speaks of. Pure.

Knows nothing of what is indexed, and of the ranker only that it wants these parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from inglenook_indexer.search.stack_trace import Frame, frames
from inglenook_indexer.text.languages import LANGUAGES, language_of
from inglenook_indexer.text.words import MAX_WORD, STOP_WORDS, identifiers, looks_like_symbol, parts, stem

Kind = Literal["symbol", "prose", "path", "trace", "error", "code"]
Wish = Literal["", "definition", "use"]

_EDGES = "`'\"?!,;.()[]{}"
_AMBIGUOUS = frozenset(("c", "r", "go", "rust", "swift", "dart", "text", "make", "css", "json", "yaml", "toml", "xml",
                        "html", "sql", "markdown", "ini", "diff", "dockerfile"))  # fmt: skip
"""Names of languages that are ordinary words, or things that code speaks of."""
_MAX_WORDS = 60  # of one query that are weighed: a pasted file is a bag of its first words
_MAX_TEXT = 20_000  # characters of a query that are looked at, as many as are searched for a trace
_MAX_WISH = 500  # characters in which a wish is said
_NAME = r"(?P<name>[^\W\d][\w.:]*)"
_QUOTED = re.compile(r"(?<!`)`++([^`\n]{1,200})`++|(?<!\w)['\"‘“]([\w.:$/-]{2,120})['\"’”](?!\w)")
_PATH = re.compile(r"(?<![\w@+.:/-])(?:\.{0,2}/)?(?:[\w@+.-]+/)*[\w@+.-]*\w(?:/|(?::\d+(?:-\d+)?)?)(?![\w/])")
_PLACE = re.compile(r"(?P<path>.+?)(?::(?P<line>\d{1,9})(?:[:-]\d+)?)?$")
_CODE = re.compile(r"[;{}=]|\w\(|[\w)\]]:$|^\s*(?:import|from|return|use|#include|@\w+)\b|->|::")
"""A line of code, as a rule: a question of several lines is still a question."""
_ERROR = re.compile(
    r"(?:^|\n|\s)(?:\w+[.:])*[A-Z]\w*(?:Error|Exception|Warning|Panic|Fault)\b(?=\s*[:(\[]|\s*$)"
    r"|^[^\S\n]*+(?:error|fatal|panic|exception|uncaught|unhandled|traceback|assertion failed)\b[\w\[\] ]*[:(]"
    r"|\berror(?:\[\w+\]| [A-Z]+\d+)?:\s|Traceback \(most recent call last\)|panicked at",
    re.IGNORECASE | re.MULTILINE,
)
_WISHES: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    ("use", re.compile(
        r"^(?:who|what|where|which \w+)\s+(?:calls?|uses?|imports?|invokes?|references?)\s+(?:the\s+)?" + _NAME, re.I)),
    ("use", re.compile(
        r"^(?:callers?|usages?|uses?|references?|call sites?|importers?)\s+(?:of|to)\s+(?:the\s+)?" + _NAME, re.I)),
    ("use", re.compile(
        r"^(?:where|how) (?:is|are)\s+(?:the\s+)?" + _NAME + r"\s+(?:used|called|imported|invoked)\b", re.I)),
    ("definition", re.compile(
        r"^where (?:is|are)\s+(?:the\s+)?(?:function |class |method |type |struct )?" + _NAME
        + r"\s+(?:defined|declared|implemented|located)\b", re.I)),
    ("definition", re.compile(
        r"^(?:go to |find |show )?(?:the )?(?:definition|declaration|implementation|source) of\s+(?:the\s+)?"
        + _NAME + r"\W*$", re.I)),
    ("definition", re.compile(r"^(?:what (?:does|is)|explain)\s+(?:the\s+)?" + _NAME + r"(?:\s+do(?:es)?)?\W*$", re.I)),
)  # fmt: skip


@dataclass(frozen=True)
class Query:
    """A query, taken apart once."""

    text: str
    kind: Kind = "prose"
    meaning: str = ""
    """What the embedders read: the text without the language it asks for; of a trace, the message and the names."""
    symbols: tuple[str, ...] = ()
    """Names written like code, quoted, or asked for by form; of a dotted one the last part. A lone word counts."""
    words: tuple[str, ...] = ()
    """Lower-case parts of every word that is no stop word, nor the name of a language."""
    joined: tuple[str, ...] = ()
    """Neighbouring words as one: "thread pool" may be `threadpool`."""
    languages: frozenset[str] = frozenset()
    """Languages that the query names, as keys of `LANGUAGES`."""
    frames: tuple[Frame, ...] = ()
    """Places of a stack trace, those nearest the error first; a path with a line is one, too."""
    paths: tuple[str, ...] = ()
    """Files and folders the query names; a folder ends with a slash."""
    wish: Wish = ""

    @property
    def is_symbol(self) -> bool:
        """Whether the query is nothing but names."""
        return self.kind == "symbol"

    @cached_property
    def stems(self) -> frozenset[str]:
        """The words' stems."""
        return frozenset(map(stem, self.words))


def parse(text: str) -> Query:
    """Take a query apart; of a long text its beginning."""
    text = text[:_MAX_TEXT]
    places = frames(text)
    tokens = [token for raw in text.split() if (token := raw.strip(_EDGES))]
    named = _paths(text)
    kind = _kind(text, tokens, places, named)
    wish, wanted = _wish(text) if kind in ("prose", "symbol") else ("", "")
    if kind == "path":
        match = _PLACE.match(named[0] if named else text.strip())
        if match and match["line"]:
            places = (Frame(match["path"], int(match["line"])),)
    meaning, languages = _languages(_message(text, places) if kind == "trace" else text)
    symbols = [token.strip(_EDGES) for token in meaning.split() if looks_like_symbol(token.strip(_EDGES))]
    symbols = [token for token in symbols if language_of(token) == "text"]
    symbols += [name for match in _QUOTED.finditer(meaning) if re.fullmatch(r"[\w.:]+", name := match[1] or match[2])]
    symbols += [place.symbol for place in places if place.symbol]
    if kind == "symbol":
        symbols = tokens
    if wanted:
        symbols.append(wanted)
    if kind in ("path", "code"):
        symbols = []
    names = dict.fromkeys(re.split(r"[.:]+", symbol.strip(_EDGES).removesuffix("()"))[-1] for symbol in symbols)
    words = _words(meaning)
    return Query(
        text=text,
        kind=kind,
        meaning=meaning,
        symbols=tuple(name for name in names if name)[:_MAX_WORDS],
        words=tuple(words),
        joined=_joined(meaning) if kind in ("prose", "error") else (),
        languages=languages,
        frames=places,
        paths=tuple(dict.fromkeys(_PLACE.sub(r"\g<path>", name) for name in named))[:_MAX_WORDS],
        wish=wish,
    )


def _kind(text: str, tokens: list[str], places: tuple[Frame, ...], named: list[str]) -> Kind:
    if len(tokens) == 1 and named:
        return "path"
    if len(places) > 1 or (places and ("\n" in text or _ERROR.search(text))):
        return "trace"
    if _ERROR.search(text):
        return "error"
    if tokens and all(map(looks_like_symbol, tokens)):
        return "symbol"
    if len(tokens) == 1 and re.fullmatch(r"\w+", tokens[0]):
        return "symbol"
    lines = [line for line in text.splitlines() if line.strip()]
    codelike = sum(map(looks_like_code, lines))
    return "code" if len(lines) > 1 and codelike * 2 >= len(lines) else "prose"


def looks_like_code(line: str) -> bool:
    """Whether a line is one of code, as a rule."""
    return _CODE.search(line) is not None


def _wish(text: str) -> tuple[Wish, str]:
    """What is wanted of which name: "who calls X", "where is X defined"."""
    for wish, pattern in _WISHES:
        match = pattern.match(text.strip()[:_MAX_WISH].replace("`", ""))
        if match and match["name"].lower() not in STOP_WORDS:
            return wish, match["name"].strip(_EDGES)
    return "", ""


def _paths(text: str) -> list[str]:
    """Files and folders that are named, as written, with their line if they have one."""
    found = []
    for match in _PATH.finditer(text):
        name = match[0].rstrip(".")
        bare = _PLACE.sub(r"\g<path>", name)
        is_file = language_of(bare) != "text" and "." in bare
        if is_file or ((bare.count("/") > 1 or bare.endswith("/")) and "//" not in bare):
            found.append(name.removeprefix("./"))
    return list(dict.fromkeys(found))


def _message(text: str, places: tuple[Frame, ...]) -> str:
    """Of a trace: the lines that are not frames and say something, and the functions nearest the error."""
    lines = [line for line in text.splitlines() if not frames(line) and re.search(r"[A-Za-z]{3}", line)]
    said = [line.strip() for line in lines if not line.startswith(("Traceback", "    ", "\t")) or _ERROR.search(line)]
    return "\n".join([*said, " ".join(dict.fromkeys(place.symbol for place in places[:4] if place.symbol))]).strip()


def _languages(text: str) -> tuple[str, frozenset[str]]:
    """The text without the languages it names, and those. A text of nothing else is kept whole.

    In one repository the name of its language tells no chunk from another, but pulls both words and vectors askew.
    """
    known = {"golang": "go", "nodejs": "javascript"}
    kept, found = [], set()
    for token in text.split(" "):
        name = token.strip(_EDGES + ":").lower()
        language = known.get(name, name if name in LANGUAGES and name not in _AMBIGUOUS else "")
        if language:
            found.add(language)
        else:
            kept.append(token)
    left = " ".join(kept)
    return (left, frozenset(found)) if _words(left) else (text, frozenset())


def _words(text: str) -> list[str]:
    found = (part for token in identifiers(text) if token.lower() not in STOP_WORDS for part in parts(token))
    return list(dict.fromkeys(word for word in found if word not in STOP_WORDS and 1 < len(word) <= MAX_WORD))[
        :_MAX_WORDS
    ]


def _joined(text: str) -> tuple[str, ...]:
    """Neighbouring plain words, as `snake_case`; stop words part neighbours."""
    pairs: list[str] = []
    before = ""
    for token in identifiers(text)[:_MAX_WORDS]:
        pieces = parts(token)
        plain = len(pieces) == 1 and token.lower() not in STOP_WORDS and not token.isdecimal()
        if plain and before:
            pairs.append(f"{before}_{pieces[0]}")
        before = pieces[0] if plain else ""
    return tuple(dict.fromkeys(pairs))
