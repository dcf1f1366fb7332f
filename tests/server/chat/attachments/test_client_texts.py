import pytest
from inglenook_server.chat.attachments.client_texts import LONGEST, diff, problems, telling, terminal
from inglenook_server.generation.prompts.token_budget import TokenCounter

COUNTER = TokenCounter(lambda line: len(line.split()))
TOKEN = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred\x1b[0m\r\nnext\r\n", "red\nnext"),
        ("\x1b]0;title\x07$ ls\x1b[K\n", "$ ls"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("10 %\r20 %\rdone\n", "done"),
        ("bell\x07 \u202eevil", "bell␇ <U+202E>evil"),
        ("a\n" * 100_000, ("a\n" * (LONGEST // 2)).strip()),
    ],
)
def test_a_terminal_is_read_as_it_was_seen(text, seen):
    assert terminal(text) == seen


@pytest.mark.parametrize(
    "line", [f"TOKEN={TOKEN}", f'    raise E("{TOKEN}")', "postgres://me:hunter2secret@db.local/x"]
)
def test_no_secret_is_told_on(line):
    for read in (terminal, problems):
        assert line not in read(f"first\n{line}\nlast")
        assert "first" in read(f"first\n{line}\nlast")


def test_a_diff_says_nothing_of_files_that_are_withheld():
    one = "diff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"
    for name in (".env", "app/.env", "keys/id_rsa"):
        for head in (f"diff --git a/{name} b/{name}\n", f'diff --git "a/{name}" "b/{name}"\n', ""):
            other = f"{head}--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n+hunter2\n"
            told = diff(f"{one}{other}{one if head else ''}")
            assert "hunter2" not in told
            assert told.startswith(one.rstrip())
            assert told.count("x = 2") == (2 if head else 1)
    assert TOKEN not in diff(f"+token = '{TOKEN}'\n")
    assert diff("+\x1b[31m\u202e") == "+␛[31m<U+202E>"


def test_errors_and_what_stands_around_them_are_kept_before_the_last_lines():
    lines = [f"line {number}" for number in range(100)]
    lines[40] = "ValueError: no"
    told = telling("\n".join(lines), 18, COUNTER)
    assert told == "...\nline 38\nline 39\nValueError: no\nline 41\nline 42\n...\nline 97\nline 98\nline 99\n"
    assert telling("a\nb\n", 2, COUNTER) == "a\nb\n"
    assert telling("\n".join(lines), 0, COUNTER) == ""


@pytest.mark.parametrize("tokens", [0, 3, 15, 16, 17, 20, 30])
def test_it_keeps_to_the_tokens(tokens):
    text = "one two\nan error here\n\nthree\n" * 5
    assert COUNTER.text(telling(text, tokens, COUNTER)) <= tokens
