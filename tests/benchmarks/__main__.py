"""`python -m tests.benchmarks NAME [--n N]`: run one benchmark and write its result."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.benchmarks import engines, index_speed, retrieval, secrets, typing_trace
from tests.benchmarks.result import FOLDER, Result

BENCHMARKS = {
    "engines": engines.measure,
    "index": index_speed.measure,
    "retrieval": retrieval.measure,
    "secrets": secrets.measure,
    "typing": typing_trace.measure,
}


def main() -> None:
    """Parse the command line, run, write, and print the summary."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    parser.add_argument("--n", type=int, default=5, help="repetitions (index) or pauses (typing)")
    parser.add_argument("--corpus", type=Path, help="a repository to measure on, instead of the one fetched")
    parser.add_argument("--fresh", action="store_true", help="forget the rows of an interrupted run")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where NAME.json goes")
    arguments = parser.parse_args()
    result = Result(arguments.name, arguments.out, fresh=arguments.fresh)
    BENCHMARKS[arguments.name](result, n=arguments.n, corpus=arguments.corpus)
    path = result.write()
    width = max(len(key) for key in result.summary)
    for key, value in result.summary.items():
        sys.stdout.write(f"{key:{width}}  {value:,.4g}\n")
    sys.stdout.write(f"written to {path}\n")


if __name__ == "__main__":
    main()
