"""`make fuzz`: each property test searched at random for a while, where the suite tries the same examples every time.

    python -m tests.fuzz [--minutes 30] [--jobs 2] [TEST ...]

A failing example is kept in `.hypothesis`, tried first the next time, and printed: put it above its test as an
`@example`, so that the suite holds it. Ends with the number of properties that failed, at most 1, as its exit code.
How long each property has been searched, in all runs together, is added up in `tests/fuzz.json`; those that were
searched least come first, so that a run that is stopped is gone on with by the next.

As a pytest plugin (`-p tests.fuzz`) it leaves out all other tests, and calls each property again and again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECONDS = "INGLENOOK_FUZZ_S"  # how long one property is searched, from this module to its plugin half
TRIED = "examples tried: "
RECORD = Path(__file__).with_suffix(".json")
"""{property: {"minutes": of all runs, "examples": tried in them, "failures": runs that found one}}"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the properties alone."""
    chosen = [item for item in items if hasattr(getattr(item, "obj", None), "hypothesis")]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Call a property until its time is up; each call tries as many examples as its settings say."""
    handle = pyfuncitem.obj.hypothesis
    inner = handle.inner_test
    tried = 0

    def counted(*arguments: object, **named: object) -> object:
        nonlocal tried
        tried += 1
        return inner(*arguments, **named)

    handle.inner_test = counted
    values = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    until = time.monotonic() + float(os.environ.get(SECONDS, "1"))
    try:
        while time.monotonic() < until:
            pyfuncitem.obj(**values)
    finally:
        handle.inner_test = inner
        sys.stderr.write(f"{TRIED}{tried}\n")
    return True


def properties(chosen: list[str]) -> list[str]:
    """The ids of the property tests among the chosen ones, or among all."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.fuzz", "--collect-only", *chosen]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    found = [line for line in done.stdout.splitlines() if "::" in line]
    if not found:
        raise SystemExit(f"No property test was found.\n{done.stdout}{done.stderr}")
    return found


def recorded() -> dict[str, dict[str, float]]:
    """What was searched before, by property."""
    found: dict[str, dict[str, float]] = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    return found


def name(test: str) -> str:
    """A property's name in the record: a file that moves to another folder keeps its own."""
    return test.rpartition("/")[2]


def record(test: str, minutes: float, tried: int, failed: bool) -> None:
    """Add a run to the record."""
    held = recorded()
    before = held.get(name(test), {"minutes": 0.0, "examples": 0, "failures": 0})
    held[name(test)] = {
        "minutes": round(before["minutes"] + minutes, 1),
        "examples": before["examples"] + tried,
        "failures": before["failures"] + failed,
    }
    RECORD.write_text(json.dumps(held, indent=1, sort_keys=True) + "\n", "utf-8")


def search(test: str, seconds: float) -> tuple[str, str, str]:
    """Search one property in a process of its own: (its id, how many examples were tried, what failed)."""
    # The search replaces no time limit of pytest's; what an example prints belongs to the report.
    command = [sys.executable, "-m", "pytest", "-p", "tests.fuzz", "--hypothesis-profile=fuzz", "--timeout=0"]
    environment = {**os.environ, SECONDS: str(seconds)}
    done = subprocess.run([*command, "-s", test], cwd=ROOT, capture_output=True, text=True, env=environment)
    tried = next((line[len(TRIED) :] for line in done.stderr.splitlines() if line.startswith(TRIED)), "0")
    return test, tried, "" if done.returncode == 0 else f"{done.stdout}\n{done.stderr}"


def main() -> int:
    """Search, several at once, and say of each property how it went as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("tests", nargs="*", metavar="TEST", help="files or ids of tests; all properties by default")
    parser.add_argument("--minutes", type=float, default=30.0, help="for each property (default: 30)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at once (default: one a core)")
    asked = parser.parse_args()
    before = recorded()
    found = sorted(properties(asked.tests), key=lambda test: before.get(name(test), {"minutes": 0.0})["minutes"])
    print(f"{len(found)} properties, {asked.minutes:g} minutes each, {asked.jobs} at once", flush=True)
    failures = []
    with ThreadPoolExecutor(asked.jobs) as pool:
        for done in as_completed([pool.submit(search, test, asked.minutes * 60) for test in found]):
            test, tried, failure = done.result()
            record(test, 0.0 if failure else asked.minutes, int(tried), bool(failure))
            print(f"{'FAILED' if failure else 'ok    '} {tried:>9} examples  {test}", flush=True)
            failures += [failure] if failure else []
    print("\n".join(failures))
    return min(1, len(failures))


if __name__ == "__main__":
    sys.exit(main())
