"""What the package pulls in may be used, changed and passed on by anybody, as Inglenook itself may.

Walks the requirements of the base install and of the `torch` and `keyring` extras, as far as they are installed, and
holds what each wheel's own metadata says against a list of permissive licences. `python -m tests.test_licences` prints
the table.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

EXTRAS = ("torch", "keyring")
PERMISSIVE = frozenset(
    "0BSD AFL Apache-2.0 BSD BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CNRI-Python ISC LLVM-exception MIT MIT-0 MIT-CMU"
    " PSF-2.0 Unlicense Zlib".split()
)
FILE_LEVEL = {"certifi": "MPL-2.0", "tqdm": "MPL-2.0"}
"""Copyleft for changes to their own files only, which are used as they come."""
NVIDIA = ("nvidia-", "cuda-")
"""On Linux torch's wheel from PyPI asks for its maker's GPU libraries, which are under that maker's own terms; nothing
here is passed on with them, and torch's CPU wheel does without."""
_TITLE = 80
"""Characters of a licence's text that name it."""
_FREE_TEXT = (
    (r"apache", "Apache-2.0"), (r"mozilla|\bmpl\b", "MPL-2.0"), (r"python software foundation|\bpsfl?\b", "PSF-2.0"),
    (r"\bisc\b|\biscl\b", "ISC"), (r"academic free", "AFL"), (r"unlicense", "Unlicense"), (r"\bmit\b", "MIT"),
    (r"\bbsd\b", "BSD"),
)  # fmt: skip


def installed() -> dict[str, Distribution]:
    """Everything that an install brings, by name; what is for other platforms or extras is left out."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [("inglenook", extra) for extra in ("", *EXTRAS)]
    while waiting:
        name, extra = waiting.pop()
        name = re.sub(r"[-_.]+", "-", name).lower()
        if (name, extra) in seen or name.startswith(NVIDIA):
            continue
        seen.add((name, extra))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # an extra that is not installed here
        for line in found[name].requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                waiting += [(wanted.name, one) for one in ("", *wanted.extras)]
    return found


def licences(wheel: Distribution) -> set[str]:
    """Identifiers of what a wheel is under: its expression, else its field, else its classifiers, else its own text."""
    metadata = wheel.metadata
    if metadata["License-Expression"]:
        return _identifiers(metadata["License-Expression"])
    written = (metadata["License"] or "").strip().partition("\n")[0]
    if re.fullmatch(r"[\w.+-]+(?: (?:AND|OR|WITH) [\w.+-]+)*", written) and "-" in written:
        return _identifiers(written)
    classifiers = [one for one in metadata.get_all("Classifier") or () if one.startswith("License ::")]
    if not classifiers and not written:
        written = " ".join((wheel.read_text("licenses/LICENSE") or "").split())[:_TITLE]
    return {_named(text.rpartition(":: ")[2]) for text in (classifiers or [written])}


def _identifiers(expression: str) -> set[str]:
    """What an SPDX expression binds its user to: of alternatives (`A OR B`) the first that is permissive, else all."""
    choices = [expression] if "(" in expression else expression.split(" OR ")
    bound = [set(re.findall(r"[\w.+-]+", choice)) - {"AND", "OR", "WITH"} for choice in choices]
    return next((one for one in bound if one <= PERMISSIVE), set[str]().union(*bound))


def _named(text: str) -> str:
    """The identifier that a sentence about a licence means; the sentence itself where it is not known."""
    return next((name for pattern, name in _FREE_TEXT if re.search(pattern, text, re.I)), text or "nothing said")


WHEELS = installed()


def rows() -> Iterator[tuple[str, str, str]]:
    """(name, version, licences) of every wheel."""
    for name, wheel in sorted(WHEELS.items()):
        yield name, wheel.version, " ".join(sorted(licences(wheel)))


@pytest.mark.parametrize("name", sorted(WHEELS))
def test_a_dependency_is_permissively_licensed(name: str) -> None:
    assert licences(WHEELS[name]) - PERMISSIVE - {FILE_LEVEL.get(name, "")} == set()


def test_grammars_are_mit_or_apache() -> None:
    grammars = {name: licences(wheel) for name, wheel in WHEELS.items() if name.startswith("tree-sitter")}
    assert len(grammars) > 15
    assert {name: found for name, found in grammars.items() if not found <= {"MIT", "Apache-2.0"}} == {}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Apache-2.0 OR GPL-2.0-or-later", {"Apache-2.0"}),
        ("GPL-2.0-or-later OR MIT AND ISC", {"MIT", "ISC"}),
        ("Apache-2.0 AND GPL-2.0-or-later", {"Apache-2.0", "GPL-2.0-or-later"}),
        ("GPL-2.0-only OR LGPL-3.0-only", {"GPL-2.0-only", "LGPL-3.0-only"}),
        ("MIT AND (GPL-2.0-only OR ISC)", {"MIT", "GPL-2.0-only", "ISC"}),
    ],
)
def test_of_alternatives_the_permissive_one_is_taken(expression: str, expected: set[str]) -> None:
    assert _identifiers(expression) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GNU General Public License v3 (GPLv3)", "GNU General Public License v3 (GPLv3)"),
        ("Other/Proprietary License", "Other/Proprietary License"),
        ("", "nothing said"),
        ("Apache Software License", "Apache-2.0"),
        ("PSFL", "PSF-2.0"),
    ],
)
def test_what_is_not_known_is_not_taken_for_permissive(text: str, expected: str) -> None:
    assert _named(text) == expected
    assert (expected in PERMISSIVE) == (expected != text and bool(text))


if __name__ == "__main__":
    for row in rows():
        sys.stdout.write("{:32} {:18} {}\n".format(*row))
