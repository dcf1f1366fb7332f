"""docs/settings.md, made from the dataclasses of `settings.py` and the docstrings below their fields."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal, get_args, get_origin, get_type_hints

from inglenook_server import settings

from tests.docs.markdown import documentation, row

HEAD = """# Settings

This page is made by `make docs` from `server/inglenook_server/settings.py`.

The command line and the server read `settings.toml` in your configuration folder (`inglenook doctor` names it;
`INGLENOOK_CONFIG` moves it). An editor's settings stand above the file. In VS Code the most used ones are
settings, such as `inglenook.chat.maxTokens`; the others are set in the file. Other editors send them in
`initializationOptions` ([editors.md](editors.md)). A value that can't be used gives the default and one message.

```toml
[generation]
profile = "fast"

[completion]
debounce_ms = 100
languages_off = ["markdown"]
```
"""


TABLE = "| name | default | values | what it does |\n|---|---|---|---|\n"


def form(kind: Any, metadata: Any) -> str:
    """What a value looks like."""
    if get_origin(kind) is Literal:
        return ", ".join(f'`"{one}"`' for one in get_args(kind))
    if get_origin(kind) is tuple:
        return "a list of texts"
    if kind is int:
        return f"{metadata['low']:,} to {metadata['high']:,}"
    return {bool: "`true`, `false`", str: "text"}[kind]


def shown(value: Any) -> str:
    """A default as TOML writes it."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[]`" if not value else f"`{list(value)}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def settings_page() -> str:
    """The whole page."""
    text = HEAD
    for group in dataclasses.fields(settings.Settings):
        kind = get_type_hints(settings.Settings)[group.name]
        (purpose, said), hints = documentation(kind), get_type_hints(kind)
        text += f"\n## `{group.name}`\n\n{purpose}\n\n{TABLE}"
        for field in dataclasses.fields(kind):
            cells = (f"`{field.name}`", shown(field.default), form(hints[field.name], field.metadata), said[field.name])
            text += f"{row(cells)}\n"
    return text
