"""Values given to names that say they are secret: in code, configuration, command lines, markup, connection strings.

Pure. Vendors' formats are for `detector`; here only the name tells, and then the value's own looks must agree.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from inglenook_indexer.masks import Span
from inglenook_indexer.placeholders import is_secret_value

KEY_WORDS = (
    "password", "passwd", "passphrase", "passwort", "pwd", "db_pass", "secret", "token", "credential", "api_key",
    "api-key", "apikey", "access_key", "access-key", "accesskey", "auth_key", "auth-key", "authkey", "private_key",
    "private-key", "privatekey", "encryption_key", "signing_key", "account_key", "accountkey",
)  # fmt: skip
"""Words that make a name sound secret."""
_SEARCHED = (
    "passw", "passphrase", "pwd", "db_pass", "secret", "token", "credential", "_key", "-key", "apikey", "accesskey",
    "authkey", "privatekey", "accountkey",
)  # fmt: skip
"""What is looked for in the text, one by one, in lower case: much faster than one pattern for all words."""
_TAIL = r"[\w-]{0,24}"  # what may follow the word in a name
_QUOTED = re.compile(
    _TAIL + r"(?:\\?[\"'])?\]?\s{0,4}(?::\s{0,2}[\w<>&'|\[\] ]{1,30}?\s{0,2})?(?:=>|:=|[:=])[\s(\\]{0,60}"
    r"[rbuf]{0,2}(?P<quote>\\?(?:\"\"\"|'''|[\"'`]))(?P<value>[^\"'`\r\n]{4,8192}?)(?:(?P=quote)|(?=\r?$))",
    re.MULTILINE,
)
_NEXT_PART = re.compile(r"[\s+.&\\]{1,80}[rbuf]{0,2}(?P<quote>\\?[\"'`])(?P<value>[^\"'`\r\n]{1,8192}?)(?P=quote)")
"""The next of several literals that are one value."""
_UNQUOTED = r"(?P<value>[^\s\"'`#,;(){}\[\]<>$\\]{6,8192})"
_BARE = re.compile(
    _TAIL + r"(?:\\?[\"'])?[ \t]*[:=][ \t]*" + _UNQUOTED + r"(?=[ \t]*(?:\r?$|\\[nr]|[\"',;#]))", re.MULTILINE
)
_SHELL = re.compile(_TAIL + "=" + _UNQUOTED + r"(?=[ \t])")
"""Before a command, as in `TOKEN=... ./run`: no spaces, as in no other language."""
_BARE_HEAD = re.compile(
    r"[\s\"'>|*+-]*(?:(?:export|set|env|setx|arg)[ \t]+)?[\w.-]*|[^#/;]*(?:#|//|/\*|;|<!--).*", re.IGNORECASE
)
"""What may stand before the word on the line of an unquoted value; anything else is code, not configuration.
Comments may say anything."""
_ENVIRONMENT = re.compile(_TAIL + r"[ \t]+(?P<value>[^\s\"'`$#<>]{6,512})[ \t]*(?=\r?$)", re.MULTILINE)
_ENVIRONMENT_HEAD = re.compile(r"[ \t]*(?:ENV|ARG|setenv|machine .*|login .*)[ \t]+[\w.-]*")
_FLAG = re.compile(_TAIL + r"(?:=|[ \t]+)[\"']?(?P<value>[^\s\"'`$<>|&;()\[\]{}]{6,512})")
_FLAG_HEAD = re.compile(r"(?:.*\s)?--?[\w-]*$")
_PAIR = re.compile(r"[ \t]*=[ \t]*(?P<value>[^\s;,\"'`<>{}()\[\]$]{4,512})(?=[;\"'`])")
"""In a connection string, `Password=...;`."""
_MARKUP = re.compile(r"[\w-]{0,24}>\s{0,20}(?P<value>[^<>\s]{6,512})\s{0,20}</")
_ATTRIBUTE = re.compile(r"[\w-]{0,24}[\"']\s{1,4}(?:value|content)\s?=\s?[\"'](?P<value>[^\"'<>]{6,512})[\"']")
_LINE_END = "\n\r"
_LONGEST_TAIL = 26
_NAME = string.ascii_letters + string.digits + "_-"
_ABOUT = ("name", "field", "label", "hint", "startswith", "contains", "class", "type", "length", "prefix", "url", "uri")
"""Ends of names that say something about a secret, and hold none."""
_WORDS = {part: tuple(word for word in KEY_WORDS if part in word) for part in _SEARCHED}


def assigned_secrets(text: str) -> list[Span]:
    """Ranges of values, in no order; they may overlap."""
    lower = text.replace("İ", "I").lower()  # the one letter that grows when lowered; its neighbours must not shift
    spans: list[Span] = []
    for part in _SEARCHED:
        position = lower.find(part)
        while position >= 0:
            word, begin = _word(lower, part, position)
            if word:
                spans += [Span(*place, f"the value of a {word}") for place in _values(text, word, begin)]
            position = lower.find(part, position + len(part))
    return spans


def _word(lower: str, part: str, position: int) -> tuple[str, int]:
    """The word of `KEY_WORDS` that `part` at `position` belongs to, and where it begins; ("", 0) for none."""
    for word in _WORDS[part]:
        begin = position - word.index(part)
        if begin >= 0 and lower.startswith(word, begin):
            return word, begin
    return "", 0


def _values(text: str, word: str, position: int) -> Iterator[tuple[int, int]]:
    """Where the value of a name with `word` at `position` lies, if it is a secret; its parts, if it has several."""
    end = position + len(word)
    rest = text[end : end + _LONGEST_TAIL]
    follows = rest.lstrip(_NAME)
    if not follows or follows[0] in ".)}&?!" or rest[: len(rest) - len(follows)].lower().endswith(_ABOUT):
        return
    found = _QUOTED.match(text, end)
    if found is not None:
        yield from _parts(text, word, found)
        return
    if follows[0] == ">":
        yield from _single(_MARKUP.match(text, end), word)
        return
    begin = max(text.rfind(one, max(0, position - 200), position) for one in _LINE_END) + 1
    head = text[begin:position]
    if _BARE_HEAD.fullmatch(head):
        yield from _single(_BARE.match(text, end) or _SHELL.match(text, end), word, bare=True)
    if follows[0] in "=\"' \t":
        yield from _single(_PAIR.match(text, end), word, bare=True)
        yield from _single(_ATTRIBUTE.match(text, end), word)
        if _FLAG_HEAD.match(head):
            yield from _single(_FLAG.match(text, end), word, bare=True)
        elif _ENVIRONMENT_HEAD.fullmatch(head):
            yield from _single(_ENVIRONMENT.match(text, end), word, bare=True)


def _single(found: re.Match[str] | None, word: str, *, bare: bool = False) -> Iterator[tuple[int, int]]:
    if found is not None and is_secret_value(word, found["value"], bare=bare):
        yield found.span("value")


def _parts(text: str, word: str, found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """One literal, or several that are joined: judged together, masked each."""
    parts = [found]
    while len(parts) < 50 and (following := _NEXT_PART.match(text, parts[-1].end())) is not None:
        parts.append(following)
    if is_secret_value(word, "".join(part["value"] for part in parts)):
        yield from (part.span("value") for part in parts)
    elif is_secret_value(word, found["value"]):
        yield found.span("value")
