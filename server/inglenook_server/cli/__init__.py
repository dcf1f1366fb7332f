"""The command line: one module a command. Heavy imports wait inside the commands, so that `--help` is instant.

May import: everything. Begin with `__init__`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from inglenook_server import __version__, logs
from inglenook_server.cli.console import FAILED, INTERRUPTED, complain, complain_of_fault, err, out

MISUSE: Any = typer.BadParameter.__mro__[1]
"""Every error about the words of a command; typer names no common one."""


def print_version(wanted: bool) -> None:
    """Answer --version."""
    if wanted:
        out().print(f"inglenook {__version__}")
        raise typer.Exit


def create_app() -> typer.Typer:
    """Put the commands together."""
    from inglenook_server.cli import (
        adapt,
        adapters,
        ask,
        chat,
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
    app.command("chat")(chat.chat)
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

    @app.command("acp", help="Run the chat on stdin and stdout, for an editor with the Agent Client Protocol.")
    def acp_help() -> None:
        raise typer.Exit(FAILED)  # the same

    @app.command("mcp", help="Answer a coding agent about folders on stdin and stdout, by the Model Context Protocol.")
    def mcp_help() -> None:
        raise typer.Exit(FAILED)  # the same

    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; errors become one sentence and the step that mends it."""
    from inglenook_indexer.errors import IndexerError
    from inglenook_indexer.system.memory_limit import ran_out

    from inglenook_server.errors import InglenookError

    logs.to_stderr()
    try:
        code = create_app()(list(arguments), standalone_mode=False)
    except (InglenookError, IndexerError) as error:
        complain(error.message, error.mend)
        return FAILED
    except KeyboardInterrupt:
        complain("Interrupted.")
        return INTERRUPTED
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    except typer.Abort:
        complain("Nothing was done.")
        return FAILED
    except Exception as error:
        if isinstance(error, MISUSE):
            return misused(error)
        if isinstance(error, FileNotFoundError) and nowhere():
            complain("The folder that you are in is gone.", "Go to another one, as with `cd`, and run this again.")
            return FAILED
        if ran_out(error):
            raise  # said where nothing more is imported for it
        complain_of_fault()
        return FAILED
    return code if isinstance(code, int) else 0


def nowhere() -> bool:
    """Whether the folder that this process stands in was deleted, so that no relative path means anything."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def misused(error: Any) -> int:
    """Say what is wrong with the words of a command, which may quote anything; help that was asked for is printed."""
    usage = error.ctx.get_usage() if error.ctx else ""
    if type(error).__name__ != "NoArgsIsHelpError":
        if usage:
            err().print(usage)
        complain(error.format_message(), f"{error.ctx.command_path} --help" if error.ctx else "inglenook --help")
    return int(error.exit_code)
