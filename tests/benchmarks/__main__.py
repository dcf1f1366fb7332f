"""`python -m tests.benchmarks NAME [--n N]`: run one benchmark and write its result."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks import (
    adapter_modes,
    chat,
    chat_loop,
    chat_places,
    commands,
    completion,
    drafts,
    encoder_paths,
    engines,
    first_run,
    gate,
    index_scale,
    index_speed,
    injection,
    kills,
    masks,
    mcp_answers,
    next_edit,
    quantization,
    reports,
    retrieval,
    secrets,
    start,
    steps,
    symbols,
    typing_trace,
)
from tests.benchmarks.chat_client import CONDITIONS
from tests.benchmarks.completion_conditions import NAMES
from tests.benchmarks.result import FOLDER, Result

BENCHMARKS: dict[str, Callable[..., None]] = {
    "adapters": adapter_modes.measure,
    "chat": chat.measure,
    "commands": commands.measure,
    "completion": completion.measure,
    "drafts": drafts.measure,
    "encoder": encoder_paths.measure,
    "engines": engines.measure,
    "first-run": first_run.measure,
    "gate": gate.measure,
    "index": index_speed.measure,
    "index-scale": index_scale.measure,
    "injection": injection.measure,
    "kills": kills.measure,
    "loop": chat_loop.measure,
    "masks": masks.measure,
    "mcp": mcp_answers.measure,
    "nextedit": next_edit.measure,
    "places": chat_places.measure,
    "quantization": quantization.measure,
    "reports": reports.measure,
    "retrieval": retrieval.measure,
    "secrets": secrets.measure,
    "start": start.measure,
    "steps": steps.measure,
    "symbols": symbols.measure,
    "typing": typing_trace.measure,
}


def main() -> None:
    """Parse the command line, run, write, and print the summary."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    parser.add_argument(
        "--n",
        type=int,
        help="repetitions (adapters, engines, index, mcp, start, steps), pauses (typing), kills, "
        "repositories (encoder), tasks (quantization), the largest size (index-scale), or positions of a package "
        "(drafts; completion and gate: 100 by default), questions in all (chat; every one by default), hostile files "
        "(injection; the same), items (loop; 96 by default), changes of a repository (nextedit; 120 by default), "
        "descriptions of a repository (places; 60 by default); "
        "5 elsewhere",
    )
    parser.add_argument("--corpus", type=Path, help="a repository to measure on, instead of the one fetched")
    parser.add_argument("--fresh", action="store_true", help="forget the rows of an interrupted run")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where NAME.json goes")
    parser.add_argument(
        "--fit",
        action="store_true",
        help="print the ranker's weights, fitted anew (reports, retrieval); write the classifiers' (gate); "
        "show offers however uncertain, to measure each kind (nextedit)",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="take over the last result's rows: fit anew from its texts (gate), write only ours anew (completion), "
        "score anew (chat), measure the recall by retrieved tokens anew (retrieval; tier 1 unless --tiers says), "
        "time long reports anew (reports)",
    )
    parser.add_argument("--tiers", type=int, nargs="+", choices=(1, 2), help="only these tiers (retrieval)")
    parser.add_argument(
        "--set",
        choices=("fit", "wide", "report"),
        default="report",
        help="which packages (completion; nextedit; chat, which alone has wide)",
    )
    parser.add_argument(
        "--models", nargs="+", help="which models (completion, gate: smollm2-135m; chat, injection, loop: both)"
    )
    parser.add_argument(
        "--conditions",
        nargs="+",
        choices=(*NAMES, *CONDITIONS),
        metavar="CONDITION",
        help="only these (completion, chat)",
    )
    parser.add_argument(
        "--other", type=Path, help="the Python of another checkout, to be set beside this one (masks, start)"
    )
    arguments = parser.parse_args()
    whole = arguments.name == "completion"
    of_set = arguments.name in ("completion", "chat", "nextedit") and arguments.set != "report"
    called = f"{arguments.name}-{arguments.set}" if of_set else arguments.name
    models = arguments.models or ["smollm2-135m"]
    result = Result(called, arguments.out, fresh=arguments.fresh)
    own: dict[str, Any] = {}
    if arguments.name == "retrieval":
        usual_tiers = (1,) if arguments.again else (1, 2)
        own = {"fit": arguments.fit, "tiers": tuple(arguments.tiers or usual_tiers), "again": arguments.again}
    if arguments.name == "reports":
        own = {"fit": arguments.fit, "again": arguments.again}
    if arguments.name in ("masks", "start"):
        own = {"other": arguments.other}
    if whole:
        own = {
            "which": arguments.set,
            "models": models,
            "conditions": [one for one in arguments.conditions or NAMES if one in NAMES],
            "again": arguments.again,
        }
    if arguments.name == "chat":
        own = {"which": arguments.set, "models": arguments.models or (), "again": arguments.again}
        own["conditions"] = arguments.conditions or CONDITIONS
    if arguments.name == "nextedit":
        own = {"which": arguments.set, "every": arguments.fit}
    if arguments.name in ("injection", "loop"):
        own = {"models": arguments.models or ()}
    if arguments.name == "gate":
        own = {"models": models, "write": arguments.fit, "again": arguments.again}
    usual = {
        **{"commands": 10, "completion": 100, "gate": 100, "chat": 10_000, "injection": 10_000, "loop": 96},
        **{"places": 60, "nextedit": 120},
    }
    count = arguments.n if arguments.n is not None else usual.get(arguments.name, 5)
    BENCHMARKS[arguments.name](result, n=count, corpus=arguments.corpus, **own)
    path = result.write()
    width = max(len(key) for key in result.summary)
    for key, value in result.summary.items():
        sys.stdout.write(f"{key:{width}}  {value:,.4g}\n")
    sys.stdout.write(f"written to {path}\n")


if __name__ == "__main__":
    main()
