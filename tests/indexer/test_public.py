import subprocess
import sys
from pathlib import Path

import inglenook_indexer
import pytest

PACKAGE = Path(inglenook_indexer.__file__).parent


@pytest.mark.parametrize("name", inglenook_indexer.__all__)
def test_every_public_name_is_there(name):
    assert getattr(inglenook_indexer, name).__name__ == name


def test_the_list_is_exact_and_sorted():
    assert dir(inglenook_indexer) == sorted(inglenook_indexer.__all__)
    assert sorted(name for names in inglenook_indexer._HOMES.values() for name in names) == inglenook_indexer.__all__
    with pytest.raises(AttributeError):
        _ = inglenook_indexer.nothing_of_that_name


def modules_after(code):
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    )


HEAVY = {
    "numpy",
    "pyarrow",
    "lancedb",
    "llama_index",
    "openvino",
    "torch",
    "transformers",
    "tree_sitter",
    "watchdog",
    "pydantic",
}


@pytest.mark.parametrize(
    "code", ["import inglenook_indexer", "from inglenook_indexer import Index, Watcher, mask_secrets, reason_excluded"]
)
def test_imports_are_cheap(code):
    assert not modules_after(code) & HEAVY


def test_the_whole_package_needs_neither_server_nor_torch():
    names = [
        "inglenook_indexer." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py"
    ]
    loaded = modules_after("\n".join(f"import {name}" for name in names))
    assert not loaded & {"inglenook_server", "pygls", "lsprotocol", "torch", "transformers"}


def test_only_the_store_knows_lancedb():
    users = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if "import lancedb" in path.read_text() or "from lancedb" in path.read_text()
    }
    assert users == {"store"}


def test_openvino_comes_without_its_telemetry():
    code = (
        "from inglenook_indexer.embed.runtime import import_openvino as load\nload().Core()\nimport openvino.tools.ovc"
    )
    assert "openvino_telemetry.main" not in modules_after(code)
