import itertools

from inglenook_server.completion.prompting.window_start import LEAST, SLACK, WindowStarts
from inglenook_server.generation.prompts.token_budget import TokenCounter, shown

LINES = [f"line {number}\n" for number in range(200)]
ROOM = 100


def counter() -> TokenCounter:
    return TokenCounter(lambda text: len(text.split()))


def test_the_longest_end_that_has_room():
    assert shown(LINES, 100, counter()) == 150
    assert shown(LINES, 1, counter()) == 200
    assert shown(LINES, 1_000, counter()) == 0


def test_a_start_stays_while_lines_are_added_and_moves_once_they_have_no_room():
    memory = WindowStarts()
    starts = [memory.begin("a.py", LINES[:end], ROOM, counter()) for end in range(100, 120)]
    assert all(2 * (end - start) <= ROOM for end, start in zip(range(100, 120), starts, strict=True))
    moves = sum(one != other for one, other in itertools.pairwise(starts))
    assert moves <= 20 / (SLACK * ROOM / 2) + 1
    assert starts[1] == starts[2], "once moved, it leaves room"


def test_a_start_moves_where_its_line_is_another_or_the_window_too_small():
    memory = WindowStarts()
    first = memory.begin("a.py", LINES[:100], ROOM, counter())
    assert memory.begin("a.py", LINES[: first + 10], ROOM, counter()) < first, f"less than {LEAST} of the room"
    memory = WindowStarts()
    first = memory.begin("a.py", LINES[:100], ROOM, counter())
    changed = ["inserted\n", *LINES[:99]]
    assert changed[memory.begin("a.py", changed, ROOM, counter())] != LINES[first] or first == 0
    assert memory.begin("b.py", ["one two three\n"], 1, counter()) == 1
