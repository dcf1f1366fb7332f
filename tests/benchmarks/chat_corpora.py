"""The repositories that chat is asked about: archives of the registries, pinned by version and hash. Knows no question.

`fit` and `wide` hold those that anything may be chosen on, `report` those that are looked at for figures only. What is
opened as a workspace is a copy of an archive's sources and tests alone, so that an answer can't come from a manual or a
change log that nobody labelled.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from inglenook_indexer import Index
from inglenook_indexer.system.location import cache_root

from tests.benchmarks.corpus import corpora_root, npm_package, source_distribution


@dataclass(frozen=True)
class Repository:
    """An archive of PyPI or, for TypeScript, of npm."""

    name: str
    package: str
    version: str
    language: str
    """"python" or "typescript"."""
    parts: tuple[str, ...]
    """The folders of it that make the workspace."""
    sha256: str
    """Of the archive."""
    labels: str = ""
    """The folder that the labels of semble-dev are relative to; empty where there are none."""


FIT = (
    Repository(
        *("flask", "flask", "3.1.2", "python", ("src", "tests")),
        "bf656c15c80190ed628ad08cdfd3aaa35beb087855e2f494910aa3774cc4fd87",
        labels="src/flask",
    ),
    Repository(
        *("httpx", "httpx", "0.28.1", "python", ("httpx", "tests")),
        "75e98c5f16b0f35b567856f597f06ff2270a374470a5c2392242528e3e3e42fc",
        labels="httpx",
    ),
    Repository(
        *("click", "click", "8.2.1", "python", ("src", "tests")),
        "27c491cc05d968d271d5a1db13e3b5a184636d9d930f148c50b038f0d0646202",
        labels="src/click",
    ),
    Repository(
        *("trpc", "@trpc/server", "11.4.4", "typescript", ("src",)),
        "ca09dadaff4e174703ac6d52d0a8375425d0b101a229c759e6a9c08ab621269f",
        labels="src",
    ),
)
"""Prompts, budgets and phrasings are chosen on these."""
WIDE = (
    Repository(
        *("jinja2", "jinja2", "3.1.6", "python", ("src", "tests")),
        "0137fb05990d35f1275a587e9aee6d56da821fc83491a0fb838183be43f66d6d",
    ),
    Repository(
        *("attrs", "attrs", "25.3.0", "python", ("src", "tests")),
        "75d7cefc7fb576747b2c81b4442d4d4a1ce0900973527c011d1030fd3bf4af1b",
    ),
    Repository(
        *("rxjs", "rxjs", "7.8.2", "typescript", ("src",)),
        "2312f8ffd9726ffd7bd53ea12c5f13663d09a3dc3326f448c70b88f5ef6fac82",
    ),
    Repository(
        *("form-core", "@tanstack/form-core", "1.15.0", "typescript", ("src",)),
        "e2a23f4b72ce18667b21456d584b17839560a56fa0214ca3ff9ef6140fdbe01f",
    ),
)
"""More of them, for what only other code shows."""
REPORT = (
    Repository(
        *("werkzeug", "werkzeug", "3.1.3", "python", ("src", "tests")),
        "60723ce945c19328679790e3282cc758aa4a6040e4bb330f53d30fa546d44746",
    ),
    Repository(
        *("marshmallow", "marshmallow", "4.0.0", "python", ("src", "tests")),
        "3b6e80aac299a7935cfb97ed01d1854fb90b5079430969af92118ea1b12a8d55",
    ),
    Repository(
        *("starlette", "starlette", "0.47.2", "python", ("starlette", "tests")),
        "6ae9aa5db235e4846decc1e7b79c4f346adf41e9777aebeb49dfd09bbd7023d8",
    ),
    Repository(
        *("query-core", "@tanstack/query-core", "5.85.5", "typescript", ("src",)),
        "e84915c3b14699f83ec72f330137dde44c93959667d35c112e5b5f206ff87f9e",
    ),
)
"""What is reported; nothing is chosen on these."""
VENDORED = ("vendor", "node_modules", "*.pyi")
"""Others' code, which an index leaves out by its rules, and stubs, of which the facts tell nothing."""
SETS = {"fit": FIT, "wide": WIDE, "report": REPORT}
TYPESCRIPT = ("typescript", "5.9.2", "67a3bc82e822b8f45f653a80fc3a9730d23214d36c83ba85dd7f5abebee82062")
"""The compiler whose own index the TypeScript questions are made from."""


def workspace(repository: Repository) -> Path:
    """The folder that is opened, made once. Raises SystemExit when the archive can't be had or is another."""
    home = cache_root() / "benchmarks" / "chat" / f"{repository.name}-{repository.version}"
    if home.exists():
        return home
    if repository.language == "typescript":
        source = npm_package(repository.package, repository.version)
        check(source, repository.package, repository.sha256)
        source = source / "package"
    else:
        source = source_distribution(repository.package, repository.version)
        check(source, repository.package, repository.sha256)
    part = home.with_name(f"{home.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    for folder in repository.parts:
        shutil.copytree(source / folder, part / folder, ignore=shutil.ignore_patterns(*VENDORED))
    part.rename(home)
    return home


def indexed(root: Path) -> Index:
    """The index of a workspace as it is, with the vectors of the first tier alone; kept from run to run."""
    index = Index(root, cache_root() / "benchmarks" / "chat-index" / root.name)
    index.refresh()
    return index


def compiler() -> Path:
    """TypeScript's compiler as one file of JavaScript. Raises SystemExit."""
    name, version, sha256 = TYPESCRIPT
    home = npm_package(name, version)
    check(home, name, sha256)
    return home / "package" / "lib" / "typescript.js"


def check(unpacked: Path, name: str, sha256: str) -> None:
    """Raises SystemExit where the archive that was unpacked there is not the pinned one."""
    archives = sorted((corpora_root() / "downloads" / unpacked.name).glob("*.t*gz"))
    if not archives or hashlib.sha256(archives[0].read_bytes()).hexdigest() != sha256:
        raise SystemExit(f"The archive of {name} is not the one that was measured before; its hash differs.")
