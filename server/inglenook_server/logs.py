"""What is logged, to stderr: one printable line a record, whatever names and messages stand in it."""

from __future__ import annotations

import logging
import sys

from inglenook_indexer.text.printable import one_line

FORMAT = "%(levelname)s %(name)s: %(message)s"


class OneLine(logging.Formatter):
    """A record as one line without control characters; a traceback, too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return one_line(super().format(record))


def to_stderr() -> None:
    """Send warnings, and worse, of every logger to stderr, and Python's own warnings; not where somebody listens."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(FORMAT))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.captureWarnings(True)


def silence(name: str) -> None:
    """Let a logger say nothing."""
    logging.getLogger(name).setLevel(logging.CRITICAL + 1)
