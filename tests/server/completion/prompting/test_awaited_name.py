import pytest
from inglenook_server.completion.prompting.awaited_name import awaited_name, goes_on, names_it

from tests.server.completion.marks import at

HEAD = "from tools import detect, save\n\n\ndef run(path):\n"


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("    return █", "detect"),
        ("    return det█", "ect"),
        ("    found = sorted(█)", "detect"),
        ("    kind: █", "detect"),
        ("    █", "detect"),
        ("    return path.█", ""),
        ("    return path█", ""),
        ("    return detect█", ""),
        ("    def █", ""),
        ("    for █", ""),
        ("    return 'det█", ""),
        ("    # det█", ""),
        ("    if path:█", ""),
        ("    return 1 + █", "detect"),
        ("    x = path[█]", "detect"),
    ],
)
def test_where_a_name_that_is_waited_for_may_stand(line, start):
    assert awaited_name(at(HEAD + line + "\n"), ("detect",), "python") == start


def test_what_is_used_by_now_is_not_waited_for_any_more():
    cursor = at(HEAD + "    detect(path)\n    return █\n")
    assert awaited_name(cursor, ("detect",), "python") == ""
    assert awaited_name(cursor, ("detect", "save"), "python") == "save"
    assert awaited_name(cursor, (), "python") == ""


def test_words():
    assert goes_on("ion()")
    assert not goes_on("(1)")
    assert names_it("x = detect(1)", "detect")
    assert not names_it("x = detected(1)", "detect")
