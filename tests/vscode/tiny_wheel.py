"""A wheel that passes for ours, of a few kilobytes: what is tested is the environment that is made for it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import psutil

FILES = {
    "inglenook_server/__init__.py": "__version__ = '{version}'\n",
    "inglenook_server/app.py": "",
    "inglenook_indexer/__init__.py": "",
    "inglenook_indexer/embed/__init__.py": "",
    "inglenook_indexer/embed/runtime.py": "def import_genai():\n    pass\n",
    "lancedb.py": "",
    "tree_sitter.py": "",
    # psutil itself is the real one, of the Python that runs the tests.
    "packages.pth": f"{Path(psutil.__file__).parents[1]}\n",
}


def write(folder: Path, version: str = "9.0", *, needs: str = "", **replaced: str) -> Path:
    """The wheel's path. `needs` is a requirement; `replaced` has other texts for files, by their names' last part."""
    name = f"inglenook-{version}"
    info = f"{name}.dist-info"
    files = {path: replaced.get(Path(path).stem, text.replace("{version}", version)) for path, text in FILES.items()}
    required = f"Requires-Dist: {needs}\n" if needs else ""
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: inglenook\nVersion: {version}\n{required}"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    wheel = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel
