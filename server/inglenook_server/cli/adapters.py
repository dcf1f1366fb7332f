"""`inglenook adapters`: list a workspace's adapters, switch one on or off, remove one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inglenook_server.cli.console import NOTHING_FOUND, emit_json, err, out

app = typer.Typer(help="List a repository's adapters, switch one on or off, remove one.", no_args_is_help=True)

Workspace = Annotated[Path, typer.Argument(help="The repository.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(path: Workspace = Path(), as_json: Json = False) -> None:
    """List the adapters of a repository, oldest first; a star marks the one that is switched on.

    Examples: `inglenook adapters list`, `inglenook adapters list ~/src/app --json`
    """
    from inglenook_indexer.files.discover import check_root

    from inglenook_server.adapters.registry import active_name, as_dict, list_adapters

    root = check_root(path)
    adapters, chosen = list_adapters(root), active_name(root)
    if as_json:
        emit_json({"adapters": [{**as_dict(info), "active": info.name == chosen} for info in adapters]})
        return
    if not adapters:
        err().print("No adapter was trained on this repository yet: `inglenook adapt` does.")
        raise typer.Exit(NOTHING_FOUND)
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("", "name", "model", "commit", "held-out loss", "edit similarity", "trained"):
        table.add_column(column, no_wrap=column == "name")  # `use` wants the whole of it
    for info in adapters:
        table.add_row(
            "*" if info.name == chosen else "",
            info.name,
            info.model,
            info.commit[:8],
            f"{info.held_out_loss_before:.3f} → {info.held_out_loss_after:.3f}",
            f"{info.edit_similarity_before:.3f} → {info.edit_similarity_after:.3f}",
            info.created[:16].replace("T", " "),
        )
    out().print(table)


@app.command("use")
def use(
    name: Annotated[str, typer.Argument(help="An adapter's name.")], path: Workspace = Path(), as_json: Json = False
) -> None:
    """Switch an adapter on. Commands use it at once, a running editor from its next request.

    Example: `inglenook adapters use smollm2-135m-1a2b3c4d`
    """
    from inglenook_server.adapters.registry import as_dict
    from inglenook_server.adapters.registry import use as switch_on

    info = switch_on(path, name)
    if as_json:
        emit_json({**as_dict(info), "active": True})
    else:
        out().print(f"{info.name} is on, for {info.model}. `inglenook adapters off` switches it off.")


@app.command("off")
def off(path: Workspace = Path(), as_json: Json = False) -> None:
    """Switch off the adapter that is on; the model answers as it did before.

    Example: `inglenook adapters off`
    """
    from inglenook_server.adapters.registry import off as switch_off

    was_on = switch_off(path)
    if as_json:
        emit_json({"switched_off": was_on})
    else:
        out().print("Switched off." if was_on else "No adapter was on.")


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="An adapter's name.")], path: Workspace = Path(), as_json: Json = False
) -> None:
    """Delete an adapter, switching it off first.

    Example: `inglenook adapters remove smollm2-135m-1a2b3c4d`
    """
    from inglenook_server.adapters.registry import remove as delete

    delete(path, name)
    if as_json:
        emit_json({"removed": name})
    else:
        out().print(f"Removed {name}.")
