"""`inglenook doctor`: what this machine can run, what is wrong, and the command that mends it."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from inglenook_indexer.text.printable import one_line

from inglenook_server.cli.console import FAILED, emit_json, out

Verdict = Literal["ok", "note", "wrong"]
MARKS = {"ok": ("✓", "green"), "note": ("•", "yellow"), "wrong": ("✗", "red")}
"""What stands before a finding, and its colour."""
NEEDED_DISK = 3 * 10**9
"""Bytes: the default model's download, its conversion, and room for an index."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    about: str
    verdict: Verdict
    message: str
    mend: str = ""


def doctor(
    file: Annotated[Path | None, typer.Argument(help="A file: is it indexed, and if not, why.")] = None,
    root: Annotated[Path | None, typer.Option(help="The workspace; the current folder otherwise.")] = None,
    secrets: Annotated[bool, typer.Option("--secrets", help="List what is withheld as secret, by place.")] = False,
    report: Annotated[bool, typer.Option("--report", help="Print what a bug report needs: versions, no code.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print {findings: [...]}, or {withheld: [...]}.")] = False,
) -> None:
    """Examine the machine, the models and the index, or tell why one file is or is not indexed.

    Examples: `inglenook doctor`, `inglenook doctor src/generated.py`, `inglenook doctor --secrets`,
    `inglenook doctor --report`
    """
    from inglenook_server.cli.workspace import enclosing_workspace

    if report:
        from inglenook_server.cli.report import report as described

        here = enclosing_workspace(file) if file is not None and file.is_file() else file
        out().print(described(root or here or Path()), markup=False, soft_wrap=True)
        return
    if secrets:
        show_secrets(root or file or Path(), as_json)
        return
    if file is not None:
        findings = [about_file(root or enclosing_workspace(file), file)]
    else:
        workspace = root or Path()
        findings = [*about_machine(), *about_settings(), *about_models(), *about_index(workspace), *about_vanished()]
    if as_json:
        emit_json({"findings": [asdict(finding) for finding in findings]})
    else:
        console = out()
        for finding in findings:
            mark, colour = MARKS[finding.verdict]
            console.print(mark, style=colour, end=" ")
            console.print(one_line(finding.about), style="bold", end=": ")
            console.print(finding.message)
            if finding.mend:
                console.print(f"  → {finding.mend}", style="cyan")
    if any(finding.verdict == "wrong" for finding in findings):
        raise typer.Exit(FAILED)


def show_secrets(root: Path, as_json: bool) -> None:
    """List the files and lines that the secret rules keep back; never what stands there."""
    from inglenook_indexer.files.discover import check_root
    from inglenook_indexer.update.explain_file import withheld

    found = list(withheld(check_root(root)))
    if as_json:
        emit_json({"withheld": [asdict(one) for one in found]})
        return
    console = out()
    for one in found:
        place = f"{one.path}:{one.line}" if one.line else one.path
        console.print(one_line(f"{place}: {one.reason}"))
    files = sum(not one.line for one in found)
    console.print(
        f"{files:,} files and folders are left out whole, {len(found) - files:,} ranges of others are masked.",
        style="dim",
    )


def about_machine() -> list[Finding]:
    """Python, processors, memory and disk."""
    import shutil

    import psutil
    from inglenook_indexer.errors import NoRoom
    from inglenook_indexer.system.location import cache_root
    from inglenook_indexer.system.memory_limit import check_room

    room = None
    try:
        check_room()
    except NoRoom as error:
        room = Finding("memory", "wrong", error.message, error.mend)
    memory = psutil.virtual_memory()
    existing = next(folder for folder in (cache_root(), *cache_root().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    writable = os.access(existing, os.W_OK)
    disk = Finding("cache", "ok", f"{cache_root()}, {free / 1e9:.0f} GB free")
    if not writable:
        disk = Finding("cache", "wrong", f"{existing} is not writable.", "Name another folder in INGLENOOK_CACHE.")
    elif free < NEEDED_DISK:
        disk = Finding("cache", "note", f"{cache_root()} has {free / 1e9:.1f} GB free; a model needs about 3 GB.")
    return [
        Finding("python", "ok", f"{platform.python_version()} at {sys.executable}"),
        Finding("processor", "ok", f"{platform.machine()}, {os.cpu_count()} threads"),
        room or Finding("memory", "ok", f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free"),
        disk,
    ]


def about_settings() -> list[Finding]:
    """What the settings file holds that can't be used."""
    from inglenook_server.settings import load

    _, diagnostics = load()
    return [Finding("settings", "wrong", diagnostic) for diagnostic in diagnostics]


def about_models() -> list[Finding]:
    """Each model of the registry: here and whole, to the last byte; missing, or damaged."""
    from inglenook_server.errors import ModelDamaged, ModelMissing
    from inglenook_server.models import examine, list_models, model_for
    from inglenook_server.settings import load

    settings, _ = load()
    chosen = model_for(settings.generation.profile, settings.generation.model)
    findings = []
    for model in list_models():
        label = f"model {model.name}" + (" (chosen)" if model.name == chosen else "")
        try:
            there = examine(model.name)
            findings.append(Finding(label, "ok", str(there.folder)))
        except ModelMissing as error:
            verdict: Verdict = "wrong" if model.name == chosen else "note"
            findings.append(Finding(label, verdict, error.message, error.mend))
        except ModelDamaged as error:
            findings.append(Finding(label, "wrong", error.message, error.mend))
    return findings


def about_index(root: Path) -> list[Finding]:
    """What the workspace's index holds."""
    from inglenook_indexer import Index

    status = Index(root).status()
    if not status.files:
        return [Finding("index", "note", f"{status.root} is not indexed yet.", f"inglenook index {root}")]
    return [
        Finding(
            "index",
            "ok",
            f"{status.files:,} files, {status.chunks:,} chunks ({status.tier2_chunks:,} by the encoder), "
            f"{status.bytes / 1e6:.1f} MB at {status.folder}",
        )
    ]


def about_vanished() -> list[Finding]:
    """Indexes of folders that are no longer there."""
    from inglenook_indexer.store.known_indexes import known_indexes, size

    gone = [known_index for known_index in known_indexes() if known_index.state == "vanished"]
    if not gone:
        return []
    total = sum(size(known_index.folder) for known_index in gone) / 1e6
    what = "an index belongs to a folder" if len(gone) == 1 else f"{len(gone)} indexes belong to folders"
    message = f"{what} that no longer exist{'s' if len(gone) == 1 else ''}: {total:.1f} MB."
    return [Finding("vanished", "note", message, "inglenook clean --vanished")]


def about_file(root: Path, file: Path) -> Finding:
    """Whether `file` is indexed, and the rule that keeps it out if it is not."""
    from inglenook_indexer import Index

    index = Index(root)
    indexed = index.relative(file.absolute()) in index.files()
    return Finding(str(file), "ok" if indexed else "note", index.explain_file(file.absolute()))
