"""The `inglenook` command. Sends `serve` to the language server before anything heavy is imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from inglenook_indexer.isolation import isolate


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code.

    An editor waits for `serve` to answer, so its module is chosen by hand: typer and rich alone would cost it 0.1 s.
    """
    isolate()
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["serve"]:
        from inglenook_server.cli.serve import serve

        sys.exit(serve(arguments[1:]))
    from inglenook_server.cli import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
