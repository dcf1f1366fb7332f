import os
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest
from inglenook_indexer import Watcher
from inglenook_indexer.watch import polling
from inglenook_indexer.watch import watcher as module
from inglenook_indexer.watch.events import Event, Inotify

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


class Listener:
    def __init__(self):
        self.calls = []
        self.condition = threading.Condition()

    def __call__(self, paths):
        with self.condition:
            self.calls.append(paths)
            self.condition.notify_all()

    @property
    def seen(self):
        return set().union(*self.calls)

    def wait_for(self, *paths, seconds=15):
        with self.condition:
            assert self.condition.wait_for(lambda: set(paths) <= self.seen, seconds), self.calls


@pytest.fixture
def watch():
    made = []

    def make(root, listener=None, **options):
        listener = listener or Listener()
        watcher = Watcher(root, listener, **{"debounce_s": 0.05, **options})
        watcher.start()
        made.append(watcher)
        return listener, watcher

    yield make
    for watcher in made:
        watcher.stop()


@pytest.fixture
def watched(workspace, watch):
    root = workspace(
        {
            "a.py": "x",
            "sub/b.py": "y",
            "node_modules/m/c.js": "z",
            ".gitignore": "ignored/\n*.log\n",
            "ignored/d": "w",
        }
    )
    return root, *watch(root)


def test_saves_moves_and_deletions_are_told(watched):
    root, listener, _ = watched
    (root / "a.py").write_text("x = 2")
    listener.wait_for(root / "a.py")
    (root / "sub/b.py").rename(root / "sub/c.py")
    listener.wait_for(root / "sub/b.py", root / "sub/c.py")
    (root / "a.py").unlink()
    (root / "new.py").write_text("n")
    listener.wait_for(root / "new.py")


def test_new_folders_are_watched_at_once(watched):
    root, listener, _ = watched
    (root / "deep/er").mkdir(parents=True)
    listener.wait_for(root / "deep")
    time.sleep(0.2)
    (root / "deep/er/x.py").write_text("x")
    listener.wait_for(root / "deep/er/x.py")


def test_files_of_a_new_folder_are_not_missed(watched):
    """They may be there before the folder is watched, so the folder itself is told, and looked at whole."""
    root, listener, watcher = watched
    for number in range(30):
        folder = root / f"new{number}/inner"
        folder.mkdir(parents=True)
        (folder / "x.py").write_text("x")
    shutil.copytree(root / "new0", root / "copied")
    listener.wait_for(*(root / f"new{number}" for number in range(30)), root / "copied")
    assert {f"new{number}/inner" for number in range(30)} <= watcher.watched
    assert not any(path.parent != root for path in listener.calls[-1]), "what is inside a folder needs no hint"


def test_a_moved_folder_is_told_once_and_watched_where_it_went(watched):
    root, listener, watcher = watched
    for number in range(50):
        (root / f"sub/m{number}.py").write_text("x")
    listener.wait_for(root / "sub/m49.py")
    time.sleep(0.2)
    before = len(listener.calls)
    (root / "sub").rename(root / "moved")
    listener.wait_for(root / "sub", root / "moved")
    assert listener.calls[before:] == [{root / "sub", root / "moved"}]
    assert watcher.watched == {"", "moved"}
    (root / "moved/m1.py").write_text("y")
    listener.wait_for(root / "moved/m1.py")


def test_a_folder_that_leaves_and_comes_back(watched, tmp_path):
    root, listener, watcher = watched
    shutil.move(root / "sub", tmp_path / "elsewhere")
    listener.wait_for(root / "sub")
    assert watcher.watched == {""}
    (tmp_path / "elsewhere/b.py").write_text("nobody looks")
    shutil.move(tmp_path / "elsewhere", root / "sub")
    time.sleep(0.3)
    (root / "sub/b.py").write_text("y = 3")
    listener.wait_for(root / "sub/b.py")


@linux
def test_excluded_places_cost_nothing(watched):
    root, listener, watcher = watched
    assert watcher.watched == {"", "sub"}
    time.sleep(0.2)
    before = watcher.wakes
    for number in range(500):
        folder = root / f"node_modules/p{number % 20}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.js").write_text("x")
        (root / f"ignored/{number}.py").write_text("x")
    shutil.rmtree(root / "node_modules/m")
    time.sleep(0.3)
    assert watcher.wakes == before, "the system told of folders that nobody asked for"
    (root / "a.log").write_text("ignored by its name")
    (root / ".env").write_text("SECRET=1")
    (root / "a.py").write_text("last")
    listener.wait_for(root / "a.py")
    assert listener.seen == {root / "a.py"}


@linux
def test_one_thread_whatever_the_number_of_folders(workspace, watch):
    root = workspace({f"d{number}/e/f.py": "x" for number in range(150)})
    before = threading.active_count()
    _, watcher = watch(root)
    assert len(watcher.watched) == 301
    assert threading.active_count() <= before + 2


def test_a_file_that_grows_too_big_is_told(watched):
    root, listener, _ = watched
    (root / "a.py").write_text("x" * 1_100_000)
    listener.wait_for(root / "a.py")


def test_ignore_files_are_told_and_obeyed(watched):
    root, listener, watcher = watched
    (root / ".gitignore").write_text("sub/\n")
    listener.wait_for(root / ".gitignore")
    assert watcher.watched == {"", "ignored"}
    (root / "ignored/d").write_text("changed")
    listener.wait_for(root / "ignored/d")


@pytest.mark.parametrize("where", ["the top", "a folder inside", "a worktree"])
def test_gits_own_excludes_are_told_and_obeyed(workspace, watch, where):
    if where != "the top" and sys.platform != "linux":
        pytest.skip("the system watches one tree there: the next look at everything finds it")
    files = {"inner/a.py": "x", "inner/sub/b.py": "x", "inner/ignored/c.py": "x"}
    top = workspace({**files, ".git/HEAD": "ref: refs/heads/main\n", ".git/info/exclude": "ignored/\n"})
    root = top if where == "the top" else top / "inner"
    if where == "a worktree":
        root = workspace({**files, ".git": f"gitdir: {top}/.git/worktrees/w\n"})
        (top / ".git/worktrees/w").mkdir(parents=True)
        (top / ".git/worktrees/w/commondir").write_text("../..\n")
    inner = "" if where == "a folder inside" else "inner/"
    listener, watcher = watch(root)
    assert f"{inner}ignored" not in watcher.watched
    (top / ".git/info/exclude").write_text("sub/\n")
    listener.wait_for(root)
    assert f"{inner}sub" not in watcher.watched
    (root / f"{inner}ignored/c.py").write_text("changed")
    listener.wait_for(root / f"{inner}ignored/c.py")
    (top / ".git/info/new").write_text("changed")
    (top / ".git/info/exclude").unlink()
    calls = len(listener.calls)
    with listener.condition:
        assert listener.condition.wait_for(lambda: root in set().union(*listener.calls[calls:]), 15)
    (root / f"{inner}sub/b.py").write_text("changed")
    listener.wait_for(root / f"{inner}sub/b.py")


def test_the_users_excludes_are_obeyed_after_a_look_at_everything(workspace, watch, monkeypatch):
    monkeypatch.setattr(module, "_LOOK_AGAIN_S", 0.2)
    root = workspace({"a.py": "x", "sub/b.py": "x"})
    user = Path(os.environ["XDG_CONFIG_HOME"]) / "git/ignore"
    user.parent.mkdir(parents=True, exist_ok=True)
    user.write_text("sub/\n")
    listener, watcher = watch(root)
    assert watcher.watched == {""}
    user.unlink()
    deadline = time.monotonic() + 15
    while "sub" not in watcher.watched and time.monotonic() < deadline:
        listener.wait_for(root)
        time.sleep(0.05)
    (root / "sub/b.py").write_text("changed")
    listener.wait_for(root / "sub/b.py")


def test_reading_is_no_event(watched):
    root, listener, _ = watched
    for _ in range(3):
        (root / "a.py").read_text()
    time.sleep(0.3)
    assert listener.calls == []


def test_a_burst_is_one_call(watched):
    root, listener, _ = watched
    for number in range(20):
        (root / "a.py").write_text(str(number))
    listener.wait_for(root / "a.py")
    time.sleep(0.3)
    assert len(listener.calls) <= 3


def test_git_is_waited_for(workspace, watch):
    root = workspace({"a.py": "x", ".git/HEAD": "ref: refs/heads/main\n"})
    listener, _ = watch(root)
    lock = root / ".git/index.lock"
    lock.write_text("")
    for number in range(10):
        (root / f"b{number}.py").write_text("x")
        time.sleep(0.1)
    assert listener.calls == []
    lock.unlink()
    listener.wait_for(root / "b0.py", root / "b9.py")
    assert len(listener.calls) == 1


def test_a_lock_that_git_left_behind_is_not_waited_for(workspace, watch):
    root = workspace({"a.py": "x", ".git/index.lock": ""})
    os.utime(root / ".git/index.lock", (1, 1))
    listener, _ = watch(root)
    (root / "a.py").write_text("y")
    listener.wait_for(root / "a.py")


@linux
def test_a_real_overflow_means_a_look_at_everything(workspace, watch):
    """A listener so slow that the kernel's own queue fills up: its reader is held where it hands events on."""
    root = workspace({"a.py": "x"})
    listener, watcher = watch(root)
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 50_000:
        pytest.skip("this machine's queue is too long to fill in a test")
    with watcher._wake:  # the reader waits here
        names = [root / "m0.py", root / "m1.py"]
        for number in range(limit // 2 + 4_000):  # a rename makes two events, and no two in a row are alike
            names[number % 2].unlink(missing_ok=True)
            names[(number + 1) % 2].touch()
    listener.wait_for(root, seconds=60)
    (root / "a.py").write_text("seen again")
    listener.wait_for(root / "a.py")
    assert not watcher.polling


@linux
def test_events_that_are_lost_again_and_again_are_given_up(workspace, watch, monkeypatch):
    monkeypatch.setattr(polling, "MIN_S", 0.05)
    root, messages = workspace({"a.py": "x"}), []
    listener, watcher = watch(root, on_message=messages.append)
    for count in range(3):
        watcher._overflow()
        with listener.condition:
            assert listener.condition.wait_for(lambda told=count: len(listener.calls) > told, 15)
        assert listener.calls[count] == {root}
    assert watcher.polling
    assert len(messages) == 1
    assert "faster" in messages[0]
    (root / "a.py").write_text("polled")
    listener.wait_for(root / "a.py")


@linux
def test_at_the_limit_folders_are_polled_and_it_is_said_once(workspace, watch, monkeypatch):
    root, messages = workspace({f"d{number}/a.py": "x" for number in range(5)}), []
    real = Inotify.watch

    def no_more(self, folder):
        if len(self._folders) == 3:
            raise OSError(28, "inotify watch limit reached")
        return real(self, folder)

    monkeypatch.setattr(Inotify, "watch", no_more)
    monkeypatch.setattr(polling, "MIN_S", 0.05)
    listener, watcher = watch(root, on_message=messages.append)
    listener.wait_for(root)
    (root / "d1/a.py").write_text("changed")
    (root / "d2/new.py").write_text("new")
    listener.wait_for(root / "d1/a.py", root / "d2/new.py")
    (root / "d3/a.py").unlink()
    listener.wait_for(root / "d3/a.py")
    assert watcher.watched == set()
    assert len(messages) == 1
    assert "max_user_watches" in messages[0]


def test_a_workspace_that_goes_away_and_comes_back(workspace, watch, monkeypatch):
    monkeypatch.setattr(polling, "MIN_S", 0.05)
    root, messages = workspace({"a.py": "x"}), []
    listener, _ = watch(root, on_message=messages.append)
    root.rename(root.with_name("away"))
    listener.wait_for(root)
    root.mkdir()
    (root / "b.py").write_text("new")
    listener.wait_for(root / "b.py")
    assert "moved or deleted" in messages[0]


def test_looking_takes_a_bounded_share_of_the_time(workspace, monkeypatch):
    root = workspace({"a.py": "x"})
    poll = polling.Poll(root)
    assert poll.interval_s == polling.MIN_S
    slow = polling.walk

    def walk(where):
        time.sleep(0.2)
        return slow(where)

    monkeypatch.setattr(polling, "walk", walk)
    (root / "b.py").write_text("y")
    assert poll.changed() == {"b.py"}
    assert poll.interval_s >= 4
    monkeypatch.setattr(polling, "MAX_S", 3.0)
    assert poll.changed() == set()
    assert poll.interval_s == 3.0


def test_everything_is_looked_at_now_and_then(workspace, watch, monkeypatch):
    monkeypatch.setattr(module, "_LOOK_AGAIN_S", 0.2)
    root = workspace({"a.py": "x"})
    listener, _ = watch(root)
    listener.wait_for(root)


def test_hints_inside_a_hinted_folder_go_without_saying():
    assert module._outermost({"a", "a/b.py", "ab/c.py", "d/e/f"}) == {"a", "ab/c.py", "d/e/f"}
    assert module._outermost({"", "a"}) == {""}
    assert Event("a") == Event("a", False, False)


def test_a_listener_that_fails_is_asked_again(workspace, watch, caplog):
    root = workspace({"a.py": "x"})
    listener = Listener()

    def failing(paths):
        listener(paths)
        raise ValueError("listener's own fault")

    watch(root, failing, debounce_s=0.01)
    (root / "a.py").write_text("1")
    listener.wait_for(root / "a.py")
    (root / "b.py").write_text("2")
    listener.wait_for(root / "b.py")
    assert "failed" in caplog.text


def test_stop_ends_every_thread(workspace):
    before = threading.active_count()
    watcher = Watcher(workspace({"a.py": "x"}), Listener())
    watcher.start()
    watcher.stop()
    assert threading.active_count() <= before
