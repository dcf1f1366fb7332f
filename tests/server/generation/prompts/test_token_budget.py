from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.generation.prompts.token_budget import TokenCounter, cut_line_end, fitting, head, tail


def counter() -> TokenCounter:
    return TokenCounter(lambda text: len(text.split()))


TEXT = "".join(f"line {number}\n" for number in range(100))


def test_lines_are_counted_once():
    asked = []
    counting = TokenCounter(lambda text: asked.append(text) or 1)
    assert counting.text("a\nb\na\n") == 3
    assert asked == ["a\n", "b\n"]


def test_a_short_text_is_its_own_window():
    assert tail("a\nb", 10, counter()) == "a\nb"


def test_an_overlong_line_keeps_its_end():
    line = " ".join(str(number) for number in range(1000))
    kept = tail(line, 50, counter())
    assert line.endswith(kept)
    assert 10 <= len(kept.split()) <= 50
    assert cut_line_end("a b", 5, counter()) == "a b"


@given(st.text(alphabet="ab \n\r", max_size=200), st.integers(0, 30))
def test_windows_are_ends_and_beginnings_within_the_budget(text, tokens):
    end, beginning = tail(text, tokens, counter()), head(text, tokens, counter())
    assert text.endswith(end)
    assert text.startswith(beginning)
    assert counter().text(end) <= tokens
    assert counter().text(beginning) <= tokens


def test_texts_fit_in_order_and_the_first_too_long_is_cut():
    assert fitting(["a b", "c d\ne f\n", "g"], 5, counter()) == ["a b", "c d\n"]
    assert fitting(["a b", "c d e f g"], 5, counter()) == ["a b"]
    assert fitting([], 5, counter()) == []
