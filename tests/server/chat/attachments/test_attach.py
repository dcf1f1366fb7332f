import os

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.attachments.attach import attached
from inglenook_server.chat.attachments.budget import NO_ROOM, cost
from inglenook_server.chat.attachments.resolve import MOST, NO_DIFF, NO_FOLDER, OUTSIDE
from inglenook_server.chat.attachments.types import Given
from inglenook_server.generation.prompts.token_budget import TokenCounter

POOL = '''"""Workers that wait."""


class Pool:
    """Threads that are kept. They wait."""

    size = 4

    def run(self, job):
        """Runs one job."""
        return self._next().submit(job)

    def close(self):
        self.closed = True


def parse_cookie(header):
    """Reads the pairs of a cookie header."""
    return dict(pair.split("=") for pair in header.split(";"))
'''
TOKEN = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"
FILES = {
    "src/pool.py": POOL,
    "src/more/pool.py": "def parse_cookie(text):\n    return text\n",
    "src/main.py": "from pool import Pool\n\n\ndef main():\n    Pool().run(print)\n",
    "my file.py": "x = 1\n",
    "secrets_in.py": f"def call():\n    token = '{TOKEN}'\n    return token\n",
    "empty.py": "",
    "Makefile": "all:\n\techo done\n",
    ".env": "SHOP_TOKEN=abcdef0123456789abcdef\n",
    ".gitignore": "private/\n",
    "private/copy.py": "def zanzibar():\n    return 1\n",
}
COUNTER = TokenCounter(lambda line: -(-len(line) // 4))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("root").resolve()
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    os.symlink("/etc/hostname", root / "link.py")
    made = Index(root, tmp_path_factory.mktemp("index"))
    made.refresh()
    yield made
    made.close()


def ask(index, text, *given, near="src/main.py", tokens=2_000, **more):
    return attached(text, given, index, near, COUNTER, tokens, **more)


@pytest.mark.parametrize(
    ("text", "kind", "label", "lines"),
    [
        ("@src/pool.py", "file", "src/pool.py", (1, 19)),
        ("@src/pool.py:4-6", "file", "src/pool.py:4-6", (4, 6)),
        ('@"my file.py"', "file", "my file.py", (1, 1)),
        ("@SRC/Pool.py", "file", "src/pool.py", (1, 19)),
        ("@pool.py", "file", "src/pool.py", (1, 19)),
        ("@more/pool.py", "file", "src/more/pool.py", (1, 2)),
        ("@./src/../src/pool.py", "file", "src/pool.py", (1, 19)),
        ("@src\\pool.py", "file", "src/pool.py", (1, 19)),
        ("@file:Makefile", "file", "Makefile", (1, 2)),
        ("@Pool.run", "symbol", "Pool.run", (9, 11)),
        ("@Pool", "symbol", "Pool", (4, 14)),
        ("@run()", "symbol", "Pool.run", (9, 11)),
    ],
)
def test_what_is_named_goes_along_as_its_lines(index, text, kind, label, lines):
    (one,) = ask(index, f"what is {text}")
    assert (one.kind, one.label, one.problem) == (kind, label, "")
    assert (one.start_line, one.end_line, one.verbatim) == (*lines, True)
    assert one.text == "\n".join(FILES[one.path].split("\n")[lines[0] - 1 : lines[1]])


def test_a_symbol_has_what_encloses_it_above_it_and_says_of_others(index):
    (one,) = ask(index, "what is @Pool.run")
    assert one.header == "class Pool"
    assert one.note == ""
    (near,) = ask(index, "what is @parse_cookie", near="src/pool.py")
    assert (near.path, near.note) == ("src/pool.py", "1 other definition has this name.")
    assert ask(index, "what is @parse_cookie", near="src/more/pool.py")[0].path == "src/more/pool.py"
    assert ask(index, "@pool.py")[0].note == "1 other file is called so."


def test_a_folder_goes_along_as_what_it_defines(index):
    (one,) = ask(index, "what is in @src/")
    assert (one.kind, one.path, one.start_line) == ("folder", "src", 0)
    assert "src/pool.py\n  class Pool: Threads that are kept.\n" in one.text
    assert "parse_cookie: Reads the pairs of a cookie header." in one.text
    assert "self._next" not in one.text
    assert ask(index, "what is in @src?")[0].kind == "folder"
    (whole,) = ask(index, "", Given("folder", "."))
    assert (whole.label, "Makefile\n" in whole.text) == ("./", True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("@.env", ".env is not indexed: .env is a file of environment variables, which may hold secrets."),
        ("@file:.env", ".env is not indexed: .env is a file of environment variables, which may hold secrets."),
        ("@private/copy.py", "private/copy.py is not indexed: .gitignore:1 leaves private/ out."),
        ("@private/", "private is a folder; 0 files in it are indexed."),
        ("@link.py", "link.py is not indexed: a symbolic link; its target is indexed where it lies, if it is in"),
        ("@link.pyx", "Nothing called link.pyx is in the index."),
        ("@file:link.py", "link.py is not indexed: a symbolic link; its target is indexed where it lies, if it is in"),
        ("@../../etc/passwd.txt", OUTSIDE),
        ("@src/../../a.py", OUTSIDE),
        ("@/etc/hosts.txt", OUTSIDE),
        ("@~/.ssh/config.txt", OUTSIDE),
        ("@C:/windows/a.ini", OUTSIDE),
        ('@"/etc/passwd"', OUTSIDE),
        ("@src/absent.py", "src/absent.py does not exist."),
        ("@file:empty.py", "There is nothing to read in it."),
        ("@src/pool.py:30-40", "It has 19 lines."),
        ("@src/pool.py:9-4", "It has 19 lines."),
        ("@no_such_name", "Nothing called no_such_name is in the index."),
        ("@selection", "Nothing is selected."),
        ("@terminal", "There is no terminal output to send along."),
        ("@diff", NO_DIFF),
    ],
)
def test_what_can_not_go_along_says_why(index, text, problem):
    (one,) = ask(index, f"what is {text}")
    assert one.problem.startswith(problem)
    assert one.text == one.header == ""


@pytest.mark.parametrize("text", ["@types/node", "ask @john", "@property", "@zanzibar"])
def test_what_may_be_no_name_of_ours_is_passed_over(index, text):
    assert ask(index, f"what is {text}") == ()


def test_without_a_folder_only_what_the_client_gives_goes_along():
    given = Given("selection", "Untitled-1", start_line=1, end_line=1, text="x = 1\n", outside=True)
    one, other = attached("@src/a.py", [given], None, "", COUNTER, 100)
    assert (one.problem, other.text) == (NO_FOLDER, "x = 1")


def test_an_index_that_is_not_made_yet_keeps_no_selection_back(workspace):
    index = Index(workspace({"a.py": "x = 1\n"}))
    given = Given("selection", "a.py", start_line=1, end_line=1, text="x = 1\n")
    named, selected = ask(index, "@parse_cookie", given)
    assert named.problem == "Nothing was indexed here yet."
    assert selected.text == "x = 1"


def test_each_thing_goes_along_once(index):
    given = [Given("file", "src/pool.py"), Given("file", "src/pool.py"), Given("problems", text="a.py:1: x")]
    assert [one.label for one in ask(index, "@src/pool.py @src/pool.py @pool.py @problems", *given)] == [
        "src/pool.py",
        "problems",
    ]


@pytest.mark.parametrize(
    ("low", "high", "header", "text"),
    [
        (11, 11, "def run(self, job)", "        return self._next().submit(job)"),
        (9, 11, "class Pool", "\n".join(POOL.split("\n")[8:11])),
        (4, 14, "", "\n".join(POOL.split("\n")[3:14])),
        (1, 1, "", '"""Workers that wait."""'),
        (19, 99, "def parse_cookie(header)", "\n".join(POOL.split("\n")[18:19])),
    ],
)
def test_a_selection_is_its_lines_under_what_encloses_them(index, low, high, header, text):
    for buffer in (POOL, ""):  # a client without buffers has the index's text
        (one,) = ask(index, "why", Given("selection", "src/pool.py", start_line=low, end_line=high, text=buffer))
        assert (one.header, one.text, one.start_line, one.verbatim) == (header, text, low, True)
        assert one.label == f"src/pool.py:{low}-{min(high, 19)}"


@pytest.mark.parametrize(
    ("line", "label", "header", "lines"),
    [
        (10, "Pool.run", "class Pool", (9, 11)),
        (7, "Pool", "", (4, 14)),
        (2, "src/pool.py:2", "", (1, 12)),
        (99, "parse_cookie", "", (17, 19)),
    ],
)
def test_a_cursor_is_the_small_definition_around_it(index, line, label, header, lines):
    (one,) = ask(index, "why", Given("cursor", "src/pool.py", start_line=line, end_line=line, text=POOL))
    assert (one.label, one.header, (one.start_line, one.end_line)) == (label, header, lines)


def test_a_part_of_a_buffer_keeps_the_numbers_of_its_lines(index):
    part = "\n".join(POOL.split("\n")[7:12])
    given = Given("selection", "src/pool.py", start_line=9, end_line=10, text=part, first_line=8)
    (one,) = ask(index, "why", given)
    assert one.text == "\n".join(POOL.split("\n")[8:10])
    assert (one.start_line, one.end_line) == (9, 10)


@pytest.mark.parametrize("kind", ["selection", "cursor", "file"])
@pytest.mark.parametrize("path", [".env", "app/id_rsa", ".ssh/config"])
@pytest.mark.parametrize("outside", [False, True])
def test_no_text_of_a_secret_file_goes_along(index, kind, path, outside):
    given = Given(kind, path, start_line=1, end_line=1, text="hunter2hunter2", outside=outside)
    (one,) = ask(index, "why", given)
    assert one.text == ""
    assert "withheld" in one.problem or "not indexed" in one.problem


def test_secrets_are_masked_wherever_they_come_from(index):
    said = f"export TOKEN={TOKEN}\ncurl -H 'Authorization: Bearer {TOKEN}'\n"
    given = [Given("terminal", text=said), Given("problems", text=f"src/a.py:1: error: '{TOKEN}' is too long")]
    found = ask(index, "@secrets_in.py @call @diff", *given, diff_text=lambda staged: f"+token = '{TOKEN}'\n")
    assert [one.kind for one in found] == ["file", "symbol", "diff", "terminal", "problems"]
    assert all(one.text and TOKEN not in one.text for one in found)


def test_problems_of_files_that_are_withheld_stay_away(index):
    text = ".env:1: warning: hunter2\nsrc/a.py:2: warning: unused\nsrc/a.py:9: error: undefined name\n"
    (one,) = ask(index, "@problems", Given("problems", text=text))
    assert one.text == "src/a.py:9: error: undefined name\nsrc/a.py:2: warning: unused"


def test_a_diff_is_asked_for_by_what_is_meant(index):
    def diff_text(staged):
        return "+staged\n" if staged else ""

    changes, staged = ask(index, "@diff @staged", diff_text=diff_text)
    assert (changes.problem, staged.text) == ("Nothing has changed.", "+staged\n")
    (given,) = ask(index, "why", Given("diff", name="staged", text="+given\n"))
    assert (given.label, given.text) == ("staged changes", "+given\n")


@pytest.mark.parametrize("tokens", [0, 1, 7, 40, 150, 600])
def test_all_together_keeps_to_the_tokens(index, tokens):
    given = [
        Given("selection", "src/pool.py", start_line=1, end_line=20, text=POOL),
        Given("cursor", "src/pool.py", start_line=10, end_line=10, text=POOL),
        Given("terminal", text="error: no\n" * 500),
        Given("problems", text="src/a.py:9: error: undefined name\n" * 500),
    ]
    found = ask(
        index, "@src/pool.py @Pool.run @src/ @diff", *given, tokens=tokens, diff_text=lambda _: "+x = 1\n" * 900
    )
    assert len(found) == 8
    assert sum(cost(one, COUNTER) for one in found) <= tokens
    assert all(bool(one.text) != bool(one.problem) for one in found)
    if not tokens:
        assert {one.problem for one in found} == {NO_ROOM}
    if tokens == 600:
        assert found[4].text == POOL.rstrip("\n")


def test_a_question_that_names_more_than_there_is_room_for(index):
    files = " ".join(f"@file:absent{number}.py" for number in range(5_000))
    assert len(ask(index, files)) == MOST
    assert ask(index, "@ " * 20_000 + "@xyz " * 20_000) == ()


def test_names_are_shown_in_one_line_without_what_hides(index):
    (one,) = ask(index, '@"src/\x1b[31m\u202eyp.py"')
    assert one.problem
    assert "\x1b" not in one.label + one.problem
    assert "\u202e" not in one.label


def test_a_folder_that_became_a_link_is_not_followed(workspace, tmp_path):
    root = workspace({"docs/hosts.md": "# Hosts\n\nOurs.\n"})
    index = Index(root)
    index.refresh()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "hosts.md").write_text("theirs\n")
    assert ask(index, "@docs/hosts.md")[0].text == "# Hosts\n\nOurs."
    (root / "docs/hosts.md").unlink()
    (root / "docs").rmdir()
    (root / "docs").symlink_to(tmp_path / "elsewhere")
    (one,) = ask(index, "@docs/hosts.md")
    assert one.text == ""
    index.close()
