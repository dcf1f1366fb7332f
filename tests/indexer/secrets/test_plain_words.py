"""Of a text that is words and nothing else no rule of the detector finds a secret: shown of each, from its pattern.

A pattern can't fit such a text where each text that it fits has a character that these have not, or a longer word than
they have. What may be left out of it, and what is around it, counts for nothing.
"""

import base64
import os
import re
import string
import warnings
from re import _constants as code
from re import _parser

import pytest
from inglenook_indexer.secrets import detector
from inglenook_indexer.secrets.detector import vendor_secrets
from inglenook_indexer.secrets.plain_words import BETWEEN, MAX_WORD, is_plain

LETTERS = set(string.ascii_letters + "_")
PLAIN = LETTERS | set(BETWEEN)
KINDS = {
    code.CATEGORY_DIGIT: str.isdigit,
    code.CATEGORY_SPACE: str.isspace,
    code.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
    code.CATEGORY_NOT_DIGIT: lambda one: not one.isdigit(),
    code.CATEGORY_NOT_SPACE: lambda one: not one.isspace(),
    code.CATEGORY_NOT_WORD: lambda one: not (one.isalnum() or one == "_"),
}
WITHOUT_WIDTH = (code.AT, code.ASSERT, code.ASSERT_NOT, code.GROUPREF)


class Unfit(Exception):
    """No plain text fits."""


def fitting(kind, argument):
    """The characters of plain texts that one place of a pattern takes, in either case."""
    if kind is code.ANY:
        return PLAIN
    if kind is code.NOT_LITERAL:
        return PLAIN - {chr(argument)}
    parts = argument if kind is code.IN else [(kind, argument)]
    found = set()
    for part, value in parts:
        if part is code.LITERAL:
            found.add(chr(value))
        elif part is code.RANGE:
            found |= {one for one in PLAIN if value[0] <= ord(one) <= value[1]}
        elif part is code.CATEGORY:
            found |= set(filter(KINDS[value], PLAIN))
    if parts[0][0] is code.NEGATE:
        return PLAIN - found
    return {either for one in found for either in (one.lower(), one.upper())} & PLAIN


def walked(pattern, word):
    """Letters in a row at least that a plain text has behind this part, having had `word` before. Raises Unfit."""
    for kind, argument in pattern:
        if kind in WITHOUT_WIDTH:
            continue
        if kind is code.SUBPATTERN:
            word = walked(argument[3], word)
        elif kind is code.BRANCH:
            ways = [end for way in argument[1] if (end := tried(way, word)) is not None]
            if not ways:
                raise Unfit
            word = min(ways)
        elif kind in (code.MAX_REPEAT, code.MIN_REPEAT):
            least, most, part = argument
            for _ in range(min(least, MAX_WORD + 1)):
                word = walked(part, word)
            more = tried(part, word) if most > least else None
            word = word if more is None else min(word, more)
        else:
            found = fitting(kind, argument)
            word = word + 1 if found <= LETTERS else 0
            if not found or word > MAX_WORD:
                raise Unfit
    return word


def tried(pattern, word):
    try:
        return walked(pattern, word)
    except Unfit:
        return None


def may_fit(pattern):
    """Whether a plain text may fit a pattern of the detector's, whose notation is nearly Python's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sets that Python may read otherwise some day
        parsed = _parser.parse(pattern.replace("(?i)", "").replace(r"\z", r"\Z"), re.IGNORECASE)
    return tried(parsed, 0) is not None


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        (r"key [a-z]{16}", True), (r"[a-z]{17}", False), (r"\b(sk_live_[a-zA-Z0-9]{10,99})\b", False), (r"\d", False),
        (r"name\s*=\s*\w+", False), (r"name[ =]\w+", True), (r"a(?:bc|\d)d", True), (r"(?:1|2)", False),
        (r"(?:[a-z]{9} ?){2}", True), (r"(?:[a-z]{9}){2}", False), (r"[a-z]{9}[0-9]?[a-z]{9}", False),
        (r"[a-z]{9}[ ]?[a-z]{9}", True), (r"[^a-zA-Z_ \t?!'\"()`]", False), (r"cloud.{0,9}[a-z]{3,32}", True),
        (r"[a-z\n]{40}", False),
    ],
)  # fmt: skip
def test_a_pattern_is_read_as_it_is_meant(pattern, fits):
    assert may_fit(pattern) == fits


@pytest.fixture(scope="module")
def rules():
    sdk = pytest.importorskip("kingfisher_sdk")
    detector.load()
    folder = os.environ.get("KF_RULE_CACHE_DIR") or detector.cache_root() / "detector"
    return sdk.Rules([detector.FORMATS], cache_dir=folder)


def test_no_rule_of_the_detector_finds_a_secret_in_plain_words(rules):
    """Those that could are of accounts' names, which are not masked."""
    details = [rules.detail(one["id"]) for one in rules.metadata()]
    assert len(details) > 400
    fitting = [one for one in details if may_fit(one["detection_regex"])]
    assert [one["id"] for one in fitting if one["visible"] or detector._HELPER.search(one["id"])] == []


def test_nothing_so_short_is_decoded(rules):
    """A word of these letters could stand for some other text."""
    found = []
    for length in range(4, 40):
        address = b"ssh://a:" + (b"x7Q" * 20)[:length] + b"@c"
        encoded = base64.b64encode(address)
        found += [len(encoded)] if vendor_secrets(f"{encoded.decode()}: 1") else []
    assert found
    assert min(found) > MAX_WORD


@pytest.mark.parametrize(
    "text",
    ["", "Who calls parse_cookie?", "What does `half()` do", "where is (this) 'thing' defined?! ", "_" * MAX_WORD],
)
def test_words_are_plain(text):
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "v2",
        "a.py",
        "a-b",
        "key: value",
        "a/b",
        "a=b",
        "größe",
        "\x00",
        "_" * (MAX_WORD + 1),
        "a,b",
        "a\u00a0b",
    ],
)
def test_all_else_is_not(text):
    assert not is_plain(text)


def test_plain_words_need_no_rules(monkeypatch):
    monkeypatch.setattr(detector, "_loaded", None)  # calling it would fail
    assert vendor_secrets("Who calls parse_cookie?") == []
    with pytest.raises(TypeError):
        vendor_secrets("Who calls parse_cookie2?")
