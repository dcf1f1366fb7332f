"""What a signature says that a function returns, and that it raises. Pure text, by rules of writing."""

from __future__ import annotations

import re

_ARROW = frozenset(("python", "rust", "swift", "php"))
_COLON = frozenset(("typescript", "tsx", "kotlin", "scala", "php", "dart"))
_BEFORE = frozenset(("java", "c", "cpp", "csharp"))
_MODIFIERS = frozenset(
    "public private protected internal static final abstract virtual override async extern inline synchronized native"
    " default sealed unsafe new partial constexpr explicit friend strictfp readonly".split()
)
_LISTS = 4
"""Further lists of parameters that Scala may have."""
_THROWS = re.compile(r"\bthrows\b\s*(\([\w., ]+\)|[\w.]+(?:\s*,\s*[\w.]+)*)?")


def return_type(head: str, name: str, language: str) -> str:
    """The type that a signature, as `signature` gives it, names for what comes back; empty where it names none."""
    opens = parameters_at(head, name)
    if opens < 0:
        return ""
    behind = head[closed(head, opens) :].strip()
    if language in _BEFORE:
        return _before(head, name)
    if language == "go":
        return behind
    if language in _ARROW and "->" in behind:
        return re.split(r"\bwhere\b", behind.partition("->")[2])[0].strip()
    if language in _COLON:
        for _ in range(_LISTS):
            if behind.startswith("("):
                behind = behind[closed(behind, 0) :].strip()
        return behind[1:].strip() if behind.startswith(":") else ""
    return ""


def declared_raises(head: str, name: str, language: str) -> str:
    """What a signature says that a function throws; empty where it says nothing."""
    if language not in ("java", "swift", "kotlin", "scala"):
        return ""
    opens = parameters_at(head, name)
    found = _THROWS.search(head, closed(head, opens) if opens >= 0 else 0)
    return (found[1] or found[0]).strip() if found else ""


def parameters_at(head: str, name: str) -> int:
    """Where the list of parameters opens; -1 where there is none."""
    last = name.rpartition(".")[2]
    found = re.search(rf"(?<!\w){re.escape(last)}\s*", head)
    at = found.end() if found else 0
    if found and head[at : at + 1] in ("<", "["):  # parameters of types
        depth = 0
        for place in range(at, len(head)):
            depth += (head[place] in "<[") - (head[place] in ">]" and head[place - 1] not in "-=")
            if depth == 0:
                at = place + 1
                break
    return head.find("(", at)


def closed(text: str, at: int) -> int:
    """Behind the bracket that closes the one at `at`; the end of the text where none does."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return place + 1
    return len(text)


def _before(head: str, name: str) -> str:
    """The type that stands before the name."""
    found = re.search(rf"([\w:~]*::)?(?<!\w){re.escape(name)}\s*\(", head)
    if found is None:
        return ""
    words = [one for one in head[: found.start()].split() if one not in _MODIFIERS]
    written = re.sub(r"^<[^<>]*>\s*", "", " ".join(words))
    return written.strip()
