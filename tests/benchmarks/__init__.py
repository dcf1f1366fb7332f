"""Benchmarks: `python -m tests.benchmarks NAME`. Each writes results/NAME.json and a Markdown table beside it."""
