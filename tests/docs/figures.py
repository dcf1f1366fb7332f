"""Figures of the result files put into a text. A document says no figure of its own: it names the result and the key.

{{index index.django.first_s .1f}}          8.6      the value with a format
{{engines a.cold_ttft_ms /1000 .2f}}        1.85     divided or multiplied first
{{retrieval a.ndcg10 score}}                .893     three decimals without the zero in front
{{index revision}}                          f4c553f  where the result comes from
{{index processor}}                         what it was measured on
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"
TEMPLATES = Path(__file__).parent / "templates"
DURATIONS = "{{durations}}"
_FIELD = re.compile(r"\{\{(\S+) (.+?)(?: ([*/][\d.]+))?(?: (score|percent|[.,\d]*[fdg]))?\}\}")


@functools.cache
def result(name: str) -> dict[str, Any]:
    """One result file without its rows."""
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    return found


def template(name: str) -> str:
    """A document with fields where figures belong."""
    return (TEMPLATES / f"{name}.md").read_text("utf-8")


def render(text: str) -> str:
    """`text` with its fields filled in. Raises KeyError for a figure that no result has."""
    if DURATIONS in text:
        text = text.replace(DURATIONS, durations())
    return _FIELD.sub(lambda found: _figure(*found.groups()), text)


def durations() -> str:
    """How long the last run of each benchmark took, as rows of a table."""
    found = {
        file.name.removesuffix(".json"): result(file.name.removesuffix(".json")) for file in RESULTS.glob("*.json")
    }
    rows = (f"| `{name}` | {one['revision'][:7]} | {one['seconds'] / 60:.0f} |" for name, one in sorted(found.items()))
    return "\n".join(rows)


def _figure(name: str, key: str, factor: str | None, form: str | None) -> str:
    found = result(name)
    if key == "revision":
        return str(found["revision"])[:7]
    if key == "processor":
        return f"{found['machine']['cores']} cores of {found['machine']['processor']}"
    value = float(found["summary"][key])
    if factor:
        number = float(factor[1:])
        value = value * number if factor[0] == "*" else value / number
    if form == "score":
        return f"{value:.3f}".removeprefix("0")
    if form == "percent":
        return f"{value:.0%}".replace("%", " %")
    return f"{value:{form or ',.4g'}}"
