"""The subject of a commit: a plain one from the facts alone, and a model's wording as far as the frame allows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from inglenook_indexer.symbols.path_order import is_test

from inglenook_server.changes.commit_frame import CommitFrame
from inglenook_server.changes.commit_style import CommitStyle, Mood, forms, inflected
from inglenook_server.changes.symbols import CALLED, TYPES, TouchedSymbol

_WORD = re.compile(r"\w+")
_CODE = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|/|->)[\w$]+)*(?:\(\))?")
_NOISE = re.compile(
    r"(?:[-*>#\s]|\d{1,3}\.\s|(?:commit message|subject|message|title)\s{0,3}:|here(?:'s| is)\b[^:]{0,60}:)+",
    re.IGNORECASE,
)
_PREFIXED = re.compile(
    r"[a-z]{2,12}(?:\([^()]{0,40}\))?!?: *|:[a-z0-9_+-]{2,30}: *|\[[^\[\]]{1,40}\]:? +|[\w./-]{1,40}: +"
)
_ID = re.compile(r"#\d+|\b[A-Z][A-Z0-9]+-\d+|https?:|\b[0-9a-f]{7,40}\b")
MAX_MODEL_TEXT = 4_000
"""Characters of a model's text that are looked at: a subject is its first line."""


def subject_from_facts(frame: CommitFrame) -> str:
    """A plain subject that is right without any model: what was added, removed or changed, and where."""
    prefix = frame.prefixes[0]
    room = frame.style.max_length - len(prefix)
    sentences = [_cased(one, frame.style) for one in _sentences(frame)]
    fitting = next((one for one in sentences if len(one) <= room), sentences[-1][: max(1, room)].rstrip())
    return prefix + fitting


def _sentences(frame: CommitFrame) -> Iterable[str]:
    """What can be said, the fullest first; the last one is short."""
    mood, files = frame.style.mood, frame.files
    code = [one for one in frame.symbols if not is_test(one.path)] or list(frame.symbols)
    named = [one for one in code if one.kind in CALLED | TYPES] or code
    name = PurePosixPath(files[0].path).name
    count = f"{len(files)} files"
    if len(files) == 1 and files[0].status != "modified":
        one = files[0]
        if one.status == "renamed":
            yield f"{inflected('rename', mood)} {PurePosixPath(one.old_path).name} to {name}"
            yield f"{inflected('move', mood)} {name}"
        elif one.status == "added":
            if named:
                yield f"{inflected('add', mood)} {name} with {_listed(named)}"
            yield f"{inflected('add', mood)} {name}"
        else:
            yield f"{inflected('remove', mood)} {name}"
    elif all(one.status == files[0].status != "modified" for one in files):
        verb = {"added": "add", "deleted": "remove", "renamed": "rename"}[files[0].status]
        yield f"{inflected(verb, mood)} {name} and {_more(len(files) - 1, 'file')}"
    elif len(named) == 1 and named[0].how == "signature":
        yield f"{inflected('change', mood)} the signature of `{named[0].full_name}`"
    elif named:
        yield from _clauses(named, mood)
    yield f"{inflected('change', mood)} {name}" if len(files) == 1 else f"{inflected('change', mood)} {count}"


def _clauses(named: Sequence[TouchedSymbol], mood: Mood) -> Iterable[str]:
    """What was added, changed and removed, with its place and without."""
    clauses = []
    for verb, word, hows in (("add", "to", ("added",)), ("change", "in", ("signature", "body")), _REMOVED):
        some = [one for one in named if one.how in hows]
        if some:
            full = verb == "change"
            clauses.append((inflected(verb, mood), _listed(some, full=full), _where(word, some)))
    if len(clauses) == 1:
        yield " ".join(filter(None, clauses[0]))
    yield " and ".join(f"{verb} {names}" for verb, names, _ in clauses)
    if len(named) > 1:
        yield f"{inflected('change', mood)} {len(named)} definitions {_where('in', named)}"


_REMOVED = ("remove", "from", ("removed",))


def _more(count: int, noun: str) -> str:
    return f"one more {noun}" if count == 1 else f"{count} more {noun}s"


def _listed(symbols: Sequence[TouchedSymbol], *, full: bool = False) -> str:
    """Up to two names, and how many more."""
    names = [f"`{one.full_name if full else one.name}`" for one in symbols]
    if len(names) > 2:
        return f"{names[0]}, {names[1]} and {len(names) - 2} more"
    return " and ".join(names)


def _where(word: str, symbols: Sequence[TouchedSymbol]) -> str:
    """Where definitions were added to, changed in or removed from."""
    parents = {one.parent.rpartition(" > ")[2] for one in symbols}
    paths = {one.path for one in symbols}
    if len(paths) > 1:
        return f"{word} {len(paths)} files"
    parent = next(iter(parents)) if len(parents) == 1 and word != "in" else ""
    return f"{word} {parent or PurePosixPath(next(iter(paths))).name}"


def _cased(text: str, style: CommitStyle) -> str:
    """`text` with its first letter as the style has it; a name in code stays as it is."""
    word = text.split(" ")[0]
    if not word[:1].isalpha() or any(one.isupper() for one in word[1:]) or not word.isalpha():
        return text
    return (text[0].upper() if style.capitalised else text[0].lower()) + text[1:]


def fit(model_text: str, frame: CommitFrame) -> str:
    """A model's wording forced into the frame; the plain subject where it says nothing, too much, or invents a name."""
    line = next((one for raw in model_text[:MAX_MODEL_TEXT].split("\n") if (one := _stripped(raw))), "")
    prefix = next((one for one in frame.prefixes if one.strip() and line.startswith(one.strip())), "")
    if prefix:
        line = line[len(prefix.strip()) :].strip()
    else:
        prefix = frame.prefixes[0]
        found = _PREFIXED.match(line)
        if found is not None:
            line = line[found.end() :].strip()
    line = _cased(_in_mood(line, frame.style.mood), frame.style)
    if not any(one.isalpha() for one in line) or len(prefix) + len(line) > frame.style.max_length:
        return subject_from_facts(frame)
    if _ID.search(line) or any(name not in frame.names for name in _claimed(line)):
        return subject_from_facts(frame)
    return prefix + line


def _stripped(raw: str) -> str:
    """A line of a model without marks of lists, quotes and fences; empty where nothing is left."""
    line = "".join(one if one.isprintable() else " " for one in raw).strip()
    if line.startswith(("```", "~~~")):
        return ""
    noise = _NOISE.match(line)
    line = line[noise.end() if noise else 0 :].strip(" \"'*")
    if line.count("`") == 2 and line.startswith("`") and line.endswith("`"):
        line = line.strip("`")
    return line.rstrip(" .;,:")


def _in_mood(line: str, mood: Mood) -> str:
    first, space, rest = line.partition(" ")
    known = forms().get(first.lower())
    if known is None or known[1] == mood:
        return line
    return f"{inflected(known[0], mood)}{space}{rest}"


def _claimed(line: str) -> Iterable[str]:
    """What a subject writes as a name of code: in backquotes, or by its looks."""
    for quoted in _CODE.findall(line):
        yield from _parts(quoted)
    for word in _NAME.findall(_CODE.sub(" ", line)):
        bare = word.removesuffix("()")
        inner = any(one.isupper() for one in bare[1:]) and not bare.isupper()
        if word != bare or "_" in bare or inner or any(mark in bare for mark in (".", "::", "/", "->", "$")):
            yield from _parts(bare)


def _parts(code: str) -> list[str]:
    return _WORD.findall(code) or [code]
