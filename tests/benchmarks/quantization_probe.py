"""What one folder of converted weights loses and costs, in this process; the figures as JSON on stdout.

Times are of the engine as the product loads it, but for `decode_ms`, which is without drafts. Processor time is what a
neighbour can't take.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from inglenook_server.generation.base import Infill, Options
from inglenook_server.generation.openvino.engine import OpenVinoGenerator
from inglenook_server.generation.openvino.paged_graph import BLOCK_TOKENS

HELD_OUT = (
    "django/http/cookie.py", "django/core/paginator.py", "django/utils/text.py", "django/http/request.py",
    "django/db/models/aggregates.py", "django/template/loader_tags.py", "django/contrib/auth/hashers.py",
    "django/forms/widgets.py", "django/core/cache/backends/filebased.py", "django/utils/timesince.py",
)  # fmt: skip
SCORED_CHARACTERS = 3_000  # of each
PROMPTS = ("django/http/request.py", "django/forms/widgets.py", "django/contrib/auth/hashers.py")
PROMPT_CHARACTERS = 4_600  # some thousand tokens; times are scaled to exactly a thousand
TYPED = 10
PAST = 600
DECODED = 48
TASKS = "completion/humaneval-infilling/HumanEval-SingleLineInfilling.jsonl.gz"
LINE_TOKENS = 48


def figures(folder: Path, root: Path, n: int) -> dict[str, object]:
    """Every figure of one folder."""
    import psutil

    generator = OpenVinoGenerator("this", folder, threads=int(os.environ.get("INGLENOOK_THREADS", "0")))
    row: dict[str, Any] = {"prefill_1000_ms": [], "prefill_1000_cpu_ms": [], "warm_32_ms": []}
    for name in PROMPTS:
        text = (root / name).read_text(encoding="utf-8")[:PROMPT_CHARACTERS].rpartition("\n")[0]
        used = time.process_time()
        cold = generator.generate(Infill(text[:-TYPED]), Options(max_tokens=1)).usage
        used = time.process_time() - used
        row["prefill_1000_ms"].append(cold.first_token_ms * 1000 / cold.prompt_tokens)
        row["prefill_1000_cpu_ms"].append(used * 1e6 / cold.prompt_tokens)
        row["warm_32_ms"].append(generator.generate(Infill(text), Options(max_tokens=32)).usage.total_ms)
    row["rss_mb"] = psutil.Process().memory_info().rss / 1e6
    row["bytes"] = (folder / "openvino_model.bin").stat().st_size
    row["em"] = exact_match(generator, n)
    row["logs"] = []
    for name in HELD_OUT:
        text = (root / name).read_text(encoding="utf-8")[:SCORED_CHARACTERS]
        row["logs"] += [round(value, 4) for value in generator.log_probabilities(text)]
    row["decode_ms"], row["decode_cpu_ms"] = decoding(generator, (root / PROMPTS[0]).read_text(encoding="utf-8"))
    return row


def exact_match(generator: OpenVinoGenerator, n: int) -> float:
    """Share of `n` single-line tasks, always the same, whose line is written exactly; the cursor after the indent."""
    with gzip.open(Path(os.environ["INGLENOOK_EVAL_DATA"]) / TASKS, "rt", encoding="utf-8") as file:
        tasks = random.Random(0).sample([json.loads(line) for line in file], n)
    right = 0
    for task in tasks:
        line = task["canonical_solution"].rstrip("\n")
        indent = line[: len(line) - len(line.lstrip())]
        infill = Infill(task["prompt"] + indent, "\n" + task["suffix"], "solution.py")
        text = generator.generate(infill, Options(max_tokens=LINE_TOKENS, stop=("\n",))).text
        right += text.strip() == line.strip()
    return right / n


def decoding(generator: OpenVinoGenerator, text: str) -> tuple[float, float]:
    """Milliseconds of one token without drafts: the tenth percentile by the wall, the mean by the processor."""
    model = generator._model
    assert model is not None
    ids = generator._prompter.encode_text(text)[: PAST + DECODED]
    table = list(range(-(-len(ids) // BLOCK_TOKENS) + 1))
    model.read(ids[:PAST], 0, table, 1)
    ticks = [(time.perf_counter(), time.process_time())]
    for at in range(PAST, PAST + DECODED):
        model.read(ids[at : at + 1], at, table, 1)
        ticks.append((time.perf_counter(), time.process_time()))
    gaps = sorted(after[0] - before[0] for before, after in itertools.pairwise(ticks))
    return gaps[len(gaps) // 10] * 1000, (ticks[-1][1] - ticks[0][1]) * 1000 / (len(ticks) - 1)


def main() -> None:
    """The figures of the folder that the command line names."""
    folder, root, n = sys.argv[1:]
    sys.stdout.write(json.dumps(figures(Path(folder), Path(root), int(n))) + "\n")
    sys.stdout.flush()
    os._exit(0)  # some runtimes' destructors abort


if __name__ == "__main__":
    main()
