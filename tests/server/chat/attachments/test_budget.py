import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.chat.attachments.budget import NO_ROOM, PRIORITY, Candidate, cost, fit
from inglenook_server.chat.attachments.outlines import beginning
from inglenook_server.chat.attachments.types import Attached
from inglenook_server.generation.prompts.token_budget import TokenCounter

COUNTER = TokenCounter(lambda line: len(line.split()))


def words(kind, count):
    text = "w\n" * count
    return Candidate(kind, lambda tokens, counter: Attached(kind, kind, text=beginning(text, tokens, counter)))


def sizes(found):
    return [(one.kind, one.text.count("w"), one.problem) for one in found]


@pytest.mark.parametrize(
    ("wanted", "tokens", "expected"),
    [
        ([("cursor", 5), ("selection", 5)], 10, [("cursor", 5, ""), ("selection", 5, "")]),
        ([("cursor", 5), ("selection", 5)], 7, [("cursor", 2, ""), ("selection", 5, "")]),
        ([("cursor", 5), ("selection", 9)], 7, [("cursor", 0, NO_ROOM), ("selection", 7, "")]),
        ([("file", 9), ("file", 9)], 10, [("file", 5, ""), ("file", 5, "")]),
        ([("file", 2), ("file", 9)], 10, [("file", 2, ""), ("file", 8, "")]),
        ([("folder", 4), ("terminal", 4), ("problems", 4)], 8, [("folder", 0, NO_ROOM), ("terminal", 4, ""),
            ("problems", 4, "")]),
        ([], 8, []),
    ],
)  # fmt: skip
def test_what_is_more_important_is_served_first(wanted, tokens, expected):
    assert sizes(fit([words(*one) for one in wanted], tokens, COUNTER)) == expected


@given(st.lists(st.tuples(st.sampled_from(PRIORITY), st.integers(1, 50))), st.integers(-5, 120))
def test_all_together_has_at_most_the_tokens_and_wastes_none(wanted, tokens):
    found = fit([words(*one) for one in wanted], tokens, COUNTER)
    assert [one.kind for one in found] == [kind for kind, _ in wanted]
    used = sum(cost(one, COUNTER) for one in found)
    assert used <= max(0, tokens)
    if used < sum(count for _, count in wanted):
        assert used > tokens - len(wanted)
