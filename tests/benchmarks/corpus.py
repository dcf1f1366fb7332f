"""Repositories to measure on: a folder the caller has, else a source distribution from the package registry."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

from inglenook_indexer.system.location import cache_root

DJANGO = ("django", "5.2.8")
"""About 6,900 files, 2,800 of them Python, 1,300 of them message catalogues."""


def corpora_root() -> Path:
    """Where fetched source distributions are kept: `INGLENOOK_CORPORA`, else beside the models in the cache."""
    return Path(os.environ.get("INGLENOOK_CORPORA") or cache_root() / "corpora")


def source_distribution(name: str, version: str) -> Path:
    """The unpacked source distribution NAME==VERSION, fetched once. Raises SystemExit when it can't be had."""
    home = corpora_root() / f"{name}-{version}"
    if not home.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        unpacked = _fetched(home, [*pip, f"{name}=={version}", "--dest"], f"source distribution {name}=={version}")
        (top,) = unpacked.iterdir()
        top.rename(home)
        unpacked.rmdir()
    return home


def npm_package(name: str, version: str) -> Path:
    """The unpacked package NAME@VERSION of the npm registry, fetched once. Raises SystemExit when it can't be had."""
    home = corpora_root() / f"{name}-{version}-npm"
    if not home.exists():
        npm = ["npm", "pack", "--silent", f"{name}@{version}", "--pack-destination"]
        _fetched(home, npm, f"package {name}@{version}").rename(home)
    return home


def _fetched(home: Path, command: list[str], what: str) -> Path:
    """A folder beside `home` with what the archive holds that `command` puts into the folder given to it last."""
    download = corpora_root() / "downloads" / home.name
    download.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([*command, str(download)], check=False, stdout=subprocess.DEVNULL)
    archives = sorted([*download.glob("*.tar.gz"), *download.glob("*.tgz")])
    if done.returncode or not archives:
        raise SystemExit(f"The {what} could not be fetched; name a folder instead.")
    unpacked = home.with_suffix(".part")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(unpacked, filter="data")
    return unpacked
