"""The repositories whose histories the reports are taken from, and where their texts lie. Knows no text and no index.

None is of SWE-bench, of semble's benchmark, of the chat's or of the completion's sets: what is chosen on these may be
tried on those. A history is a bare clone under `INGLENOOK_CORPORA`/reports/NAME.git (or a link to one), else it is
cloned; what is read of it ends at `tip`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.corpus import corpora_root


@dataclass(frozen=True)
class Repository:
    """One history. `language` is that of its sources, for the tables."""

    address: str
    language: str
    tip: str
    """The last commit that is read."""

    @property
    def name(self) -> str:
        """What it is called in tables and folders."""
        return self.address.rpartition("/")[2]


REPOSITORIES = (
    Repository("psf/black", "python", "8947c48ef2077c3a301b03c1e814dc2e3f78436e"),
    Repository("python/mypy", "python", "8b3e7d8b9f63543374e53d1c389ea443dd65bc46"),
    Repository("mesonbuild/meson", "python", "cd1a097e10d3a16062772c985a0dfdd6f5d824bf"),
    Repository("sqlalchemy/sqlalchemy", "python", "f35da7e2b9349a08b8de1f6bd3b07c8bf8616790"),
    Repository("celery/celery", "python", "5dc781f0bd5f36186bfcc74e0a4f9f654452c69b"),
    Repository("tornadoweb/tornado", "python", "e530031405e2154654dedc4c84d5656b557ea310"),
    Repository("aio-libs/aiohttp", "python", "495e778360d1924da63e16dba0f0d76baf56a56a"),
    Repository("twisted/twisted", "python", "64661601a1e492a9448ac1011deb9cd9467a9e30"),
    Repository("prometheus/prometheus", "go", "d15adb9ad7e5d9fbde3a9a8f30200593a5a14d86"),
    Repository("caddyserver/caddy", "go", "0cf03d32f7d99cf160d5375e8a40fbe3d910d515"),
    Repository("etcd-io/etcd", "go", "c34dc7ee0048fd2bcc44d50beff002e5e8069b69"),
    Repository("BurntSushi/ripgrep", "rust", "3fce3b5bb0236da2df6d99672afb8a719642eca7"),
    Repository("astral-sh/uv", "rust", "26a9dd4b2125bc271b47855e1fa0c49af3365db5"),
    Repository("tokio-rs/tokio", "rust", "ea91b33ca57ff0581b38e735cc108f831bccbdaa"),
    Repository("rust-lang/cargo", "rust", "af373f761aa4e42b093c2e453078fd73c8ce54dd"),
    Repository("netty/netty", "java", "0bb88a3e061f77355627e7fd7fc170ffdada7578"),
    Repository("apache/kafka", "java", "1eb7644349cb07139d6a3c1ad1986979647cac99"),
    Repository("libgit2/libgit2", "c", "0551dfd4ad989b6a3d5683c0d4cf326c6efef929"),
    Repository("curl/curl", "c", "5c61e168698a72b87437d58ed728bcdea6d5db42"),
    Repository("redis/redis", "c", "4f8cdc2a1ea53e42955af758aabffee67cb455dd"),
    Repository("facebook/rocksdb", "c++", "1dfa7297933df05237ac11376d6cb69d32591b1d"),
    Repository("sveltejs/svelte", "javascript", "15720b16a5ef33e3e1f4301c77b94ec375070e73"),
    Repository("eslint/eslint", "javascript", "c27bc926e496985eb7911c09eb60914b2e4b5d0f"),
    Repository("vuejs/core", "typescript", "e2bede96134f757aad5c5b33ac9be055022dbfc8"),
    Repository("rubocop/rubocop", "ruby", "3a42c622171794510e03999c8d55129b73c5dc8f"),
    Repository("rubygems/rubygems", "ruby", "69ec4a3a5f1cafa633c569671ed9ef502bbdaf61"),
    Repository("puma/puma", "ruby", "ff2e2126ee2f0f97e21c57ce1967afde1b6f05a1"),
    Repository("composer/composer", "php", "eba7baa59eb1b59246cf9800b0120fe78915b6ac"),
)


def history(repository: Repository) -> Path | None:
    """The bare clone that has `tip`; None, with a word on stderr, where it can't be had."""
    home = corpora_root() / "reports" / f"{repository.name}.git"
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        part = home.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        address = f"https://github.com/{repository.address}"
        if subprocess.run(["git", "clone", "--quiet", "--bare", address, str(part)], check=False).returncode:
            sys.stderr.write(f"missing: {repository.name} (put its bare clone into {home})\n")
            return None
        part.rename(home)
    known = subprocess.run(
        ["git", "-C", str(home), "cat-file", "-e", f"{repository.tip}^{{commit}}"], check=False, capture_output=True
    )
    if known.returncode:
        sys.stderr.write(f"missing: {repository.name} at {repository.tip}\n")
        return None
    return home


def snapshot(repository: Repository, bare: Path, revision: str) -> Path:
    """The files of one revision as a folder, written once; one that the history lacks is left out."""
    home = corpora_root() / "reports" / f"{repository.name}-{revision[:12]}"
    if not home.exists():
        part = home.with_name(f"{home.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        listed = subprocess.run(
            ["git", "-C", str(bare), "ls-tree", "-r", "-z", revision], check=True, capture_output=True
        ).stdout.decode("utf-8", "replace")
        entries = [entry.partition("\t") for entry in listed.split("\0") if entry.startswith("100")]
        asked = "".join(f"{head.split()[2]}\n" for head, _, _ in entries)
        command = ["git", "-C", str(bare), "cat-file", "--batch"]
        said = subprocess.run(command, input=asked.encode(), check=True, capture_output=True).stdout
        place = 0
        for _, _, path in entries:
            end = said.index(b"\n", place)
            head, place = said[place:end].split(), end + 1
            if head[-1] == b"missing":
                continue
            length = int(head[2])
            (part / path).parent.mkdir(parents=True, exist_ok=True)
            (part / path).write_bytes(said[place : place + length])
            place += length + 1
        part.rename(home)
    return home
