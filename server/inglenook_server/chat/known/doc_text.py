"""What is written about a definition, whole: its docstring, or the comment above it, with lines. Pure text.

The index keeps first sentences; what is returned and raised stands further down. Marks of comments are taken off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inglenook_indexer.symbols.docs import without_tags
from inglenook_indexer.text.languages import hash_comments
from inglenook_indexer.text.printable import cut_short

_MOST = 200  # lines of one comment that are read
_LINE = 1_000  # characters of one line
_LONGEST = 200  # characters of what is quoted

_DOCSTRING = re.compile(r"\s*[a-zA-Z]{0,2}(\"\"\"|'''|\"|')")
_COMMENT = re.compile(r"\s*(?:///?!?|//!|/\*\*?|\*/?|--+)")
_HASH = re.compile(r"\s*#(?!\[|!)")
_MARKS = re.compile(r"^\s*(?:/{2,}!?|/\*+!?|\*(?!\*)/?|#+|--+\|?)?\s?|\s*\*+/\s*$")
_BETWEEN = re.compile(r"\s*(?:@|#\[|\[|template\s*<|\))")

_SECTIONS = {
    "returns": r"returns?|yields?",
    "raises": r"raises?|throws?|exceptions?|errors|panics?",
}
_TAGS = {
    "returns": r"[:@\\]returns?:?|<returns>",
    "raises": r"[:@\\](?:raises?|throws?|exception)\b:?|<exception\b",
}
_SENTENCES = {
    "returns": r"(?:^|(?<=[.;] ))(?:Returns?|Yields?)\b[^.]{1,180}",
    "raises": r"(?:^|(?<=[.;] ))(?:Raises?|Throws?|Panics?)\b[^.]{1,180}",
}


def doc_lines(
    lines: Sequence[str], start_line: int, end_line: int, head_line: int, language: str = "python"
) -> list[tuple[int, str]]:
    """(line, text) of a definition's documentation; its head ends at `head_line`. Empty where there is none."""
    inside = list(_docstring(lines, head_line, end_line))
    return inside or list(_above(lines, start_line, hashes=hash_comments(language)))


def said(about: str, doc: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """What a documentation says of what is `about`, "returns" or "raises": (line, a sentence); None where nothing."""
    section = re.compile(rf"\s*(?:#+\s*)?(?:{_SECTIONS[about]})\s*:?\s*$", re.IGNORECASE)
    opened = re.compile(rf"\s*(?:{_SECTIONS[about]})\s*:\s*(?=\S)", re.IGNORECASE)
    tag = re.compile(rf"\s*(?:{_TAGS[about]})\s*", re.IGNORECASE)
    sentence = re.compile(_SENTENCES[about])
    for number, (line, text) in enumerate(doc):
        if found := (tag.match(text) or opened.match(text)):
            rest = without_tags(text[found.end() :]).strip()
            return line, cut_short(rest or _following(doc, number), _LONGEST)
        if section.match(text) and (rest := _following(doc, number)):
            return line, cut_short(rest, _LONGEST)
        if found := sentence.search(text.strip()):
            whole = found[0].strip()
            if text.strip().endswith(whole) and number + 1 < len(doc) and (more := doc[number + 1][1].strip()):
                whole = f"{whole} {more.partition('.')[0]}"  # the sentence goes on
            return line, cut_short(whole, _LONGEST)
    return None


def _following(doc: Sequence[tuple[int, str]], number: int) -> str:
    """The first paragraph below the head of a section."""
    kept: list[str] = []
    for _, text in doc[number + 1 : number + 8]:
        if not text.strip() or re.fullmatch(r"\s*[-=~]{3,}\s*", text):
            if kept:
                break
            continue
        kept.append(text.strip())
    return " ".join(kept)


def _docstring(lines: Sequence[str], head_line: int, end_line: int) -> Iterator[tuple[int, str]]:
    """The lines of the string that a body begins with."""
    number = head_line
    while number < min(end_line, len(lines)) and not lines[number].strip():
        number += 1
    if number >= min(end_line, len(lines)) or not (found := _DOCSTRING.match(lines[number][:_LINE])):
        return
    mark = found[1]
    text = lines[number][found.end() : _LINE]
    for line in range(number, min(end_line, len(lines), number + _MOST)):
        if line > number:
            text = lines[line][:_LINE]
        end = text.find(mark)
        yield line + 1, text[:end] if end >= 0 else text.rstrip("\r\n")
        if end >= 0 or len(mark) == 1:
            return


def _above(lines: Sequence[str], start_line: int, *, hashes: bool) -> list[tuple[int, str]]:
    """The comment that ends right above a definition, decorators between them passed over."""
    found: list[tuple[int, str]] = []
    block = False
    for number in range(start_line - 1, max(0, start_line - 1 - _MOST), -1):
        text = lines[number - 1][:_LINE].rstrip("\r\n") if number <= len(lines) else ""
        stripped = text.strip()
        if block or (not found and stripped.endswith("*/")):
            found.append((number, text))
            block = not stripped.startswith("/*")
            if not block:
                break
        elif _COMMENT.match(text) or (hashes and _HASH.match(text)):
            found.append((number, text))
        elif found or not _BETWEEN.match(text):
            break
    return [(number, _MARKS.sub("", text)) for number, text in reversed(found)]
