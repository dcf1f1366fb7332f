from inglenook_server.completion.syntax.cursor import LONGEST_LINE, bounded, indent_width, indentation

from tests.server.completion.marks import at


def test_the_lines_around_a_cursor():
    cursor = at("a\n\n  b = █)\r\n\nd\n")
    assert (cursor.before, cursor.after) == ("  b = ", ")")
    assert cursor.above == ("a", "")
    assert cursor.below == ("", "d", "")
    assert (cursor.last_code_above, cursor.next_code_below) == ("a", "d")


def test_an_empty_document():
    cursor = at("█")
    assert (cursor.before, cursor.after, cursor.above, cursor.below) == ("", "", (), ())
    assert (cursor.last_code_above, cursor.next_code_below) == ("", "")


def test_a_form_feed_is_no_line_end():
    assert at("a\fb█").before == "a\fb"


def test_indentation():
    assert indentation(" \tx ") == " \t"
    assert indent_width("\t x") == 5


def test_a_long_line_is_seen_near_the_cursor_only():
    short = at("a\r\n\nb = █)\nc")
    assert bounded(short) is short
    long = "x" * 3 * LONGEST_LINE
    cursor = bounded(at(f"a\n{long}\n{long} = █){long}\n\n{long}"))
    assert cursor.before == f"{long} = "[-LONGEST_LINE:]
    assert cursor.after == f"){long}"[:LONGEST_LINE]
    assert cursor.above == ("a", long[:LONGEST_LINE])
    assert cursor.below == ("", long[:LONGEST_LINE])
