"""Tests that a model wrote, as an edit: added to the file that tests the code already, else a new file.

Refused where they could not run: what can't be parsed, what never calls the code, what defines the code anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import language_of

from inglenook_server.chat.edits.code_blocks import code_blocks
from inglenook_server.chat.edits.edit import Edit, Refusal
from inglenook_server.chat.edits.placing import name_on, trimmed
from inglenook_server.chat.edits.propose import CUT
from inglenook_server.chat.edits.tests_place import file_of_tests, new_file_of_tests, several_folders
from inglenook_server.chat.known.markdown import MAX_CODE, code
from inglenook_server.completion.syntax.blanked import blanked
from inglenook_server.documents import bare_lines

if TYPE_CHECKING:
    from inglenook_indexer.types import Import

    from inglenook_server.completion.syntax.blocks import Syntax
    from inglenook_server.workspace.workspace import Searches

NO_CODE = "The model wrote no test."
BROKEN = "These tests can't be parsed, so no file is proposed for them."
NO_CALL = "These tests never call {name}, so no file is proposed for them."
COPIED = "These tests define {name} themselves instead of testing yours, so no file is proposed for them."
NO_PLACE = "It can't be told where tests of {path} belong, so no file is proposed."
TAKEN = "{path} already defines {name}, so these tests are not added to it."
HIDDEN = "{path} exists, but is not in the index, so nothing is proposed for it."

_IMPORTS = re.compile(r"\s*(?:from|import|use|using|require|#include|const \{|export)\b")
_FROM = re.compile(r"from\s+([\w.]+)\s+import\s+(.+)")
_PACKAGE = "/__init__.py"
_LAX = frozenset(("ruby", "elixir", "bash"))
"""Where a call needs no bracket."""


def propose_tests(
    text: str, path: str, name: str, index: Searches, syntax: Syntax, *, cut: bool = False
) -> Edit | Refusal:
    """The edit that puts a model's tests of `name`, which `path` defines, where they belong. Raises StorageError.

    `cut` says that the model was stopped before its end.
    """
    blocks = code_blocks(text)
    if cut and blocks and not blocks[-1].closed:
        return Refusal(CUT)
    lines = trimmed(max((one.lines for one in blocks), key=len, default=()))
    if not lines:
        return Refusal(NO_CODE)
    language = language_of(path)
    if (faults := syntax.errors(language, "\n".join(lines))) is not None and faults > 0:
        return Refusal(BROKEN)
    defined = {found for line in lines if (found := name_on(line))}
    if name:
        if name in defined:
            return Refusal(COPIED.format(name=code(name, MAX_CODE)))
        if not _calls(lines, name, language):
            return Refusal(NO_CALL.format(name=code(name, MAX_CODE)))
    files = index.files()
    if language == "python" and name:
        lines = _imported(lines, path, name, index, files)
    if existing := file_of_tests(path, files):
        return _appended(existing, lines, defined, name, index)
    made = new_file_of_tests(path, files)
    if not made:
        return Refusal(NO_PLACE.format(path=code(path, len(path))))
    if not index.explain_file(made).endswith("does not exist."):
        return Refusal(HIDDEN.format(path=code(made, len(made))))
    return Edit(made, 1, 0, tuple(lines), (), f"Create {made}")


def _appended(path: str, lines: Sequence[str], defined: set[str], name: str, index: Searches) -> Edit | Refusal:
    """The tests at the end of a file, without the imports that it has."""
    text = index.text(path)
    there = bare_lines(text)
    taken = sorted(defined & {one.name for one in index.outline(path) if not one.parent})
    if taken:
        return Refusal(TAKEN.format(path=code(path, len(path)), name=code(taken[0], MAX_CODE)))
    known = set(there)
    new = trimmed([line for line in lines if not (line in known and _IMPORTS.match(line))])
    if not new:
        return Refusal(NO_CODE)
    title = f"Add tests of {name} to {path}" if name else f"Add tests to {path}"
    last = len(there)
    while last > 1 and not there[last - 1].strip():
        last -= 1  # the blank lines at the end are taken over, for a line needs an end to be added to
    gap = ("", "") if language_of(path) == "python" else ("",)
    kept = there[last - 1]
    return Edit(path, last, last, (kept, *gap, *new), (kept,), title)


def _calls(lines: Sequence[str], name: str, language: str) -> bool:
    bare = blanked("\n".join(lines), language)
    behind = r"\b" if language in _LAX else r"\s*(?:[(.<{!\[]|::)"
    called = re.compile(rf"(?<![\w$]){re.escape(name)}{behind}")
    return any(called.search(line) for line in bare.split("\n") if not _IMPORTS.match(line))


def _imported(lines: Sequence[str], path: str, name: str, index: Searches, files: Sequence[str]) -> list[str]:
    """Python's tests with `name` imported from where it is: small models write `from your_module import name`."""
    outer = next((one.parent for one in index.outline(path) if one.name == name), "")
    wanted = outer.partition(" > ")[0] or name
    module = _module(path, index.importers(path), files)
    kept: list[str] = []
    for line in lines:
        match = _FROM.fullmatch(line.strip())
        names = [each.strip() for each in match[2].strip("()").split(",")] if match else []
        if match and wanted in names:
            names.remove(wanted)
            if not names:
                continue
            line = f"from {match[1]} import {', '.join(names)}"
        kept.append(line)
    used = re.compile(rf"(?<![\w.]){re.escape(wanted)}\b")
    if not any(used.search(line) for line in kept):
        return list(lines)
    return _behind_imports(kept, f"from {module} import {wanted}")


def _behind_imports(lines: Sequence[str], statement: str) -> list[str]:
    """The lines with one more import behind those at the top, or before everything with a gap."""
    last = 0
    for at, line in enumerate(lines):
        if _IMPORTS.match(line):
            last = at + 1
        elif line.strip() and not line.startswith("#"):
            break
    rest = list(lines[last:])
    gap = [] if last or not rest else ["", ""]
    return [*lines[:last], statement, *gap, *rest]


def _module(path: str, importers: Sequence[Import], files: Sequence[str]) -> str:
    """The module of a file as others import it, else by its path and the packages of `files`."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    whole = ".".join(parts)
    absolute = [one.module for one in importers if one.module and f".{whole}".endswith(f".{one.module}")]
    if absolute:
        return min(absolute, key=lambda one: (-absolute.count(one), one))
    folders = path.split("/")[:-1]
    packages = [
        one.count("/") - 1 for one in files if one.endswith(_PACKAGE) and path.startswith(one[: 1 - len(_PACKAGE)])
    ]
    if packages:
        return ".".join(parts[min(packages) :])  # the outermost package: what is above it is only a place
    if "src" in folders[: len(parts) - 1]:
        return ".".join(parts[folders.index("src") + 1 :])
    if len(parts) > 1 and (folders[0] in ("lib", "python") or several_folders(files)):
        parts = parts[1:]
    return ".".join(parts)
