from inglenook_server.completion.cleaning.stop_strings import stop_strings

from tests.server.completion.marks import at


def test_a_line_ends_with_its_line():
    assert stop_strings(at("x = █"), "line") == ("\n",)


def test_a_block_ends_at_a_blank_line_and_at_the_line_below():
    stops = stop_strings(at("def f():\n    █\n    return total\n"), "block")
    assert "\n\n" in stops
    assert "\n    return total" in stops


def test_a_line_that_only_closes_is_no_stop():
    stops = stop_strings(at("f() {\n  █\n}\n"), "block")
    assert "\n}" not in stops
