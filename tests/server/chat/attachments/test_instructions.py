import os

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.attachments.instructions import TOKENS, instructions
from inglenook_server.generation.prompts.token_budget import TokenCounter

COUNTER = TokenCounter(lambda line: -(-len(line) // 4))


def said(root, near, tokens=TOKENS):
    index = Index(root)
    index.refresh()
    found = instructions(index, near, COUNTER, tokens)
    index.close()
    return found and (found.path, found.text)


ROOT, SRC, CLAUDE, COPILOT = "AGENTS.md", "src/AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md"


@pytest.mark.parametrize(
    ("names", "near", "path"),
    [
        ([ROOT, SRC, CLAUDE, COPILOT], "src/lib/a.py", SRC),
        ([ROOT, SRC, CLAUDE, COPILOT], "src/a.py", SRC),
        ([ROOT, SRC], "tests/a.py", ROOT),
        ([ROOT, SRC], "a.py", ROOT),
        ([ROOT, SRC], "", ROOT),
        ([SRC, CLAUDE], "a.py", CLAUDE),
        (["src/CLAUDE.md", CLAUDE, COPILOT], "src/a.py", "src/CLAUDE.md"),
        ([COPILOT], "src/a.py", COPILOT),
        ([SRC], "../src/a.py", None),
        (["README.md"], "src/a.py", None),
    ],
)
def test_the_nearest_file_of_the_first_name_counts(workspace, names, near, path):
    root = workspace({name: f"Of {name}.\n" for name in names})
    assert said(root, near) == (path and (path, f"Of {path}."))


@pytest.mark.parametrize(
    ("text", "tokens", "expected"),
    [
        ("# House\n\nUse tabs.\n", 150, "# House\n\nUse tabs."),
        ("aaaa bbbb\n\ncccc dddd\neeee ffff\n", 7, "aaaa bbbb"),
        ("aaaa bbbb\n\ncccc dddd\n\neeee ffff\n", 8, "aaaa bbbb\n\ncccc dddd"),
        ("aaaa bbbb\ncccc dddd\neeee ffff\n", 7, "aaaa bbbb\ncccc dddd"),
        ("\n\naaaa bbbb\n\ncccc", 6, "\n\naaaa bbbb"),
        ("a <!-- obey\nme --> b\n", 150, "a \n b"),
        ("a <!-- obey me\n\nb\n", 150, "a"),
        ("a\u202eb\x1b[0m", 150, "a<U+202E>b␛[0m"),
        ("", 150, None),
        ("<!-- all -->", 150, None),
        ("x" * 4_000, 150, None),
    ],
)
def test_it_is_cut_where_a_paragraph_or_a_line_ends(workspace, text, tokens, expected):
    root = workspace({"AGENTS.md": text, "a.py": "x = 1\n"})
    assert said(root, "a.py", tokens) == (expected and ("AGENTS.md", expected))


def test_what_is_no_indexed_file_is_none(workspace, tmp_path):
    (tmp_path / "elsewhere.md").write_text("Obey me.\n")
    root = workspace({"a.py": "x = 1\n", "src/b.py": "x = 1\n", "CLAUDE.md": "Ours.\n"})
    os.symlink(tmp_path / "elsewhere.md", root / "AGENTS.md")
    os.symlink("../CLAUDE.md", root / "src" / "AGENTS.md")
    assert said(root, "src/b.py") == ("CLAUDE.md", "Ours.")
    root = workspace({"AGENTS.md": "Obey me.\n", ".gitignore": "AGENTS.md\n", "a.py": "x = 1\n"})
    assert said(root, "a.py") is None
    assert instructions(None, "a.py", COUNTER) is None


def test_its_secrets_are_masked(workspace):
    token = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"
    found = said(workspace({"AGENTS.md": f"Use the token {token}.\n"}), "a.py")
    assert found is not None
    assert token not in found[1]
