import pytest
from inglenook_server.chat.claims.copies import Copies, is_prose
from inglenook_server.chat.excerpts import Excerpt

TEXT = "def acquire(self, host):\n    if full:\n\n        raise TooMany(host)\n    return self.open(host)"
COPIES = Copies([Excerpt("other.py", 1, 1, "nothing = 1"), Excerpt("a.py", 10, 14, TEXT)])


@pytest.mark.parametrize(
    ("pieces", "lines", "counts"),
    [
        (["def acquire(self, host):"], (10, 10), False),
        (["def acquire(self, host):", "    if full:"], (10, 11), True),
        (["  raise   TooMany(host)", "return self.open(host)"], (13, 14), True),
        (["def acquire(self, host):\n if full:\n raise TooMany(host)\n return self.open(host)"], (10, 14), True),
    ],
)
def test_what_is_a_copy(pieces, lines, counts):
    copy = None
    for piece in pieces:
        copy = COPIES.find(piece, copy)
        assert copy is not None
    assert (copy.excerpt, (copy.start_line, copy.end_line), copy.counts) == (1, lines, counts)


@pytest.mark.parametrize("piece", ["if full:", "", "def release(self, host):", "def acquire(self, host): pass"])
def test_what_is_none(piece):
    assert COPIES.find(piece) is None


def test_what_does_not_go_on_begins_anew():
    first = COPIES.find("def acquire(self, host):")
    assert first is not None
    after = COPIES.find("    return self.open(host)", first)
    assert after is not None
    assert (after.goes_on, after.start_line) == (False, 14)


@pytest.mark.parametrize("text", ["Opens a connection.", "The limit (if any) is kept!", "A list:"])
def test_prose(text):
    assert is_prose(text)


@pytest.mark.parametrize(
    "text", ["x = foo(1)", '"""Opens a connection."""', "# Opens it.", "return self._idle.pop()", "a"]
)
def test_no_prose(text):
    assert not is_prose(text)
