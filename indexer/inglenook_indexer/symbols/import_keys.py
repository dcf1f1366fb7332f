"""What an import says about where its module lies, before anybody knows the files: to find importers by. Pure.

Half of the modules of a project are called `models`, `utils` or `index`, so that a module's name alone finds too many.
A relative import says the place (`/src/app/models`); of another the last two parts are used (`app/models`), or the only
one (`app`). For Python and the JavaScript family; other languages' names are rarer, and are looked up as they are.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

PYTHON = "python"
SCRIPTS = frozenset(("javascript", "typescript", "tsx"))
LANGUAGES = SCRIPTS | {PYTHON}

_ENDING = re.compile(r"\.(?:[cm]?[jt]sx?|json|vue)$")
_ALIAS = re.compile(r"^(?:@|~|#|\$\w+)/")


def import_keys(language: str, importer: str, module: str, names: Sequence[str]) -> list[str]:
    """The keys of one import; those of its names too, which may be submodules. Empty for other languages."""
    module = module.partition(" as ")[0]
    if language == PYTHON:
        bare = module.lstrip(".")
        dots = len(module) - len(bare)
        parts = [part for part in bare.split(".") if part]
        members = [name.partition(" as ")[0] for name in names]
        if dots:
            base = importer.split("/")[:-1]
            parts = base[: max(0, len(base) - dots + 1)] + parts
            return [_at([*parts, *more]) for more in ([], *([name] for name in members))]
        return list(dict.fromkeys(_end([*parts, *more]) for more in ([], *([name] for name in members))))
    if language not in LANGUAGES:
        return []
    if module.startswith("."):
        place = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
        return list(dict.fromkeys(_at([] if one == "." else [one]) for one in (place, _ENDING.sub("", place))))
    return [_end(_ENDING.sub("", _ALIAS.sub("", module)).split("/"))]


def import_keys_of(place: str) -> list[str]:
    """What imports of the file at `place` (without its ending, or its folder's) may say."""
    parts = place.split("/")
    return list(dict.fromkeys((_at(parts), _end(parts), _end(parts[-1:]))))


def _at(parts: Sequence[str]) -> str:
    return "/" + "/".join(parts)


def _end(parts: Sequence[str]) -> str:
    return "/".join(parts[-2:])
