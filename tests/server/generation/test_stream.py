from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.generation.stream import TextStream


def feed(stream: TextStream, pieces: list[str]) -> list[str]:
    shown = [stream.push(piece) for piece in pieces]
    return [piece for piece in [*shown, stream.finish()] if piece]


@pytest.mark.parametrize(
    ("pieces", "stop", "swallow", "shown"),
    [
        (["a", "b"], (), "", ["a", "b"]),
        (["one", "\ntwo"], ("\n",), "", ["one"]),
        (["a\n", "\nb"], ("\n\n",), "", ["a"]),
        (["a\n", "b"], ("\n\n",), "", ["a", "\nb"]),
        (["a\n"], ("\n\n",), "", ["a", "\n"]),
        (["xyz", "w"], ("zw", "y"), "", ["x"]),
        (["\n  ", "  return"], ("\n",), "\n    ", ["return"]),
        (["\n", "    re", "turn"], (), "\n    re", ["turn"]),
        (["\n", "other"], (), "\n    ", []),
        (["conf", "ig"], (), "config", []),
    ],
)
def test_pieces(pieces: list[str], stop: tuple[str, ...], swallow: str, shown: list[str]) -> None:
    stream = TextStream(stop, swallow)
    assert feed(stream, pieces) == shown
    assert stream.text == "".join(shown)


@given(
    st.lists(st.text(alphabet="ab\n", max_size=4), max_size=12),
    st.lists(st.text(alphabet="ab\n", min_size=1, max_size=3), max_size=3),
)
def test_however_it_is_cut_into_pieces_the_text_ends_before_the_first_stop(pieces: list[str], stop: list[str]) -> None:
    whole = "".join(pieces)
    places = [place for item in stop if (place := whole.find(item)) >= 0]
    stream = TextStream(stop)
    shown = "".join(feed(stream, pieces))
    # Pieces are looked at as they come, so a longer stop string that begins earlier may be completed too late.
    assert whole.startswith(shown)
    assert all(item not in shown for item in stop)
    if not places:
        assert shown == whole
    else:
        assert stream.stopped
