"""What is taken out of a report, and which texts are one."""

import pytest
from inglenook_indexer.search.query import parse
from inglenook_indexer.search.report.report import MIN_WORDS, is_report, report
from inglenook_indexer.text.words import Splitter

TEXT = """Saving a draft loses its attachments

When `keep_drafts` is on and a message with attachments is saved by DraftStore.save_draft(), the attachments are gone
after the next start. The log says "attachment table is locked" and nothing else. It did not happen before the storage
was changed, and it happens with --keep-all too.

Traceback (most recent call last):
  File "/usr/lib/python3.11/asyncio/runners.py", line 9, in run
    return runner.run(main)
  File "/usr/lib/python3.11/site-packages/mail/drafts.py", line 12, in save_draft
    store(message)
OperationalError: attachment table is locked

- OS: Ubuntu 22.04
- zlib-ng 2.1.6
"""


@pytest.fixture(scope="module")
def taken():
    return report(parse(TEXT), Splitter())


def test_a_short_question_is_no_report():
    assert not is_report(parse("where is a draft saved, and who calls the function that saves it?"))
    assert is_report(parse(TEXT))


@pytest.mark.parametrize("count", [MIN_WORDS - 1, MIN_WORDS])
def test_words_decide(count):
    text = " ".join(["drafts", "are", "lost"] * MIN_WORDS)
    assert is_report(parse(" ".join(text.split()[:count]))) is (count == MIN_WORDS)


def test_code_alone_is_no_report():
    code = "\n".join(f"value_{n} = function_{n}(a, b, c)" for n in range(30))
    assert not is_report(parse(code))


def test_the_title_counts_twice(taken):
    assert taken.title == "Saving a draft loses its attachments"
    assert taken.words["attachment"] > taken.words["storage"]
    assert "attachment" in taken.title_words


def test_versions_and_systems_are_dropped(taken):
    assert "ubuntu" not in taken.words
    assert not any("zlib" in word for word in taken.words)


def test_names_are_those_written_like_code(taken):
    assert {"keep_drafts", "DraftStore", "save_draft"} <= set(taken.names)
    assert "attachments" not in taken.names


def test_strings_and_options_stand_as_they_are(taken):
    assert "attachment table is locked" in taken.quoted
    assert "--keep-all" in taken.quoted


def test_the_languages_own_frames_are_left_out(taken):
    assert [frame.symbol for frame in taken.frames] == ["save_draft"]


def test_the_message_of_an_error_is_a_sentence(taken):
    assert "OperationalError: attachment table is locked" in taken.sentences
    assert taken.sentences[0] == taken.title
