"""A model's Markdown, made such that a page that draws it fetches nothing and leads nowhere, while it streams. Pure.

A model may have been told by a file to write a picture whose address holds the question, or a link that runs a command.
So outside of code no picture, no HTML and no link is left: addresses become code, which can be read and copied. A link
stays where its address stands in the question. Knows nothing of what the text says, nor of any page.

What is code here must be code for every renderer. So a block of code begins at the margin, where nothing that was open
goes on, and a code span ends in its line; marks of any other are escaped. Tested against markdown-it with HTML on.
"""

from __future__ import annotations

import re

from inglenook_server.chat.known.markdown import code

LONGEST = 400
"""Characters that a code span, a link or the first line of a code block may have, to be taken for one."""

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})([^\n]*)")
_MAYBE_FENCE = re.compile(r"[ \t]*(?:`{0,2}|~{0,2}|`{3,}[^`\n]*|~{3,}[^\n]*)\Z")
_CLOSING = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*\Z")
_MAYBE_CLOSING = re.compile(r"[ \t]*(?:`*|~*)[ \t]*\Z")
_SCHEMES = "command|vscode|vscode-insiders|javascript|vbscript|data|file|mailto|about|blob|ms-[a-z-]{1,30}"
_SCHEME_END = re.compile(r"(?:(?<![A-Za-z0-9+-])[A-Za-z][A-Za-z0-9+-]{0,30}(?::/{0,2})?|www\.?)\Z")
"""The beginning of what may become an address."""
_URL = re.compile(
    rf"(?<![A-Za-z0-9+-])(?:[A-Za-z][A-Za-z0-9+-]{{0,30}}://|www\.(?=\w)|(?:{_SCHEMES}):(?=[^\s:`|]))[^\s<>\"`|]{{0,{LONGEST}}}",
    re.I,
)
_TRAILING = ".,;:!?'*_)]}。，；：！？）」』】"
_LINK = re.compile(
    r"!?\[([^\[\]`\n]*)\]\([ \t]*<?([^\s<>()`|]*(?:\([^\s<>()`|]*\)[^\s<>()`|]*)?)>?(?:[ \t]+[^\n()`|]*)?\)"
)
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>`|]*|[\w.+-]{1,60}@[\w.-]{1,80})>")
_SPECIAL = re.compile(r"[\\`<\[\]!~]|" + _URL.pattern, re.I)
_RUN = re.compile(rf"`{{1,{LONGEST}}}")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ACTS = re.compile(rf"\\\\.?|<(?=[A-Za-z/!?])|~{{3}}|{_URL.pattern}", re.I)
_ACTS_IN_TABLE = re.compile(r"\]|<[A-Za-z/!?]|:/")


class Sanitizer:
    """Sanitizes one answer: `feed` gives what may be shown so far, `finish` the rest. The cut into pieces is no matter.

    `question` is what the user wrote: addresses that stand in it stay links.
    """

    def __init__(self, question: str = "") -> None:
        self._named = frozenset(_trimmed(one[0]) for one in _URL.finditer(question))
        self._held = ""
        self._at_line_start = True
        self.fence = ""
        """The marks that the block of code began with; empty outside of one."""
        self._indent = 0
        """Blanks before them, which are taken from its lines."""
        self._last = "\n"
        """The last character that was given out."""

    def feed(self, piece: str) -> str:
        """Take the next piece, give what is ready."""
        self._held += piece.replace("\r", "")  # a line end for some renderers
        return self._take(final=False)

    def finish(self) -> str:
        """Give what was held."""
        return self._take(final=True)

    def _take(self, *, final: bool) -> str:
        done: list[str] = []
        text, at = self._held, 0
        while at < len(text):
            newline = text.find("\n", at)
            line = text[at:] if newline < 0 else text[at:newline]
            whole = final or newline >= 0
            used, said = self._code(line, whole) if self.fence else self._text(line, whole)
            done.append(said)
            self._note(said)
            at += used
            if used < len(line) or newline < 0:
                break
            done.append("\n")
            self._note("\n")
            self._at_line_start = True
            at += 1
        self._held = text[at:]
        return "".join(done)

    def _code(self, line: str, whole: bool) -> tuple[int, str]:
        """A line of a block of code: (characters used, what is shown of them)."""
        if not self._at_line_start:
            return len(line), line
        if not whole and len(line) <= LONGEST and _MAYBE_CLOSING.match(line):
            return 0, ""
        self._at_line_start = False
        indent = min(self._indent, len(line) - len(line.lstrip(" ")))
        shown = line[indent:]
        closing = _CLOSING.match(shown) if len(line) <= LONGEST else None
        if closing and closing[1].startswith(self.fence):
            self.fence = ""
        elif shown.lstrip(" ")[:3] == self.fence[:3] and not closing and len(line) > LONGEST:
            shown = "    " + shown  # too long to be looked at: so it closes nothing for anybody
        return len(line), shown

    def _text(self, line: str, whole: bool) -> tuple[int, str]:
        if self._at_line_start:
            if not whole and len(line) <= LONGEST and _MAYBE_FENCE.match(line):
                return 0, ""
            self._at_line_start = False
            opened = _FENCE.match(line)
            if opened and len(line) <= LONGEST and not (opened[2][0] == "`" and "`" in opened[3]):
                self.fence, self._indent = opened[2], len(opened[1])
                return len(line), line[self._indent :]
        return self._inline(line, whole)

    def _inline(self, line: str, whole: bool) -> tuple[int, str]:
        """As much of a line's text as is ready."""
        done: list[str] = []
        at = 0
        while at < len(line):
            found = _SPECIAL.search(line, at)
            if found is None:
                end = len(line)
                if not whole and (begun := _SCHEME_END.search(line, max(at, end - 40))):
                    end = begun.start()
                done.append(line[at:end])
                at = end
                break
            before = line[at : found.start()]
            done.append(before)
            self._note(before)
            at = found.start()
            used, said = self._mark(line, at, found[0], whole)
            if not used:
                break
            if said[:1] == "`" == self._last:
                said = f" {said}"  # two code spans that touch would be read as one
            done.append(said)
            self._note(said)
            at += used
        return at, "".join(done)

    def _note(self, said: str) -> None:
        self._last = said[-1:] or self._last

    def _mark(self, line: str, at: int, mark: str, whole: bool) -> tuple[int, str]:
        """What stands at `at`, which may act: (characters used, what is shown); (0, "") while that can't be told."""
        rest = len(line) - at
        sure = whole or rest > LONGEST
        if len(mark) > 1 and mark[0] not in "\\`<[]!~":
            return self._address(line, at, mark, whole)
        if mark == "\\":
            return (2, line[at : at + 2]) if rest > 1 else (1, mark) if whole else (0, "")
        if mark == "`":
            return self._span(line, at, sure)
        if mark == "<":
            return self._tag(line, at, whole, sure)
        if mark == "~":
            run = len(line[at : at + LONGEST]) - len(line[at : at + LONGEST].lstrip("~"))
            return (0, "") if run == rest and not sure else (run, "\\~" * run if run > 2 else "~" * run)
        if mark == "!":
            if rest == 1:
                return (1, mark) if whole else (0, "")
            if line[at + 1] != "[":
                return 1, mark
            return self._link(line, at, sure) or ((2, "!\\[") if sure else (0, ""))
        if mark == "[":
            return self._link(line, at, sure) or ((1, mark) if sure else (0, ""))
        if rest == 1:
            return (1, mark) if whole else (0, "")
        return 1, "\\]" if line[at + 1] in "([:" else mark

    def _tag(self, line: str, at: int, whole: bool, sure: bool) -> tuple[int, str]:
        """What may be HTML, or an address in angle brackets."""
        found = _AUTOLINK.match(line, at, at + LONGEST)
        if found and found[1] not in self._named:
            known = whole or found.end() < len(line)
            return (found.end() - at, _code(found[1], line, found.end())) if known else (0, "")
        if at + 1 == len(line):
            return (1, "<") if whole else (0, "")
        if not _TAG.match(line, at):
            return 1, "<"
        return (1, "\\<") if sure or ">" in line[at:] else (0, "")

    def _link(self, line: str, at: int, sure: bool) -> tuple[int, str] | None:
        """A link or a picture that is complete, as its text and its address; None where there is none (yet)."""
        found = _LINK.match(line, at, at + LONGEST)
        if found is None or (found.end() == len(line) and not sure):
            return None
        text, address = _plain(found[1]), found[2]
        if found[0][0] == "[" and address in self._named:
            return found.end() - at, f"[{text}]({address})"
        where = _code(address) if address else ""
        said = f"{text} ({where})" if text and where else text or where
        return found.end() - at, said + " " * (said[-1:] == "`" == line[found.end() : found.end() + 1])

    def _span(self, line: str, at: int, sure: bool) -> tuple[int, str]:
        """A code span that ends in its line; marks that begin none are escaped."""
        marks = _RUN.match(line, at)
        assert marks is not None
        length, closing, limit = marks.end() - at, marks.end(), at + LONGEST
        while length < LONGEST and (found := _RUN.search(line, closing, limit)):
            if found.end() == limit or (found.end() == len(line) and not sure):
                break
            if found.end() - found.start() == length:
                if "|" in (said := line[marks.end() : found.start()]) and _ACTS_IN_TABLE.search(said):
                    return length, "\\`" * length  # in a table it is two cells, and no code
                return found.end() - at, line[at : found.end()]
            closing = found.end()
        return (length, "\\`" * length) if sure else (0, "")

    def _address(self, line: str, at: int, mark: str, whole: bool) -> tuple[int, str]:
        if at + len(mark) == len(line) and not whole and len(mark) <= LONGEST:
            return 0, ""
        address = _trimmed(mark[:LONGEST])
        end = at + len(address)
        return len(address), address if address in self._named else _code(address, line, end)


def sanitized(text: str, question: str = "") -> str:
    """A whole text."""
    one = Sanitizer(question)
    return one.feed(text) + one.finish()


def closed(text: str, question: str = "") -> str:
    """A whole text that others follow: no block of code is left open."""
    one = Sanitizer(question)
    said = one.feed(text) + one.finish()
    return f"{said}\n{one.fence}" if one.fence else said


def _code(address: str, line: str = "", end: int = 0) -> str:
    """An address that ends at `end` of a line, as code whose marks touch no others behind it."""
    return code(address, len(address) + 1) + " " * (line[end : end + 1] == "`")


def _plain(text: str) -> str:
    """The text of a link: what may act in it is escaped."""
    return _ACTS.sub(
        lambda match: match[0] if match[0][0] == "\\" and match[0][1:] else _harmless(match[0]), text.strip()
    )


def _harmless(mark: str) -> str:
    return f"\\{mark}" if mark[0] in "\\<~" else _code(mark)


def _trimmed(address: str) -> str:
    """An address without the marks of the sentence that it stands in."""
    return address.rstrip(_TRAILING)
