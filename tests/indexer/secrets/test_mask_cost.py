"""Masking costs time in proportion to the text, whatever the text repeats; of some shapes also two megabytes whole."""

import time

import pytest
from inglenook_indexer.secrets.detector import load
from inglenook_indexer.secrets.redact import is_secret_path, mask_path, mask_secrets

from tests.cost import repeated, verdict

SMALL = 20_000  # characters
GRACE_S = 0.03  # what a clock and other processes may add
LARGE = 2_000_000
LARGE_TIMES = 260  # a hundred times the text, with the same grace per doubling over seven doublings
SHAPES = {
    "names": "token=",
    "names and colons": "secret:",
    "names in calls": "password(",
    "names in words": "token-",
    "names and blanks": "password ",
    "names in pairs": '"name": "password", ',
    "names in braces": "${password:",
    "names in markup": "<key>password</key>",
    "nested names": '{"password":',
    "tokens": "sk-",
    "web tokens": "eyJ.eyJ.",
    "joined web tokens": "eyJ-",
    "key blocks without an end": "-----BEGIN PRIVATE KEY-----~",
    "key blocks on lines": "-----BEGIN RSA PRIVATE KEY-----\nQUJD\n",
    "headers of keys": "Private-Lines: 6\n",
    "quotes without an end": "password='",
    "literals joined": 'password=" "',
    "found secrets": 'password="kT7pQz4mXw9rLc2vNb8s"\n',
    "found secrets beside letters of two bytes": 'pässword="é" token="kT7pQz4mXw9rLc2vNb8s"\n',
    "urls": "http://a:b@",
    "blocks of YAML": "password: |\n  abcde\n",
    "manifests": "kind: Secret\ndata:\n  a: QUJDQUJD\n",
    "variables": 'variable "password" {',
    "escapes": "\\u0067",
    "escaped quotes": '\\"',
    "one word": "a",
    "blanks": " ",
    "line ends": "\r",
    "base64": "QUJD/+",
    "brackets": "{[(",
    "lists": 'tokens = ["kT7pQz4mXw9r", ',
    "lists in lists": 'tokens=["',
    "rows": "tokens:\n  - kT7pQz4mXw9r\n",
    "options": '"--token", ',
    "shells": "mysql ",
    "logins": 'login("a", ',
    "authors": "auth",
    "passes": "pass:",
    "fields": 'token="{a}',
    "alternatives": "token='aa|",
    "classes": "token='[a]",
    "types": '"A::',
    "sentences": "The quick brown fox jumps over the lazy dog. ",
}


def cost(shape, size):
    """Seconds of the processor that masking takes."""
    begin = time.process_time()
    mask_secrets(shape(size))
    return time.process_time() - begin


@pytest.mark.parametrize("name", SHAPES)
def test_twice_the_text_costs_twice_the_time(name):
    load()
    assert verdict(mask_secrets, repeated(SHAPES[name])) == ""


@pytest.mark.parametrize("name", ["names", "tokens", "key blocks on lines", "quotes without an end", "one word"])
def test_a_hundred_times_the_text_costs_no_more_than_that(name):
    load()
    shape = repeated(SHAPES[name])
    small = min(cost(shape, SMALL) for _ in range(3))
    assert cost(shape, LARGE) <= LARGE_TIMES * small + GRACE_S * 7


@pytest.mark.parametrize("name", ["a", "/", ".bak", " (1)", "(((", "sk-", "eyJ-", "token=", " ", "\\"])
@pytest.mark.parametrize("of", [is_secret_path, mask_path], ids=["is_secret_path", "mask_path"])
def test_a_path_costs_no_more_than_its_length(of, name):
    assert verdict(of, repeated(name)) == ""
