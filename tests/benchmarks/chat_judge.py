"""Whether what an answer says of a workspace is so. Pure: an answer's text and the facts in, judgements out.

It shares nothing with the product's own checker. A sentence that claims nothing which can be checked is not judged.
"""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.benchmarks.chat_claims import CODE, CODELIKE, NAME, PATH, Named, Place, Relation, Sentence, prose, sentences
from tests.benchmarks.chat_facts import WORD, Definition, Facts
from tests.benchmarks.scores import Place as Span

KNOWN = (
    frozenset(dir(builtins))
    | frozenset(keyword.kwlist)
    | frozenset(sys.stdlib_module_names)
    | frozenset(name for kind in (str, list, dict, set, bytes, int, float) for name in dir(kind))
    | frozenset(
        "const let var function class interface type enum extends implements new null undefined boolean number string "
        "any unknown never void Promise Array Map Set Record Error TypeError Object JSON async await export default "
        "import TypeScript JavaScript GitHub README PyPI WebSocket WebSockets".split()
    )
)
"""Names that need not stand in a repository."""

LITERALS = frozenset("True False None true false null undefined".split())


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence that could be judged."""

    text: str
    right: bool
    why: str
    """What is not so; empty where it is."""


def judge(text: str, facts: Facts, subject: str) -> list[Judged]:
    """The sentences of an answer that claim something which can be checked. `subject` is what was asked about."""
    found = []
    for sentence in sentences(text):
        if sentence.marked:
            continue
        claims = list(_claims(sentence, facts, subject))
        if claims:
            why = next((problem for problem in claims if problem), "")
            found.append(Judged(sentence.text, not why, why))
    return found


def _claims(sentence: Sentence, facts: Facts, subject: str) -> Iterator[str]:
    """For each claim what is wrong with it, or nothing."""
    relation = None if sentence.ranked else sentence.relation
    of_file = relation is not None and relation.kind == "import" and not any(map(facts.called, relation.left))
    asked = set(facts.files(subject)) if PATH.fullmatch(subject) else set()
    for place in sentence.places:
        # To say again the file that was asked about claims nothing.
        if place.start or not asked & set(facts.files(place.path)):
            yield _place(place, sentence, facts, subject, tied=not of_file)
    if relation is not None and relation.kind.startswith("no "):
        if facts.called(relation.right[0]):
            yield f"there is one: {relation.kind} of {relation.right[0]}" if _any(relation, facts) else ""
    elif relation is not None and of_file:
        yield from _imported(relation, sentence, facts, subject)
    elif relation is not None and relation.kind == "hold":
        yield from _held(relation, sentence, facts, subject)
    elif relation is not None:
        yield from _related(relation, facts, subject)


def _place(place: Place, sentence: Sentence, facts: Facts, subject: str, *, tied: bool) -> str:
    """What is wrong with a place; `tied` says whether it has to have to do with the sentence's names."""
    files = facts.files(place.path)
    if not files:
        return f"there is no {place.path}"
    files = [path for path in files if place.end <= len(facts.modules[path].lines)]
    if not files:
        return f"{place.path} has no line {place.end}"
    names = [one for one in sentence.names if facts.called(one.name)]
    if sentence.ranked:
        return ""
    nearest = _nearest(place, names)
    if nearest is None and facts.called(subject) and not PATH.fullmatch(subject):
        nearest, names = Named(subject, 0), [Named(subject, 0)]
    if nearest is None or not tied:
        return ""
    if sentence.defines and not (sentence.relation and sentence.relation.kind == "call"):
        fits = any(_holds(path, place, one) for path in files for one in facts.called(nearest.name))
        return "" if fits else f"{nearest.name} is not defined at {place.path}:{place.start}"
    if any(_holds(path, place, one) for path in files for name in names for one in facts.called(name.name)):
        return ""
    lasts = {re.split(r"[.#]|::", one.name)[-1] for one in names} | ({subject.split(".")[-1]} if subject else set())
    for path in files:
        lines = facts.modules[path].lines
        first, last = (place.start, _shown(path, place, facts)) if place.start else (1, len(lines))
        shown = lines[first - 1 : last]
        if any(lasts & set(WORD.findall(line)) for line in shown):
            return ""
    return f"{place.path}:{place.start} has nothing to do with {nearest.name}"


def _shown(path: str, place: Place, facts: Facts) -> int:
    """The last line that a place shows: one that is the head of a function shows all of it."""
    inside = facts.around(path, place.start)
    head = inside is not None and inside.kind in ("function", "method") and place.start <= inside.line
    return max(place.end, inside.end) if inside is not None and head else place.end


def _nearest(place: Place, names: list[Named]) -> Named | None:
    """The name that a place belongs to: the last one before it, else the first one after it."""
    before = [one for one in names if one.at < place.at]
    return before[-1] if before else names[0] if names else None


def _holds(path: str, place: Place, one: Definition) -> bool:
    """Whether a place is in a definition, by its first line; without a line, whether the file is right."""
    return one.path == path and (not place.start or one.start <= place.start <= one.end)


def _related(relation: Relation, facts: Facts, subject: str) -> Iterator[str]:
    left, right = relation.left, relation.right
    about = (subject,) if subject and not PATH.fullmatch(subject) else ()
    ends = {re.split(r"[.#]|::", one)[-1] for one in about}
    if not left and not any(re.split(r"[.#]|::", one)[-1] in ends for one in right):
        left = about
    lefts = {re.split(r"[.#]|::", one)[-1] for one in left}
    right = right or tuple(one for one in about if re.split(r"[.#]|::", one)[-1] not in lefts)
    for one in left:
        for other in right:
            if one != other and (known := facts.called(one)):
                if relation.kind in ("call", "import") and not _said(facts, other):
                    continue
                if relation.kind == "return" and other in LITERALS:
                    continue  # `return a and b` says neither
                if not any(_holds_for(relation.kind, where, other, facts) for where in known):
                    yield f"not so: {one} {relation.kind} {other}"
                else:
                    yield ""


def _imported(relation: Relation, sentence: Sentence, facts: Facts, subject: str) -> Iterator[str]:
    """Whether a file, which the sentence or the question names, imports what it is said to."""
    before = (
        [place.path for place in sentence.places] or [match[1] for match in PATH.finditer(sentence.text)] or [subject]
    )
    files = facts.files(before[0]) if PATH.fullmatch(before[0]) else []
    for one in relation.right if files else ():
        last = re.split(r"[.#/]|::", one)[-1]
        every = [each for path in files for each in facts.modules[path].imports]
        known = any(last == each.name or last in re.split(r"[./]", each.module) for each in every)
        yield "" if known else f"{before[0]} does not import {one}"


def _held(relation: Relation, sentence: Sentence, facts: Facts, subject: str) -> Iterator[str]:
    """Whether what a file or a class is said to hold is defined in it."""
    said = [match[1] for match in PATH.finditer(sentence.text)] or [subject]
    paths = {path for written in said if PATH.fullmatch(written) for path in facts.files(written)}
    for one in (one for one in relation.right if one not in relation.left):
        owners = [where for name in relation.left for where in facts.called(name)]
        known = facts.called(one)
        if known and (paths or owners):
            inside = any(where.path in paths for where in known) or any(
                where.path == owner.path and owner.start <= where.line <= owner.end
                for where in known
                for owner in owners
            )
            inside = inside or any(_declared(one, path, facts) for path in paths)
            yield "" if inside else f"{one} is not in {', '.join(sorted(paths) or relation.left)}"


def _declared(name: str, path: str, facts: Facts) -> bool:
    """Whether a line of a file declares a name that is no definition of its own, as a field or a member of a type."""
    words = "readonly|public|private|protected|static|abstract|declare|const|let|var|get|set|async"
    declares = re.compile(rf"^\s*(?:(?:{words})\s+)*{re.escape(name)}(?:\s*[?!]?\s*[:=;<]|\()")
    return any(name in line and declares.match(line) for line in facts.modules[path].lines)


def _any(relation: Relation, facts: Facts) -> bool:
    """Whether there is some of what an answer says there is none of."""
    name = re.split(r"[.#]|::", relation.right[0])[-1]
    kind = relation.kind.removeprefix("no ")
    if kind == "call":
        outside = any(call.name == name for module in facts.modules.values() for call in module.calls)
        return outside or any(call.name == name for one in facts.definitions for call in one.calls if one.name != name)
    if kind == "base":
        return any(name in one.bases for one in facts.definitions)
    if kind == "import":
        return any(each.name == name and each.file for module in facts.modules.values() for each in module.imports)
    if kind == "use":
        spans = facts.called(name)
        return any(
            not any(one.path == path and one.start <= line <= one.end for one in spans)
            for path, line in facts.uses.get(name, ())
        )
    return True


def _said(facts: Facts, name: str) -> bool:
    return bool(facts.called(name)) or name.split(".")[-1] in facts.words


def _holds_for(kind: str, one: Definition, other: str, facts: Facts) -> bool:
    last = re.split(r"[.#]|::", other)[-1]
    inside = [each for each in facts.by_path[one.path] if one.start <= each.line and each.end <= one.end]
    if kind == "call":
        return any(call.name == last for each in inside for call in each.calls)
    if kind == "base":
        return last in _ancestors(one, facts)
    if kind == "raise":
        return any(last in each.raises for each in inside) or _on_line(one, facts, last, ("raise", "throw"))
    if kind == "return":
        return last in WORD.findall(one.returns) or _on_line(one, facts, last, ("return", "yield"))
    return any(each.name == last or last in each.module.split(".") for each in facts.modules[one.path].imports)


def _ancestors(one: Definition, facts: Facts) -> set[str]:
    """The names of everything that a class inherits from, as far as the repository tells."""
    found: set[str] = set()
    left = list(one.bases)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [base for other in facts.by_name.get(name, ()) for base in other.bases]
    return found


def _on_line(one: Definition, facts: Facts, name: str, words: tuple[str, ...]) -> bool:
    lines = facts.modules[one.path].lines[one.start - 1 : one.end]
    return any(name in (said := WORD.findall(line)) and any(word in said for word in words) for line in lines)


def invented(text: str, facts: Facts, question: str) -> list[str]:
    """Names and paths in code spans, or that look like code, which stand nowhere in the repository. In their order."""
    return list(dict.fromkeys(_invented("\n".join(prose(text)[0]), facts, question)))


def invented_in_code(text: str, facts: Facts, question: str) -> list[str]:
    """The same of fenced blocks, where a name may well be a local one of an example."""
    given = facts.words | KNOWN | set(WORD.findall(question))
    words = (word for line in prose(text)[1] for word in CODELIKE.findall(line))
    return list(dict.fromkeys(word for word in words if word.removesuffix("()").split(".")[-1] not in given))


def _invented(text: str, facts: Facts, question: str) -> Iterator[str]:
    asked = set(WORD.findall(question))
    text = re.sub(r"~~[^~\n]{1,2000}~~", " ", text)
    for match in PATH.finditer(text):
        if not facts.files(match[1]) and match[1] not in question and not _dotted(match[1], facts):
            yield match[1]
    text = PATH.sub(" ", text)
    spans = [m[1] for m in CODE.finditer(text)]
    # A span of several words is a piece of code or of prose: only what looks like a name counts there.
    said = [name for span in spans for name in (NAME.findall(span) if " " not in span.strip() else _like(span))]
    for name in [*said, *_like(CODE.sub(" ", text))]:
        for part in re.split(r"[.#]|::", name):
            if len(part) > 2 and part not in facts.words and part not in KNOWN and part not in asked:
                yield part


def _like(text: str) -> Iterable[str]:
    return (match[0].removesuffix("()") for match in CODELIKE.finditer(text))


def _dotted(path: str, facts: Facts) -> bool:
    """Whether what looks like a file is a name with a dot: `self.json`."""
    return "/" not in path and path.rsplit(".", 1)[-1] in facts.words and path.split(".")[0] in facts.words | {"self"}


def citations(text: str, facts: Facts, asked: str = "") -> list[Span]:
    """The places that a text names, in its order; a path without a line counts as its first.

    The file that was `asked` about is a place with a line only: to repeat its name is no answer.
    """
    found = []
    for match in PATH.finditer(text):
        files = facts.files(match[1])
        if not match[2] and asked and set(files) & set(facts.files(asked)):
            continue
        for path in files[:1]:
            start = int(match[2] or 1)
            found.append((path, start, int(match[3] or start)))
    return found
