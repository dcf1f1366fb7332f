"""Frames of the wire: any split of a stream gives the same messages; what can't be followed ends in one sentence."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.protocol.framing import MAX_HEADER, MAX_MESSAGE, BadFrame, Frames

BODIES = st.lists(st.binary(max_size=60), max_size=6)
HEADERS = st.sampled_from(
    [
        b"Content-Length: %d\r\n\r\n",
        b"content-length:%d\n\n",
        b"CONTENT-LENGTH:  %d \r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        b"\xef\xbb\xbfContent-Length: %d\r\n\r\n",
        b"X-Unknown: a: b\r\nContent-Length: 0%d\r\n\r\n",
        b"\r\nContent-Length: %d\r\nContent-Length: %d\r\n\r\n",
    ]
)


def taken(pieces):
    """Bodies that a stream in these pieces holds."""
    frames, bodies = Frames(), []
    for piece in pieces:
        frames.feed(piece)
        while (body := frames.next()) is not None:
            bodies.append(body)
    frames.end()
    return bodies


def framed(header, body):
    return header % ((len(body),) * header.count(b"%d")) + body


@given(BODIES, st.data())
def test_any_split_of_a_stream_gives_the_same_messages(bodies, data):
    stream = b"".join(framed(data.draw(HEADERS), body) for body in bodies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[low:high] for low, high in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert taken(pieces) == bodies


@pytest.mark.parametrize(
    ("stream", "says"),
    [
        (b"Content-Length: 99999999999999999999\r\n\r\n", "longer than 64 MiB"),
        (b"Content-Length: 1000000000000000\r\n\r\n", "longer than 64 MiB"),
        (b"Content-Length: " + b"9" * 8_000 + b"\r\n\r\n", "longer than 64 MiB"),
        (b"Content-Length: %d\r\n\r\n" % (MAX_MESSAGE + 1), "longer than 64 MiB"),
        (b"Content-Length: -5\r\n\r\n", "no number"),
        (b"Content-Length: five\r\n\r\n", "no number"),
        (b"Content-Length: 1_0\r\n\r\n", "no number"),
        (b"Content-Length: \xd9\xa3\r\n\r\n", "no number"),
        (b"Content-Length:\r\n\r\n", "no number"),
        (b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "two Content-Lengths"),
        (b"Content-Type: x\r\n\r\n{}", "no Content-Length"),
        (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "no field"),
        (b"{}\r\n\r\n", "no field"),
        (b": 5\r\n\r\n", "no field"),
        (b"X: " + b"a" * MAX_HEADER, "longer than 8,192 bytes"),
        (b"X: a\r\n" * MAX_HEADER, "longer than 8,192 bytes"),
        (b"Content-Length: 5\r\n\r\n{}", "middle"),
        (b"Content-Length: 5\r\n", "middle"),
        (b"Content-Le", "middle"),
    ],
)
def test_what_cannot_be_followed_ends_in_one_sentence(stream, says):
    with pytest.raises(BadFrame, match=says):
        taken([b"Content-Length: 2\r\n\r\n{}", stream])


def test_what_was_whole_before_is_given_first():
    frames = Frames()
    frames.feed(b"Content-Length: 2\r\n\r\n{}Content-Length: x\r\n\r\n")
    assert frames.next() == b"{}"
    with pytest.raises(BadFrame):
        frames.next()


def test_memory_grows_with_what_has_come_not_with_what_was_announced():
    tracemalloc.start()
    frames = Frames()
    frames.feed(b"Content-Length: %d\r\n\r\n" % MAX_MESSAGE)
    assert frames.next() is None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
