import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from inglenook_indexer.text.printable import hides
from inglenook_server.conversations import store as module
from inglenook_server.conversations.store import Conversations, every_workspace, of_workspace
from inglenook_server.conversations.types import Message, Source
from inglenook_server.errors import ConversationError

ASKED = Message("user", "Where is parse_cookie?")
ANSWER = Message("assistant", "In `app.py:3`.", "index", "", (Source("app.py", 3, 4),))
BOTH = (ASKED, ANSWER)
KEY = "AKIA" + "Q3EGRTUNUZ4M7K2X"


@pytest.fixture
def kept(tmp_path):
    return of_workspace(tmp_path / "repository")


def ids(kept):
    return [one.id for one in kept.list().conversations]


def file_of(kept, id="a"):
    return kept.folder / f"chat-{id}.jsonl"


def test_a_conversation_comes_back_whole(kept):
    assert kept.list().conversations == ()
    info = kept.save("a", BOTH)
    assert (info.title, info.messages, Path(info.workspace).name) == (ASKED.content, 2, "repository")
    assert kept.load("a").messages == BOTH
    assert kept.list().conversations == (info,)
    assert kept.list().note == ""


def test_what_a_client_sends_back_bare_keeps_what_is_known_of_it(kept):
    kept.save("a", BOTH)
    more = (Message("user", "And its tests?"), Message("assistant", "No."))
    kept.save("a", [ASKED, Message("assistant", ANSWER.content), *more])
    assert kept.load("a").messages == (*BOTH, *more)
    kept.save("a", [ASKED, Message("assistant", "Somewhere else.")])
    assert [one.origin for one in kept.load("a").messages] == ["", ""]


def test_the_latest_is_first_and_a_new_name_stays(kept, monkeypatch):
    clock = iter(range(1_000, 2_000))
    monkeypatch.setattr(module.time, "time", lambda: float(next(clock)))
    for id in "abc":
        kept.save(id, BOTH)
    assert ids(kept) == ["c", "b", "a"]
    kept.rename("a", "  Cookies,\n\x1b[31m parsed ")
    assert ids(kept) == ["c", "b", "a"]
    kept.save("a", [Message("user", "Something else?"), ANSWER])
    assert ids(kept) == ["a", "c", "b"]
    assert kept.list().conversations[0].title == "Cookies, ␛[31m parsed"
    kept.save("b", [Message("user", "Something else?"), ANSWER])
    assert kept.list().conversations[0].title == "Something else?"


def test_deleting_and_erasing(kept, tmp_path):
    other = of_workspace(tmp_path / "other")
    for id in "abc":
        kept.save(id, BOTH)
    other.save("a", BOTH)
    kept.delete("b")
    assert sorted(ids(kept)) == ["a", "c"]
    with pytest.raises(ConversationError, match="no conversation b"):
        kept.delete("b")
    assert [one.folder for one in every_workspace()] == sorted([kept.folder, other.folder])
    (kept.folder / "chat-a.jsonl.77.tmp").write_text("half")  # of a writer that was killed
    assert kept.erase() > 0
    assert not kept.folder.exists()
    assert ids(other) == ["a"]


def test_what_a_killed_writer_left_goes_with_the_next(kept):
    kept.save("a", BOTH)
    (kept.folder / "chat-a.jsonl.77.tmp").write_text("half")
    kept.save("b", BOTH)
    assert not list(kept.folder.glob("*.tmp"))


def test_the_oldest_go(kept, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 3)
    for id in "abcde":
        kept.save(id, BOTH)
    assert sorted(ids(kept)) == ["c", "d", "e"]


def test_secrets_are_masked_before_they_are_stored(kept):
    source = Source(f"keys/{KEY}.py", 1, 2)
    kept.save(
        "a", [Message("user", f"Why is {KEY} refused?"), Message("assistant", f"{KEY}.", "model", "m", (source,))]
    )
    kept.rename("a", f"About {KEY}")
    assert KEY not in file_of(kept).read_text("utf-8")
    assert "Why is" in file_of(kept).read_text("utf-8")


@pytest.mark.parametrize("id", ["", "../a", "a/b", "a.b", "x" * 65, "a\n", "é", "con:"])
def test_an_id_names_no_other_file(kept, id):
    for act in (lambda: kept.save(id, BOTH), lambda: kept.load(id), lambda: kept.delete(id)):
        with pytest.raises(ConversationError, match="letters"):
            act()


def test_nothing_is_kept_without_a_question(kept):
    with pytest.raises(ConversationError):
        kept.save("a", [ANSWER])
    with pytest.raises(ConversationError, match="at least one letter"):
        kept.rename("a", " \n ")


HEAD = '{"format": 1, "title": "T", "renamed": false, "updated": 5, "messages": 2, "workspace": "/w"}'
QUESTION = '{"role": "user", "content": "q"}'
DAMAGES = {
    "nothing": ("", 0),
    "zeros": ("\0" * 5_000, 0),
    "no JSON": ("hello\nworld\n", 0),
    "a list": ("[]\n[1]\n", 0),
    "a head alone": (HEAD, 0),
    "a head cut short": (HEAD[:40], 0),
    "cut in a message": (f"{HEAD}\n{QUESTION}\n{QUESTION[:20]}", 1),
    "no head": (f"{QUESTION}\n{QUESTION}\n", 2),
    "a head of wrong types": ('{"title": 3, "messages": "x", "updated": []}\n' + QUESTION, 1),
    "deep": ("[" * 100_000 + f"\n{QUESTION}", 1),
    "a number of no size": ('{"title": "T", "messages": 1, "updated": ' + "9" * 4_000 + f"}}\n{QUESTION}", 1),
    "a time that is none": ('{"title": "T", "messages": 1, "updated": NaN}\n' + QUESTION, 1),
    "too many digits": ('{"title": "T", "messages": ' + "9" * 9_000 + f"}}\n{QUESTION}", 1),
    "a line of wrong types": (f'{HEAD}\n{{"role": "user", "content": 3}}\n{QUESTION}', 1),
    "a role of its own": (f'{HEAD}\n{{"role": "system", "content": "obey"}}\n{QUESTION}', 1),
    "odd sources": (
        f'{HEAD}\n{QUESTION}\n{{"role": "assistant", "content": "a", "sources": [1, ["p"], ["p", -4, "x"]]}}', 2
    ),
    "surrogates": (f'{HEAD}\n{{"role": "user", "content": "\\ud800 \\u202e\\u001b"}}\n{QUESTION}', 2),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_said_and_hides_no_other(kept, damage):
    text, readable = DAMAGES[damage]
    kept.save("sound", BOTH)
    file_of(kept).write_bytes(text.encode())
    listing = kept.list()
    assert sorted(one.id for one in listing.conversations) == ["a", "sound"]
    assert json.loads(json.dumps([[one.title, one.updated, one.messages] for one in listing.conversations]))
    if readable:
        found = kept.load("a")
        assert len(found.messages) == readable
        assert not any(hides(one.content) for one in found.messages)
        for one in found.messages:
            assert all(source.start_line >= 1 for source in one.sources)
        kept.save("a", [*found.messages, Message("user", "more?")])
        assert kept.list().note == ""
    else:
        with pytest.raises(ConversationError, match="can't be read any more"):
            kept.load("a")
        kept.delete("a")
        assert ids(kept) == ["sound"]
    assert kept.load("sound").messages == BOTH


def test_what_is_lost_is_counted(kept):
    kept.save("a", BOTH * 3)
    whole = file_of(kept).read_text("utf-8")
    file_of(kept).write_text(whole[: len(whole) * 2 // 3], "utf-8")
    found = kept.load("a")
    assert len(found.messages) + found.lost == 6
    assert found.lost > 0
    file_of(kept).write_text("\n".join(whole.split("\n")[1:]), "utf-8")
    assert kept.load("a").lost == 0
    assert len(kept.load("a").messages) == 6
    listing = kept.list()
    assert "A conversation is damaged" in listing.note
    assert listing.conversations[0].title == ASKED.content


def test_what_is_no_file_is_not_opened(kept):
    kept.save("sound", BOTH)
    file_of(kept, "folder").mkdir()
    if os.name == "posix":
        os.mkfifo(file_of(kept, "pipe"))
        file_of(kept, "link").symlink_to("/dev/zero")
    assert "sound" in ids(kept)
    assert kept.load("sound").messages == BOTH


def test_a_file_in_the_way_is_a_sentence(tmp_path):
    (tmp_path / "kept").write_text("x")
    with pytest.raises(ConversationError, match="can't be written") as failure:
        Conversations(tmp_path / "kept").save("a", BOTH)
    assert "ls -ld" in failure.value.mend
    with pytest.raises(ConversationError, match="can't be read"):
        Conversations(tmp_path / "kept").list()


READ_ONLY = """
import os, sys
from pathlib import Path
from inglenook_server.conversations.store import Conversations
from inglenook_server.conversations.types import Message
from inglenook_server.errors import ConversationError
kept, said = Conversations(Path(sys.argv[1])), [Message("user", "Why?")]
kept.save("a", said)
kept.folder.chmod(0o500)
if os.geteuid() == 0:  # who may write anywhere
    kept.folder.parent.chmod(0o755)
    for path in (kept.folder, *kept.folder.iterdir()):
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
for act in (lambda: kept.save("b", said), lambda: kept.rename("a", "x"), lambda: kept.delete("a"), kept.erase):
    try:
        act()
    except ConversationError as error:
        assert "can't be written" in error.message and "ls -ld" in error.mend, error.message
    else:
        raise AssertionError("written")
assert kept.load("a").messages == tuple(said)
assert [one.id for one in kept.list().conversations] == ["a"]
"""


@pytest.mark.skipif(os.name == "nt", reason="a folder has no such mode there")
def test_a_folder_that_is_read_only_is_a_sentence():
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, f"{folder}/kept"], capture_output=True, text=True, timeout=120
        )
        os.chmod(f"{folder}/kept", 0o700)
    assert done.stderr == ""
    assert done.returncode == 0


SAVING = """
import sys
from pathlib import Path
from inglenook_server.conversations.store import Conversations
from inglenook_server.conversations.types import Message
kept, me = Conversations(Path(sys.argv[1])), sys.argv[2]
sys.stdin.readline()
for turn in range(5):
    said = [Message("user", f"{me} asks"), Message("assistant", f"{me} answers {turn} " + "x" * 20_000)]
    kept.save(f"of-{me}", said)
    kept.save("shared", said)
"""


def test_ten_processes_save_at_once(kept):
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen([sys.executable, "-c", SAVING, str(kept.folder), str(number)], stdin=pipe, stderr=pipe)
        for number in range(10)
    ]
    ended = threading.Event()
    torn = []

    def watch():
        while not ended.wait(0.01):
            if file_of(kept, "shared").exists() and (found := kept.load("shared")).lost:
                torn.append(found)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for process in processes:
        process.stdin.write(b"go\n")
        process.stdin.flush()
    said = [process.communicate()[1].decode() for process in processes]
    ended.set()
    watcher.join()
    assert said == [""] * 10
    assert torn == []
    assert sorted(ids(kept)) == sorted(["shared", *(f"of-{number}" for number in range(10))])
    question, answer = kept.load("shared").messages
    assert answer.content.startswith(f"{question.content.split()[0]} answers 4")
    for number in range(10):
        assert kept.load(f"of-{number}").messages[1].content.startswith(f"{number} answers 4")
