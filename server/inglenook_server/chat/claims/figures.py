"""Whether the numbers and quoted values that a sentence claims stand in what was shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from inglenook_indexer.text.words import identifiers, parts, stem

LONGEST_LINE = 400
"""Characters of a line that are looked at."""
UNIT = 14
"""Characters behind a number in which its unit stands."""
_UNSAYING = frozenset(
    "a an the is are be to of in by for and or if it at on as none true false default set value max maximum min minimum"
    " second minute hour day millisecond byte time times number most least after up which this that with".split()
)
"""Words that stand by any number."""

_NUMBER = re.compile(
    r"(?<![\w./:#\[-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)((?:[KMG]i?B|[kKMG]|ms|s|B)\b)?(?![\w/\]]|\.\d|-\w)"
)
_IN_CODE = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?")
_PRODUCT = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?:\s?(?:\*\*?|<<)\s?\d[\d_]*(?:\.\d+)?){1,3}")
_UNITS = r"seconds?|minutes?|hours?|days?|ms|milliseconds?|bytes?|[KMG]i?B|times|retries|attempts|connections|redirects"
_WORD_NUMBER = re.compile(
    rf"\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty)(?:-| )(?={_UNITS}\b)",
    re.I,
)
_WORDS = dict(
    zip(
        "one two three four five six seven eight nine ten twelve fifteen twenty thirty sixty".split(),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 60),
        strict=True,
    )
)
_VALUE = re.compile(
    r"\b(?:default|set to|equals?|maximum|minimum|limit|timeout|value of|up to|at most|at least|after)", re.I
)
_VERSION = re.compile(r"\b(?:Python|version|Node|Java|PHP|Ruby|Go|C\+\+|HTTP|TLS|SSL|IPv)\s?\Z", re.I)
_QUOTED = re.compile(r"(?<!\w)(?:\"([^\"\n]{1,60})\"|“([^”\n]{1,60})”|'([^'\n]{1,60})'(?!\w))")
_SMALL = 2
"""Numbers up to it are counted with in prose; they are held to the text only where a value is claimed."""
_PER: dict[str, tuple[float, ...]] = {
    "minute": (60, 60_000),
    "hour": (3600,),
    "day": (86400,),
    "millisecond": (0.001,),
    "ms": (0.001,),
    "second": (1, 1000),
    "s": (1, 1000),
    "k": (1000, 1024),
    "K": (1000, 1024),
    "M": (1e6, 2**20),
    "G": (1e9, 2**30),
}
"""What a number with a unit may be written as in code."""
_UNIT_BEHIND = re.compile(r"[ -]?(minute|hour|day|millisecond|ms|second|s\b|[kKMG](?:i?B)?\b)")


def numbers_in(texts: Iterable[str]) -> dict[float, set[str]]:
    """Every number of pieces of code, and the products that are written out, such as `5 * 60`; and the words by each.

    The words are stems, of its line and the lines before and after.
    """
    found: dict[float, set[str]] = {}
    for text in texts:
        lines = [line[:LONGEST_LINE] for line in text.split("\n")]
        for number, line in enumerate(lines):
            values = [_value(one) for one in _IN_CODE.findall(line)]
            values += [_product(one) for one in _PRODUCT.findall(line)]
            if values:
                near = words_in(" ".join(lines[max(0, number - 1) : number + 2]))
                for value in values:
                    found.setdefault(value, set()).update(near)
    return found


def words_in(text: str) -> set[str]:
    """The stems of what a text says, its identifiers in parts; units and the like apart."""
    return {
        stem(part) for word in identifiers(text) for part in parts(word) if part not in _UNSAYING and not part.isdigit()
    }


def invented(sentence: str, prose: str, shown: Mapping[float, set[str]], text: str) -> str:
    """Why a number or a quoted value can't be so, in words; empty where all stand in what was shown.

    `prose` is the sentence without its code and places; `shown` are the numbers of `text`, which is in small letters.
    What is claimed to be a value must stand by a word of the sentence.
    """
    claims = bool(_VALUE.search(prose))
    about = words_in(sentence) if claims else set()
    for match in _NUMBER.finditer(prose):
        value = _value(match[1].replace(",", ""))
        if (value <= _SMALL and not claims) or _VERSION.search(prose, max(0, match.start() - 9), match.start()):
            continue
        reason = _reason(match[1], value, prose[match.end(1) : match.end(1) + UNIT], about, shown)
        if reason:
            return reason
    for match in _WORD_NUMBER.finditer(prose) if claims else ():
        behind = prose[match.end() - 1 : match.end() + UNIT]
        reason = _reason(f'"{match[1]}"', float(_WORDS[match[1].lower()]), behind, about, shown)
        if reason:
            return reason
    for match in _QUOTED.finditer(prose) if claims else ():
        said = next(filter(None, match.groups()))
        if said.lower() not in text:
            return f'The value "{said}" is not in what was read.'
    return ""


def _reason(said: str, value: float, behind: str, about: set[str], shown: Mapping[float, set[str]]) -> str:
    unit = _UNIT_BEHIND.match(behind)
    per = (_PER.get(unit[1]) or _PER[unit[1][0]]) if unit else ()
    found = [one for one in (value, *(round(value * each, 6) for each in per)) if one in shown]
    if not found:
        return f"The number {said} is not in what was read."
    if about and not any(about & shown[one] for one in found):
        return f"The number {said} stands for something else in what was read."
    return ""


def _value(text: str) -> float:
    try:
        return float(text.replace("_", "").rstrip("."))
    except (ValueError, OverflowError):
        return -1.0


def _product(text: str) -> float:
    numbers = [_value(one) for one in _IN_CODE.findall(text)]
    operator = re.search(r"\*\*|<<|\*", text)
    result = numbers[0]
    for number in numbers[1:]:
        if operator and operator[0] == "*":
            result *= number
        elif number < 64 and abs(result) < 1e4:
            result = result**number if operator and operator[0] == "**" else result * 2**number
    return result
