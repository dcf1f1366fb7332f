"""Questions whose answers can be checked, made from the facts of a repository. Pure and deterministic; asks nobody.

`pair` ties a question to its reverse ("what does A call", "what calls B"): a model that was taught "A is B" fails at
"B is A", an index should not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tests.benchmarks.chat_facts import Call, Definition, Facts
from tests.benchmarks.chat_phrases import LANGUAGES, phrasings
from tests.benchmarks.scores import Target

SEED = 20
COUNTS = {
    **{"definition": 14, "uses": 8, "callers": 9, "importers": 6, "imports": 6, "callees": 8, "bases": 6},
    **{"subclasses": 6, "returns": 8, "raises": 6, "contents": 8, "tests": 6},
}
"""Questions of a form in each repository, in English; where a repository has fewer subjects, fewer."""
IN_EACH = 2
"""Questions in each of the other languages, of a repository: six languages and eight repositories make some ninety."""
MOST = 10
"""Places that a question may have as an answer: nobody checks more, and a name used everywhere tells nothing."""
NO_NAMES = frozenset(name for kind in (str, list, dict, set, bytes, int, float, object) for name in dir(kind)) | {
    *(
        "main",
        "wrapper",
        "decorator",
        "inner",
        "close",
        "open",
        "read",
        "write",
        "send",
        "start",
        "stop",
        "next",
        "test",
    ),
    *("parse", "filter", "map", "then", "catch", "constructor", "push", "set", "has", "subscribe", "run", "client"),
}
"""Written as a call, these may be anything's."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what is right."""

    key: str
    repository: str
    form: str
    language: str
    text: str
    subject: str
    """The name or path that is asked about, as it stands in the text; empty in prose."""
    targets: tuple[Target, ...]
    """Any of these is right as the first place."""
    expected: tuple[str, ...] = ()
    """Names or paths that a good answer says."""
    reverse: bool = False
    pair: str = ""


def questions(facts: Facts, which: str = "fit") -> list[Question]:
    """The questions of one repository in every language, `SEED`'s choice, in the phrasings of a set."""
    chance = random.Random(f"{SEED} {facts.name}")
    plain: list[Question] = []
    spare: dict[str, list[Question]] = {}
    for form, make in MAKERS.items():
        subjects = sorted(make(facts), key=lambda one: (one.subject, one.targets[0].path))
        chance.shuffle(subjects)
        chosen = list(_spread(subjects, COUNTS[form], {one.pair for one in plain}))
        plain += [_asked(one, number, "en", which) for number, one in enumerate(chosen)]
        spare[form] = [one for one in subjects if one not in chosen] or chosen
    others = []
    for place, language in enumerate(LANGUAGES):
        forms = [form for form in MAKERS if phrasings(form, language, which) and spare.get(form)]
        for number in range(IN_EACH):
            form = forms[(place * IN_EACH + number + len(facts.name)) % len(forms)]
            one = spare[form][(place + number) % len(spare[form])]
            others.append(_asked(replace(one, pair=""), number, language, which))
    return [*plain, *others]


def _spread(subjects: Sequence[Question], count: int, asked: set[str]) -> Iterator[Question]:
    """`count` of them, at most one of each subject; first those whose other way is asked, so that both ways are."""
    seen: set[str] = set()
    for one in sorted(subjects, key=lambda one: (one.pair not in asked or not one.pair, not one.pair)):
        if len(seen) < count and one.subject not in seen:
            seen.add(one.subject)
            yield one


def _asked(one: Question, number: int, language: str, which: str) -> Question:
    templates = phrasings(one.form, language, which)
    text = templates[number % len(templates)].replace("{x}", one.subject)
    return replace(
        one, key=f"{one.repository}.{one.form}.{language}.{number}.{one.subject}", text=text, language=language
    )


def _question(facts: Facts, form: str, subject: str, targets: Iterable[Target], **more: object) -> Question:
    return Question("", facts.name, form, "", "", subject, tuple(dict.fromkeys(targets)), **more)  # type: ignore[arg-type]


def _span(one: Definition) -> Target:
    return Target(one.path, one.start, one.end)


def _askable(facts: Facts, one: Definition) -> bool:
    """Whether its name alone says which one is meant, and is a name to ask by."""
    word = one.name.islower() and "_" not in one.name.strip("_")  # `password` is an attribute's name as well
    telling = len(one.name) > 4 and not word and one.name not in NO_NAMES and facts.unique(one.name)
    return telling and not facts.modules[one.path].is_test and not one.name.startswith("__")


def _subjects(facts: Facts) -> list[Definition]:
    return [one for one in facts.definitions if _askable(facts, one)]


def _definition(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        pair = f"in {one.path}" if one.path in _large(facts) and "." not in one.qualname else ""
        yield _question(facts, "definition", one.name, [_span(one)], expected=(one.path,), pair=pair)
    for one in facts.definitions:  # a method that has namesakes, by its class
        whole = ".".join(one.qualname.split(".")[-2:])
        alone = "." in whole and not facts.unique(one.name) and len(facts.called(whole)) == 1
        if alone and one.public and len(one.name) > 3 and not facts.modules[one.path].is_test:
            yield _question(facts, "definition", whole, [_span(one)], expected=(one.path,))


def _large(facts: Facts) -> dict[str, list[Definition]]:
    """Files that define something and that their last part names, tests left out, with their outermost definitions."""
    found = {}
    for path, inside in facts.by_path.items():
        outer = [one for one in inside if "." not in one.qualname]
        base = path.rsplit("/", 1)[-1]
        if len(outer) >= 3 and len(facts.by_base_name[base]) == 1 and not facts.modules[path].is_test:
            found[path] = outer
    return found


def _contents(facts: Facts) -> Iterator[Question]:
    for path, outer in _large(facts).items():
        yield _question(
            *(facts, "contents", path.rsplit("/", 1)[-1], [Target(path)]),
            expected=tuple(one.name for one in outer),
            reverse=True,
            pair=f"in {path}",
        )


def _callers_of(facts: Facts, one: Definition) -> list[tuple[str, Target]]:
    """(who, where) of every call that is written with this name, outside of itself."""
    found = []
    for other in facts.definitions:
        if other.kind != "class" and other != one and any(call.name == one.name for call in other.calls):
            who = other.qualname.split(".")[-2:][0] if other.name.startswith("__") else other.name
            found.append((who, _span(other)))
        elif other.kind == "class":  # what its fields are given calls too, in no function of its own
            lines = [call.line for call in other.calls if call.name == one.name and not _in_method(facts, other, call)]
            found += [(other.name, Target(other.path, line, line)) for line in lines]
    for module in facts.modules.values():
        lines = [call.line for call in module.calls if call.name == one.name]
        found += [(module.path, Target(module.path, line, line)) for line in lines]
    return found


def _in_method(facts: Facts, home: Definition, call: Call) -> bool:
    """Whether a call of a class's body stands in one of its methods, which has it already."""
    methods = (one for one in facts.by_path[home.path] if one.kind != "class" and one.start >= home.start)
    return any(one.start <= call.line <= one.end for one in methods)


def _callers(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        found = _callers_of(facts, one)
        own = [who for who, where in found if not facts.modules[where.path].is_test]
        if own and len(found) <= MOST:
            yield _question(
                *(facts, "callers", one.name, [where for _, where in found]),
                expected=tuple(dict.fromkeys(who for who, _ in found)),
                reverse=True,
                pair=f"call {own[0]}" if facts.unique(own[0]) else "",
            )


def _callees(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        names = {call.name for call in one.calls if call.resolved or _unmistakable(facts, call.name)} - {one.name}
        known = [facts.by_name[name][0] for name in sorted(names) if facts.unique(name)]
        if known and one.kind != "class":
            yield _question(
                *(facts, "callees", one.name, [_span(one), *map(_span, known)]),
                expected=tuple(other.name for other in known),
                pair=f"call {one.name}",
            )


def _unmistakable(facts: Facts, name: str) -> bool:
    return facts.unique(name) and _askable(facts, facts.by_name[name][0])


def _uses(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        places = [
            (path, line)
            for path, line in facts.uses.get(one.name, ())
            if not (path == one.path and one.start <= line <= one.end)
        ]
        if places and len({path for path, _ in places}) <= MOST:
            targets = []
            for path, line in places:
                inside = facts.around(path, line)
                targets.append(_span(inside) if inside and inside.kind != "class" else Target(path, line, line))
            yield _question(facts, "uses", one.name, targets, expected=tuple(dict.fromkeys(path for path, _ in places)))


def _importers(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        found = {
            module.path: each.line
            for module in facts.modules.values()
            for each in module.imports
            if each.name == one.name and each.file
        }
        if found and len(found) <= MOST:
            pairs = [path for path in found if len(facts.by_base_name[path.rsplit("/", 1)[-1]]) == 1]
            yield _question(
                *(facts, "importers", one.name, [Target(path) for path in found]),
                expected=tuple(found),
                reverse=True,
                pair=f"import {pairs[0]}" if pairs else "",
            )


def _imports(facts: Facts) -> Iterator[Question]:
    for module in facts.modules.values():
        base = module.path.rsplit("/", 1)[-1]
        if module.imports and len(facts.by_base_name[base]) == 1 and not module.is_test:
            names = (name for each in module.imports for name in (each.module.strip("./"), each.name))
            said = dict.fromkeys(name for name in names if name and name not in ("annotations", "__future__"))
            if len(said) > 1:
                pair = f"import {module.path}"
                files = dict.fromkeys([module.path, *(each.file for each in module.imports if each.file)])
                yield _question(facts, "imports", base, map(Target, files), expected=tuple(said), pair=pair)


def _bases(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        bases = [name for name in one.bases if name not in ("Generic", "Protocol")]
        if bases:
            known = [_span(other) for name in bases for other in facts.by_name.get(name, ())]
            head = Target(one.path, one.start, one.end)
            yield _question(facts, "bases", one.name, [head, *known], expected=tuple(bases), pair=f"base {bases[0]}")


def _subclasses(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        found = [other for other in facts.definitions if one.name in other.bases]
        if 0 < len(found) <= MOST:
            targets = [_span(other) for other in found]
            names = tuple(other.name for other in found)
            yield _question(
                facts, "subclasses", one.name, targets, expected=names, reverse=True, pair=f"base {one.name}"
            )


def _returns(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        words = [word for word in re.findall(r"[^\W\d]\w*", one.returns) if word not in ("t", "te", "typing")]
        if words and one.returns != "None" and one.kind in ("function", "method"):
            yield _question(facts, "returns", one.name, [_span(one)], expected=tuple(dict.fromkeys(words)))


def _raises(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        if one.raises and one.kind in ("function", "method"):
            yield _question(facts, "raises", one.name, [_span(one)], expected=one.raises)


def _tests(facts: Facts) -> Iterator[Question]:
    for one in _subjects(facts):
        places = [(path, line) for path, line in facts.uses.get(one.name, ()) if facts.modules[path].is_test]
        inside = {where for path, line in places if (where := facts.around(path, line)) is not None}
        tests = [where for where in inside if where.name.startswith("test")]
        if tests and len(tests) <= MOST:
            ordered = sorted(tests, key=lambda where: (where.path, where.line))
            names = tuple(where.name for where in ordered)
            yield _question(facts, "tests", one.name, map(_span, ordered), expected=names)


MAKERS = {
    **{"definition": _definition, "contents": _contents, "callees": _callees, "callers": _callers, "uses": _uses},
    **{"imports": _imports, "importers": _importers, "bases": _bases, "subclasses": _subclasses},
    **{"returns": _returns, "raises": _raises, "tests": _tests},
}
"""What makes each form's questions; a form comes before its reverse."""
