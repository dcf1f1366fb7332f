"""Text as an editor may show it: printable, and no link where a message is to be read. Pure; knows no protocol."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from inglenook_indexer.text.printable import one_line, printable

EXACT = frozenset({"uri"})
"""Fields that are read by programs only."""
NAMES = frozenset({"path"})
"""Fields that are one name: a line end in it is shown as well."""


def text_of(field: str) -> Callable[[str], str] | None:
    """What makes the text of a result's field fit to be shown; None where it has to stay exact."""
    if field in EXACT:
        return None
    return one_line if field in NAMES else printable


def message(text: str) -> str:
    """A sentence. VS Code would make a link of `[x](command:y)` in it, and run the command: that is taken apart."""
    return printable(text).replace("](", "] (")


def saying(unstructure: Callable[[Any], Any], fields: Collection[str]) -> Callable[[Any], Any]:
    """`unstructure`, with what stands in these fields made a message."""

    def hook(value: Any) -> Any:
        made = unstructure(value)
        return {name: message(one) if name in fields and isinstance(one, str) else one for name, one in made.items()}

    return hook
