from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.generation.draft_tokens import NGRAM, Drafts


def test_what_followed_before_is_proposed_the_longest_match_first() -> None:
    drafts = Drafts([1, 2, 3, 7, 7, 2, 3, 8, 1, 2, 3])
    assert drafts.propose(2) == [7, 7]
    drafts.extend([9])
    assert drafts.propose(3) == []


def test_of_equal_matches_the_latest_counts() -> None:
    assert Drafts([5, 1, 5, 2, 5]).propose(1) == [2]


def test_a_draft_goes_on_from_its_own_end() -> None:
    assert Drafts([1, 2, 1]).propose(5) == [2, 1, 2, 1, 2]


def test_where_the_text_says_nothing_the_models_own_word_counts() -> None:
    guesses: dict[int, int] = {}
    Drafts([1, 2], guesses).learn([2, 4], [4, 6])
    later = Drafts([9, 2], guesses)
    assert later.propose(3) == [4, 6]


def test_a_long_match_goes_before_the_models_word() -> None:
    drafts = Drafts([1, 2, 3, 1, 2])
    drafts.learn([2], [9])
    assert drafts.propose(1) == [3]


def test_another_text_is_drafted_from_but_nothing_goes_on_across_its_end() -> None:
    drafts = Drafts([1, 2], near=[1, 2, 3, 4])
    assert drafts.propose(5) == [3, 4]
    drafts.extend([3, 4])
    assert drafts.propose(5) == []
    drafts.extend([1, 9, 1])
    assert drafts.propose(1) == [9], "the text itself is later"


@given(st.lists(st.integers(0, 3), max_size=60), st.integers(0, 8))
def test_it_proposes_no_more_than_is_wanted_and_only_what_it_has_seen(ids: list[int], count: int) -> None:
    draft = Drafts(ids).propose(count)
    assert len(draft) <= count
    assert set(draft) <= set(ids)
    tail = ids[-NGRAM:]
    if draft:
        assert any(ids[at : at + 2] == [tail[-1], draft[0]] for at in range(len(ids)))
