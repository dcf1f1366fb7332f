"""What a sentence is understood to say between two names; whether it is so is in `test_checker`."""

import pytest
from inglenook_server.chat.claims.mentions import find as find_mentions
from inglenook_server.chat.claims.relations import find


def relations(sentence: str) -> list[str]:
    topics = find_mentions("`T`")
    found = find(sentence, find_mentions(sentence), topics)
    return [f"{one.wholes[0].text} {one.kind} {one.part.text}" for one in found]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("`A` calls `B`.", ["A says B"]),
        ("The `A` method then calls the `B`, `C` and `D` methods.", ["A says B", "A says C", "A says D"]),
        ("`B` is called by the `A` function.", ["A says B"]),
        ("`B`, which is used inside `A`, waits.", []),
        ("`A` raises a `B`.", ["A says B"]),
        ("The function `A` returns an instance of `B`.", ["A says B"]),
        ("It returns a `B` object.", ["T says B"]),
        ("If it fails, it raises a `B`.", ["T says B"]),
        ("`A` inherits from `B`.", ["A inherits B"]),
        ("The `A` class is a subclass of `B`.", ["A inherits B"]),
        ("The `m` method of the `A` class waits.", ["A holds m"]),
        ("The `m` method in the `lib` library waits.", []),
        ("`A` has a `m` method.", ["A holds m"]),
        ("`A`'s `m` waits.", ["A holds m"]),
        ("The `p` parameter is a `B` object, and so on.", ["p is B"]),
        ("`A` and `B` are both fast.", []),
        ("`A` is faster than `B`.", []),
        ("Call `A` before `B`.", []),
    ],
)
def test_what_a_sentence_says(sentence, expected):
    assert relations(sentence) == expected
