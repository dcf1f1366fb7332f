"""What is read from questions: the table beside this file, and open questions, of which nothing may be read."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from inglenook_server.chat.questions.forms import Form, Language, Question
from inglenook_server.chat.questions.languages import language_of
from inglenook_server.chat.questions.read import MAX_QUESTION, read

HERE = Path(__file__).parent


def sections(name: str) -> list[tuple[str, str]]:
    """(language, line) of a table in sections."""
    found, language = [], ""
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            found.append((language, line))
    return found


def expected(language: str, told: str) -> Question:
    form, subject, *more = told.split()
    fields = dict(one.split("=", 1) if "=" in one else (one, True) for one in more)
    return Question(form, "" if subject == "-" else subject, language=language, **fields)  # type: ignore[arg-type]


QUESTIONS = [
    (line.partition(" | ")[2], expected(language, line.partition(" | ")[0]))
    for language, line in sections("questions.txt")
]
OPEN = [(line, language) for language, line in sections("open_questions.txt")]
CJK = ("zh", "ja")


@pytest.mark.parametrize(("text", "question"), QUESTIONS)
def test_what_the_index_is_asked(text: str, question: Question) -> None:
    assert read(text) == question


@pytest.mark.parametrize(("text", "question"), QUESTIONS)
def test_the_language_is_told_without_the_form(text: str, question: Question) -> None:
    assert language_of(text) == question.language


@pytest.mark.parametrize(("text", "language"), OPEN)
def test_an_open_question_is_none(text: str, language: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(("text", "language"), OPEN)
def test_the_language_of_an_open_question(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("language", get_args(Language))
def test_every_form_is_asked_in_every_language(language: str) -> None:
    assert {one.form for _, one in QUESTIONS if one.language == language} == set(get_args(Form))
    assert any(one.pronoun for _, one in QUESTIONS if one.language == language)
    assert any(one.staged for _, one in QUESTIONS if one.language == language)
    assert any(one.unstaged for _, one in QUESTIONS if one.language == language)


@pytest.mark.parametrize(("text", "question"), QUESTIONS)
def test_marks_and_blanks_around_it_change_nothing(text: str, question: Question) -> None:
    bare = text.rstrip("?？ .")
    for other in (bare, f"  {bare} ??", f"{bare}?\n", f"{bare}!", f"**{bare}**" if " " not in bare else bare):
        assert read(other) == question or other.startswith("**")


@pytest.mark.parametrize(("text", "question"), [one for one in QUESTIONS if one[1].language not in CJK])
def test_a_capital_at_the_start_changes_nothing(text: str, question: Question) -> None:
    first = text.split()[0]
    if first.strip("¿?") in question.subject:
        return
    start = 1 if text[0] == "¿" else 0
    changed = text[:start] + text[start].swapcase() + text[start + 1 :]
    assert read(changed) == question


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?",
        "who calls",
        "who calls " + "a" * MAX_QUESTION,
        "who calls `parse`?\nIt fails with this:\nValueError",
        "def parse(text):\n    return text",
        "where is defined",
        "who calls the?",
        "what is in",
        "谁调用",
        "どこで",
        "where is 12 defined?",
        "where is ... defined?",
        "who calls <script>alert(1)</script>?",
    ],
)
def test_nothing_is_read_of_what_names_nothing(text: str) -> None:
    assert read(text) is None


def test_a_language_that_nothing_tells_is_english() -> None:
    assert [language_of(text) for text in ("", "Pool.run", "12", "`où est`")] == ["en"] * 4


def test_names_in_another_script_do_not_change_the_language() -> None:
    assert language_of("who calls `解析` in this file?") == "en"
    assert language_of("谁调用 where_is_the_default_timeout_set") == "zh"


names = st.from_regex(r"_?[A-Za-z][A-Za-z0-9_]{0,12}((\.|::)[A-Za-z_][A-Za-z0-9_]{0,8}){0,2}", fullmatch=True)
frames = st.sampled_from([text.replace("Pool.run", "{}") for text, one in QUESTIONS if "Pool.run" in text])
words = st.sampled_from(sorted({word for text, _ in QUESTIONS for word in text.split()}))


@given(st.one_of(st.text(max_size=400), st.lists(words, max_size=14).map(" ".join)))
@example("who calls ``()")
@example("where is '' defined")
def test_no_text_makes_it_fail_and_what_is_read_stands_in_it(text: str) -> None:
    question = read(text)
    if question:
        assert all(part in text for part in (*question.subject.split("."), question.path))
        assert question.pronoun or question.subject or question.form == "changes"
        assert not (question.pronoun and question.subject)


@given(frames, names.map(lambda name: f"`{name}`"))
def test_a_quoted_name_is_the_subject(frame: str, name: str) -> None:
    question = read(frame.replace("{}", name))
    assert question is not None
    assert question.subject == name.strip("`")
