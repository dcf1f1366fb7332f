"""`secrets`: ours beside well-kept detectors, on samples of every rule and on code without secrets.

Peers take part where they are installed: `pip install detect-secrets credsweeper`. CredSweeper runs without its model.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from inglenook_indexer.files.discover import Candidate, walk
from inglenook_indexer.files.read import content
from inglenook_indexer.secrets.assignments import assigned_secrets
from inglenook_indexer.secrets.detector import vendor_secrets
from inglenook_indexer.secrets.formats import formed_secrets
from inglenook_indexer.secrets.redact import find_secrets
from inglenook_indexer.types import Skipped

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.result import Result
from tests.privacy.samples import contents, pieces

Detector = Callable[[str], list[str]]
"""A text -> the secrets it found."""
CONTEXTS = ("{}\n", "# note: {}\nx = 1\n", "import os\n\n\ndef f():\n    {}\n    return 2\n", '{{"text": "{}"}}\n')
SHARE = 20
"""Peers get every 20th file of the corpus: they are that much slower."""


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`: recall in percent, flags per MB of a corpus that is meant to hold none, MB/s (best of `n`)."""
    root = corpus or source_distribution(*DJANGO)
    texts = []
    for one in walk(root):
        found = content(root, one) if isinstance(one, Candidate) else None
        if found is not None and not isinstance(found, Skipped):
            texts.append(found[0])
    for name, make in DETECTORS.items():
        if make is None:
            continue
        detector = make()
        mine = texts if name.startswith(("inglenook", "kingfisher")) else texts[::SHARE]
        row = result.row(name, lambda detector=detector, mine=mine: judge(detector, mine, n))
        for key in ("recall_percent", "flags_per_mb", "mb_per_s"):
            result.summary[f"{name} {key}"] = float(str(row[key]))


def judge(detector: Detector, texts: list[str], n: int) -> dict[str, object]:
    """One detector's row."""
    missed, total = [], 0
    for name, (text, hidden) in contents().items():
        for context in CONTEXTS:
            if "\n" in text and context != CONTEXTS[0]:
                continue  # a block of lines is no value
            found = " ".join(detector(context.format(text))).lower()
            total += 1
            if not all(piece in found for one in hidden for piece in pieces(one)):
                missed.append(name)
    size = sum(len(text.encode()) for text in texts) / 1e6
    seconds, flags = [], 0
    for _ in range(n):
        begin = time.perf_counter()
        flags = sum(len(detector(text)) for text in texts)
        seconds.append(time.perf_counter() - begin)
    return {
        "recall_percent": 100 * (total - len(missed)) / total, "flags_per_mb": flags / size,
        "mb_per_s": size / min(seconds), "samples": total, "missed": sorted(set(missed)), "mb": size,
    }  # fmt: skip


def of_spans(find: Callable[[str], list[object]]) -> Detector:
    """One of our own layers."""
    find("warm it up")
    return lambda text: [text[span.start : span.end] for span in find(text)]  # type: ignore[attr-defined]


def detect_secrets() -> Detector:
    """Yelp's detect-secrets with all its plugins and filters, which want a file."""
    from detect_secrets import SecretsCollection
    from detect_secrets.settings import default_settings

    folder = tempfile.TemporaryDirectory(prefix="inglenook-bench-")

    def detect(text: str) -> list[str]:
        file = Path(folder.name) / "sample.py"
        file.write_text(text, "utf-8")
        found = SecretsCollection()
        with default_settings():
            found.scan_file(str(file))
        return [one.secret_value or "" for _, one in found]

    return detect


def credsweeper() -> Detector:
    """Samsung's CredSweeper, its patterns and filters."""
    from credsweeper.app import CredSweeper
    from credsweeper.file_handler.string_content_provider import StringContentProvider

    sweeper = CredSweeper()

    def detect(text: str) -> list[str]:
        found = sweeper.file_scan(StringContentProvider(text.splitlines()))
        return [line.value or "" for one in found for line in one.line_data_list]

    return detect


def there(module: str, make: Callable[[], Detector]) -> Callable[[], Detector] | None:
    """`make` if the module is installed."""
    return make if importlib.util.find_spec(module) else None


DETECTORS: dict[str, Callable[[], Detector] | None] = {
    "inglenook": lambda: of_spans(find_secrets),
    "inglenook formats alone": lambda: of_spans(formed_secrets),
    "inglenook assignments alone": lambda: of_spans(assigned_secrets),
    "kingfisher alone": lambda: of_spans(vendor_secrets),
    "detect-secrets": there("detect_secrets", detect_secrets),
    "credsweeper": there("credsweeper", credsweeper),
}
