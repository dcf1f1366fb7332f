import pytest
from inglenook_server.chat.claims.languages import common_words, words_of


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("a.py", ["asyncio", "ValueError", "append", "with", "TimeoutError"]),
        ("a.ts", ["Promise", "JSON", "undefined"]),
        ("a.go", ["fmt", "chan"]),
        ("a.rs", ["Vec", "impl"]),
        ("a.c", ["malloc", "size_t"]),
        ("a.txt", ["None", "self"]),
    ],
)
def test_what_every_programmer_of_a_language_knows(path, names):
    assert set(names) <= common_words([path])


def test_languages_are_told_apart():
    assert "malloc" not in common_words(["a.py"])
    assert words_of("text") == frozenset()
