"""What a sentence names: code, files, lines, numbered excerpts. Pure; knows nothing of what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from inglenook_indexer.text.languages import LANGUAGES

Kind = Literal["name", "code", "path", "cite"]

_MORE_EXTENSIONS = (
    *("cfg", "conf", "csv", "env", "html", "ini", "ipynb", "json", "jsonl", "lock", "md", "pxd", "pyx", "rst"),
    *("scm", "svg", "toml", "txt", "xml", "yaml", "yml"),
)
"""Of files that are indexed, or named, and in no language of the index."""

_SPAN = re.compile(r"(`+)([^`\n]+)\1(?!`)")
_LINK = re.compile(r"!?\[[^\[\]\n]*\]\([^()\s]*\)|\b\w{2,12}://[^\s`)>\]]+")
_CITE = re.compile(r"(?<![\w\])`.])\[\^?(\d{1,9}(?:\s*+[,;]\s*+\d{1,9})*)\](?!\()")
_PATH = re.compile(
    r"(?<![\w/.@:+-])((?:\.{1,2}/)?(?:[\w.@+-]+/)*[\w.@+-]*\w\.(\w{1,8}))"
    r"(?::L?(\d{1,9})(?:[-–](?:L?(\d{1,9}))?)?)?(?![\w/(]|\.\w|:\w)"
)
_STEM = re.compile(r"(?:\./)?((?:\w[\w-]*/)+\w[\w-]*/?)\Z")
_DOTTED = re.compile(r"(?:await |new |@|&|\*{1,2}|\.)?([^\W\d]\w*(?:(?:\.|::|->|#)[^\W\d]\w*)*)(\([^()]*\))?;?\Z")
_BARE = re.compile(r"(?<![\w`.@/\\$-])(?:[^\W\d]\w*(?:(?:\.|::)[^\W\d]\w*)*)(\(\))?(?![\w`/]|-\w)")
_CODELIKE = re.compile(r"_*[^\W_]+(?:_+[^\W_]|(?<=[a-z0-9])[A-Z])|_+[a-z]")
"""A name that is no word of prose: `parse_cookie`, `parseCookie`, `_run`."""
_JOIN = re.compile(r"\.|::|->|#")
_WORD = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")

NO_NAMES = frozenset(
    """
    ActiveRecord AppVeyor AsyncIO BitBucket CentOS ChatGPT CircleCI CloudFlare CommonMark CoffeeScript DevOps DevTools
    DuckDB ECMAScript EdgeDB ElasticSearch FastAPI FreeBSD GitHub GitLab GraphQL HuggingFace IPython IntelliJ
    JavaScript JetBrains LaTeX LevelDB LibreSSL LinkedIn MacOS MariaDB MathJax MongoDB MyPy MySQL NetBSD NumPy OAuth
    OpenAI OpenAPI OpenBSD OpenGL OpenID OpenSSL OpenVINO PostgreSQL PowerShell PyCharm PyPI PyPy PyTorch QtCreator
    RabbitMQ ReadTheDocs RedHat RocksDB SciPy SQLAlchemy SQLite StackOverflow StatsD SourceForge TensorFlow TypeScript
    UniCode VSCode WebAssembly WebRTC WebSocket WebSockets WordPress YouTube iOS iPad iPhone macOS pH eBPF
    """.split()
)
"""Proper names that are written like code and name none."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that a sentence names; `start` and `end` are its characters, backquotes and all."""

    kind: Kind
    start: int
    end: int
    text: str
    """A "name", dotted perhaps, without its call; the text of other "code"; a "path"; nothing for a "cite"."""
    spelled: bool = False
    """Whether it stands in a code span."""
    line: int = 0
    """Of a path: the first line that is named with it; 0 for none."""
    end_line: int = 0
    numbers: tuple[int, ...] = ()
    """Of a "cite": the excerpts' numbers."""
    called: bool = False
    """Of a name: whether it is written with brackets."""

    @property
    def parts(self) -> tuple[str, ...]:
        """A name in its parts, outermost first, without `self`."""
        found = tuple(_JOIN.split(self.text))
        return found[1:] if len(found) > 1 and found[0] in ("self", "this", "cls", "super") else found

    @property
    def last(self) -> str:
        """The innermost part of a name."""
        return self.parts[-1]


def find(sentence: str, names: frozenset[str] = frozenset()) -> tuple[Mention, ...]:
    """Everything that is named, in order. `names` are words that are names even where they are written like words."""
    found: list[Mention] = []
    taken = [match.span() for match in _LINK.finditer(sentence)]
    for match in _SPAN.finditer(sentence):
        if not _inside(match.start(), taken):
            found.append(_spelled(match.start(), match.end(), match[2].strip()))
            taken.append(match.span())
    rest = list(sentence)
    for start, end in taken:
        rest[start:end] = "\n" * (end - start)
    plain = "".join(rest)
    for mention in (*_cites(plain), *_paths(plain)):
        found.append(mention)
        taken.append((mention.start, mention.end))
        plain = plain[: mention.start] + "\n" * (mention.end - mention.start) + plain[mention.end :]
    found.extend(_bare(plain, names))
    return tuple(sorted(found, key=lambda one: one.start))


def identifiers(code: str) -> list[str]:
    """The identifiers of a piece of code, what is quoted in it apart."""
    return _WORD.findall(_QUOTED.sub(" ", code))


def quoted(code: str) -> list[str]:
    """What is quoted in a piece of code."""
    return [match[1:-1] for match in _QUOTED.findall(code) if len(match) > 2]


@lru_cache(maxsize=1)
def extensions() -> frozenset[str]:
    """Extensions that make a word with a dot a path, without the dot."""
    known = (extension for language in LANGUAGES.values() for extension in language.extensions)
    return frozenset((*(one.rpartition(".")[2].lower() for one in known if len(one) > 2), *_MORE_EXTENSIONS, "c", "h"))


def is_path(text: str) -> bool:
    """Whether it is written like the path of a file: `pool.py`, `src/pool.py`; but not `Node.js`."""
    stem, _, extension = text.rpartition(".")
    name = stem.rpartition("/")[2]
    if extension.lower() not in extensions() or not name.strip("."):
        return False
    return "/" in stem or not (name[:1].isupper() and (extension == "js" or len(extension) == 1))


def _spelled(start: int, end: int, code: str) -> Mention:
    match = _PATH.fullmatch(code)
    if match and is_path(match[1]):
        return _path(match, start, end, spelled=True)
    stem = _STEM.match(code)
    if stem:
        return Mention("path", start, end, code, spelled=True)
    name = _DOTTED.match(code)
    if name and not (code.endswith(".") or code.startswith("...")):
        return Mention("name", start, end, name[1], spelled=True, called=name[2] is not None)
    return Mention("code", start, end, code, spelled=True)


def _cites(plain: str) -> Iterator[Mention]:
    for match in _CITE.finditer(plain):
        yield Mention(
            "cite", match.start(), match.end(), "", numbers=tuple(int(one) for one in re.findall(r"\d+", match[1]))
        )


def _paths(plain: str) -> Iterator[Mention]:
    for match in _PATH.finditer(plain):
        if is_path(match[1]):
            yield _path(match, match.start(), match.end())


def _path(match: re.Match[str], start: int, end: int, *, spelled: bool = False) -> Mention:
    line = int(match[3] or 0)
    last = int(match[4] or line)
    return Mention("path", start, end, match[1].removeprefix("./"), spelled, line, max(line, last))


def _bare(plain: str, names: frozenset[str]) -> Iterator[Mention]:
    for match in _BARE.finditer(plain):
        called = match[1] is not None
        text = match[0].removesuffix("()")
        parts = _JOIN.split(text)
        if text in NO_NAMES or parts[0] in NO_NAMES:
            continue
        if called or parts[0] in names or any(_CODELIKE.match(part) for part in parts) or ("::" in text):
            yield Mention("name", match.start(), match.end(), text, called=called)


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
