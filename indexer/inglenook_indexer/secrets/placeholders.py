"""Tells values that stand for a secret from secrets, by words and by entropy. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter

_PLACEHOLDER = re.compile(
    r"(?i)^(?:.*(?:\$\{|\$\(|\{\{|%\(|<[a-z]|example|changeme|change_me|placeholder|dummy|your[_-]|xxx|todo|redacted"
    r"|\*\*\*|\.\.\.|filtered).*|(?-i:@[A-Z][A-Z0-9_]*)@?|\[[a-z_ .-]+\]|str(?:ing)?\??)$",
    re.DOTALL,
)
_SAMPLE = re.compile(
    r"(?i)(?:my|your|the|an?|some|user|db|fake|test|aws|uri|new|old)?(?: |%20|[_-])?"
    r"(?:pass(?:word|wd|phrase)?|passwd|pwd?|psw|secret|token|key|user(?:name)?|port)\d?"
    r"|foo|bar|test|guest|tiger|repo"
)
"""Passwords that manuals and test addresses have; `scott:tiger` is Oracle's."""
_RANDOM_LENGTH, _RANDOM_ENTROPY = 32, 4.2  # no placeholder looks like this, whatever words it happens to hold
_BEGINS_OTHERWISE = ("/", "./", "../", "~/", "http://", "https://", "$", "{", "%", "<")
_MIN_ENTROPY = 3.0  # bits per character; English words and identifiers of 8-20 letters lie around 2.5-3.3
_MIN_PASSWORD_ENTROPY = 2.3  # the key already says "password": only doublets like "test1111" pass below this
_MIN_LENGTH = 10  # of a value whose key does not say "password"
_CALL = re.compile(
    r"[\w.]+\(|\*[A-Za-z_][\w-]*$|!*[A-Za-z_]\w*(?:(?:\??\.|::|->)[A-Za-z_]\w*)+(?:$|=[A-Za-z_])|[A-Za-z_]\w*\[|[=!]?=|.*\|\|"
)
"""Code: a call, an alias, an attribute, an index, a comparison. A secret that is not quoted looks like none of them."""
_NAME = re.compile(r"(?=.*(?:_|[a-z][A-Z]|[A-Z]{2}))[A-Za-z_]+\d{1,3}[A-Za-z_]*")
_MAX_WORDY_NAME = 0.8  # share of words from which on an unquoted value is a name: `defaultToConfig2`
_FIELD = re.compile(r"\{[A-Za-z_][\w.]*(?:![rsa])?(?::[^{}]{0,20})?\}|%[sd]")
"""What a format puts something else into; the rest of a value may still be a secret."""
_EXPRESSION = re.compile(r"\(\?(?:[:=!<#]|[aiLmsux]{1,4}[):])|\\[wdsbWDSB][+*?{|)\]]")
_MAYBE_EXPRESSION = re.compile(r"\[[^\[\]]{1,60}\][+*?{|)]|(?:\b[A-Za-z_]{2,40}\|){2}")
"""Signs of a regular expression, which lexers give to names of tokens; a password may have the latter by chance."""
_ONE_WORD = re.compile(r"[^\w]*([^\W\d]+)[^\w]*")
_LEGIBLE = re.compile(r"[A-Za-z0-9]")
"""A text that has none of these is a translation."""
_WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}(?![a-z])")
"""What may be a word of an identifier, whether set off by capitals, underscores or digits."""
_UNSPOKEN = re.compile(r"(?i)[^aeiouy]+$|.*[^aeiouy]{6}")
_MAX_WORDY = 0.5  # share of a value that words make up: of random letters and digits a fifth looks like words
_MIN_CHOPPY = 12  # letters, which are words more often than not
_REFERENCE = re.compile(
    r"\$(?:[({]|[A-Z_][A-Z0-9_]*\b|[a-z_][a-z0-9_]*\b)|\w\([^()]*\)|[(\[{,;]$|[;&]\w+[=.(]|\w\[\w+\]"
    r"|^\w{2,12}:[?/]|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|^[A-Za-z]\w*_t$"
)
"""In a value of any letters: a variable, a call, an unfinished one, another statement, an address, an id, a type."""
_DOTTED = re.compile(r"[A-Za-z_]\w{0,30}(?:\.[A-Za-z_]\w{0,30}){2,}$")
"""The name of a class or module, as settings have them in quotes."""


def entropy(text: str) -> float:
    """Shannon entropy of the characters of `text`, in bits per character."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())


def is_placeholder(value: str) -> bool:
    """Whether a value says that it is none, unless it is so random that the words in it are chance."""
    if len(value) >= _RANDOM_LENGTH and entropy(value) >= _RANDOM_ENTROPY:
        return False
    return _PLACEHOLDER.match(value) is not None


def is_secret_value(key: str, value: str, *, bare: bool = False) -> bool:
    """Whether a value given to a secret-sounding name is one, and no placeholder, path, sentence or identifier.

    `bare`: it stands without quotes, and might as well be code.
    """
    if " " in value or "***" in value or value.startswith(_BEGINS_OTHERWISE) or is_placeholder(value):
        return False
    if _DOTTED.match(value) or _EXPRESSION.search(value) or (bare and _CALL.match(value)):
        return False
    said = key.startswith(("pass", "pwd"))
    named_so = said or "pass" in key
    value = _FIELD.sub("", value)
    if not _LEGIBLE.search(value) or (not named_so and _is_wordy(value, bare)):
        return False
    letters = any(character.isalpha() for character in value)
    others = any(not (character.isalpha() or character in "_-./:\\") for character in value)
    mixed = (letters and others) or is_choppy(value)
    if said:
        return (mixed or (value.isdigit() and not bare)) and entropy(value) >= _MIN_PASSWORD_ENTROPY
    return len(value) >= _MIN_LENGTH and mixed and entropy(value) >= _MIN_ENTROPY


def is_sample(password: str) -> bool:
    """Whether a password is one that manuals and test addresses have."""
    return _SAMPLE.fullmatch(password.strip("[]")) is not None


def _is_wordy(value: str, bare: bool) -> bool:
    """Whether a value is a regular expression, one word with signs around it, or, unquoted, a name made of words."""
    if _MAYBE_EXPRESSION.search(value):
        return True
    word = _ONE_WORD.fullmatch(value)
    if word is not None and len(word[1]) < len(value) and not is_choppy(word[1]):
        return True
    return bare and _NAME.fullmatch(value) is not None and wordiness(value) >= _MAX_WORDY_NAME


def wordiness(value: str) -> float:
    """The share of a value that could be words."""
    words = (word for word in _WORD.findall(value) if not _UNSPOKEN.match(word))
    return sum(map(len, words)) / max(1, len(value))


def is_choppy(value: str) -> bool:
    """Whether letters alone look random: small and capital ones mixed as in no identifier."""
    if len(value) < _MIN_CHOPPY or not (value.isascii() and value.isalpha()) or value[1:].islower() or value.isupper():
        return False
    return entropy(value) >= _MIN_ENTROPY and wordiness(value) < _MAX_WORDY


def is_random_value(value: str, *, bare: bool = False) -> bool:
    """Whether a value is random by its own looks, whatever it is given to: for places where names are usual as well."""
    return is_secret_value("", value, bare=bare) and not _REFERENCE.search(value) and wordiness(value) < _MAX_WORDY
