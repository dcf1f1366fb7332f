"""The first sentence of what is written about a definition: its docstring, or the comment above it. Pure text.

Knows the comment forms of all languages at once: whoever asks looks only at lines beside a definition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inglenook_indexer.text.printable import cut_short

_LONGEST = 200  # characters of a sentence that are kept
_LINE_BYTES = 2_000  # of one line of a comment
_ABOVE = 40  # lines of a comment that are looked at: its first sentence is at the top

_COMMENT = re.compile(rb"///?|//!|/\*|\*|--")
_HASH = re.compile(rb"#(?!\[)")
_BETWEEN = re.compile(rb"@(?!doc\b|moduledoc\b)|#\[|\[|template\s*<|\)")
"""What may stand between a comment and what it is about: decorators, attributes, template heads."""
_MARK = re.compile(r"^\s*(?:///?!?|//!|/\*\*?!?|\*/|\*(?!\*)|#+|---*\|?|<summary>|\|)\s?")
_CLOSE = re.compile(r"(?:\*/|</summary>)\s*+$")
_TAG = re.compile(
    r"(?P<code>`[^`\n]{1,200}`)"
    r"|</?(?:a|b|br|c|cite|code|dd|dl|dt|em|example|exception|h[1-6]|i|inheritdoc|kbd|li|list|ol|p|para|param|pre|remarks"
    r"|returns|samp|small|span|strong|sub|summary|sup|table|td|th|tr|tt|typeparam|ul|value|var)(?:\s[^<>\n]{0,80})?/?>"
    r"|<(?:paramref|see|seealso|typeparamref)\s+\w+=\"(?:[A-Z]:)?(?P<named>[^\"\n]{0,80})\"\s*/>"
    r"|\{@\w+ (?P<linked>[^}\n]{0,80})\}"
)
"""The markup of documentation: HTML's, C#'s and Javadoc's. Any other `<word>` is what the text is about."""
_END = re.compile(r"[.!?](?=\s|$)|。")
_STRING = re.compile(r"^[a-zA-Z~]{0,2}(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')\s*$")
_RULE = re.compile(r"[\W_]+")


def first_sentence(text: str) -> str:
    """The first sentence of a comment or docstring, in one line, without its marks; empty where there is none."""
    kept: list[str] = []
    for line in _STRING.sub("", text.strip()).splitlines():
        bare = without_tags(_CLOSE.sub("", _MARK.sub("", line))).strip()
        if not bare or _RULE.fullmatch(bare) or bare[0] == "@":
            if kept:
                break
            continue
        kept.append(bare)
        if _END.search(bare) or sum(map(len, kept)) > _LONGEST:
            break
    joined = " ".join(kept)
    end = _END.search(joined)
    return cut_short((joined[: end.end()] if end else joined).strip(), _LONGEST)


def without_tags(line: str) -> str:
    """A line of documentation without its markup: what a tag names stays, and what stands in a code span."""
    return _TAG.sub(lambda found: found["code"] or found["named"] or found["linked"] or "", line)


def comment_above(source: bytes, starts: Sequence[int], line: int, *, hashes: bool = True) -> str:
    """The first sentence of the comment that ends right above `line` (0-based); empty where there is none.

    `hashes`: whether `#` begins a comment in this language.
    """
    found: list[bytes] = []
    block = False
    for above in range(line - 1, max(-1, line - 1 - _ABOVE), -1):
        text = source[starts[above] : min(starts[above + 1], starts[above] + _LINE_BYTES)].strip()
        if block or (not found and text.endswith(b"*/")):
            found.append(text)
            block = not text.startswith(b"/*")
            if not block:
                break
        elif _COMMENT.match(text) or (hashes and _HASH.match(text)):
            found.append(text)
        elif found or not _BETWEEN.match(text):
            break
    if not found or (block and not found[-1].startswith(b"/*")):
        return ""
    return first_sentence(b"\n".join(reversed(found)).decode("utf-8", "ignore"))


def attribute_beside(source: bytes, starts: Sequence[int], line: int, kind: str) -> str:
    """Elixir's way: `@moduledoc` below the head of a module, `@doc` above a function."""
    here = starts[line]
    if kind == "module":
        found = re.search(rb"@moduledoc\s+(?:~[sS])?(\"\"\"|\")(.{0,600}?)(?:\1|\Z)", source[here : here + 900], re.S)
        head = source[here : here + (found.start() if found else 0)]
        return first_sentence(found[2].decode("utf-8", "ignore")) if found and head.count(b"\n") <= 2 else ""
    before = source[max(0, here - 4000) : here]
    at = before.rfind(b"@doc ")
    if at < 0:
        return ""
    found = re.match(rb"@doc\s+(?:~[sS])?(\"\"\"|\")(.*?)\1(.*)\Z", before[at:], re.S)
    if found is None or any(rest and rest[:1] not in b"@|#" for rest in map(bytes.strip, found[3].splitlines())):
        return ""
    return first_sentence(found[2].decode("utf-8", "ignore"))
