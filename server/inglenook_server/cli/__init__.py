"""The command line: one module a command. Heavy imports wait inside the commands, so that `--help` is instant."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from inglenook_server import __version__
from inglenook_server.cli.console import FAILED, INTERRUPTED, complain


def print_version(wanted: bool) -> None:
    """Answer --version."""
    if wanted:
        sys.stdout.write(f"inglenook {__version__}\n")
        raise typer.Exit


def create_app() -> typer.Typer:
    """Put the commands together."""
    from inglenook_server.cli import (
        adapt,
        adapters,
        ask,
        clean,
        complete,
        demo,
        doctor,
        index,
        models,
        search,
        stats,
        status,
        symbols,
    )  # fmt: skip

    app = typer.Typer(
        name="inglenook",
        help="A private code assistant: everything runs on this machine.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def options(
        version: Annotated[
            bool, typer.Option("--version", help="Print the version and stop.", callback=print_version, is_eager=True)
        ] = False,
    ) -> None:
        pass

    app.command("index")(index.index)
    app.command("status")(status.status)
    app.command("search")(search.search)
    app.command("symbols")(symbols.symbols)
    app.command("ask")(ask.ask)
    app.command("complete")(complete.complete)
    app.command("adapt")(adapt.adapt)
    app.add_typer(adapters.app, name="adapters")
    app.add_typer(models.app, name="models")
    app.command("doctor")(doctor.doctor)
    app.command("clean")(clean.clean)
    app.command("stats")(stats.stats)
    app.command("demo")(demo.demo)

    @app.command("serve", help="Run the language server on stdin and stdout, for an editor.")
    def serve_help() -> None:
        # The real one is dispatched in __main__, before this module is imported; this is its line in --help.
        raise typer.Exit(FAILED)

    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; errors become one sentence and the step that mends it."""
    from inglenook_indexer.errors import IndexerError

    from inglenook_server.errors import InglenookError

    try:
        create_app()(list(arguments))
    except (InglenookError, IndexerError) as error:
        complain(error.message, error.mend)
        return FAILED
    except KeyboardInterrupt:
        complain("Interrupted.")
        return INTERRUPTED
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    return 0
