"""What is made a report of: what was amiss, without what was done, who did it and where."""

import pytest

from tests.benchmarks.report_texts import names_file, report_text, shape

MESSAGE = """fix(drafts): Keep attachments (#123)

Motivation:

Attachments are lost when a draft is saved, see https://github.com/a/mail/issues/7.

Modification:

Save them, too.

Fixes #7
Signed-off-by: A <a@example.org>
"""


def test_the_solution_and_the_trailers_are_left_out():
    said = report_text(MESSAGE)
    assert said.startswith("Keep attachments\n")
    assert "lost when a draft is saved" in said
    for left_out in ("Motivation", "Save them", "Fixes", "Signed-off-by", "#123", "github.com", "drafts)"):
        assert left_out not in said


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("it is in drafts.py", True),
        ("it is in src/mail/drafts.py:12", True),
        ("drafts are lost", False),
        ("old_drafts.py", False),
        ("drafts.pyi", False),
    ],
)
def test_a_text_that_names_the_file_is_told(text, named):
    assert names_file(text, ("src/mail/drafts.py",)) is named


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('File "a.py", line 1, in f\nFile "b.py", line 2, in g', "trace"),
        ("so:\n```\nf()\n```", "code"),
        ("nothing but words", "prose"),
    ],
)
def test_the_shape_of_a_text(text, what):
    assert shape(text) == what
