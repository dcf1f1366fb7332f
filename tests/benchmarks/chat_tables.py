"""The Markdown of the benchmark `chat`: by form, both ways, and what was said that is not so. Asks nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.benchmarks.chat_phrases import FORMS, LANGUAGES

EXAMPLES = 12
"""Wrong statements that are shown of a condition, so that a reader can judge the judge."""
Scored = Mapping[str, Mapping[str, Mapping[str, Any]]]


def tables(summary: Mapping[str, float], model: str, by: Scored) -> str:
    """One model's tables; `by` has scored answers by condition and question."""
    conditions = [one for one in by if by[one]]
    return "\n".join(
        [
            f"\n## {model}: the right place first\n",
            *_table(summary, model, conditions, [*(f"{form}_first" for form in FORMS), "usage_first", "first"]),
            f"\n## {model}: by language\n",
            *_table(summary, model, conditions, [f"{one}.first" for one in ("en", *LANGUAGES)]),
            f'\n## {model}: "A is in B", and "what is in B"\n',
            "What the words say (`said`), over questions that were asked both ways, with the index and without.\n",
            *_table(summary, model, conditions, ["pairs", "forward_said", "reverse_said", "reverse_gap_said"]),
            *_wrong(model, by),
            "",
        ]
    )


def _table(summary: Mapping[str, float], model: str, conditions: Sequence[str], keys: Sequence[str]) -> list[str]:
    lines = [f"| | {' | '.join(conditions)} |", f"|---|{'---:|' * len(conditions)}"]
    for key in keys:
        found = [summary.get(f"chat.{model}.{condition}.{key}") for condition in conditions]
        if any(value is not None for value in found):
            shown = " | ".join("" if value is None else f"{value:,.3g}" for value in found)
            lines.append(f"| {key.removesuffix('_first').removesuffix('.first')} | {shown} |")
    return lines


def _wrong(model: str, by: Scored) -> list[str]:
    lines = []
    for condition, rows in by.items():
        found = [(key, one) for key, row in rows.items() for one in row.get("wrong", ())]
        if found:
            lines.append(f"\n## {model}, {condition}: statements that are not so\n")
            step = max(1, len(found) // EXAMPLES)
            for key, one in found[::step][:EXAMPLES]:
                lines.append(f"- {key}: {' '.join(one.split()).replace('|', '/')}")
    return lines
