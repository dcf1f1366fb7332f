import pytest
from inglenook_server.completion.syntax import WINDOW, code_window


@pytest.mark.parametrize("line", ["  x\n", "\n", "}\n"])
def test_a_long_text_without_anything_at_the_left_margin_has_a_window(line):
    assert len(code_window(line * WINDOW, "javascript")) <= WINDOW


@pytest.mark.parametrize(
    ("language", "opener", "opened"),
    [("python", '"""', '"""'), ("rust", 'r##"', 'r##"'), ("rust", "/* /* ", "/*/*"), ("javascript", "`${f(`", "`${`")],
)
def test_a_window_begins_with_what_it_lies_in(language, opener, opened):
    assert code_window(opener + "\n" + "  x\n" * WINDOW, language).startswith(opened + "  x\n")
