"""The repositories whose histories are replayed: pinned by commit, read with git as bare clones. Knows no edit.

`FIT` holds those that anything may be chosen on, `REPORT` those that are looked at for figures only. None of them is
a repository of another benchmark. A clone is looked for in `INGLENOOK_HISTORIES/OWNER+NAME` (a bare clone, or a folder
`repo` with one), else made there once.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.corpus import corpora_root


@dataclass(frozen=True)
class Repository:
    """A public repository, and the commit whose history counts."""

    name: str
    commit: str


FIT = (
    Repository("pallets/jinja", "5ef70112a1ff19c05324ff889dd30405b1002044"),
    Repository("encode/django-rest-framework", "751a19fe1b237beca9af7d587fce55d3e09d3741"),
    Repository("date-fns/date-fns", "dd66398305c2b015fba3c1b3d31ccff42ee8d4cf"),
    Repository("spf13/cobra", "adbc8813901bba65827259daa8e22ff94ec1f30e"),
    Repository("clap-rs/clap", "6982fb1c98c7247e38a6d4f04191b94e30497e7b"),
    Repository("square/okhttp", "1682d9bac8c03dffde2969b0b74d47649d0dbb52"),
    Repository("jekyll/jekyll", "202df571314ba1d18e9fccd81d12aaad4a703c38"),
    Repository("sphinx-doc/sphinx", "e44a40eb2f810558ccd9da1425421270ccb81351"),
    # These were reported first; a threshold was chosen on what they showed, so others are reported now.
    Repository("pytest-dev/pytest", "df87db7b0462fb764ef73fa00561adf8ad047572"),
    Repository("paramiko/paramiko", "8697158113a3eab25ed1d1d541ebe2cad10169a7"),
    Repository("typeorm/typeorm", "281bfba42a5813b106bcf5ba79bc7f7251bd1e73"),
    Repository("typescript-eslint/typescript-eslint", "56c9ed90d0aee0b5a71cfc39fc76b715b82e3ea8"),
    Repository("go-gorm/gorm", "1d6ce99528060be18a42be09aca8d39efcb47f28"),
    Repository("nats-io/nats-server", "1787eee035cf0253c201fa0f05afad92b6f296dc"),
    Repository("diesel-rs/diesel", "04cc1b0bc6578021db542464e6cd1a21e0d39235"),
    Repository("apache/commons-lang", "d15939ef46f0bd4144994df8be95cf5a7f91eb52"),
    Repository("faker-ruby/faker", "9b0780388e6333ec2baaa75d5546c88d4fe05d81"),
)
"""Rules, limits and confidences are chosen on these."""
REPORT = (
    Repository("pylint-dev/pylint", "3a99b2d728d0c8ff5267e0c38ebad4f5ba228dac"),
    Repository("networkx/networkx", "cfc6b79fc53f583aa15a79b2187ae30bd4f480ed"),
    Repository("mobxjs/mobx", "01211a698b64ea94de8e5f276ff8235fcf8ddf96"),
    Repository("labstack/echo", "05489dc1730161df26b72d1ae2a3ba6fb8178fc7"),
    Repository("sharkdp/bat", "2ba8db9c14e5794572f5ea338c2b90404c9769cb"),
    Repository("google/guice", "621416a2408952eec8007e06e81f4dc21baa8ab0"),
    Repository("apache/commons-io", "d83aeb6f4774aee75d857b29fb6cd89132c9a91b"),
    Repository("rack/rack", "8bf4eb078498edc9105fb04add80d89c5340e60b"),
)
"""What is reported; nothing is chosen on these."""
SETS = {"fit": FIT, "report": REPORT}


def cloned(repository: Repository) -> Path:
    """The git folder of a repository with its history. Raises SystemExit where it can't be had."""
    root = Path(os.environ.get("INGLENOOK_HISTORIES") or corpora_root() / "histories")
    home = root / repository.name.replace("/", "+")
    for folder in (home / "repo", home):
        if (folder / "HEAD").is_file():
            return folder
    address = f"https://github.com/{repository.name}.git"
    done = subprocess.run(["git", "clone", "--quiet", "--bare", address, str(home)], check=False)
    if done.returncode:
        raise SystemExit(f"{address} could not be cloned; put a bare clone into {home}.")
    return home
