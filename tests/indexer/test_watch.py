import threading
import time

import pytest
from inglenook_indexer import Watcher
from inglenook_indexer import watch as module


class Listener:
    def __init__(self):
        self.calls = []
        self.condition = threading.Condition()

    def __call__(self, paths):
        with self.condition:
            self.calls.append(paths)
            self.condition.notify_all()

    def wait_for(self, *paths, seconds=15):
        with self.condition:
            assert self.condition.wait_for(lambda: set(paths) <= set().union(*self.calls), seconds), self.calls


@pytest.fixture
def watched(workspace):
    root = workspace(
        {"a.py": "x", "sub/b.py": "y", "node_modules/m/c.js": "z", ".gitignore": "ignored/\n", "ignored/d.py": "w"}
    )
    listener = Listener()
    watcher = Watcher(root, listener, debounce_s=0.05)
    watcher.start()
    yield root, listener, watcher
    watcher.stop()


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


def test_excluded_places_cost_nothing(watched):
    root, listener, watcher = watched
    assert watcher._watched == {"", "sub"}
    (root / "node_modules/m/c.js").write_text("changed")
    (root / "ignored/d.py").write_text("changed")
    (root / ".env").write_text("SECRET=1")
    (root / "a.py").write_text("last")
    listener.wait_for(root / "a.py")
    assert set().union(*listener.calls) == {root / "a.py"}


def test_ignore_files_are_told(watched):
    root, listener, _ = watched
    (root / ".gitignore").write_text("sub/\n")
    listener.wait_for(root / ".gitignore")


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


def test_without_watches_folders_are_polled_and_it_is_said_once(workspace, monkeypatch):
    root = workspace({"a.py": "x"})
    listener, messages = Listener(), []

    def no_watches(self, folder):
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(Watcher, "_watch", no_watches)
    monkeypatch.setattr(module, "_POLL_S", 0.05)
    watcher = Watcher(root, listener, debounce_s=0.01, on_message=messages.append)
    watcher.start()
    time.sleep(0.3)
    (root / "a.py").write_text("changed")
    listener.wait_for(root / "a.py")
    watcher.stop()
    assert len(messages) == 1
    assert "limit" in messages[0]


def test_a_listener_that_fails_is_asked_again(workspace, caplog):
    root = workspace({"a.py": "x"})
    listener = Listener()

    def failing(paths):
        listener(paths)
        raise ValueError("listener's own fault")

    watcher = Watcher(root, failing, debounce_s=0.01)
    watcher.start()
    (root / "a.py").write_text("1")
    listener.wait_for(root / "a.py")
    (root / "b.py").write_text("2")
    listener.wait_for(root / "b.py")
    watcher.stop()
    assert "failed" in caplog.text


def test_stop_ends_every_thread(workspace):
    before = threading.active_count()
    watcher = Watcher(workspace({"a.py": "x"}), Listener())
    watcher.start()
    watcher.stop()
    assert threading.active_count() <= before
