"""On which line of an import a name stands."""

from __future__ import annotations

import pytest
from inglenook_server.chat.known.import_lines import line_of

TEXT = """\
from a import (
    first,
    second_name as other,
)
from b import third, \\
    fourth
import x
second = first
export {
  Pool,
  type Job,
} from "./pool";
""".split("\n")


@pytest.mark.parametrize(
    ("start", "name", "line"),
    [
        (1, "first", 2),
        (1, "second_name", 3),
        (1, "second", 1),  # only behind the import's end
        (5, "third", 5),
        (5, "fourth", 6),
        (7, "second", 7),
        (9, "Job", 11),
        (9, "Jo", 9),
        (40, "x", 40),
    ],
)
def test_the_line_that_the_name_is_on(start: int, name: str, line: int) -> None:
    assert line_of(TEXT, start, name) == line
