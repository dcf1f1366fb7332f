"""Change values in the user's settings file and leave the rest of it, comments too, as it is. Knows no setting."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from inglenook_server.errors import SettingsError

Values = Mapping[str, str | int | bool]


def edited(text: str, table: str, values: Values) -> str:
    """The TOML `text` with `values` in `[table]`. Raises ValueError when that can't be done line by line."""
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if re.match(r"\s*\[", line)]
    start = next((n for n in heads if re.match(rf"\s*\[\s*{re.escape(table)}\s*\]", lines[n])), None)
    if start is None:
        lines += ([""] if lines and lines[-1].strip() else []) + [f"[{table}]"]
        start, end = len(lines) - 1, len(lines)
    else:
        end = next((n for n in heads if n > start), len(lines))
    for key, value in values.items():
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        old = next((n for n in range(start + 1, end) if re.match(rf"\s*{re.escape(key)}\s*=", lines[n])), None)
        if old is None:
            lines.insert(start + 1, line)
            end += 1
        else:
            lines[old] = line
    result = "\n".join(lines) + "\n"
    wanted = tomllib.loads(text)
    wanted[table] = {**wanted.get(table, {}), **values}
    if tomllib.loads(result) != wanted:
        raise ValueError(f"[{table}] is written in a way that can't be edited")
    return result


def change(path: Path, table: str, values: Values) -> None:
    """Put `values` into `[table]` of the settings file at `path`, which need not exist. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        result = edited(text, table, values)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}-{os.getpid()}")
        temporary.write_text(result, encoding="utf-8")
        os.replace(temporary, path)
    except (OSError, ValueError) as error:
        wanted = ", ".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
        raise SettingsError(
            f"{path} could not be changed: {error}.", f"write {wanted} under [{table}] there yourself"
        ) from error
