"""The library's page and its example, run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from inglenook_indexer.errors import StorageError

HOME = Path(__file__).parents[2] / "indexer"
SHOP = {
    "shop/cart.py": "from shop.prices import price\n\n\ndef total(items):\n    return sum(price(x) for x in items)\n",
    "shop/prices.py": "PRICES = {}\n\n\ndef price(item):\n    return PRICES[item]\n",
    "shop/mail.py": "def send_letter(address, letter):\n    return address.post(letter)\n",
}


@pytest.fixture
def project(workspace, tmp_path, monkeypatch):
    root = workspace({f"project/{path}": text for path, text in SHOP.items()})
    monkeypatch.setenv("INGLENOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(root)
    return root / "project"


def test_the_page_runs_from_top_to_bottom(project, capsys):
    page = (HOME.parent / "docs" / "library.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) >= 4
    names = {}
    for block in blocks:
        exec(compile(block, "library.md", "exec"), names)
    told = capsys.readouterr().out
    assert "3 files" in told
    assert "function total shop/cart.py 4" in told
    assert "call shop/cart.py 5 total" in told
    assert "['shop.prices']" in told
    assert "['shop/cart.py']" in told
    assert "shop/cart.py:1-5" in told


@pytest.mark.parametrize("encoder", [False, pytest.param(True, marks=pytest.mark.model)])
def test_another_embedding_finds_the_right_file(project, encoder, request):
    command = [sys.executable, str(HOME / "examples" / "another_embedding.py"), str(project), "post a letter"]
    if encoder:
        from inglenook_server.models import ENCODER, installed

        command += ["--encoder", str(installed(ENCODER).folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert re.fullmatch(r"0\.\d{3}  shop/mail.py:1  send_letter", first), done.stdout


def test_a_store_of_another_embedding_is_refused_with_a_sentence(tmp_path):
    from inglenook_indexer.store.chunk_store import ChunkStore

    store = ChunkStore(folder=str(tmp_path), embedder="one:1", dimensions=8)
    store.open(create=True)
    store.shut()
    with pytest.raises(StorageError, match=r"one:1.*two:1"):
        ChunkStore(folder=str(tmp_path), embedder="two:1", dimensions=8).open()
