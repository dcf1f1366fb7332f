"""One golden file a filter; what holds is the case's name."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from inglenook_server.completion.cleaning.filters.balance import keep_balanced
from inglenook_server.completion.cleaning.filters.bare_opener import drop_bare_openers
from inglenook_server.completion.cleaning.filters.block_end import stop_at_block_end
from inglenook_server.completion.cleaning.filters.chain import clean
from inglenook_server.completion.cleaning.filters.duplicate import drop_duplicate_lines
from inglenook_server.completion.cleaning.filters.echo import stop_at_echo
from inglenook_server.completion.cleaning.filters.indent import normalise_indent
from inglenook_server.completion.cleaning.filters.left_open import leave_open
from inglenook_server.completion.cleaning.filters.length import MAX_LINES, drop_overlong
from inglenook_server.completion.cleaning.filters.secret import drop_secrets
from inglenook_server.completion.cleaning.filters.strict import keep_valid
from inglenook_server.completion.cleaning.filters.swap import stop_at_swap
from inglenook_server.completion.syntax import literals
from inglenook_server.completion.syntax.blocks import Syntax
from inglenook_server.completion.syntax.brackets import Balance, Nesting, joined, nesting
from inglenook_server.completion.syntax.cursor import Cursor

from tests.server.completion.cleaning.filters.golden import FOLDER, Case, cases
from tests.server.completion.marks import at

SYNTAX = Syntax()

FILTERS = {
    "balance": lambda case: keep_balanced(case.raw, case.cursor, case.language),
    "block_end": lambda case: stop_at_block_end(case.raw, case.cursor, case.language, SYNTAX),
    "duplicate": lambda case: drop_duplicate_lines(case.raw, case.cursor),
    "echo": lambda case: stop_at_echo(case.raw, case.cursor, case.language),
    "indent": lambda case: normalise_indent(case.raw, case.cursor),
    "left_open": lambda case: leave_open(case.raw, case.cursor, case.language),
    "length": lambda case: drop_overlong(case.raw, case.cursor),
    "strict": lambda case: keep_valid(case.raw, case.cursor, case.language),
    "swap": lambda case: stop_at_swap(case.raw, case.cursor, case.language),
    "bare_opener": lambda case: drop_bare_openers(case.raw, case.cursor, case.language),
    "secret": lambda case: drop_secrets(case.raw, case.cursor),
    "chain": lambda case: clean(
        case.raw, case.cursor, "block" if "\n" in case.raw else "line", "stop", case.language, SYNTAX
    ),
}


def test_every_golden_file_has_its_filter():
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(FILTERS)


@pytest.mark.parametrize(
    ("name", "case"), [pytest.param(name, case, id=f"{name}: {case.name}") for name in FILTERS for case in cases(name)]
)
def test_golden(name: str, case: Case):
    assert FILTERS[name](case).rstrip() == case.shown.rstrip()  # the last filter trims


def test_a_screenful_is_enough():
    assert drop_overlong("x\n" * 100, at("█")).count("\n") == MAX_LINES - 1


LANGUAGES = sorted(name for name, rows in literals.LANGUAGES.items() if rows is not None)
MARKS = {
    "javascript": ["`", "${", "/*", "*/", "//", "/["],
    "go": ["`", "/*", "*/", "//"],
    "rust": ['r#"', '"#', 'r"', "/*", "*/"],
    "csharp": ['@"', '""', '"""', "/*", "*/"],
    "swift": ['#"', '"#', "/*", "*/"],
    "cpp": ['R"(', ')"', 'R"x(', ')x"', "/*", "*/"],
    "bash": ["<<EOF", "EOF", "$'", "#"],
    "ruby": ["<<~EOF", "EOF", "=begin", "=end"],
    "sql": ["''", "--", "/*", "*/", "`"],
    "lua": ["[[", "]]", "[=[", "]=]", "--[[", "--"],
    "haskell": ["{-", "-}", "--"],
    "nix": ["''", "''$", "${"],
    "julia": ["#=", "=#"],
    "cmake": ["#[[", "]]"],
    "dart": ["r'", 'r"', "'''", "/*", "*/"],
}
"""What is special to a language, beside what is in all."""


def pieces(language: str) -> st.SearchStrategy[str]:
    common = [*"()[]{}", "a", " ", ", ", "\n", "\n    ", '"', "'", '"""', "# x", "x = ", ":", "\\"]
    return st.lists(st.sampled_from(common + 2 * MARKS.get(language, [])), max_size=14).map("".join)


PIECES = pieces("python")
PLACES = st.sampled_from(LANGUAGES).flatmap(
    lambda language: st.tuples(st.just(language), *[pieces(language)] * 3, st.sampled_from(["line", "block"]))
)


def whole(found: Nesting) -> bool:
    return found.balance == Balance(0, 0, 0) and not found.frames


@settings(max_examples=600)
@given(PLACES)
@example(("python", '"', "\\", "\\ \\", "line"))
@example(("bash", "", '""', "\\ ", "line"))
def test_what_was_whole_stays_so(place):
    language, prefix, suffix, raw, shape = place
    shown = clean(raw, Cursor(prefix, suffix), shape, "stop", language, SYNTAX)
    if whole(nesting(prefix + suffix, language)):
        assert whole(nesting(prefix + shown + suffix, language))


@settings(max_examples=300)
@given(PLACES)
@example(("ruby", '<<~EOF("', "", "(", "line"))
def test_a_text_is_read_on_from_any_line(place):
    language, *texts, _ = place
    text = "\n".join(texts)
    parts, frames = [], ()
    for line in text.splitlines(keepends=True):
        parts.append(nesting(line, language, frames))
        frames = parts[-1].frames
    at_once = nesting(text, language)
    assert joined(parts).within(at_once)
    assert at_once.within(joined(parts))


@settings(max_examples=200)
@given(st.lists(st.sampled_from("()[]{}ab "), max_size=12).map("".join), st.integers(0, 12), PIECES)
def test_a_bracket_that_was_balanced_is_never_left_open(code, place, raw):
    """Held against an independent count: the reducing of pairs until none is left."""
    prefix, suffix = code[:place], code[place:]
    if reduced(code):
        return
    shown = clean(raw, Cursor(prefix, suffix), "line", "stop", "python", SYNTAX)
    if not set(shown) & set("\"'#"):
        assert reduced(prefix + shown + suffix) == ""


def reduced(text: str) -> str:
    left = "".join(letter for letter in text if letter in "()[]{}")
    while (shorter := left.replace("()", "").replace("[]", "").replace("{}", "")) != left:
        left = shorter
    return left
