"""Secrets of notebooks: masked in the cell's own text, so that the file stays a notebook and its outputs outside."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer import Index
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.search.overlay import Overlay
from inglenook_indexer.secrets.redact import find_secrets, mask_secrets
from inglenook_indexer.text.notebook import cells
from inglenook_indexer.update.explain_file import withheld

from tests.indexer.text.test_notebook import code, markdown, notebook

VALUE = "kT7pQz4mXw9r" + "Lc2vNb8s"
OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["giraffe\n", f"password = '{VALUE}'\n"]}
SOURCES = {
    "in quotes": f'password = "{VALUE}"\ndef zebra():\n    return 1\n',
    "in single quotes": f"password = '{VALUE}'\ndef zebra():\n    return 1\n",
    "with an escape": f'password = "{VALUE}\\t{VALUE}"\ndef zebra():\n    return 1\n',
    "with letters of two bytes": f'# ü\npassword = "é{VALUE}é"\ndef zebra():\n    return 1\n',
    "over lines": f'password = (\n    "{VALUE[:10]}"\n    "{VALUE[10:]}"\n)\ndef zebra():\n    return 1\n',
    "a key block": "key = '''-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----'''\nzebra = 1\n",
    "an unfinished quote": f'zebra = 1\npassword = "{VALUE}\n',
}


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("name", SOURCES)
def test_a_masked_notebook_is_one_still(name, ascii_only):
    book = notebook(markdown("# Zoo\n"), code(SOURCES[name], [OUTPUT]), code("zebra()"))
    book = json.dumps(json.loads(book), indent=1, ensure_ascii=ascii_only)
    masked, spans = mask_secrets(book, "a.ipynb")
    assert spans
    assert len(masked) == len(book)
    assert len(masked.encode()) == len(book.encode())
    assert not [part for part in (VALUE, VALUE[:10], VALUE[10:], "MIIEvQIBADANBgkq") if part in masked]
    assert [(one.name, one.line, one.lines) for one in cells(masked)] == [
        (one.name, one.line, one.lines) for one in cells(book)
    ]
    assert "zebra" in cells(masked)[1].text
    assert "giraffe" not in "".join(one.text for one in cells(masked))
    assert mask_secrets(masked, "a.ipynb")[0] == masked


def test_a_buffer_and_a_file_are_cut_by_cell(tmp_path):
    (tmp_path / "w").mkdir()
    book = notebook(code(SOURCES["in quotes"], [OUTPUT]))
    (tmp_path / "w" / "a.ipynb").write_text(book)
    index = Index(tmp_path / "w", tmp_path / "index")
    index.refresh()
    stored = [hit.chunk.text for hit in index.search("zebra password giraffe", limit=20)]
    [listed] = [one for one in withheld(index.root) if book.splitlines()[one.line - 1].startswith('    "password')]
    index.close()
    assert listed.end_line == listed.line
    assert "zebra" in "".join(stored)
    assert not [text for text in stored if VALUE in text or "giraffe" in text or "cell_type" in text]


def test_an_unsaved_notebook_keeps_its_cells():
    overlay = Overlay(StaticEmbedder())
    overlay.put("a.ipynb", notebook(code(SOURCES["in quotes"], [OUTPUT])))
    text = overlay.text("a.ipynb")[0]
    assert cells(text) is not None
    assert VALUE not in text


def test_what_can_not_be_cut_is_masked_as_text():
    text = json.dumps({"cells": [{"source": f"password = '{VALUE}'"}]}) + "{"
    assert cells(text) is None
    assert VALUE not in mask_secrets(text, "a.ipynb")[0]
    assert find_secrets(text, "a.ipynb") == find_secrets(text)


@given(
    st.lists(
        st.sampled_from([*SOURCES.values(), "# ä😀\n", 'x = "\\\\"\n', "-----BEGIN PRIVATE KEY-----\n"]), max_size=4
    )
)
def test_any_notebook_stays_a_notebook(sources):
    book = notebook(*(code(source, [OUTPUT]) for source in sources))
    masked, _ = mask_secrets(book, "a.ipynb")
    assert len(masked) == len(book)
    assert [(one.line, one.lines) for one in cells(masked)] == [(one.line, one.lines) for one in cells(book)]
    assert VALUE not in masked
