"""The documents say what is so: figures stand in results, links lead somewhere, code runs, what is named is there."""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from inglenook_server import settings
from inglenook_server.models import list_models

from tests.docs.documents import BEGIN, END, MADE, ROOT
from tests.docs.figures import render
from tests.docs.markdown import anchor

DOCUMENTS = sorted(
    [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "client-vscode/README.md")]
)
DOCUMENTS += sorted((ROOT / "docs").glob("*.md"))
PACKAGES = (ROOT / "indexer" / "inglenook_indexer", ROOT / "server" / "inglenook_server")
BASES = (
    ROOT,
    *PACKAGES,
    *(folder for package in PACKAGES for folder in package.glob("*/")),
    ROOT / "indexer" / "examples",
)
"""What a path in a document may be relative to."""
INGLENOOK = Path(sys.executable).with_name("inglenook")

ids = [str(document.relative_to(ROOT)) for document in DOCUMENTS]
each = pytest.mark.parametrize("document", DOCUMENTS, ids=ids)


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_is_as_it_would_be_made(name):
    assert (ROOT / name).read_text("utf-8") == MADE[name](), "run `make docs`"


def test_a_figure_that_no_result_has_is_an_error():
    assert render("{{kills kills.total ,.0f}} {{kills kills.total /1000 .1f}} s") == "2,000 2.0 s"
    with pytest.raises(KeyError):
        render("{{kills kills.nothing .0f}}")


MEASURED = re.compile(
    r"(?<![\w.,])\d[\d.,]*\s?(?:ms|s|seconds|minutes|kB|MB|GB|%|tokens/s)(?!\w)|(?<![\w.\d])\.\d{2,3}(?!\w)"
)
NO_MEASUREMENT = {
    "0.5 GB": "the size of the default model's download",
    "3 GB": "the room that a model wants while it is converted",
}


def test_no_document_says_a_figure_of_its_own():
    found = {}
    for document in DOCUMENTS:
        name = str(document.relative_to(ROOT))
        if name in ("docs/figures.md", "CONTRIBUTING.md"):
            continue
        text = document.read_text("utf-8")
        text = re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), "", text, flags=re.DOTALL)
        said = [one for one in MEASURED.findall(text) if one not in NO_MEASUREMENT]
        if said:
            found[name] = said
    assert found == {}, "put it into tests/docs/templates, with the result it comes from"


def test_what_counts_as_a_figure():
    said = "It takes 12 ms, 1.85 s or .893 of 500 MB; 40 % of lines, 3,000 files, port 8080, 2.1.1 and 32-bit"
    assert MEASURED.findall(said) == ["12 ms", "1.85 s", ".893", "500 MB", "40 %"]


def anchors(text):
    """What the headings of a document are called in a link."""
    return {anchor(head) for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@each
def test_links_lead_somewhere(document):
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, part = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), target
        if part:
            assert part in anchors(file.read_text("utf-8")), target


def there(path):
    """The files that a document may mean by a path."""
    return [base / path for base in BASES if (base / path).exists()]


@each
def test_code_that_is_named_is_there(document):
    if document.name == "PROTOCOL.md":
        pytest.skip("its example speaks of another repository")
    text = document.read_text("utf-8")
    for path, name in re.findall(r"`([\w./-]+\.py)(?::(\w+))?`", text):
        files = there(path)
        assert files, path
        if name:
            defined = {
                node.name
                for file in files
                for node in ast.walk(ast.parse(file.read_text("utf-8")))
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            }
            assert name in defined, f"{path}:{name}"
    for folder in re.findall(r"`([\w./-]+/)`", text):
        assert there(folder), folder


def blocks(document, language):
    """Fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", document.read_text("utf-8"), re.DOTALL)


@each
def test_settings_in_documents_can_be_used(document, monkeypatch, tmp_path):
    monkeypatch.setenv("INGLENOOK_CONFIG", str(tmp_path))
    for one in configurations(document):
        if not servers(one):  # those are other programs' files
            assert settings.load(one.get("settings", one))[1] == []


def configurations(document):
    """What the TOML and JSON blocks say."""
    yield from (tomllib.loads(text) for text in blocks(document, "toml"))
    yield from (json.loads(text) for text in blocks(document, "json"))


def servers(configuration):
    """The servers that the configuration of another program starts."""
    groups = ("servers", "mcpServers", "context_servers", "mcp_servers", "agent_servers")
    return [one for group in groups for one in configuration.get(group, {}).values()]


@each
def test_what_other_programs_start_is_there(document):
    for one in (server for configuration in configurations(document) for server in servers(configuration)):
        assert one["command"] == "inglenook"
        done = subprocess.run([INGLENOOK, *one["args"], "--help"], capture_output=True, text=True)
        assert done.returncode == 0
        assert f"inglenook {one['args'][0]}" in done.stdout + done.stderr


def commands(document):
    """Each command line of the shell blocks."""
    for block in blocks(document, "sh"):
        for line in block.splitlines():
            if words := shlex.split(line, comments=True):
                yield words


ALL = [(document, words) for document in DOCUMENTS for words in commands(document)]
RUN = [pytest.param(words, id=" ".join(words)) for _, words in ALL if words[0] == "inglenook"]
SLOW = ("adapt", "serve", "mcp", "acp")
"""What takes minutes, or never ends: only whether it is written rightly is looked at."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A small repository in the place of `~/src/project`, indexed as the first command on a page would."""
    home = tmp_path_factory.mktemp("home")
    root = shutil.copytree(ROOT / "tests" / "vscode" / "shop", home / "src" / "project")
    environment = {**os.environ, "HOME": str(home), "INGLENOOK_CACHE": str(home / "cache")}
    environment["INGLENOOK_CONFIG"] = str(home / "config")
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text('[generation]\nprofile = "fast"\n')
    done = subprocess.run([INGLENOOK, "index", str(root)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return root, environment


@pytest.mark.model
@pytest.mark.parametrize("words", RUN)
def test_commands_run_as_they_stand(words, project):
    root, environment = project
    if words[1:3] == ["models", "pull"]:
        assert set(words[3:]) <= {model.name for model in list_models()}
        return
    arguments = [word.replace("~/src/project", str(root)) for word in words[1:]]
    if words[1] in SLOW:
        arguments.append("--help")
    if "NAME" in words:
        arguments.append("--help")
    done = subprocess.run([INGLENOOK, *arguments], env=environment, capture_output=True, text=True, cwd=root)
    nothing = words[1:3] in (["adapters", "list"], ["adapters", "off"])  # there is none yet
    assert done.returncode in ((0, 3) if nothing else (0,)), f"{done.stdout}\n{done.stderr}"


def test_other_commands_are_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for _, words in ALL:
        if words[0] == "make":
            assert re.search(rf"^{words[1]}:", makefile, re.MULTILINE), words
        elif words[0] == "python":
            assert (ROOT / words[2].replace(".", "/")).exists() or (ROOT / f"{words[2].replace('.', '/')}.py").exists()
        else:
            assert words[0] in ("inglenook", "pip", "code", "claude"), words


def test_pages_are_short():
    def lines(name):
        return len((ROOT / name).read_text("utf-8").splitlines())

    assert lines("README.md") < 110
    assert lines("ARCHITECTURE.md") <= 160
