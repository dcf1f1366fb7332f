import psutil
import pytest
from inglenook_server.runtime import activity as module
from inglenook_server.runtime.activity import RECENT, Activity, on_battery_now


def test_typing_and_a_model_at_work_are_busy(monkeypatch):
    now, at_work = [100.0], [False]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    activity = Activity(lambda: at_work[0])
    assert not activity.busy()
    activity.edited("file:///a.py")
    assert activity.busy()
    now[0] += module.QUIET_S
    assert not activity.busy()
    at_work[0] = True
    assert activity.busy()


def test_what_was_edited_lately_the_latest_first():
    activity = Activity(lambda: False)
    for name in (*range(RECENT + 1), 5):
        activity.edited(f"file:///{name}.py")
    assert activity.recent[:2] == ("file:///5.py", f"file:///{RECENT}.py")
    assert len(activity.recent) == RECENT
    assert "file:///0.py" not in activity.recent


def test_the_battery_is_asked_now_and_then_and_only_where_it_counts(monkeypatch):
    now, plugged, asked = [100.0], [False], []
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    activity = Activity(lambda: False, lambda: asked.append(1) or not plugged[0])
    assert activity.saving_power()
    assert activity.saving_power()
    assert len(asked) == 1
    plugged[0] = True
    now[0] += module.BATTERY_S + 1
    assert not activity.saving_power()
    plugged[0] = False
    now[0] += module.BATTERY_S + 1
    activity.on_battery = True
    assert not activity.saving_power()
    assert len(asked) == 2


class Battery:
    def __init__(self, power_plugged):
        self.power_plugged = power_plugged


def raises():
    raise OSError


@pytest.mark.parametrize(
    ("sensor", "expected"),
    [
        (lambda: None, False),
        (lambda: Battery(True), False),
        (lambda: Battery(None), False),
        (lambda: Battery(False), True),
        (raises, False),
    ],
)
def test_what_the_system_says_of_its_battery(monkeypatch, sensor, expected):
    monkeypatch.setattr(psutil, "sensors_battery", sensor, raising=False)
    assert on_battery_now() is expected
