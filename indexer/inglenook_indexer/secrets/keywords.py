"""Which names sound secret, and where they stand in a text. Pure; what is given to them is for `assignments`."""

from __future__ import annotations

import re
from collections.abc import Iterator

KEY_WORDS = (
    "password", "passwd", "passphrase", "passwort", "pwd", "db_pass", "requirepass", "identified by", "identified with",
    "secret", "token", "credential", "masterauth", "securestring", "api_key", "api-key", "apikey", "access_key",
    "access-key", "accesskey", "auth_key", "auth-key", "authkey", "private_key", "private-key", "privatekey",
    "encryption_key", "signing_key", "account_key", "accountkey", "_pass", "-pass", "dbpass", "smtppass", "mailpass",
    "userpass", "adminpass", "rootpass", "pass",
)  # fmt: skip
"""Words that make a name sound secret."""
_SEARCHED = (
    "pass", "pwd", "identified ", "secret", "token", "credential", "masterauth", "securestring", "_key", "-key",
    "apikey", "accesskey", "authkey", "privatekey", "accountkey",
)  # fmt: skip
"""What is looked for in the text, one by one, in lower case: much faster than one pattern for all words."""
_WHOLE = frozenset(word for word in KEY_WORDS if word.endswith("pass") and word != "requirepass")
"""Words that must end the name: `first_passed` says nothing."""
_PASS = re.compile(r"(?<![a-z0-9])pass(?=[\"'\]]{0,2}[ \t]{0,4}(?::?=(?!=)|:))")
"""The shortest word must be the whole name, and given something: it is a statement of Python, and half of `compass`."""
_WORDS = {part: tuple((word, word.index(part)) for word in KEY_WORDS if part in word) for part in _SEARCHED}
"""What is searched for -> the words that it may be part of, and where in them."""
_TAIL = re.compile(r"[\w-]{0,24}+")  # what may follow the word in a name
_ABOUT = (
    "name", "field", "label", "hint", "startswith", "contains", "class", "type", "length", "prefix", "url", "uri",
    "alg", "algorithm", "enc", "encvalues", "method", "format", "path", "file", "dir", "header", "pattern",
    "regex", "endpoint",
)  # fmt: skip
"""Ends of names that say something about a secret, and hold none."""
_OF_TEXTS = re.compile(r"i[sz](?!_)|_?(?:type_?)?ids?(?![a-z])", re.IGNORECASE)
"""How names of what a text is cut into go on after `token`: tokenizer, token_ids, token_type_ids."""
_TYPE = re.compile(r"[\"'`]\w{1,60}::[\w:]{0,120}$")
"""What stands before a word that is part of a type's name in quotes."""


def secret_names(text: str) -> list[tuple[int, str]]:
    """Where a word of `KEY_WORDS` begins in `text`, and which, in their order."""
    lower = text.replace("İ", "I").lower()  # the one letter that grows when lowered; its neighbours must not shift
    return sorted({name for part in _SEARCHED for name in _places(lower, part)})


def _places(lower: str, part: str) -> Iterator[tuple[int, str]]:
    position = lower.find(part)
    while position >= 0:
        for word, before in _WORDS[part]:
            begin = position - before
            if begin >= 0 and lower.startswith(word, begin) and (word != "pass" or _PASS.match(lower, begin)):
                yield begin, word
                break
        position = lower.find(part, position + len(part))


def end_of_name(text: str, begin: int, word: str) -> int:
    """Where the name with `word` at `begin` ends."""
    tail = _TAIL.match(text, begin + len(word))
    return tail.end() if tail is not None else begin + len(word)


def holds_none(head: str, word: str, tail: str) -> bool:
    """Whether a name says of itself that it holds no secret. `head`: what stands before on its line; `tail`: after."""
    if tail.lower().endswith(_ABOUT) or (word in _WHOLE and tail != ""):
        return True
    if word == "token" and (_OF_TEXTS.match(tail) or head.lower().endswith("publickey")):
        return True  # the latter names an assembly of .NET
    return _TYPE.search(head) is not None
