import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.errors import AdapterError
from inglenook_server.training.data import Document, documents, split

from tests.server.training.house import repository

KEY = "AKIA" + "Z3QX7P2LM4N8R6TD"


def test_code_alone_is_read_and_nothing_that_is_ignored_or_secret(workspace) -> None:
    root = workspace(
        {
            "a.py": f"x = 1\nkey = '{KEY}'\ny = 2\n",
            "web/b.ts": "export const b = 1\n",
            "README.md": "# prose\n",
            "data.csv": "1,2\n",
            ".env": "TOKEN=abc\n",
            "ignored.py": "z = 1\n",
            ".gitignore": "ignored.py\n",
            "node_modules/c.js": "c()\n",
        }
    )
    found = documents(root)
    assert [document.path for document in found] == ["a.py", "web/b.ts"]
    assert found[0].text == "x = 1\ny = 2\n"


def test_a_split_is_by_file_and_complete() -> None:
    files = [Document(path, text, "python") for path, text in repository().items()]
    parts = split(files, seed=0)
    paths = [document.path for part in (parts.train, parts.validation, parts.held_out) for document in part]
    assert sorted(paths) == sorted(repository())
    assert all((parts.train, parts.validation, parts.held_out))
    assert len(parts.train) > len(parts.validation) + len(parts.held_out)
    assert split(list(reversed(files)), seed=0) == parts
    assert split(files, seed=1) != parts


@given(st.lists(st.integers(200, 4000), min_size=6, max_size=40), st.integers(0, 99))
def test_no_text_is_in_two_parts(sizes: list[int], seed: int) -> None:
    files = [Document(f"{n}.py", f"x = {size}\n" * (size // 6), "python") for n, size in enumerate(sizes)]
    try:
        parts = split(files, seed)
    except AdapterError:
        return
    texts = [document.text for part in (parts.train, parts.validation, parts.held_out) for document in part]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("files", [0, 1, 5])
def test_too_little_code_is_said(files: int) -> None:
    with pytest.raises(AdapterError, match=f"too little code to train on: {files} files"):
        split([Document(f"{n}.py", f"{n}" * 9000, "python") for n in range(files)], 0)
