"""The text of an import statement -> the modules it names, and the names it takes from each. Pure; one form a language.

A module is written as its language writes it: `..pkg.mod`, `./x`, `a/b.h`, `crate::a::b`. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Found = tuple[str, tuple[str, ...]]
"""(module, names); a name that gets another one here is written `name as other`, and `*` takes all."""

_NAMES = 64  # names of one statement that are kept
_WORD = re.compile(r"[\w$*]+(?:\s*(?:\bas\b|=>|:)\s*[\w$]+)?")
_STRING = re.compile(r"""["'`<]([^"'`>\n]{1,300})["'`>]""")
_RENAME = re.compile(r"\s*(?:\bas\b|=>|:)\s*")


def parse(language: str, text: str) -> list[Found]:
    """What one statement (or one call, as `require "x"`) imports; empty where it imports nothing."""
    form = _FORMS.get(language)
    return [(module, names[:_NAMES]) for module, names in form(text) if module] if form else []


def _names(text: str) -> tuple[str, ...]:
    """`a, b as c, d: e` -> names."""
    return tuple(_RENAME.sub(" as ", found.strip()) for found in _WORD.findall(text) if not found[0].isdecimal())


def _python(text: str) -> Iterator[Found]:
    clean = re.sub(r"#[^\n]*|\\\n", "", text)
    if found := re.match(r"from\s*([.\w\s]*?)\s*\bimport\b(.*)", clean, re.S):
        yield re.sub(r"\s", "", found[1]), _names(found[2])
        return
    for one in re.sub(r"^\s*import\b", "", clean).split(","):
        module, _, alias = (part.strip() for part in one.partition(" as "))
        yield module, (f"{module} as {alias}",) if alias else ()


def _script(text: str) -> Iterator[Found]:
    strings = _STRING.findall(text)
    if not strings:
        return
    if re.match(r"(?:require|import)\s*\(", text):
        yield strings[0], ()
        return
    head = re.sub(r"""\bfrom\b\s*["'].*|["'].*""", "", text, flags=re.S)
    names: list[str] = []
    if braces := re.search(r"\{([^}]*)\}", head):
        names += _names(re.sub(r"\btype\b(?=\s+\w)", "", braces[1]))
    outside = re.sub(r"\{[^}]*\}|\b(?:import|export|type|typeof)\b(?!\s*,)", "", head)
    names += [f"default as {name}" if name not in ("*", "$") and "*" not in name else name for name in _names(outside)]
    yield strings[-1], tuple(names)


def _go(text: str) -> Iterator[Found]:
    if strings := _STRING.findall(text):
        alias = text.split('"', 1)[0].split("`", 1)[0].strip()
        yield strings[0], (f"{strings[0].rsplit('/', 1)[-1]} as {alias}",) if re.fullmatch(r"\w\w*", alias) else ()


def _rust(text: str) -> Iterator[Found]:
    if found := re.search(r"\bmod\s+(\w+)\s*;", text):
        yield f"self::{found[1]}", ()
        return
    yield from _tree(re.sub(r"^.*?\buse\b|;\s*$|//[^\n]*", "", text, flags=re.S), "", "::")


def _tree(text: str, prefix: str, joint: str) -> Iterator[Found]:
    """`a::{b, c::{d, e as f}}` -> (`a`, b), (`a::c`, d, e as f). Bounded: what is nested deeper is passed over."""
    pending = [(re.sub(r"\s+", " ", text), prefix)]
    for _ in range(_NAMES):
        if not pending:
            return
        here, above = pending.pop()
        names: list[str] = []
        for part in _split(here):
            head, brace, inner = part.partition("{")
            if brace:
                pending.append((inner.rsplit("}", 1)[0], above + head.strip()))
                continue
            path, _, name = part.rpartition(joint)
            if path:
                yield above + path, (_RENAME.sub(" as ", name.strip()),)
            elif name.strip() != "self":
                names.append(_RENAME.sub(" as ", name.strip()))
        if names:
            yield above.removesuffix(joint) or names[0].split(" as ")[0], tuple(names) if above else ()


def _split(text: str) -> Iterator[str]:
    """Parts at the commas that are in no braces."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if letter == "," and not depth:
            yield text[start:place].strip()
            start = place + 1
    if rest := text[start:].strip():
        yield rest


def _dotted(text: str) -> Iterator[Found]:
    """Java and Kotlin: `import [static] a.b.C [as D]`."""
    if found := re.match(r"import\s+(?:static\s+)?([\w.]+?)(?:\.(\*))?(?:\s+as\s+(\w+))?\s*;?\s*$", text):
        module, star, alias = found.groups()
        if star:
            yield module, ("*",)
        else:
            name = module.rpartition(".")[2]
            yield module, (f"{name} as {alias}" if alias else name,)


def _scala(text: str) -> Iterator[Found]:
    for one in _split(re.sub(r"^import\b", "", text)):
        if "{" in one:
            module, _, names = one.partition("{")
            yield module.strip().rstrip("."), _names(names.replace("given", ""))
        else:
            module, _, name = one.rpartition(".")
            yield (module, ("*",)) if name in ("_", "*", "given") else (one, (name,))


def _swift(text: str) -> Iterator[Found]:
    if found := re.search(r"\bimport\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?([\w.]+)", text):
        module, _, name = found[1].partition(".")
        yield module, (name,) if name else ()


def _csharp(text: str) -> Iterator[Found]:
    if found := re.search(r"\busing\s+(?:static\s+)?(?:(\w+)\s*=\s*)?([\w.]+)", text):
        name = found[2].rpartition(".")[2]
        yield found[2], (f"{name} as {found[1]}",) if found[1] else ("*",)


def _c(text: str) -> Iterator[Found]:
    if strings := _STRING.findall(text):
        yield strings[0], ()


def _php(text: str) -> Iterator[Found]:
    if not re.match(r"use\b", text):
        strings = _STRING.findall(text)
        yield from ((one.lstrip("/"), ()) for one in strings[-1:])
        return
    clean = re.sub(r"^use\s+(?:function\s+|const\s+)?|;\s*$", "", text)
    for one in _split(clean):
        head, brace, inner = one.partition("{")
        for name in _split(inner.rstrip("} ")) if brace else ("",):
            module, _, alias = (head.strip() + name).partition(" as ")
            last = module.strip().rpartition("\\")[2]
            yield module.strip().lstrip("\\"), (f"{last} as {alias.strip()}" if alias else last,)


def _call(*words: str) -> Callable[[str], Iterator[Found]]:
    """`word "module"`, with or without brackets."""
    form = re.compile(rf"({'|'.join(map(re.escape, words))})[\s(]+[\[\"']*([^\"'()\[\]\s]+)")

    def find(text: str) -> Iterator[Found]:
        if found := form.match(text):
            yield ("./" if found[1] == "require_relative" else "") + found[2], ()

    return find


def _bash(text: str) -> Iterator[Found]:
    if found := re.match(r"(?:source|\.)\s+[\"']?([^\s\"';|&]+)", text):
        yield re.sub(r"^(?:\$\{?\w+\}?|\$\([^)]*\))/", "./", found[1]), ()


def _elixir(text: str) -> Iterator[Found]:
    found = re.match(r"(?:alias|import|require|use)[\s(]+([A-Z][\w.]*?)(?:\.\{([^}]*)\})?(?=[\s,)]|$)(.*)", text, re.S)
    if not found:
        return
    if found[2]:
        yield from ((f"{found[1]}.{name}", (name.rpartition(".")[2],)) for name in _names(found[2].replace(".", "")))
        return
    name = found[1].rpartition(".")[2]
    alias = re.match(r"\s*,\s*as:\s*(\w+)", found[3])
    if text.startswith("alias"):
        yield found[1], (f"{name} as {alias[1]}" if alias else name,)
    else:
        yield found[1], ("*",)


_FORMS: dict[str, Callable[[str], Iterator[Found]]] = {
    "python": _python, "javascript": _script, "typescript": _script, "tsx": _script, "go": _go, "rust": _rust,
    "java": _dotted, "kotlin": _dotted, "scala": _scala, "swift": _swift, "csharp": _csharp, "c": _c, "cpp": _c,
    "php": _php, "bash": _bash, "elixir": _elixir, "ruby": _call("require_relative", "require", "load"),
    "lua": _call("require", "dofile"),
}  # fmt: skip
