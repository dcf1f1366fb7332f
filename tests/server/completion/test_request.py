from inglenook_server.completion.request import Request
from inglenook_server.completion.syntax.cursor import Cursor


def request(text: str) -> Request:
    prefix, suffix = text.split("█")
    return Request("a.py", prefix + suffix, len(prefix), automatic=False, completing=True)


def test_the_request_after_accepting():
    after = request("x = █\n").after("foo")
    assert after.cursor == Cursor("x = foo", "\n")
    assert (after.automatic, after.completing) == (True, False)


def test_the_request_after_enter_repeats_the_indentation():
    assert request("if x:\n    y()█\nz").after_enter().cursor == Cursor("if x:\n    y()\n    ", "\nz")
