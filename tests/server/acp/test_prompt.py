"""A prompt becomes a question, and what goes along: files of the folder by their place, nothing from outside."""

from __future__ import annotations

from pathlib import Path

import acp
import pytest
from acp.schema import EmbeddedResourceContentBlock, TextResourceContents
from inglenook_server.acp.prompt import OUTSIDE, read
from inglenook_server.chat.attachments.types import Given

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def embedded(uri: str, text: str) -> EmbeddedResourceContentBlock:
    return EmbeddedResourceContentBlock(type="resource", resource=TextResourceContents(uri=uri, text=text))


def test_links_stand_in_the_question(tmp_path: Path) -> None:
    blocks = [acp.text_block("What does "), acp.resource_link_block("a.py", (tmp_path / "src/a.py").as_uri())]
    question, given = read([*blocks, acp.text_block(" do?")], tmp_path)
    assert question == "What does `src/a.py` do?"
    assert given == (Given("file", "src/a.py"),)


@pytest.mark.parametrize(
    ("fragment", "lines"), [("#L3", (3, 3)), ("#L3:9", (3, 9)), ("#L3-9", (3, 9)), ("#L3-L9", (3, 9))]
)
def test_lines_are_a_selection(tmp_path: Path, fragment: str, lines: tuple[int, int]) -> None:
    _, given = read([acp.resource_link_block("a", (tmp_path / "a.py").as_uri() + fragment)], tmp_path)
    assert given == (Given("selection", "a.py", start_line=lines[0], end_line=lines[1]),)


def test_what_the_client_says_of_a_file_is_not_used(tmp_path: Path) -> None:
    _, given = read([embedded((tmp_path / "a.py").as_uri(), f'TOKEN = "{TOKEN}"')], tmp_path)
    assert given == (Given("file", "a.py"),)


def test_a_text_of_no_file_is_masked(tmp_path: Path) -> None:
    _, given = read([embedded("zed:///thread/1", f'TOKEN = "{TOKEN}"\nx = 1\n')], tmp_path)
    assert given[0].outside
    assert "x = 1" in given[0].text
    assert TOKEN not in given[0].text


@pytest.mark.parametrize("path", ["../b.py", "x/../../b.py"])
def test_nothing_from_outside_goes_along(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "b.py").write_text("far = 'away'\n")
    for block in (
        acp.resource_link_block("b.py", f"{root.as_uri()}/{path}"),
        embedded(f"{root.as_uri()}/{path}", "far = 'away'"),
    ):
        _, given = read([block], root)
        assert given == (Given("file", "b.py", problem=OUTSIDE),)


def test_pictures_and_addresses_are_told_of(tmp_path: Path) -> None:
    blocks = [acp.image_block("AAAA", "image/png"), acp.resource_link_block("x", "https://example.com/x.py")]
    _, given = read(blocks, tmp_path)
    assert [one.problem for one in given] == [
        "Only text can go along.",
        "Only files of the folder can go along by their address.",
    ]
