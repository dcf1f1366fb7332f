"""Which files of a workspace are indexed, and why the others are not. Opens no file but ignore files; writes nothing.

`walk` sees names and sizes; `read` sees content. Order of the rules: secrets (nothing lifts them), version control
folders, `.inglenookignore`, built-in folders and files, `.gitignore`, links, size, then the content.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path, PurePosixPath

from inglenook_indexer.errors import WorkspaceError
from inglenook_indexer.files.file_stamp import Stamp, stamp_of
from inglenook_indexer.files.ignore import Rules, base_rules, rules_of
from inglenook_indexer.secrets.redact import is_secret_path, mask_path, secret_folder
from inglenook_indexer.types import Skipped

MAX_BYTES = 1_000_000  # of one file: larger ones are data or generated

_VCS = frozenset({".git", ".hg", ".svn", ".bzr", "_darcs", "CVS", ".jj", ".pijul"})
_FOLDERS = frozenset(
    # dependencies
    "node_modules bower_components jspm_packages .pnpm-store .yarn site-packages .venv venv virtualenv __pypackages__"
    " vendor Pods Carthage .bundle .cargo .gradle .m2 .ivy2 _deps elm-stuff"
    # what builds leave behind
    " __pycache__ .mypy_cache .ruff_cache .pytest_cache .hypothesis .tox .nox .eggs .ipynb_checkpoints .cache"
    " .parcel-cache .next .nuxt .svelte-kit .turbo .angular .docusaurus .terraform .serverless .vercel .expo dist build"
    " target out obj htmlcov .nyc_output DerivedData cmake-build-debug cmake-build-release bazel-bin bazel-out"
    " .dart_tool .stack-work dist-newstyle _build .idea .vs .inglenook".split()
)
_FOLDER_PATTERNS = ("*.egg-info", "*.dist-info", "bazel-*", "*.xcodeproj")
_LOCK_FILES = frozenset(
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb poetry.lock pdm.lock"
    " uv.lock pipfile.lock cargo.lock gemfile.lock composer.lock go.sum go.work.sum flake.lock mix.lock"
    " pubspec.lock packages.lock.json podfile.lock package.resolved deno.lock gradle.lockfile .terraform.lock.hcl"
    " conda-lock.yml".split()
)
_GENERATED = (
    "*.min.js", "*.min.css", "*.min.mjs", "*-min.js", "*.bundle.js", "*.map", "*.pb.go", "*_pb2.py", "*_pb2.pyi",
    "*_pb2_grpc.py", "*.pb.cc", "*.pb.h", "*.g.dart", "*.freezed.dart", "*.designer.cs", "*.g.cs", "*.snap",
    "*.po", "*.pot", "*.xlf", "*.xliff",  # translations: each repeats the source's strings in one language more
)  # fmt: skip
_BINARY = frozenset(
    ".png .jpg .jpeg .gif .bmp .ico .icns .webp .avif .tif .tiff .psd .ai .eps .pdf .doc .docx .xls .xlsx .ppt"
    " .pptx .odt .zip .gz .tgz .bz2 .xz .zst .7z .rar .tar .jar .war .ear .whl .egg .deb .rpm .apk .dmg .iso .exe"
    " .dll .so .dylib .a .o .lib .obj .pdb .class .pyc .pyo .pyd .wasm .bin .dat .db .sqlite .sqlite3 .mo .gmo"
    " .ttf .otf .woff .woff2 .eot .mp3 .mp4 .m4a .ogg .wav .flac .avi .mov .mkv .webm .npy .npz .pt .pth .onnx"
    " .safetensors .gguf .parquet .arrow .feather .h5 .pkl .pickle .dbf .shp .shx .mmdb .swf .node .nib .car"
    " .tflite .pack .idx".split()
)
_FOLDER_PATTERN = re.compile("|".join(map(translate, _FOLDER_PATTERNS)))
_GENERATED_PATTERN = re.compile("|".join(map(translate, _GENERATED)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file whose name and size allow it into the index. Its content was not looked at."""

    path: str
    size: int
    mtime_ns: int
    forced: bool = False
    """Named by a `!` line of .inglenookignore, so that looking minified or generated does not keep it out."""
    changed_ns: int = 0
    inode: int = 0

    @property
    def stamp(self) -> Stamp:
        """What the file is known again by."""
        return Stamp(self.size, self.mtime_ns, self.changed_ns, self.inode)


def check_root(root: Path) -> Path:
    """The resolved workspace folder. Raises WorkspaceError with a sentence for the user."""
    mend = "Give the path of a folder, as in `inglenook index path/to/project`."
    try:
        resolved = root.expanduser().resolve()
        if not resolved.exists():
            raise WorkspaceError(f"The folder {root} does not exist.", mend)
        if not resolved.is_dir():
            raise WorkspaceError(f"{root} is not a folder.", mend)
        with os.scandir(resolved):
            pass
    except FileNotFoundError:  # the current one: it can't even be named
        raise WorkspaceError(f"The folder {root} is gone.", mend) from None
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "its links form a loop"
        mend = f"Check its permissions with `ls -ld {root}`."
        raise WorkspaceError(f"The folder {root} can't be read: {reason}.", mend) from None
    return resolved


def check_present(root: Path) -> None:
    """Raise WorkspaceError where the workspace's folder is gone since it was opened."""
    if not os.path.isdir(root):
        raise WorkspaceError(
            f"The folder {root} is gone.",
            "Open a folder that is there; the index is kept for a while, should it return.",
        )


def _folder_reason(path: str, rules: Rules) -> str | None:
    """Why a folder is not entered."""
    name = path.rsplit("/", 1)[-1]
    if name in _VCS:
        return f"{name} belongs to version control"
    if secret := secret_folder(path):
        return secret
    verdict = rules.verdict(path, is_folder=True)
    if verdict.ignored:
        return f"{verdict.where} leaves {path}/ out"
    built_in = name in _FOLDERS or _FOLDER_PATTERN.match(name) is not None
    if built_in and not verdict.own:
        return (
            f"folders named {name} hold dependencies or build output; a line `!{name}/` in .inglenookignore lifts this"
        )
    return None


def _file_reason(path: str, rules: Rules) -> tuple[str | None, bool, bool]:
    """(why a file is left out by its name or None, whether that deserves a report, whether `!` forces it in)."""
    if secret := is_secret_path(path):
        return secret, True, False
    verdict = rules.verdict(path, is_folder=False)
    if verdict.ignored:
        return f"{verdict.where} leaves it out", False, False
    forced = verdict.own
    name = path.rsplit("/", 1)[-1].lower()
    if name == ".git":
        return "it belongs to version control", False, False
    if os.path.splitext(name)[1] in _BINARY:
        return "binary, by its extension", True, forced
    if not forced and name in _LOCK_FILES:
        return "a lock file", False, False
    if not forced and _GENERATED_PATTERN.match(name):
        return "minified or generated, by its name", False, False
    return None, False, forced


def left_out(path: str, rules: Rules, *, is_folder: bool = False) -> str | None:
    """Why a file or folder is left out by its name and place alone; folders above it are not asked about."""
    return _folder_reason(path, rules) if is_folder else _file_reason(path, rules)[0]


def _stat_reason(status: os.stat_result) -> str | None:
    if stat.S_ISLNK(status.st_mode):
        return "a symbolic link; its target is indexed where it lies, if it is in the workspace"
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if status.st_size > MAX_BYTES:
        return f"{status.st_size / 1e6:.1f} MB; files over {MAX_BYTES // 1_000_000} MB are left out"
    return None


def walk(root: Path, below: str = "") -> Iterator[Candidate | Skipped]:
    """Every file of the workspace that may be indexed, and those that may not and are worth telling about.

    `below` limits the walk to one folder (which must not itself be excluded). Links are never followed.
    """
    for folder, rules, found in _descend(root, below):
        if isinstance(found, Skipped):
            yield found
            continue
        prefix = f"{folder}/" if folder else ""
        for entry in found:
            outcome = _candidate(prefix + entry.name, entry, rules)
            if outcome is not None:
                yield outcome


def folders(root: Path, below: str = "") -> Iterator[str]:
    """Every folder that is entered, relative to `root`, `below` itself first; "" is the root."""
    for folder, _, found in _descend(root, below):
        if not isinstance(found, Skipped):
            yield folder


def _descend(root: Path, below: str) -> Iterator[tuple[str, Rules, list[os.DirEntry[str]] | Skipped]]:
    """(folder, its rules, its files in order) top down, excluded folders left out; Skipped for an unreadable one."""
    rules = base_rules(root)
    parts = PurePosixPath(below).parts
    for depth in range(len(parts)):
        above = "/".join(parts[:depth])
        rules = rules_of(root / above, above, rules)
    pending: list[tuple[str, Rules]] = [(below, rules)]
    while pending:
        folder, rules = pending.pop()
        try:
            with os.scandir(root / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                yield folder, rules, Skipped(folder or ".", f"the folder can't be read: {error.strerror}")
            continue
        rules = rules_of(root / folder, folder, rules, frozenset(entry.name for entry in found))
        prefix = f"{folder}/" if folder else ""
        files = []
        for entry in found:
            path = prefix + entry.name
            if not entry.is_dir(follow_symlinks=False):
                files.append(entry)
            elif (reason := _folder_reason(_printable(path), rules)) is None:
                pending.append((path, rules))
            elif secret_folder(path):
                yield path, rules, Skipped(f"{mask_path(_printable(path))}/", reason, secret=True)
        yield folder, rules, files


def _printable(path: str) -> str:
    """`path` with bytes that are no UTF-8 replaced, so that it can be compared, stored and shown."""
    return path.encode("utf-8", "replace").decode()


def _candidate(path: str, entry: os.DirEntry[str], rules: Rules) -> Candidate | Skipped | None:
    """What becomes of one directory entry that is no folder; None for what goes without saying."""
    if _printable(path) != path:
        return Skipped(_printable(path), "its name is not valid UTF-8")
    reason, told, forced = _file_reason(path, rules)
    if reason is not None:
        return Skipped(mask_path(path), reason, is_secret_path(path) is not None) if told else None
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return None if isinstance(error, FileNotFoundError) else Skipped(path, f"can't be read: {error.strerror}")
    reason = _stat_reason(status)
    return Skipped(path, reason) if reason else _found(path, status, forced)


def _found(path: str, status: os.stat_result, forced: bool) -> Candidate:
    size, mtime_ns, changed_ns, inode = stamp_of(status)
    return Candidate(path, size, mtime_ns, forced, changed_ns, inode)


def candidate(root: Path, path: str) -> Candidate | str | None:
    """One file by its path: a candidate, the reason it is left out, or None if it does not exist."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts:
        return "it lies outside the workspace"
    if secret := is_secret_path(path):
        return secret
    rules = base_rules(root)
    folder = ""
    for name in pure.parts[:-1]:
        rules = rules_of(root / folder, folder, rules)
        folder = f"{folder}/{name}" if folder else name
        if reason := _folder_reason(folder, rules):
            return reason
        if (root / folder).is_symlink():
            return "it lies behind a symbolic link"
    rules = rules_of(root / folder, folder, rules)
    reason, _, forced = _file_reason(path, rules)
    if reason is not None:
        return reason
    try:
        status = os.lstat(root / path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return f"can't be read: {error.strerror}"
    return _stat_reason(status) or _found(path, status, forced)


def reason_excluded(root: Path, path: str) -> str | None:
    """Why the file at `path` (relative to `root`) is left out by its name, place or size; None if it may come in.

    Does not look at the content, and does not mind a file that does not exist yet.
    """
    outcome = candidate(root, path)
    return outcome if isinstance(outcome, str) else None
