"""`inglenook clean`: remove indexes. Never touches models, adapters, settings or a repository."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from inglenook_indexer.tenants import Tenant

from inglenook_server.cli.console import FAILED, NOTHING_FOUND, emit_json, err, out
from inglenook_server.cli.status import age, megabytes


def clean(
    path: Annotated[Path, typer.Argument(help="The folder whose index goes.")] = Path(),
    vanished: Annotated[
        bool, typer.Option("--vanished", help="The indexes of folders that no longer exist, instead.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every index of this user, instead.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print {indexes: [...], freed}; with no --yes, only what would go.")
    ] = False,
) -> None:
    """Remove the index of a folder; `inglenook index` makes it again. Models and adapters stay.

    An index whose drive is not there is not called vanished; only --all takes it.

    Examples: `inglenook clean`, `inglenook clean ~/src/old --yes`, `inglenook clean --vanished`,
    `inglenook clean --all`
    """
    from inglenook_indexer.errors import IndexBusy, StorageError
    from inglenook_indexer.tenants import evict, size

    if vanished and everything:
        raise typer.BadParameter("--all takes the vanished ones as well; give one of the two.")
    found = [(tenant, size(tenant.folder)) for tenant in chosen(path, vanished, everything)]
    if not found:
        if as_json:
            emit_json({"indexes": [], "freed": 0})
        else:
            err().print("There is nothing to remove.", style="yellow")
        raise typer.Exit(NOTHING_FOUND)
    if not as_json:
        announce(found)
    if not yes and not as_json and not agreed():
        err().print("Nothing was removed.", style="yellow")
        raise typer.Exit(FAILED)
    freed, problems = 0, []
    for tenant, _ in found if yes or not as_json else []:
        try:
            freed += evict(tenant.folder)
        except (IndexBusy, StorageError) as error:
            problems.append(f"{tenant.folder}: {error.message} {error.mend}".strip())
    if as_json:
        rows = [
            {"folder": str(tenant.folder), "root": str(tenant.root or ""), "state": tenant.state, "bytes": taken}
            for tenant, taken in found
        ]
        emit_json({"indexes": rows, "freed": freed, "problems": problems})
    else:
        out().print(f"{megabytes(freed)} freed.")
        for problem in problems:
            err().print(problem, style="red")
    if problems:
        raise typer.Exit(FAILED)


def chosen(path: Path, vanished: bool, everything: bool) -> list[Tenant]:
    """The indexes that are meant."""
    from inglenook_indexer.location import index_folder
    from inglenook_indexer.tenants import tenants

    if everything:
        return list(tenants())
    if vanished:
        return [tenant for tenant in tenants() if tenant.state == "vanished"]
    folder = index_folder(path.expanduser())  # by its name alone: the folder itself may be gone
    return [tenant for tenant in tenants() if tenant.folder == folder]


def announce(found: list[tuple[Tenant, int]]) -> None:
    """Say what would go."""
    console = out()
    for tenant, taken in found:
        state = "" if tenant.state == "present" else f", {tenant.state}"
        root = tenant.root or "an index of an unknown folder"
        console.print(f"{root}: {megabytes(taken)}, used {age(time.time() - tenant.used)}{state}")
        console.print(f"    {tenant.folder}", style="dim")
    total = sum(taken for _, taken in found)
    console.print(f"{len(found)} {'index' if len(found) == 1 else 'indexes'}, {megabytes(total)}.")


def agreed() -> bool:
    """Ask; without a terminal nobody can answer, and nothing is removed."""
    if not sys.stdin.isatty():
        err().print("Nobody is here to ask: say --yes to remove them.", style="yellow")
        return False
    return typer.confirm("Remove?", default=False, err=True)
