"""`inglenook chat` and `ask --continue`, with the echo engine: in a script, at a prompt, in a real terminal."""

from __future__ import annotations

import io
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from inglenook_indexer.text.printable import hides
from inglenook_server.cli import run
from inglenook_server.cli.chat import converse, typed
from inglenook_server.cli.chat_commands import COMMANDS
from inglenook_server.cli.chat_input import Prompt, earlier_questions
from inglenook_server.cli.chat_room import command
from inglenook_server.conversations.store import Conversations, conversations_root, of_workspace
from inglenook_server.conversations.types import Message
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.server.cli.test_commands import FILES

pty = pytest.importorskip("pty", reason="Windows has no such terminals")

Workspace = Callable[[dict[str, str]], Path]
Capture = pytest.CaptureFixture[str]
KEY = "AKIA" + "Q3EGRTUNUZ4M7K2X"
EVIL = "\x1b]0;owned\x07\u202e"
MISSING = '[generation]\nmodel = "no-such-model"\nprofile = "quality"\n'
WAIT_S = 60.0


@pytest.fixture
def root(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "config"
    config.mkdir()
    (config / "settings.toml").write_text('[generation]\nengine = "echo"\n')
    monkeypatch.setenv("INGLENOOK_CONFIG", str(config))
    return workspace(FILES)


@pytest.fixture
def kept(root: Path) -> Conversations:
    return of_workspace(root)


Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(root: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Say these lines in a chat of its own: (exit code, stdout, stderr)."""

    def said(*lines: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        code = run(["chat", str(root)])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        assert not hides(shown.out + shown.err)
        return code, shown.out, shown.err

    return said


def messages(kept: Conversations, number: int = 0) -> list[tuple[str, str]]:
    listing = kept.list().conversations
    return [(one.role, one.content) for one in kept.load(listing[number].id).messages]


def questions(kept: Conversations, number: int = 0) -> list[str]:
    return [content for role, content in messages(kept, number) if role == "user"]


def test_each_line_is_a_question_and_the_conversation_is_kept(say: Say, kept: Conversations) -> None:
    code, out, _ = say("where is parse_cookie?", "", "  who calls it?  ")
    assert code == 0
    assert "app/cookies.py:1-2" in out
    assert questions(kept) == ["where is parse_cookie?", "who calls it?"]
    (info,) = kept.list().conversations
    assert (info.title, info.messages) == ("where is parse_cookie?", 4)
    answer = kept.load(info.id).messages[1]
    assert (answer.origin, answer.model) == ("index", "")
    assert answer.sources[0].path == "app/cookies.py"


def test_nothing_said_loads_nothing_and_keeps_nothing(say: Say, kept: Conversations, root: Path) -> None:
    (root.parent / "config" / "settings.toml").write_text(
        '[generation]\nmodel = "no-such-model"\nprofile = "quality"\n'
    )
    code, out, err = say("", "/list", "/help", "/quit", "never asked")
    assert code == 0
    assert "no-such-model" not in err
    assert all(command.usage in out for command in COMMANDS.values())
    assert kept.list().conversations == ()


def test_a_model_that_is_missing_is_a_sentence_for_each_question(say: Say, kept: Conversations, root: Path) -> None:
    (root.parent / "config" / "settings.toml").write_text(
        '[generation]\nmodel = "no-such-model"\nprofile = "quality"\n'
    )
    code, _, err = say("one?", "two?")
    assert code == 1
    assert err.count("no-such-model") >= 2
    assert kept.list().conversations == ()


def test_conversations_are_begun_listed_opened_renamed_and_deleted(say: Say, kept: Conversations) -> None:
    say("first thing?", "/new", "second thing?")
    _, out, err = say("/list", "/open 2", "/rename Cookies", "more of it?", "/list", "/delete 2")
    assert err.count("second thing?") == 0
    assert "  1  second thing?  (2 messages" in out
    assert "› first thing?" in out
    assert re.search(r"  1  Cookies  \(4 messages, .*\)  \(this one\)\n", out)
    assert "Conversation 2 is deleted." in err
    assert questions(kept) == ["first thing?", "more of it?"]
    assert len(kept.list().conversations) == 1
    say("/open 1", "/delete 1", "afresh?")
    assert [questions(kept)] == [["afresh?"]]


def test_again_and_edit_put_another_answer_in_the_place_of_the_last(say: Say, kept: Conversations) -> None:
    say("first?", "second?", "/again", "/edit third?", "/edit fourth?", "/again")
    assert questions(kept) == ["first?", "fourth?"]
    assert len(messages(kept)) == 4
    say("/open 1", "/again", "/edit fifth?")
    assert questions(kept) == ["first?", "fifth?"]


REFUSED = {
    "/open": "/open needs N.",
    "/open 9": "“9” is no number",
    "/open -1": "“-1” is no number",
    "/open ²": "“²” is no number",
    f"/open {EVIL}": "is no number",
    "/delete 1": "“1” is no number",
    "/rename x": "no answer yet",
    "/export": "no answer yet",
    "/again": "Nothing was asked yet.",
    "/edit": "Nothing was asked yet.",
    "/new thing": "Nothing may follow /new.",
    "/quit now": "Nothing may follow /quit.",
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_cannot_be_done_is_one_sentence_and_the_chat_goes_on(say: Say, kept: Conversations, line: str) -> None:
    code, _, err = say(line, "and then?")
    assert REFUSED[line] in err
    assert code == 1
    assert questions(kept) == ["and then?"]


def test_an_export_is_a_new_file_or_stdout(
    say: Say, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = say(
        "where is parse_cookie?", "/export", "/export a.md", "/export a.md", f"/export {root}", "/export \0"
    )
    assert code == 1
    text = (tmp_path / "a.md").read_text("utf-8")
    assert text in out
    assert text.startswith("# where is parse_cookie?")
    assert "- `app/cookies.py:1-2`" in text
    assert err.count("is there already") == 2
    assert "Traceback" not in err


def test_other_words_with_a_slash_are_questions(say: Say, kept: Conversations) -> None:
    say("/explain parse_cookie", "/newer", "/opens 1", "//")
    assert questions(kept) == ["/explain parse_cookie", "/newer", "/opens 1", "//"]


@pytest.mark.parametrize(
    ("said", "word", "rest"),
    [("/open 3", "/open", "3"), ("/help", "/help", ""), ("/rename  a  b", "/rename", "a  b"), ("/new\nx", None, ""),
     ("where", None, ""), ("a /help", None, "")],
)  # fmt: skip
def test_what_is_a_command(said: str, word: str | None, rest: str) -> None:
    found = command(said)
    assert (found[0].usage.split()[0], found[1]) == (word, rest) if found else word is None


def test_secrets_and_control_characters_are_kept_out(say: Say, kept: Conversations) -> None:
    _, out, _ = say(f"{EVIL} why is {KEY} refused?", f"/rename {EVIL}{KEY}", "/list", "/open 1", "/export")
    assert "␛]0;owned␇<U+202E>" in out
    (file,) = kept.folder.glob("chat-*")
    assert KEY not in file.read_text("utf-8")


def test_a_store_that_cannot_be_used_is_said_once_and_the_chat_goes_on(say: Say) -> None:
    conversations_root().parent.mkdir(parents=True, exist_ok=True)
    conversations_root().write_text("in the way")
    code, out, err = say("where is parse_cookie?", "who calls it?", "/list")
    assert "app/cookies.py:1-2" in out
    assert "is called at 1 place" in out
    assert err.count("This conversation is not kept.") == 1
    assert "can't be read in" in err
    assert code == 1


def test_damage_is_said_and_the_rest_can_be_used(say: Say, kept: Conversations) -> None:
    say("first?", "/new", "second?")
    broken = kept.folder / f"chat-{kept.list().conversations[1].id}.jsonl"
    broken.write_bytes(b"\0" * 100)
    os.utime(broken, (1, 1))
    code, out, err = say("/list", "/open 2", "/open 1", "/again")
    assert "A conversation is damaged; its file lies in" in err
    assert "can't be read any more" in err
    assert "› second?" in out
    assert code == 1


def test_ask_continues_the_last_conversation_and_keeps_nothing_otherwise(
    say: Say, kept: Conversations, root: Path, capsys: Capture
) -> None:
    assert run(["ask", "where is parse_cookie?", str(root)]) == 0
    assert kept.list().conversations == ()
    assert run(["ask", "--continue", "where is parse_cookie?", str(root)]) == 0
    assert "this begins one" in capsys.readouterr().err
    say("another one?")
    assert run(["ask", "-c", "and its tests?", str(root), "--json"]) == 0
    assert questions(kept) == ["another one?", "and its tests?"]
    assert questions(kept, 1) == ["where is parse_cookie?"]


def test_clean_leaves_conversations_but_when_asked(say: Say, kept: Conversations, root: Path, capsys: Capture) -> None:
    say("one?", "/new", "two?")
    assert run(["clean", str(root), "--yes"]) == 0
    assert len(kept.list().conversations) == 2
    assert run(["clean", "--conversations", str(root)]) == 1
    shown = capsys.readouterr()
    assert f"{root}: 2 conversations" in shown.out
    assert "Nothing was removed." in shown.err
    assert run(["clean", "--conversations", str(root), "--json"]) == 0
    assert len(kept.list().conversations) == 2
    assert run(["clean", "--conversations", "--vanished"]) == 2
    assert run(["clean", "--conversations", str(root), "--yes"]) == 0
    assert not kept.folder.exists()
    assert run(["clean", "--conversations", str(root), "--yes"]) == 3
    say("three?")
    assert run(["clean", "--conversations", "--all", "--yes", "--json"]) == 0
    assert run(["clean", "--conversations", "--all", "--yes"]) == 3


# At a prompt: the keys of a person, through prompt_toolkit itself.


def suggest(text: str, at: int) -> object:
    word = text[:at].rpartition(" ")[2]
    items = (
        [SimpleNamespace(label=f"{EVIL}cookies", insert="@app/cookies.py ", detail="a file")] if word == "@co" else []
    )
    return SimpleNamespace(start=at - len(word), items=items)


@contextmanager
def prompt(keys: str, history: list[str] | None = None) -> Iterator[Prompt]:
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        yield Prompt(history or [], suggest, input=pipe, output=DummyOutput())  # type: ignore[arg-type]


UP, ENTER, ALT_ENTER, CTRL_C, CTRL_D, CTRL_U, CTRL_E = "\x1b[A", "\r", "\x1b\r", "\x03", "\x04", "\x15", "\x05"


@pytest.mark.parametrize(
    ("keys", "typed"),
    [
        (f"where?{ENTER}", "where?"),
        (f"one{ALT_ENTER}two{ENTER}", "one\ntwo"),
        (f"\x1b[200~pasted\nlines\x1b[201~{ENTER}", "pasted\nlines"),
        (f"{UP}{ENTER}", "later?"),
        (f"{UP}{UP} really{ENTER}", "earlier? really"),
        (CTRL_D, None),
        (f"x{CTRL_U}{CTRL_D}", None),
        (f"{EVIL}{ENTER}", None),
    ],
)
def test_what_is_typed(keys: str, typed: str | None) -> None:
    with prompt(keys, ["earlier?", "later?"]) as one:
        if keys.startswith(EVIL):
            assert "\x1b" not in (one.read() or "")
        else:
            assert one.read() == typed


def test_a_question_is_edited_where_it_stands() -> None:
    with prompt(f"{CTRL_E}!{ENTER}gone{CTRL_C}{CTRL_D}") as one:
        assert one.edit("why?") == "why?!"
        assert one.edit("why?") is None
        assert one.edit("") is None


def test_ctrl_c_at_the_prompt_clears_the_line(capsys: Capture) -> None:
    with prompt(f"half a quest{CTRL_C}whole?{ENTER}{CTRL_C}{CTRL_D}") as one:
        said: list[str] = []
        room = SimpleNamespace(take=lambda text: said.append(text) or True)
        converse(room, typed(one))  # type: ignore[arg-type]
    assert said == ["whole?"]
    assert capsys.readouterr().err.count("Ctrl-D or /quit leaves.") == 2


@pytest.mark.parametrize(
    ("text", "inserted"),
    [("/ex", ["/export"]), ("/", list(COMMANDS)), ("in @co", ["@app/cookies.py "]), ("in @x", []), ("a /ex", [])],
)
def test_what_is_completed(text: str, inserted: list[str]) -> None:
    from inglenook_server.cli.chat_input import _Completer
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    found = list(_Completer(suggest).get_completions(Document(text), CompleteEvent()))  # type: ignore[arg-type]
    assert [one.text for one in found] == inserted
    assert all(text[len(text) + one.start_position :][:1] in "/@" for one in found)
    assert not any(hides(one.display_text + one.display_meta_text) for one in found)


def test_the_arrow_keys_go_through_what_was_asked_and_kept(kept: Conversations) -> None:
    for id in "ab":
        kept.save(id, [Message("user", f"{id} {KEY}?"), Message("assistant", "x"), Message("user", f"{id} again?")])
    asked = earlier_questions(kept)
    assert [one[0] for one in asked] == ["a", "a", "b", "b"]
    assert KEY not in "".join(asked)
    kept.erase()
    assert earlier_questions(kept) == []


# In a real terminal, in a process of its own.

SLOW = """
import sys
from inglenook_server.cli import run
from inglenook_server.generation import echo_engine, load
WORDS = "quiet early broad pale distant narrow silver warm steady hidden gentle open".split()
TALK = "".join(f"The {one} tide meets the {other} shore. " for one in WORDS for other in WORDS)
load.load_generator = lambda *_, **__: echo_engine.EchoGenerator(lambda _: TALK, token_ms=20)
sys.exit(run(["chat", sys.argv[1]]))
"""


class Terminal:
    """A process and the terminal that it talks to."""

    def __init__(self, root: Path) -> None:
        self.ours, theirs = pty.openpty()
        self.seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", SLOW, str(root)],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env={**os.environ, "TERM": "xterm"},
            preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(theirs)

    def until(self, text: str, keys: str = "") -> None:
        """Read until `text` has been shown, then press keys."""
        end = time.monotonic() + WAIT_S
        while text not in self.seen:
            assert time.monotonic() < end, self.seen[-2_000:]
            if select.select([self.ours], [], [], 0.1)[0]:
                try:
                    piece = os.read(self.ours, 65_536).decode("utf-8", "replace")
                except OSError:
                    piece = ""
                if "\x1b[6n" in piece:
                    os.write(self.ours, b"\x1b[1;1R")  # where the cursor is, which prompt_toolkit asks
                self.seen += piece
                assert piece, self.seen[-2_000:]
        self.seen = self.seen.partition(text)[2]
        os.write(self.ours, keys.encode())


def test_ctrl_c_stops_the_answer_and_not_the_program(root: Path, kept: Conversations) -> None:
    terminal = Terminal(root)
    try:
        terminal.until("›", "how is it done?\r")
        terminal.until("tide meets the", CTRL_C)
        terminal.until("Stopped; /again asks it again.")
        terminal.until("›", "/list\r")
        terminal.until("1  how is it done?  (2 messages")
        terminal.until("›", CTRL_D)
        assert terminal.process.wait(WAIT_S) == 0
    finally:
        os.close(terminal.ours)
        if terminal.process.poll() is None:
            terminal.process.send_signal(signal.SIGKILL)
            terminal.process.wait()
    answer = messages(kept)[1][1]
    assert 0 < len(answer) < 4_000, "all of it has more"
