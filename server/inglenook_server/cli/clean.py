"""`inglenook clean`: remove indexes, or conversations. Never touches models, adapters, settings or a repository."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from inglenook_indexer.store.known_indexes import KnownIndex

from inglenook_server.cli.console import FAILED, NOTHING_FOUND, emit_json, err, out
from inglenook_server.cli.status import age, megabytes


def clean(
    path: Annotated[Path, typer.Argument(help="The folder whose index goes.")] = Path(),
    vanished: Annotated[
        bool, typer.Option("--vanished", help="The indexes of folders that no longer exist, instead.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every index of this user, instead.")] = False,
    talks: Annotated[
        bool, typer.Option("--conversations", help="The conversations about the folder, or with --all all, instead.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print {indexes: [...], freed}, or {conversations: ...}; with no --yes, what would go."
        ),
    ] = False,
) -> None:
    """Remove the index of a folder; `inglenook index` makes it again. Models and adapters stay.

    Conversations stay, too; --conversations removes them, and leaves the index.

    An index whose drive is not there is not called vanished; only --all takes it.

    Examples: `inglenook clean`, `inglenook clean ~/src/old --yes`, `inglenook clean --vanished`,
    `inglenook clean --all`, `inglenook clean --conversations`
    """
    if vanished and everything:
        raise typer.BadParameter("--all takes the vanished ones as well; give one of the two.")
    if talks and vanished:
        raise typer.BadParameter("--conversations takes a folder, which need not exist any more, or --all.")
    if talks:
        from inglenook_server.cli.clean_conversations import clean_conversations

        clean_conversations(None if everything else path, yes=yes, as_json=as_json)
    else:
        clean_indexes(chosen(path, vanished, everything), yes=yes, as_json=as_json)


def clean_indexes(indexes: list[KnownIndex], *, yes: bool, as_json: bool) -> None:
    """Say which indexes there are, and remove them if that is agreed."""
    from inglenook_indexer.errors import IndexBusy, StorageError
    from inglenook_indexer.store.known_indexes import evict, size

    found = [(known_index, size(known_index.folder)) for known_index in indexes]
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
    for known_index, taken in found if yes or not as_json else []:
        try:
            freed += evict(known_index.folder)
        except (IndexBusy, StorageError) as error:
            freed += max(0, taken - size(known_index.folder))  # it may have gone in part
            problems.append(f"{known_index.folder}: {error.message} {error.mend}".strip())
    if as_json:
        rows = [
            {
                "folder": str(known_index.folder),
                "root": str(known_index.root or ""),
                "state": known_index.state,
                "bytes": taken,
            }
            for known_index, taken in found
        ]
        emit_json({"indexes": rows, "freed": freed, "problems": problems})
    else:
        if freed:
            out().print(f"{megabytes(freed)} freed.")
        for problem in problems:
            err().print(problem, style="red")
    if problems:
        raise typer.Exit(FAILED)


def chosen(path: Path, vanished: bool, everything: bool) -> list[KnownIndex]:
    """The indexes that are meant."""
    from inglenook_indexer.store.known_indexes import known_indexes
    from inglenook_indexer.system.location import index_folder

    if everything:
        return list(known_indexes())
    if vanished:
        return [known_index for known_index in known_indexes() if known_index.state == "vanished"]
    folder = index_folder(path.expanduser())  # by its name alone: the folder itself may be gone
    return [known_index for known_index in known_indexes() if known_index.folder == folder]


def announce(found: list[tuple[KnownIndex, int]]) -> None:
    """Say what would go."""
    console = out()
    for known_index, taken in found:
        state = "" if known_index.state == "present" else f", {known_index.state}"
        root = known_index.root or "an index of an unknown folder"
        console.print(f"{root}: {megabytes(taken)}, used {age(time.time() - known_index.used)}{state}")
        console.print(f"    {known_index.folder}", style="dim")
    total = sum(taken for _, taken in found)
    console.print(f"{len(found)} {'index' if len(found) == 1 else 'indexes'}, {megabytes(total)}.")


def agreed() -> bool:
    """Ask; without a terminal nobody can answer, and nothing is removed."""
    if not sys.stdin.isatty():
        err().print("Nobody is here to ask: say --yes to remove them.", style="yellow")
        return False
    return typer.confirm("Remove?", default=False, err=True)
