"""One call of a tool: its arguments are read, the indexes are brought up to date, it answers. Knows no protocol."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.text.printable import one_line, printable

from inglenook_server.errors import InglenookError
from inglenook_server.mcp.arguments import read
from inglenook_server.mcp.budget import LEAST, tokens
from inglenook_server.mcp.served import Served
from inglenook_server.mcp.tools.table import TOOLS

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent is told."""

    text: str
    failed: bool = False
    """Whether it is why there is no answer."""


def call(served: Served, name: str, arguments: Mapping[str, object]) -> Said:
    """Answer one call; what goes wrong is a sentence, too."""
    try:
        tool = next((one for one in TOOLS if one.name == name), None)
        if tool is None:
            known = ", ".join(one.name for one in TOOLS)
            return Said(f"There is no tool {one_line(name[:80])!r}; there are {known}.", failed=True)
        wanted = read(tool.parameters, arguments)
        notes = served.notes()
        if notes and not any(one.indexed for one in served.fresh):
            return Said(printable(notes), failed=name != "index_status")
        if notes and "budget" in wanted:
            wanted["budget"] = max(LEAST // 2, wanted["budget"] - tokens(notes) - 1)
        answer = tool.answer(served, **wanted)
    except (InglenookError, IndexerError) as error:
        return Said(printable(f"{error.message} {error.mend}".strip()), failed=True)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        _log.error("%s failed: %s at %s", name, type(error).__name__, where)  # its words may quote a file
        return Said(f"{name} failed ({type(error).__name__} at {where}): this is a fault of Inglenook.", failed=True)
    return Said(printable(f"{notes}\n{answer}" if notes else answer))
