"""`inglenook clean --conversations`: remove what was kept of chats."""

from __future__ import annotations

from pathlib import Path

import typer

from inglenook_server.cli.clean import agreed
from inglenook_server.cli.console import FAILED, NOTHING_FOUND, emit_json, err, out
from inglenook_server.cli.status import megabytes
from inglenook_server.errors import ConversationError


def clean_conversations(path: Path | None, *, yes: bool, as_json: bool) -> None:
    """Say what there is about the folder, or about every folder, and remove it if that is agreed."""
    from inglenook_server.conversations.store import every_workspace, of_workspace

    stores = every_workspace() if path is None else [of_workspace(path.expanduser())]
    found = [(store, listing) for store in stores if (listing := store.list().conversations)]
    if not found and not as_json:
        err().print("There is nothing to remove.", style="yellow")
    rows = []
    for store, listing in found:
        root = next((one.workspace for one in listing if one.workspace), "")
        taken = store.size()
        rows.append({"folder": str(store.folder), "root": root, "conversations": len(listing), "bytes": taken})
        if not as_json:
            count = "1 conversation" if len(listing) == 1 else f"{len(listing)} conversations"
            out().print(f"{root or store.folder}: {count}, {megabytes(taken)}.")
    going = bool(found) and (yes or (not as_json and agreed()))
    freed, problems = 0, []
    for store, _ in found if going else []:
        try:
            freed += store.erase()
        except ConversationError as error:
            problems.append(f"{error.message} {error.mend}".strip())
    if as_json:
        emit_json({"conversations": rows, "freed": freed, "problems": problems})
    for problem in problems if not as_json else ():
        err().print(problem, style="red")
    if not found:
        raise typer.Exit(NOTHING_FOUND)
    if not as_json:
        said = "Nothing was removed." if not going else "Some of it could not be removed." if problems else "Removed."
        err().print(said, style="yellow" if problems or not going else "")
    if problems or not (going or as_json):
        raise typer.Exit(FAILED)
