"""The `inglenook` command. Sends `serve`, `acp` and `mcp` to their servers before anything heavy is imported.

Nor is anything of Python's library imported before `isolate` has run: see `isolation`.
"""

import sys

from inglenook_indexer.system.isolation import isolate


def main(argv: list[str] | None = None) -> None:
    """Run the command line and exit with its code.

    An editor waits for `serve` to answer, and an agent for `mcp`, so their modules are chosen by hand: typer and
    rich alone would cost them 0.1 s.
    """
    isolate()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments[:1] == ["serve"]:
            from inglenook_server.cli.serve import serve

            sys.exit(serve(arguments[1:]))
        if arguments[:1] == ["acp"]:
            from inglenook_server.cli.acp import acp

            sys.exit(acp(arguments[1:]))
        if arguments[:1] == ["mcp"]:
            from inglenook_server.cli.mcp import mcp

            sys.exit(mcp(arguments[1:]))
        from inglenook_server.cli import run

        sys.exit(run(arguments))
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:  # panics of libraries in Rust are no Exception
        from inglenook_indexer.system.memory_limit import ran_out, sentence

        if not ran_out(error):
            raise
        sys.stderr.write(sentence())
        sys.exit(1)


if __name__ == "__main__":
    main()
