import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.training.data import Document
from inglenook_server.training.evaluate import choose_positions, edit_similarity, mean_loss, paired_bootstrap

from tests.server.training.house import repository


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [("", "", 1), ("abc", "abc", 1), ("abc", "", 0), ("", "abc", 0), ("abcd", "abxd", 0.75), ("abc", "xabc", 0.75)],
)
def test_edit_similarity(a: str, b: str, expected: float) -> None:
    assert edit_similarity(a, b) == pytest.approx(expected)


@given(st.text(max_size=20), st.text(max_size=20))
def test_edit_similarity_is_a_symmetric_fraction(a: str, b: str) -> None:
    assert 0 <= edit_similarity(a, b) <= 1
    assert edit_similarity(a, b) == edit_similarity(b, a)
    assert (edit_similarity(a, b) == 1) == (a == b)


@given(st.integers(0, 50), st.integers(0, 1000))
def test_positions_are_places_in_their_files(count: int, seed: int) -> None:
    files = {path: Document(path, text, "python") for path, text in repository().items()}
    found = choose_positions(list(files.values()), count, seed)
    assert len(found) == count
    for position in found:
        assert position.prefix + position.target + position.suffix in files[position.path].text
        assert "\n" not in position.target
    assert found == choose_positions(list(files.values()), count, seed)


def test_a_clear_gain_has_an_interval_above_zero_and_noise_has_not() -> None:
    low, high = paired_bootstrap([0.1, 0.2, 0.3, 0.4] * 5, [0.5, 0.7, 0.6, 0.8] * 5)
    assert 0 < low < 0.4 < high
    low, high = paired_bootstrap([0.1, 0.9] * 10, [0.9, 0.1] * 10)
    assert low < 0 < high
    with pytest.raises(ValueError, match="same"):
        paired_bootstrap([0.1], [0.1, 0.2])


def test_the_mean_loss_is_per_token_not_per_row() -> None:
    assert mean_loss([(10.0, 10), (60.0, 20)]) == pytest.approx(70 / 30)
    assert mean_loss([]) == float("inf")
