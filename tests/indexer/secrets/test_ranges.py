import pytest
from inglenook_indexer.secrets.ranges import Span, lines_of


@pytest.mark.parametrize(
    ("text", "spans", "lines"),
    [
        ("a\nkey\nb\n", [(2, 5)], {2}),
        ("a\r\nkey\r\nb", [(3, 6)], {2}),
        ("key\nkey\nb\nkey", [(0, 7), (10, 13)], {1, 2, 4}),
        ("key key", [(0, 3), (4, 7)], {1}),
        ("a", [], set()),
    ],
)
def test_the_lines_that_masks_are_on(text, spans, lines):
    assert lines_of(text, [Span(start, end, "") for start, end in spans]) == lines
