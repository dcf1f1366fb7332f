"""A report's sections: what is prose, and what tells of the machine alone."""

import pytest
from inglenook_indexer.search.report.sections import sections

REPORT = """### Describe the bug

Saving a draft loses its attachments

<!-- Please write
what happened -->
- [x] I have searched the issues

It happens where `keep_drafts` is on.

```python
save_draft(message)
```

$ mail send --all

```
Traceback (most recent call last):
  File "/opt/lib/python3.11/site-packages/mail/drafts.py", line 12, in save_draft
    store(message)
KeyError: 'attachments'
```

See [the manual](https://example.org/drafts) and https://example.org/more.

**Environment**

- OS: Ubuntu 22.04
- mail 3.2.1
"""


def kinds(text):
    return {one.kind: one.text for one in sections(text)}


def test_each_kind_is_told():
    found = kinds(REPORT)
    assert set(found) == {"title", "prose", "code", "console", "trace", "environment"}
    assert found["title"] == "Saving a draft loses its attachments"
    assert found["code"] == "save_draft(message)"
    assert found["console"] == "$ mail send --all"
    assert found["trace"].endswith("KeyError: 'attachments'")


def test_what_a_form_says_is_left_out():
    said = " ".join(one.text for one in sections(REPORT))
    for form in ("Describe the bug", "Please write", "what happened", "searched the issues", "Environment", "https"):
        assert form not in said
    assert "the manual" in said


def test_lines_are_those_of_the_text():
    lines = REPORT.splitlines()
    for one in sections(REPORT):
        assert one.text.strip().splitlines()[0][:20] in lines[one.line - 1] or not lines[one.line - 1].strip()


@pytest.mark.parametrize(
    "line", ["- Python version: 3.11", "OS: macOS", "numpy==1.26.4", "node v20.1", "Platform: win32", "requests 2.31.0"]
)
def test_versions_are_of_the_machine(line):
    assert kinds(f"Broken\n\n{line}\n")["environment"].strip() == line


@pytest.mark.parametrize(
    "line",
    ["The version of the file is read twice when two writers save it at once", "Platform independent paths are lost"],
)
def test_sentences_that_speak_of_versions_are_prose(line):
    assert kinds(f"Broken\n\n{line}\n")["prose"].strip() == line


def test_a_trace_ends_with_its_message():
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nValueError: x'
    found = kinds(f"Title here\n\n{trace}\nand then?\n")
    assert found["trace"].endswith("ValueError: x")
    assert found["prose"].strip() == "and then?"


@pytest.mark.parametrize("text", ["", "\n\n", "```", "<!--", "<!-- a -->", "\x00", "- [ ] x"])
def test_a_text_may_have_none(text):
    assert all(one.text.strip() for one in sections(text))
