"""`inglenook symbols`: where a name is defined, who uses it, what a file defines and imports. Needs no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from inglenook_indexer import Answer, Import, Index, Reference, Symbol
from inglenook_indexer.errors import IndexerError
from inglenook_indexer.text.printable import one_line

from inglenook_server.cli.console import NOTHING_FOUND, USAGE, complain, emit_json, err, out
from inglenook_server.cli.workspace import open_index

T = TypeVar("T", Symbol, Reference, Import)


def symbols(
    name: Annotated[str, typer.Argument(help="A name, or `Class.method`. With an option for a file: the folder.")] = "",
    path: Annotated[Path | None, typer.Argument(help="The folder to look in.", show_default="the current one")] = None,
    file: Annotated[str, typer.Option("--file", help="List what this file defines.")] = "",
    imports: Annotated[str, typer.Option("--imports", help="List what this file imports.")] = "",
    imported_by: Annotated[str, typer.Option("--imported-by", help="List what imports this file.")] = "",
    uses: Annotated[bool, typer.Option("--uses", help="List who calls, imports or otherwise uses NAME.")] = False,
    inherits: Annotated[bool, typer.Option("--inherits", help="List what inherits from NAME.")] = False,
    kind: Annotated[str, typer.Option(help='Only this kind, as in "class" or "method".')] = "",
    within: Annotated[str, typer.Option("--path", help="Only files in this folder, or like this pattern.")] = "",
    language: Annotated[str, typer.Option(help='Only this language, as in "python".')] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many places.")] = 50,
    refresh: Annotated[bool, typer.Option(help="Index first what changed since the last time.")] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print {symbols|references|imports: [...], total, exact}.")
    ] = False,
) -> None:
    """Find where a name is defined, and who uses it.

    Examples: `inglenook symbols parse_cookie`, `inglenook symbols Field.clean ~/src/django --uses`,
    `inglenook symbols --imported-by app/models.py`
    """
    about = [option for option in (file, imports, imported_by) if option]
    if len(about) + (uses or inherits) > 1 or (about and name and path) or not (about or name):
        complain("Name one thing to look for.", "See `inglenook symbols --help`.")
        raise typer.Exit(USAGE)
    known_kind(kind)
    root = path or (Path(name) if about and name else Path())
    index = open_index(root, refresh=refresh, quiet=as_json)
    try:
        if about:
            target = _inside(index, about[0])
            if file:
                _show(
                    "symbols", _first(limit, [one for one in index.outline(target) if kind in ("", one.kind)]), as_json
                )
            elif imports:
                _show("imports", _first(limit, index.imports(target)), as_json)
            else:
                _show("imports", index.importers(target, limit=limit), as_json)
        elif uses or inherits:
            relation = "inherit" if inherits else ""
            found = index.references(name, relation=relation, path=within, language=language, limit=limit)
            _show("references", found, as_json)
        else:
            defined = index.definitions(name, kind=kind, path=within, language=language, limit=limit)
            _show("symbols", defined, as_json)
    finally:
        index.close()


def known_kind(kind: str) -> None:
    """Refuse a kind that nothing ever has. Raises typer.Exit."""
    from inglenook_indexer.symbols.patterns import KINDS

    if kind and kind not in KINDS:
        complain(f"There is no kind {kind!r} of symbol.", f"One of: {', '.join(sorted(KINDS))}.")
        raise typer.Exit(USAGE)


def _inside(index: Index, file: str) -> str:
    """A file as the index writes it: by its path in the workspace, else from where the command was started."""
    for path in (Path(file), Path.cwd() / file):
        found = index.relative(path)
        if found and (index.root / found).exists():
            return found
    raise IndexerError(f"There is no file {file} in {index.root}.", "Name it by its path in the folder.")


def _first(limit: int, found: Sequence[T]) -> Answer[T]:
    """An answer that is cut here."""
    return Answer(found[:limit], len(found))


def _show(title: str, found: Answer[T], as_json: bool) -> None:
    """Print what was found, and how much more there is. Raises typer.Exit where nothing was found."""
    if as_json:
        emit_json({title: [asdict(one) for one in found], "total": found.total, "exact": found.exact})
    else:
        console = out()
        for one in found:
            console.print(f"{one_line(one.path)}:{one.line}", style="bold cyan", end="")
            console.print(f"  {one_line(_line(one))}")
        if found and not found.whole:
            count = f"{found.total:,}" if found.exact else f"at least {found.total:,}"
            err().print(f"The first {len(found):,} of {count}; --path or --limit shows others.", style="dim")
    if not found:
        if not as_json:
            err().print("Nothing found.", style="yellow")
        raise typer.Exit(NOTHING_FOUND)


def _line(one: Symbol | Reference | Import) -> str:
    """What is said about a place, in one line."""
    if isinstance(one, Symbol):
        place = f"{one.parent} > {one.name}" if one.parent else one.name
        return f"{one.kind} {place}" + (f"  {one.doc}" if one.doc else "")
    if isinstance(one, Reference):
        written = f"{one.qualifier}.{one.name}" if one.qualifier and one.relation != "import" else one.name
        return f"{one.relation} {written}" + (f"  in {one.container}" if one.container else "")
    names = f" ({', '.join(one.names)})" if one.names else ""
    return f"{one.module}{names}" + (f"  → {one.target}" if one.target else "")
