"""Which paths are worth a look when something is said to have happened there, by their names and places only.

Opens no file but ignore files, and those once until `forget`.
"""

from __future__ import annotations

from pathlib import Path

from inglenook_indexer.files.discover import left_out
from inglenook_indexer.files.ignore import IGNORE_FILES, Rules, base_rules, rules_of

_NOTHING = Rules()


class Scope:
    """The ignore rules of one workspace, compiled as they are needed. One thread at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._levels: dict[str, tuple[bool, Rules]] = {}

    def holds(self, path: str, *, is_folder: bool = False) -> bool:
        """Whether the file or folder at `path` (POSIX, relative to the root; "" is the root) may matter to the index.

        Its size and kind are not asked about: a file that grew too big has to leave the index.
        """
        if not path:
            return True
        folder, _, name = path.rpartition("/")
        entered, rules = self._level(folder)
        return entered and (name in IGNORE_FILES or left_out(path, rules, is_folder=is_folder) is None)

    def forget(self) -> None:
        """Read the ignore files anew: one of them has changed."""
        self._levels.clear()

    def _level(self, folder: str) -> tuple[bool, Rules]:
        """(whether a folder is entered, the rules that hold for what is in it)."""
        missing = []
        while folder not in self._levels:
            missing.append(folder)
            if not folder:
                break
            folder = folder.rpartition("/")[0]
        level = self._levels.get(folder, (True, _NOTHING))
        for name in reversed(missing):
            entered, rules = level if name else (True, base_rules(self._root))
            entered = entered and (not name or left_out(name, rules, is_folder=True) is None)
            level = self._levels[name] = (entered, rules_of(self._root / name, name, rules) if entered else rules)
        return level
