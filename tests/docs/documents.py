"""The documents that are made: which they are, and what each says. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.docs.figures import render, template
from tests.docs.protocol import protocol_page
from tests.docs.settings import settings_page

ROOT = Path(__file__).parents[2]
BEGIN, END = "<!-- figures: made by `make docs` -->", "<!-- end of figures -->"


def readme() -> str:
    """The README with its table of figures as the results have it; the rest of it is written by hand."""
    text = (ROOT / "README.md").read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{render(template('readme'))}{END}{after}"


MADE: dict[str, Callable[[], str]] = {
    "README.md": readme,
    "docs/PROTOCOL.md": protocol_page,
    "docs/figures.md": lambda: render(template("figures")),
    "docs/settings.md": settings_page,
}
"""Path -> its whole text."""
