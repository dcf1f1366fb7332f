from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from inglenook_server.errors import SettingsError
from inglenook_server.settings_file import change, edited


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '[generation]\nprofile = "fast"\n'),
        ("[chat]\nmax_spans = 3\n", '[chat]\nmax_spans = 3\n\n[generation]\nprofile = "fast"\n'),
        (
            '# mine\n[generation] # here\nprofile = "balanced"  # old\nthreads = 2\n[chat]\n',
            '# mine\n[generation] # here\nprofile = "fast"\nthreads = 2\n[chat]\n',
        ),
        ("[generation]\n\n[chat]\nprofile = 1\n", '[generation]\nprofile = "fast"\n\n[chat]\nprofile = 1\n'),
    ],
)
def test_the_rest_stays_as_it_is(text: str, expected: str) -> None:
    assert edited(text, "generation", {"profile": "fast"}) == expected


@pytest.mark.parametrize("text", ['generation = {profile = "x"}\n', "[generation\n", 'generation.profile = "x"\n'])
def test_what_can_not_be_edited_is_left_alone_and_said(text: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        change(path, "generation", {"profile": "fast"})
    assert 'write profile = "fast" under [generation]' in caught.value.mend
    assert path.read_text() == text


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    change(path, "generation", {"profile": "quality", "model": 'C:\\a "b"'})
    assert tomllib.loads(path.read_text()) == {"generation": {"profile": "quality", "model": 'C:\\a "b"'}}
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]
