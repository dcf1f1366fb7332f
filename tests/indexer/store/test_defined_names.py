import pytest
from inglenook_indexer.store.defined_names import Names

NAMES = Names(
    [
        ("tests/test_a.py", ("parse_cookie", "test_it")),
        ("src/b.py", ("parse_cookie", "Parser", "parse")),
        ("src/a.py", ("parse_cookie", "HTTPServer", "getUserName", "_private", "größe", "Straße")),
        ("src/c.py", ("x" * 500, "a\nb", "", "İx")),
        ("src/d.py", None),
    ]
)


def found(prefix, limit=20):
    return [one.name for one in NAMES.beginning(prefix, limit)]


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("pars", ["parse", "Parser", "parse_cookie"]),
        ("PARSE_", ["parse_cookie"]),
        ("cookie", ["parse_cookie"]),
        ("serv", ["HTTPServer"]),
        ("server", ["HTTPServer"]),
        ("username", ["getUserName"]),
        ("name", ["getUserName"]),
        ("private", ["_private"]),
        ("ookie", []),
        ("er", []),
        ("GR", ["größe"]),
        ("straße", ["Straße"]),
        (".*", []),
        ("(", []),
        ("a\nb", []),
        ("xxx", []),
        ("p", ["parse", "Parser", "parse_cookie"]),
    ],
)
def test_names_begin_with_it_or_have_a_part_that_does(prefix, names):
    assert found(prefix) == names


def test_each_name_is_there_once_with_its_place_in_code_before_tests():
    (one,) = NAMES.beginning("parse_c", 9)
    assert (one.path, one.places) == ("src/a.py", 3)
    assert found("p", 2) == ["parse", "Parser"]
    assert len(found("", 99)) == len(NAMES) == 10
