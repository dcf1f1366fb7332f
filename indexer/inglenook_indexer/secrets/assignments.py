"""Values given to names that say they are secret: in code, configuration, command lines, markup, connection strings.

Pure. Vendors' formats are for `detector`; here only the name tells, and then the value's own looks must agree. How the
two are written is for `assignment_forms`. Names are looked at in their order and no stretch of text more than a few
times, so the cost is linear whatever the text repeats.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from inglenook_indexer.secrets.assignment_forms import FORMS, Form, by_beginning
from inglenook_indexer.secrets.keywords import end_of_name, holds_none, secret_names
from inglenook_indexer.secrets.placeholders import is_random_value, is_secret_value
from inglenook_indexer.secrets.ranges import Span

_HEAD = 200  # characters before a name that are looked at
_PARTS = 50  # of one value
_ITEMS = 1000  # of one list
_INSIDE = 64
"""Names in one run without blanks whose values are looked for: a minified line has some, nonsense has thousands."""
_RUN = re.compile(r"[^\s\"'`]{0,8192}+")
_BARE_HEAD = re.compile(r"[\s\ufeff\"'>|*+-]*(?:(?:export|set|env|setx|arg)[ \t]+)?[\w.-]*", re.IGNORECASE)
"""What may stand before the word on the line of an unquoted value; anything else is code, not configuration."""
_COMMENT = re.compile(r"[^#/;<]*+(?:<(?!!--)[^#/;<]*+)*+(?:#|//|/\*|;|<!--)")
"""What begins a comment, which may say anything, or another statement; after a path it is neither."""
_PARAMETER = re.compile(r"&(?:amp;)?[\w.-]{1,40}=")
"""What ends a value in an address."""
_NAME = re.compile(r"[\w.-]+$")
_FORMS = by_beginning(FORMS)


def assigned_secrets(text: str) -> list[Span]:
    """Ranges of values, in no order; they may overlap."""
    names = secret_names(text)
    if not names:
        return []
    reader = _Reader(text)
    return [
        Span(*place, f"the value of a {word.strip('_-')}")
        for begin, word in names
        for place in reader.values(begin, word)
    ]


class _Reader:
    """Reads the values of names in a text, which must be asked for in their order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken = 0  # the end of the last run without blanks, or of a chain of literals
        self._inside = 0  # names that began before that

    def values(self, begin: int, word: str) -> list[tuple[int, int]]:
        """Where the value of the name with `word` at `begin` lies, if it is a secret; its parts, if it has several."""
        text = self._text
        stop = end_of_name(text, begin, word)
        forms = _FORMS.get(text[stop : stop + 1])
        if forms is None:
            return []
        head = text[max(0, begin - _HEAD) : begin]
        head = head[max(head.rfind("\n"), head.rfind("\r")) + 1 :]
        if holds_none(head, word, text[begin + len(word) : stop]):
            return []
        if begin < self._taken:
            self._inside += 1
        elif (run := _RUN.match(text, stop)) is not None:
            self._inside, self._taken = 0, run.end()
        line = _Line(head)
        for form in forms:
            found = self._found(form, line, stop)
            if found is not None and (places := self._judged(form, word, found)):
                return [] if _is_own_name(head + text[begin:stop], found["value"]) else places
        return []

    def _found(self, form: Form, line: _Line, stop: int) -> re.Match[str] | None:
        """What has this form after the name that ends at `stop`."""
        if (self._inside > _INSIDE and not form.quoted) or (form.configuration and not line.may_configure):
            return None
        found = form.after.match(self._text, stop)
        return None if found is None or (form.head is not None and form.head.search(line.head) is None) else found

    def _judged(self, form: Form, word: str, found: re.Match[str]) -> list[tuple[int, int]]:
        """One value, or several that are joined: judged together, masked each. Or the items of a list: judged each."""
        if form.items is not None:
            return [one.span("value") for one in self._items(form.items, found) if _proven(form, word, one["value"])]
        parts = [found]
        if form.parts is not None and not self._inside:
            while len(parts) < _PARTS and (following := form.parts.match(self._text, parts[-1].end())) is not None:
                parts.append(following)
            self._taken = max(self._taken, parts[-1].end())
        if len(parts) > 1 and _proven(form, word, "".join(part["value"] for part in parts)):
            return [part.span("value") for part in parts]
        begin, end = found.span("value")
        if not form.quoted and (parameter := _PARAMETER.search(self._text, begin, end)) is not None:
            end = parameter.start()
        return [(begin, end)] if _proven(form, word, self._text[begin:end]) else []

    def _items(self, form: re.Pattern[str], found: re.Match[str]) -> list[re.Match[str]]:
        """The first item of a list and those that follow it, at the same column where `form` says what it is."""
        items = [found]
        while not self._inside and len(items) < _ITEMS:
            following = form.match(self._text, items[-1].end())
            if following is None or following.groupdict().get("column") != found.groupdict().get("column"):
                break
            items.append(following)
        self._taken = max(self._taken, items[-1].end())
        return items


@dataclass(frozen=True)
class _Line:
    """What stands before a name on its line."""

    head: str

    @functools.cached_property
    def may_configure(self) -> bool:
        """Whether a line of configuration, or a comment, may have this before a name."""
        return (_BARE_HEAD.fullmatch(self.head) or _COMMENT.match(self.head)) is not None


def _proven(form: Form, word: str, value: str) -> bool:
    if form.proof == "random" or word == "pass":
        return is_random_value(value, bare=form.proof == "bare")
    return is_secret_value(word, value, bare=form.proof == "bare")


def _is_own_name(name: str, value: str) -> bool:
    """Whether a value only says once more what it is called, as in `token_ids_0=token_ids_0`."""
    own = _NAME.search(name)
    return own is not None and _flat(value) in _flat(own[0])


def _flat(text: str) -> str:
    return text.replace("_", "").replace("-", "").lower()
