import threading
import time

import pytest
from inglenook_indexer import Index
from inglenook_indexer.embed import encoder as encoders
from inglenook_server import models
from inglenook_server.runtime.activity import Activity
from inglenook_server.runtime.workers import Worker
from inglenook_server.workspace import idle_encoding as module
from inglenook_server.workspace.idle_encoding import IdleEncoding
from inglenook_server.workspace.workspace import Workspace

from tests.indexer.update.test_encode import Letters
from tests.waiting import TIMEOUT_S, until

FILES = {f"f{number}.py": f"def name_{number}():\n    return {number}\n" for number in range(12)}


class Session:
    """One folder with everything that its second tier stands on; the model is at work where a test says so."""

    def __init__(self, root):
        self.place = Workspace(root)
        self.worker = Worker("test")
        self.generating = self.battery = False
        self.activity = Activity(lambda: self.generating, lambda: self.battery)
        self.hot, self.changes = [], []
        self.second = IdleEncoding(
            self.place, self.worker, self.activity, lambda: self.hot, lambda: self.changes.append(1)
        )

    @property
    def encoded(self):
        return self.place.index.status().tier2_chunks

    def close(self):
        self.second.close()
        self.worker.close(self.place.index.close)


@pytest.fixture
def texts(monkeypatch, tmp_path):
    """What the encoder has read, in order."""
    read = []

    class Encoder(Letters):
        def embed(self, texts):
            read.extend(texts)
            return super().embed(texts)

    monkeypatch.setattr(encoders, "Encoder", Encoder)
    monkeypatch.setattr(module, "RETRY_S", 0.05)
    monkeypatch.setattr("inglenook_server.runtime.activity.BATTERY_S", 0.0)
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    monkeypatch.setattr(models, "installed", lambda name: type("Model", (), {"folder": folder}))
    return read


@pytest.fixture
def session(workspace, texts):
    root = workspace(FILES)
    index = Index(root)
    index.refresh()
    index.close()
    made = Session(root)
    yield made
    made.close()


def settled(worker):
    worker.submit(lambda _: None, urgency=99).future.result(TIMEOUT_S)


def test_the_hottest_files_come_first_and_all_are_encoded_once(session, texts):
    session.hot = ["f7.py", "f3.py"]
    session.second.soon()
    session.second.soon()
    settled(session.worker)
    assert session.encoded == len(texts) == 12
    assert {text.split()[0] for text in texts[:2]} == {"f7", "f3"}
    assert session.changes == [1]
    session.second.soon()
    settled(session.worker)
    assert (len(texts), session.changes) == (12, [1])


def test_it_waits_while_somebody_types_or_the_model_works(session):
    session.generating = True
    session.second.soon()
    time.sleep(0.3)
    assert session.encoded == 0
    session.generating = False
    until(lambda: session.encoded == 12)


def test_it_waits_for_mains_power_unless_told_otherwise(session):
    session.battery = True
    session.second.soon()
    time.sleep(0.3)
    assert session.encoded == 0
    session.activity.on_battery = True
    until(lambda: session.encoded == 12)


def test_what_waits_on_the_worker_goes_first(session):
    session.generating = True  # so it begins, and stands still
    session.second.soon()
    time.sleep(0.2)
    assert session.worker.submit(lambda _: session.encoded, urgency=1).future.result(TIMEOUT_S) == 0
    session.generating = False
    until(lambda: session.encoded == 12)


def test_it_goes_on_after_a_restart(session, texts, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr("inglenook_indexer.update.encode._ASK_EVERY", 1)
    busy = session.activity.busy

    def pause():
        if len(texts) == 5:
            begun.set()
            go_on.wait(TIMEOUT_S)
        return busy()

    monkeypatch.setattr(session.activity, "busy", pause)
    monkeypatch.setattr("inglenook_indexer.update.encode._BATCH", 4)
    session.second.soon()
    assert begun.wait(TIMEOUT_S)
    session.second.close()
    go_on.set()
    settled(session.worker)
    root, done = session.place.root, session.encoded
    assert done < 12
    session.close()
    again = Session(root)
    try:
        again.second.soon()
        settled(again.worker)
        assert again.encoded == 12
    finally:
        again.close()


def test_without_an_encoder_nothing_happens(session, monkeypatch, caplog):
    from inglenook_server.errors import ModelError

    def missing(name):
        raise ModelError("The model is not installed.", "Run `inglenook models pull`.")

    monkeypatch.setattr(models, "ready", missing)
    session.second.soon()
    settled(session.worker)
    assert "inglenook models pull" in caplog.text
    assert session.encoded == 0
