"""`masks`: how many files and lines of real repositories are masked, beside another revision, and which differ.

`--other PYTHON` names the interpreter of another checkout. Every line that only one of the two masks is printed, to be
looked at: what nobody would call a secret there is a fault of the rules.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.corpus import npm_package, source_distribution
from tests.benchmarks.result import Result

PYTHON = (
    ("ansible-core", "2.17.1"), ("apache-libcloud", "3.8.0"), ("boto3", "1.34.140"), ("celery", "5.4.0"),
    ("django-allauth", "0.63.6"), ("flask", "3.0.3"), ("paramiko", "3.4.0"), ("requests", "2.32.3"),
    ("scrapy", "2.11.2"), ("sentry-sdk", "2.8.0"),
)  # fmt: skip
JAVASCRIPT = (
    ("axios", "1.7.2"), ("mongoose", "8.4.4"), ("next-auth", "4.24.7"), ("oidc-provider", "8.5.1"),
    ("parse-server", "7.0.0"), ("passport", "0.7.0"), ("serverless", "3.39.0"), ("typeorm", "0.3.20"),
)  # fmt: skip
"""Packages that speak of passwords and tokens all day, and their tests; beside Python and JavaScript they hold YAML,
JSON, shell, PowerShell, XML and INI."""
COUNT = """
import json, sys, time
from pathlib import Path
from inglenook_indexer.secrets.redact import find_secrets, is_secret_path
find_secrets("the rules are loaded: once")
root, lines, files, withheld, seconds = Path(sys.argv[1]), {}, 0, 0, 0.0
for path in sorted(root.rglob("*")):
    if not path.is_file() or path.is_symlink() or path.stat().st_size > 1_000_000:
        continue
    name = path.relative_to(root).as_posix()
    data = path.read_bytes()
    if is_secret_path(name):
        withheld += 1
    elif b"\\0" not in data[:8192]:
        text = data.decode(errors="replace")
        begin = time.process_time()
        found = find_secrets(text)
        seconds += time.process_time() - begin
        files += 1
        for span in found:
            number = text.count("\\n", 0, span.start) + 1
            start = text.rfind("\\n", 0, span.start) + 1
            lines[f"{name}:{number}"] = text[max(start, span.start - 100) : span.end + 20].replace("\\n", " ")[:300]
print(json.dumps({"lines": lines, "files": files, "withheld": withheld, "seconds": seconds}))
"""
"""Run by either interpreter, so that neither side counts in its own way."""


def measure(result: Result, *, n: int, corpus: Path | None, other: Path | None = None) -> None:
    """Fill `result`: files and lines masked, files withheld by name and processor seconds, per package and in all."""
    del n
    packages = [*((source_distribution, one) for one in PYTHON), *((npm_package, one) for one in JAVASCRIPT)]
    folders = [corpus] if corpus else [fetch(*one) for fetch, one in packages]
    sides = {"this": Path(sys.executable)} | ({"other": other} if other else {})
    if other:
        result.appendix = f"`other` is {revision_of(other)}. Every line that only one side masks was looked at.\n"
    for root in folders:
        found = {side: counted(python, root) for side, python in sides.items()}
        row = {f"{side} {key}": value for side, one in found.items() for key, value in numbers(one).items()}
        result.rows[root.name] = row
        for key, value in row.items():
            result.summary[key] = result.summary.get(key, 0.0) + value
        for mark, mine, theirs in (("+", "this", "other"), ("-", "other", "this")):
            for place, line in found[mine]["lines"].items() if other else ():
                if place not in found[theirs]["lines"]:
                    sys.stdout.write(f"{mark} {root.name} {place} {line}\n")


def revision_of(python: Path) -> str:
    """The revision that an interpreter's checkout stands at."""
    command = ["git", "-C", str(python.parent), "rev-parse", "--short=12", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def counted(python: Path, root: Path) -> dict[str, dict[str, str]]:
    """What the indexer of an interpreter masks in a folder."""
    done = subprocess.run([str(python), "-c", COUNT, str(root)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def numbers(found: dict[str, dict[str, str]]) -> dict[str, float]:
    """The figures of one side."""
    masked = {place.rsplit(":", 1)[0] for place in found["lines"]}
    rest = {key: float(str(found[key])) for key in ("files", "withheld", "seconds")}
    return {"masked_files": float(len(masked)), "masked_lines": float(len(found["lines"])), **rest}
