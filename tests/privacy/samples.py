"""Secrets made up from the rules' own tables: a rule that is added there has samples here without anybody's doing.

Everything is put together at run time, so that scanners of this repository stay quiet.
"""

import base64
import random
import re
import string
from re import _parser  # the standard library's own reader of expressions: what a form is made of

from inglenook_indexer.secrets.detector import FORMATS
from inglenook_indexer.secrets.formats import TOKENS
from inglenook_indexer.secrets.keywords import KEY_WORDS
from inglenook_indexer.secrets.secret_paths import FILES, FOLDERS, TAILS

_PLAIN = string.ascii_letters + string.digits
_WORD = _PLAIN + "_"
_CATEGORIES = {"CATEGORY_DIGIT": string.digits, "CATEGORY_WORD": _WORD}
_LONGEST = 24  # repetitions beyond the fewest


def made_from(form, seed):
    """A random text of the form of an expression."""
    return "".join(_pieces(_parser.parse(form), random.Random(seed)))


def _pieces(parsed, rng):
    for operation, argument in parsed:
        name = str(operation)
        if name == "LITERAL":
            yield chr(argument)
        elif name == "IN":
            yield _one_of(argument, rng)
        elif name in ("MAX_REPEAT", "POSSESSIVE_REPEAT"):
            fewest, most, inner = argument
            for _ in range(rng.randint(fewest, min(most, fewest + _LONGEST))):
                yield from _pieces(inner, rng)
        elif name == "SUBPATTERN":
            yield from _pieces(argument[-1], rng)
        elif name == "BRANCH":
            yield from _pieces(rng.choice(argument[1]), rng)
        elif name == "ASSERT" and argument[0] < 0:
            yield from _pieces(argument[1], rng)  # what must stand before
        elif name not in ("AT", "ASSERT", "ASSERT_NOT"):
            raise NotImplementedError(f"samples for {name}")


def _one_of(members, rng):
    letters = ""
    for kind, argument in members:
        if str(kind) == "RANGE":
            letters += "".join(map(chr, range(argument[0], argument[1] + 1)))
        elif str(kind) == "CATEGORY":
            letters += _CATEGORIES[str(argument)]
        else:
            letters += chr(argument)
    # Letters and digits where they may stand: a token that ended with `-` would end a word too early.
    return rng.choice([letter for letter in letters if letter in _PLAIN] or letters)


def secret(length, seed, letters=_PLAIN):
    """A random value with letters and digits in it."""
    rng = random.Random(f"{seed}")
    return "".join(rng.choices(letters, k=length - 2)) + "7q"


def _pem(seed, *, label="RSA PRIVATE KEY"):
    lines = [base64.b64encode(random.Random(f"{seed}{row}").randbytes(48)).decode() for row in range(6)]
    return lines, "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"])


def contents():
    """name of the rule -> (a text, what of it must never be seen again)."""
    made = {}
    for number, (what, (_, form)) in enumerate(TOKENS.items()):
        token = made_from(form, number)
        made[what] = (f"value {token} end", [token.removeprefix("AccountKey=")])
    for word in KEY_WORDS:
        value = secret(24, word)
        made[f"quoted {word}"] = (f'my_{word} = "{value}"', [value])
        value = secret(24, f"bare {word}")
        made[f"bare {word}"] = (f"{word.upper()}={value}", [value])
    for label in ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"):
        hidden, text = _pem(label, label=label)
        made[f"block {label}"] = (text, hidden)
    hidden, _ = _pem("putty")
    made["PuTTY"] = (
        "\n".join(["PuTTY-User-Key-File-3: ssh-ed25519", "Public-Lines: 1", "AAAA", "Private-Lines: 6", *hidden,
                   f"Private-MAC: {hidden[0][:32]}"]),
        hidden,
    )  # fmt: skip
    value = secret(14, "url")
    made["URL"] = (f"postgres://app:{value}@db.internal:5432/app", [value])
    for name, form in VENDORS.items():
        token = made_from(form, name)
        made[f"detector: {name}"] = (f'client = Client("{token}")', [token])
    for form in re.findall(r"pattern: '(.*)'", FORMATS.read_text("utf-8")):
        token = made_from(form, form)
        made[f"our own for the detector: {form}"] = (f'client = Client("{token}")', [re.search(form, token)[1]])
    token = made_from(VENDORS["Notion"], "base64")
    encoded = base64.b64encode(token.encode()).decode()
    made["detector: base64"] = (f"data: {encoded}", [encoded])
    return made


VENDORS = {
    "Notion": r"ntn_[0-9]{11}[A-Za-z0-9]{35}",
    "Linear": r"lin_api_[A-Za-z0-9]{40}",
    "Postman": r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
    "Grafana": r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}",
    "Sentry": r"sntryu_[a-f0-9]{64}",
    "Pulumi": r"pul-[a-f0-9]{40}",
    "RubyGems": r"rubygems_[a-f0-9]{48}",
    "Dynatrace": r"dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
    "EasyPost": r"EZAK[A-Za-z0-9]{54}",
    "Databricks": r"dapi[a-f0-9]{32}",
    "Clojars": r"CLOJARS_[a-z0-9]{60}",
}
"""A sample of what the adopted detector knows and our own floor does not: published formats of its vendors."""


def secret_paths():
    """Every pattern of a name, every folder and every tail -> a path that it must keep out."""
    made = {pattern: pattern.replace("*", "x") for patterns in FILES.values() for pattern in patterns}
    made |= {folder: f"home/{folder}/settings.txt" for folder in FOLDERS}
    made |= {tail: f"home/{tail}" for tail in TAILS}
    return made


def pieces(text):
    """Parts of a secret that would give it away: runs of letters and digits, in lower case as in the words column."""
    return [part.lower() for part in re.findall(r"[A-Za-z0-9]{12,}", text)] or [text.lower()]
