"""What is shown is clean: no character acts on a terminal or hides, and nothing else is changed."""

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.text.printable import cut_short, hides, one_line, printable

VISIBLE_FORMATS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
"""Format characters that are drawn: signs of Arabic, Syriac, Kaithi and Egyptian numbers and groups."""
INVISIBLE = {
    0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2065, 0x3164, *range(0xFE00, 0xFE10), 0xFFA0,
    *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000),
}  # fmt: skip
"""Letters, marks and numbers without a character that Unicode says are not drawn (Default_Ignorable_Code_Point)."""
JOINERS_AND_SELECTORS = {
    chr(code) for code in (0x200C, 0x200D, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
} - {"\u180e"}
MIXED = st.text(st.sampled_from("a1日می👩❤ᠠ\u200c\u200d\ufe0f\u180b\U000e0100\u20e3\u3164<"))
ANY_TEXT = st.text(st.characters())  # surrogates too


def is_hidden(character: str) -> bool:
    drawn = character in "\n\t" or ord(character) in VISIBLE_FORMATS
    unseen = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") or ord(character) in INVISIBLE
    return unseen and not drawn


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "␛[31m"),
        ("\x1b]52;c;cHduZWQ=\x07", "␛]52;c;cHduZWQ=␇"),
        ("\x9b31m \x7f", "\\x9b31m ␡"),
        ("a\u202eb\u2066c\u200fd\u061ce", "a<U+202E>b<U+2066>c<U+200F>d<U+061C>e"),
        ("a\u200bb\ufeffc\u2028d\u2029e\u00adf", "a<U+200B>b<U+FEFF>c<U+2028>d<U+2029>e<U+00AD>f"),
        ("\u3164 = \uffa0\u115f\u1160 a\u034fb", "<U+3164> = <U+FFA0><U+115F><U+1160> a<U+034F>b"),
        ("می\u200cخواهم क्\u200dष 👩\u200d💻 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 葛\U000e0100 ᠠ\u180b",) * 2,
        ("is_ad\u200dmin д\u200cа 日\u200d本", "is_ad<U+200D>min д<U+200C>а 日<U+200D>本"),
        ("👩\u200d\u200d💻", "👩<U+200D><U+200D>💻"),
        ("a\ufe0f 🙂\ufe0f\ufe01", "a<U+FE0F> 🙂\ufe0f<U+FE01>"),
        ("\udc80.py", "\\udc80.py"),
        ("\U000e0041", "<U+E0041>"),
        ("one\r\ntwo\tthree\n", "one\ntwo\tthree\n"),
        ("100 %\rowned", "100 %␍owned"),
        ("[red]naïve[/] 日本 🙂 \\x1b", "[red]naïve[/] 日本 🙂 \\x1b"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert hides(text) == (text.replace("\r\n", "\n") != shown)


def test_a_name_is_one_line() -> None:
    assert one_line("a\nERROR: b\t\x1b.py") == "a␊ERROR: b␉␛.py"


def test_every_hidden_character_of_unicode_is_known() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    passed = [f"{ord(one):x}" for one in every if is_hidden(one) and printable(one) == one]
    drawn = [one for one in every if unicodedata.category(one)[0] in "LMNPS" and not is_hidden(one)]
    changed = [f"{ord(one):x}" for one in drawn if printable(one) != one]
    assert (passed, changed) == ([], [])


@given(st.one_of(ANY_TEXT, MIXED))
def test_what_is_shown_is_clean_and_stays_as_it_is(text: str) -> None:
    shown = printable(text)
    hidden = {one for one in shown if is_hidden(one)}
    assert hidden <= JOINERS_AND_SELECTORS, "only where they are writing"
    assert printable(shown) == shown
    assert not hides(shown)
    assert not any(character in "\n\t" for character in one_line(text))


@pytest.mark.parametrize("worst", ["\x1b", "\r", "\r\n", "\u202e", "a\x9b", "word ", "👩\u200d", "\ufe0f"])
def test_what_it_costs_grows_with_the_text(worst: str) -> None:
    def cost(length: int) -> float:
        text = worst * (length // len(worst))
        started = time.process_time()
        printable(text)
        return time.process_time() - started

    cost(20_000)
    small = min(cost(200_000) for _ in range(3))
    assert min(cost(800_000) for _ in range(3)) < 12 * small + 0.01  # four times as much text; quadratic: sixteen


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("a = make()", 10, "a = make()"),
        ("a: Unset | UnsetMarker", 16, "a: Unset |…"),
        ("a: Unset | UnsetMarker", 9, "a: Unset…"),
        ("f(first, second)", 9, "f(first,…"),
        ("word", 3, "wo…"),
        ("x" * 200, 100, "x" * 99 + "…"),
        ("a " + "x" * 200, 100, "a " + "x" * 97 + "…"),
        ("数える関数", 3, "数え…"),
    ],
)
def test_a_name_is_not_cut_in_half(text: str, most: int, shown: str) -> None:
    assert cut_short(text, most) == shown


@given(ANY_TEXT, st.integers(2, 40))
def test_what_is_cut_is_a_beginning_of_at_most_that_length(text: str, most: int) -> None:
    shown = cut_short(text, most)
    assert shown == text if len(text) <= most else text.startswith(shown.removesuffix("…")) and len(shown) <= most
