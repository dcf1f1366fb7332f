from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.chat.claims.sentences import LONG, Splitter


def split(text, step=10_000):
    splitter = Splitter()
    units = [unit for at in range(0, len(text), step) for unit in splitter.feed(text[at : at + step])]
    return [*units, *splitter.finish()]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It is in pool.py and a.b.c, v1.2. Then", ["It is in pool.py and a.b.c, v1.2.", "Then"]),
        ("Some, e.g. this, i.e. that, etc. and so. Then", ["Some, e.g. this, i.e. that, etc. and so.", "Then"]),
        ("Das gilt z.B. hier. Dann", ["Das gilt z.B. hier.", "Dann"]),
        ("`a. b. c` is code. Then", ["`a. b. c` is code.", "Then"]),
        ("``a ` b. c`` is code. Then", ["``a ` b. c`` is code.", "Then"]),
        ("An open `quote. stays\nThen", ["An open `quote. stays", "Then"]),
        ('He said "yes." Then', ['He said "yes."', "Then"]),
        ("So it is. [1] Then", ["So it is. [1]", "Then"]),
        ("So it is. [1, 2]. Then", ["So it is. [1, 2].", "Then"]),
        ("Wait... what? Yes.", ["Wait...", "what?", "Yes."]),
        ("这是。那是！好", ["这是。", "那是！", "好"]),
        ("- one\n- two. Three\n1. four", ["one", "two.", "Three", "four"]),
        ("# Title\n\nText", ["Title", "", "Text"]),
        ("One\nTwo", ["One", "Two"]),
        ("", []),
    ],
)
def test_where_sentences_end(text, sentences):
    units = split(text)
    assert [unit.text for unit in units] == sentences
    assert "".join(f"{unit.lead}{unit.text}{unit.tail}" for unit in units) == text


def test_a_code_block_is_cut_into_lines_and_knows_its_fences():
    units = split("So:\n```py\na. b\n\n~~~\n```\nThen. ```no``` fence")
    assert [(unit.text, unit.code, unit.fence) for unit in units] == [
        ("So:", False, False),
        ("```py", True, True),
        ("a. b", True, False),
        ("", True, False),
        ("~~~", True, False),
        ("```", True, True),
        ("Then.", False, False),
        ("```no``` fence", False, False),
    ]


@pytest.mark.parametrize("text", ["word " * 500, "x" * 3_000, "`" + "a. " * 700])
def test_a_sentence_without_an_end_is_let_go(text):
    splitter = Splitter()
    held = 0
    for letter in text:
        held += 1 - sum(len(unit.lead + unit.text + unit.tail) for unit in splitter.feed(letter))
        assert held <= LONG + 30


@given(
    st.lists(
        st.sampled_from(["a", ".", " ", "\n", "`", "```", "[1]", "- ", "e.g", "。", "~~~", "b" * 50]), max_size=60
    ),
    st.lists(st.integers(0, 600), max_size=10),
)
def test_how_the_text_is_cut_into_pieces_changes_nothing(parts, cuts):
    text = "".join(parts)
    borders = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    splitter = Splitter()
    units = [unit for low, high in pairwise(borders) for unit in splitter.feed(text[low:high])]
    units += splitter.finish()
    assert units == split(text) == split(text, 1)
    assert "".join(f"{unit.lead}{unit.text}{unit.tail}" for unit in units) == text
