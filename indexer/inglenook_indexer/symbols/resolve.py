"""Which file of a workspace an import means, by the habits of its language. Pure: knows paths, reads nothing.

A build system could say it exactly; this says it from the paths alone, and rather says nothing than something wrong.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache

_FOLDER_FILES = frozenset(("__init__", "index", "mod", "init"))
"""Names of files that stand for their folder."""
_ROOTS = frozenset(("src", "lib", "python", "main", "java", "kotlin", "scala", "app", "include", "lua"))
"""Folders that sources are kept in, and that imports leave out."""
_ENDINGS = {
    "python": ("py", "pyi"), "rust": ("rs",), "ruby": ("rb",), "lua": ("lua",), "php": ("php",), "csharp": ("cs",),
    "java": ("java", "kt"), "kotlin": ("kt", "java"), "scala": ("scala", "java"), "elixir": ("ex", "exs"),
    "bash": ("sh", "bash"), "go": ("go",), "swift": ("swift",),
    "javascript": ("js", "jsx", "mjs", "cjs", "ts", "tsx", "vue", "json"),
    "typescript": ("ts", "tsx", "d.ts", "js", "jsx", "mts", "vue", "json"),
}  # fmt: skip
_ENDINGS["tsx"] = _ENDINGS["typescript"]
_BY_FILE = frozenset(("rust",))
"""Languages where what an import means depends on the importing file, not on its folder alone."""
_REMEMBERED = 20_000  # targets of imports: some 5 MB
_LONGEST = 500  # characters of a module: each of its parts may be tried for the first folder
_WRITTEN_ENDING = re.compile(r"\.(?:[cm]?[jt]sx?|json|vue|sh|bash|rb|lua|php)$")
_SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def place(path: str) -> str:
    """A path without its ending; of a file that stands for its folder, the folder."""
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".d.ts").partition(".")[0] or name
    return folder if stem in _FOLDER_FILES and folder else f"{folder}/{stem}" if folder else stem


class Files:
    """The paths of a workspace, by what imports call them. Made anew when files come or go. Thread-safe."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._ends: dict[str, list[tuple[str, str]]] = defaultdict(list)
        """(path, place) by the last part of the place, and by the last two."""
        self._folders: dict[str, set[str]] = defaultdict(set)
        self._targets: dict[tuple[str, str, str], str] = {}
        self.paths = frozenset(paths)
        for path in sorted(self.paths):
            here, folder = place(path), path.rpartition("/")[0]
            before, _, last = here.rpartition("/")
            self._ends[last].append((path, here))
            if before:
                self._ends[f"{_last(before)}/{last}"].append((path, here))
            self._folders[folder.rpartition("/")[2]].add(folder)

    def target(self, language: str, module: str, importer: str) -> str:
        """The file that `module` means in `importer`; a folder with `/` at its end; empty where neither is here."""
        find = _HABITS.get(language)
        module = module.partition(" as ")[0]
        if find is None or not 0 < len(module) <= _LONGEST:
            return ""
        asked = language, module, importer if language in _BY_FILE else _folder_of(importer)
        known = self._targets.get(asked)
        if known is None:
            if len(self._targets) >= _REMEMBERED:
                self._targets.clear()
            known = self._targets[asked] = find(self, language, module, importer)
        return known

    def member(self, language: str, target: str, name: str) -> str:
        """The file that is the submodule `name` of the module `target`, where there is one."""
        if language == "python" and target.rpartition("/")[2].partition(".")[0] == "__init__":
            return self.exact(f"{target.rpartition('/')[0]}/{name}".lstrip("/"), language)
        if language == "rust" and target:
            return self.exact(f"{_inside_of(target)}/{name}".lstrip("/"), language)
        return ""

    def exact(self, base: str, language: str) -> str:
        """The file that is called `base`, but for its ending or for standing for a folder of that name."""
        base = posixpath.normpath(base) if base else ""
        if base.startswith(".."):
            return ""
        base = "" if base == "." else base
        for ending in _ENDINGS.get(language, ()):
            if f"{base}.{ending}" in self.paths:
                return f"{base}.{ending}"
        for name in ("__init__", "index", "mod", "init") if base or language != "rust" else ():
            for ending in _ENDINGS.get(language, ()):
                if (found := f"{base}/{name}.{ending}".lstrip("/")) in self.paths:
                    return found
        return base if base in self.paths else ""

    def ending_in(self, parts: Sequence[str], language: str, importer: str) -> str:
        """The file whose place ends in these parts, the nearest to `importer`.

        One part alone may mean anything, so it must stand in a folder around `importer`, or where sources are kept.
        """
        tail = "/".join(parts)
        found = []
        for path, here in self._ends.get("/".join(parts[-2:]), ()) if parts else ():
            if (here == tail or here.endswith(f"/{tail}")) and path.rpartition(".")[2] in _last_endings(language):
                before = here[: len(here) - len(tail)].rstrip("/")
                if language == "python" and f"{before}/__init__.py" in self.paths:
                    continue  # inside a package nothing is imported by a part of its name
                if len(parts) > 1 or not before or importer.startswith(f"{before}/") or _last(before) in _ROOTS:
                    found.append(path)
        return _nearest(found, importer)

    def named(self, tail: str, importer: str) -> str:
        """The file whose path, with its ending, ends so; the nearest to `importer`."""
        named = self._ends.get(_last(place(tail)), ())
        return _nearest([path for path, _ in named if path == tail or path.endswith(f"/{tail}")], importer)

    def folder(self, parts: Sequence[str], importer: str) -> str:
        """The folder with files whose path ends in these parts, with a `/`; the nearest to `importer`."""
        tail = "/".join(parts)
        found = [one for one in self._folders.get(parts[-1], ()) if one == tail or one.endswith(f"/{tail}")]
        return _nearest([f"{one}/" for one in found], importer)


@cache
def _last_endings(language: str) -> frozenset[str]:
    return frozenset(ending.rpartition(".")[2] for ending in _ENDINGS.get(language, ()))


def _nearest(found: Sequence[str], importer: str) -> str:
    """The path with the most folders in common with a file; empty where there is none."""
    if len(found) < 2:
        return found[0] if found else ""
    return min(found, key=lambda path: (-_shared(path, importer), len(path), path))


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _shared(path: str, other: str) -> int:
    """How many folders both are in."""
    return len(posixpath.commonprefix([path.split("/")[:-1], other.split("/")[:-1]]))


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def _inside_of(path: str) -> str:
    """Where the submodules of a Rust file lie."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    return folder if stem in ("mod", "lib", "main") else f"{folder}/{stem}".lstrip("/")


def _python(files: Files, language: str, module: str, importer: str) -> str:
    dots = len(module) - len(module.lstrip("."))
    parts = [part for part in module[dots:].split(".") if part]
    if dots:
        base = importer.split("/")[:-1]
        if dots - 1 > len(base):
            return ""
        return files.exact("/".join(base[: len(base) - (dots - 1)] + parts), language)
    return files.ending_in(parts, language, importer)


def _script(files: Files, language: str, module: str, importer: str) -> str:
    if module.startswith("."):
        base = f"{_folder_of(importer)}/{module}".lstrip("/")
        found = files.exact(base, language)
        return found or files.exact(_WRITTEN_ENDING.sub("", base), language)
    if alias := re.match(r"(?:@|~|#|\$\w+)/(.+)", module):  # the usual aliases of the sources' folder
        return files.ending_in(_WRITTEN_ENDING.sub("", alias[1]).split("/"), language, importer)
    return ""


def _go(files: Files, language: str, module: str, importer: str) -> str:
    parts = module.split("/")
    own = "." in parts[0]  # of a host, as modules are; others are the standard library's, but for short module names
    for start in range(1 if own else 0, len(parts) - (0 if own else 1)):
        if found := files.folder(parts[start:], importer):
            return found
    return ""


def _rust(files: Files, language: str, module: str, importer: str) -> str:
    parts = [part for part in module.split("::") if part]
    if not parts:
        return ""
    if parts[0] == "crate":
        base = _crate(files, importer)
    elif parts[0] in ("self", "super"):
        base = _inside_of(importer)
    else:
        name = parts[0]
        if found := files.exact(f"{_inside_of(importer)}/{name}".lstrip("/"), language):
            return files.exact("/".join((_inside_of(found), *parts[1:])), language) or found
        root = next((one for one in (name, name.replace("_", "-")) if files.folder([one, "src"], importer)), "")
        if not root:
            return ""
        base = files.folder([root, "src"], importer).rstrip("/")
    rest = parts[1:]
    while parts[0] != "crate" and rest and rest[0] == "super":
        base, rest = _folder_of(base), rest[1:]
    if parts[0] == "super":
        base = _folder_of(base)
    for end in range(len(rest), 0, -1):
        if found := files.exact("/".join([base, *rest[:end]]).lstrip("/"), language):
            return found
    names = [f"{base}/{name}.rs".lstrip("/") for name in ("lib", "main", "mod")] + [f"{base}.rs"]
    return next((name for name in names if name in files.paths), "")


def _crate(files: Files, importer: str) -> str:
    """The folder of the crate's root around a file."""
    folder = _folder_of(importer)
    while True:
        if any(f"{folder}/{name}.rs".lstrip("/") in files.paths for name in ("lib", "main")):
            return folder
        if not folder:
            return _folder_of(importer)
        folder = _folder_of(folder)


def _dotted(files: Files, language: str, module: str, importer: str) -> str:
    parts = module.split(".")
    for end in (len(parts), len(parts) - 1):
        if end > 1 and (found := files.ending_in(parts[:end], language, importer)):
            return found
    for end in (len(parts), len(parts) - 1):
        if end > 1 and (found := files.folder(parts[:end], importer)):
            return found
    return ""


def _namespace(files: Files, language: str, module: str, importer: str) -> str:
    """PHP and C#: the file's folders are some end of the namespace, and its root may be anything."""
    if "/" in module or module.endswith(".php"):
        return _beside(files, language, module, importer)
    parts = re.split(r"[.\\]", module)
    for start in range(len(parts)):
        if found := files.ending_in(parts[start:], language, importer):
            return found
    return files.folder(parts[-2:], importer) if language == "csharp" and len(parts) > 1 else ""


def _beside(files: Files, language: str, module: str, importer: str) -> str:
    """A path: from the importing file's folder, else any file whose path ends so."""
    base = posixpath.normpath(f"{_folder_of(importer)}/{module}".lstrip("/"))
    if base in files.paths:
        return base
    if not module.startswith(".") and (found := files.exact(base, language)):
        return found
    return files.named(module.removeprefix("./"), importer)


def _required(files: Files, language: str, module: str, importer: str) -> str:
    if module.startswith("."):
        return files.exact(f"{_folder_of(importer)}/{_WRITTEN_ENDING.sub('', module)}".lstrip("/"), language)
    plain = module if language == "ruby" else module.replace(".", "/")
    return files.ending_in(_WRITTEN_ENDING.sub("", plain).split("/"), language, importer)


def _elixir(files: Files, language: str, module: str, importer: str) -> str:
    parts = [_SNAKE.sub("_", part).lower() for part in module.split(".")]
    return files.ending_in(parts, language, importer)


def _swift(files: Files, language: str, module: str, importer: str) -> str:
    return files.folder(["Sources", module.partition(".")[0]], importer)


_HABITS: dict[str, Callable[[Files, str, str, str], str]] = {
    "python": _python, "javascript": _script, "typescript": _script, "tsx": _script, "go": _go, "rust": _rust,
    "java": _dotted, "kotlin": _dotted, "scala": _dotted, "php": _namespace, "csharp": _namespace, "c": _beside,
    "cpp": _beside, "bash": _beside, "ruby": _required, "lua": _required, "elixir": _elixir, "swift": _swift,
}  # fmt: skip
