"""What a figure was measured on: the machine, the versions, the revision."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import psutil
from inglenook_server.cli.report import installed, instructions

ROOT = Path(__file__).parents[2]
PACKAGES = (
    *("inglenook", "openvino", "openvino-genai", "torch", "transformers", "peft"),
    *("llama-index-core", "lancedb", "pygls", "tree-sitter", "model2vec", "numpy"),
)


def machine() -> dict[str, object]:
    """Processor, cores, memory, operating system."""
    return {
        "processor": processor(),
        "cores": psutil.cpu_count(logical=True),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def processor() -> str:
    """The processor's name, and whether it has the instructions that decide a model's speed."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    name = next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")), "")
    return f"{name or platform.machine()} ({' '.join(instructions())})"


def versions() -> dict[str, str]:
    """The packages that a figure depends on."""
    return {name: installed(name) for name in PACKAGES}


def revision() -> str:
    """The commit, marked when the tree differs from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    dirty = git("status", "--porcelain", "--untracked-files=no", "--", "server", "indexer", "pyproject.toml")
    return git("rev-parse", "--short=12", "HEAD") + ("+changes" if dirty else "")
