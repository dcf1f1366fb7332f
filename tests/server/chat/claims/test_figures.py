import pytest
from inglenook_server.chat.claims.figures import invented, numbers_in

CODE = "DELAY = 5 * 60\nSIZE = 2**16\nRATE = 1_000\nRATIO = 0.25\nMODE = 'fast'\nSHIFT = 1 << 10\nPORT = 8080"


@pytest.mark.parametrize("number", [5, 60, 300, 65536, 1000, 0.25, 1024, 8080])
def test_numbers_of_code(number):
    assert number in numbers_in([CODE])


@pytest.mark.parametrize(
    "sentence",
    [
        "The delay is 300 seconds, or 5 minutes.",
        "The delay is 300 s by default.",
        "The size is at most 64KiB, or 64 KiB.",
        "A rate of 1,000 is the maximum.",
        "Two of 2 are taken.",
        "Python 3.11 and HTTP/1.1 and UTF-8 and base64 and TLS 1.3.",
        "The port defaults to 8080.",
        'The mode is set to "fast".',
        "It isn't 'done' yet.",
    ],
)
def test_what_stands_there(sentence):
    assert invented(sentence, sentence, numbers_in([CODE]), CODE.lower()) == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "It waits 30 seconds.",
        "It waits for twelve seconds by default.",
        "At most 17KiB are read.",
        "The limit is set to 0.",
        "RFC 7230 says so.",
        'The mode is set to "slow".',
        "The maximum is 1,024,000.",
        "The default timeout is 8080 seconds.",
    ],
)
def test_what_does_not(sentence):
    assert invented(sentence, sentence, numbers_in([CODE]), CODE.lower()) != ""


def test_enormous_products_are_no_trouble():
    assert 9.0 in numbers_in(["9 ** 999999 ** 9", "9" * 5_000, "1e9 << 63 << 63"])
