"""`make fuzz`: each property test searched at random for a while, where the suite tries the same examples every time.

    python -m tests.fuzz [--minutes 30] [--jobs 2] [TEST ...]

A failing example is kept in `.hypothesis`, tried first the next time, and printed: put it above its test as an
`@example`, so that the suite holds it. Ends with the number of properties that failed, at most 1, as its exit code.

As a pytest plugin (`-p tests.fuzz`) it leaves out all other tests, and calls each property again and again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECONDS = "INGLENOOK_FUZZ_S"  # how long one property is searched, from this module to its plugin half
TRIED = "examples tried: "


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
    found = properties(asked.tests)
    print(f"{len(found)} properties, {asked.minutes:g} minutes each, {asked.jobs} at once", flush=True)
    failures = []
    with ThreadPoolExecutor(asked.jobs) as pool:
        for test, tried, failure in pool.map(lambda test: search(test, asked.minutes * 60), found):
            print(f"{'FAILED' if failure else 'ok    '} {tried:>9} examples  {test}", flush=True)
            failures += [failure] if failure else []
    print("\n".join(failures))
    return min(1, len(failures))


if __name__ == "__main__":
    sys.exit(main())
