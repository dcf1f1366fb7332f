"""Repositories to measure on: a folder the caller has, else a source distribution from the package registry."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

from inglenook_indexer.location import cache_root

DJANGO = ("django", "5.2.8")
"""About 6,900 files, 2,800 of them Python, 1,300 of them message catalogues."""


def corpora_root() -> Path:
    """Where fetched source distributions are kept: `INGLENOOK_CORPORA`, else beside the models in the cache."""
    return Path(os.environ.get("INGLENOOK_CORPORA") or cache_root() / "corpora")


def source_distribution(name: str, version: str) -> Path:
    """The unpacked source distribution NAME==VERSION, fetched once. Raises SystemExit when it can't be had."""
    home = corpora_root() / f"{name}-{version}"
    if not home.exists():
        download = corpora_root() / "downloads" / f"{name}-{version}"
        download.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        done = subprocess.run([*command, "--dest", str(download), f"{name}=={version}"], check=False)
        archives = sorted(download.glob("*.tar.gz"))
        if done.returncode or not archives:
            raise SystemExit(f"The source distribution {name}=={version} could not be fetched; name a folder instead.")
        unpacked = home.with_suffix(".part")
        with tarfile.open(archives[0]) as archive:
            archive.extractall(unpacked, filter="data")
        (top,) = unpacked.iterdir()
        top.rename(home)
        unpacked.rmdir()
    return home
