"""Values given to names that say they are secret: in code, configuration, command lines, markup, connection strings.

Pure. Vendors' formats are for `detector`; here only the name tells, and then the value's own looks must agree. How the
two are written is for `spellings`. Names are looked at in their order and no stretch of text more than a few times, so
the cost is linear whatever the text repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from inglenook_indexer.masks import Span
from inglenook_indexer.placeholders import is_random_value, is_secret_value
from inglenook_indexer.spellings import FORMS, Form, by_beginning

KEY_WORDS = (
    "password", "passwd", "passphrase", "passwort", "pwd", "db_pass", "requirepass", "identified by", "secret", "token",
    "credential", "masterauth", "securestring", "api_key", "api-key", "apikey", "access_key", "access-key", "accesskey",
    "auth_key", "auth-key", "authkey", "private_key", "private-key", "privatekey", "encryption_key", "signing_key",
    "account_key", "accountkey", "_pass", "-pass",
)  # fmt: skip
"""Words that make a name sound secret."""
_SEARCHED = (
    "pass", "pwd", "identified by", "secret", "token", "credential", "masterauth", "securestring", "_key", "-key",
    "apikey", "accesskey", "authkey", "privatekey", "accountkey",
)  # fmt: skip
"""What is looked for in the text, one by one, in lower case: much faster than one pattern for all words."""
_WHOLE = frozenset({"_pass", "-pass"})
"""Words that must end the name: `first_passed` says nothing."""
_WORDS = {part: tuple(word for word in KEY_WORDS if part in word) for part in _SEARCHED}
_TAIL = re.compile(r"[\w-]{0,24}+")  # what may follow the word in a name
_ABOUT = (
    "name", "field", "label", "hint", "startswith", "contains", "class", "type", "length", "prefix", "url", "uri",
    "alg", "algorithm", "method", "format",
)  # fmt: skip
"""Ends of names that say something about a secret, and hold none."""
_HEAD = 200  # characters before a name that are looked at
_PARTS = 50  # of one value
_INSIDE = 64
"""Names in one run without blanks whose values are looked for: a minified line has some, nonsense has thousands."""
_RUN = re.compile(r"[^\s\"'`]{0,8192}+")
_BARE_HEAD = re.compile(r"[\s\ufeff\"'>|*+-]*(?:(?:export|set|env|setx|arg)[ \t]+)?[\w.-]*", re.IGNORECASE)
"""What may stand before the word on the line of an unquoted value; anything else is code, not configuration."""
_COMMENT = re.compile(r"[^#/;<]*+(?:<(?!!--)[^#/;<]*+)*+(?:#|//|/\*|;|<!--)")
"""What begins a comment, which may say anything, or another statement; after a path it is neither."""
_FORMS = by_beginning(FORMS)


def assigned_secrets(text: str) -> list[Span]:
    """Ranges of values, in no order; they may overlap."""
    lower = text.replace("İ", "I").lower()  # the one letter that grows when lowered; its neighbours must not shift
    names = sorted({name for part in _SEARCHED for name in _names(lower, part)})
    if not names:
        return []
    reader = _Reader(text)
    return [
        Span(*place, f"the value of a {word.strip('_-')}")
        for begin, word in names
        for place in reader.values(begin, word)
    ]


def _names(lower: str, part: str) -> Iterator[tuple[int, str]]:
    """Where a word of `KEY_WORDS` with that part begins, and which."""
    position = lower.find(part)
    while position >= 0:
        for word in _WORDS[part]:
            begin = position - word.index(part)
            if begin >= 0 and lower.startswith(word, begin):
                yield begin, word
                break
        position = lower.find(part, position + len(part))


class _Reader:
    """Reads the values of names in a text, which must be asked for in their order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken = 0  # the end of the last run without blanks, or of a chain of literals
        self._inside = 0  # names that began before that

    def values(self, begin: int, word: str) -> Iterator[tuple[int, int]]:
        """Where the value of the name with `word` at `begin` lies, if it is a secret; its parts, if it has several."""
        text = self._text
        end = begin + len(word)
        tail = _TAIL.match(text, end)
        stop = tail.end() if tail is not None else end
        forms = _FORMS.get(text[stop : stop + 1])
        if forms is None or text[end:stop].lower().endswith(_ABOUT) or (word in _WHOLE and stop > end):
            return
        if begin < self._taken:
            self._inside += 1
        elif (run := _RUN.match(text, stop)) is not None:
            self._inside, self._taken = 0, run.end()
        head = text[max(0, begin - _HEAD) : begin]
        head = head[max(head.rfind("\n"), head.rfind("\r")) + 1 :]
        free: bool | None = None
        for form in forms:
            if self._inside > _INSIDE and not form.quoted:
                continue
            if form.configuration:
                if free is None:
                    free = (_BARE_HEAD.fullmatch(head) or _COMMENT.match(head)) is not None
                if not free:
                    continue
            found = form.after.match(text, stop)
            if found is None or (form.head is not None and form.head.search(head) is None):
                continue
            if places := self._judged(form, word, found):
                yield from places
                return

    def _judged(self, form: Form, word: str, found: re.Match[str]) -> list[tuple[int, int]]:
        """One value, or several that are joined: judged together, masked each."""
        parts = [found]
        if form.parts is not None and not self._inside:
            while len(parts) < _PARTS and (following := form.parts.match(self._text, parts[-1].end())) is not None:
                parts.append(following)
            self._taken = max(self._taken, parts[-1].end())
        if len(parts) > 1 and _proven(form, word, "".join(part["value"] for part in parts)):
            return [part.span("value") for part in parts]
        return [found.span("value")] if _proven(form, word, found["value"]) else []


def _proven(form: Form, word: str, value: str) -> bool:
    if form.proof == "random":
        return is_random_value(value)
    return is_secret_value(word, value, bare=form.proof == "bare")
