"""The profile that is suggested once: who is asked, when, and what the answer changes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from inglenook_server.features.advice import advise
from inglenook_server.generation.benchmark import TOKENS
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.session import advice
from inglenook_server.session.services import Services, make_services
from inglenook_server.settings import GenerationSettings, settings_file


def slow() -> EchoGenerator:
    """A model that takes two seconds for a warm completion."""
    return EchoGenerator(lambda _: " word" * TOKENS, token_ms=2_000 / TOKENS)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGLENOOK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("INGLENOOK_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.mark.parametrize(
    ("written", "overrides", "expected"),
    [
        ("", {}, False),
        ("[chat]\nmax_tokens = 9\n", {"completion": {"enabled": True}}, False),
        ('[generation]\nprofile = "balanced"\n', {}, True),
        ("", {"generation": {"profile": "fast"}}, True),
        ("", {"generation": {"threads": 2}}, False),
        ("[generation", {}, False),
    ],
)
def test_who_has_chosen_is_not_asked(tmp_path: Path, written: str, overrides: dict, expected: bool) -> None:
    file = tmp_path / "config.toml"
    file.write_text(written)
    assert advice.chosen(file, overrides) is expected


def test_it_is_measured_once_a_profile(tmp_path: Path) -> None:
    settings = GenerationSettings()
    assert advice.due(settings, tmp_path)
    assert not advice.due(GenerationSettings(profile="quality"), tmp_path)
    assert not advice.due(GenerationSettings(engine="echo"), tmp_path)
    assert advice.take(slow(), "balanced", tmp_path, lambda: False) == "fast"
    assert not advice.due(settings, tmp_path)
    assert advice.due(GenerationSettings(profile="fast"), tmp_path)
    assert json.loads((tmp_path / advice.FILE).read_text())["warm_total_ms"]["balanced"] > 1_900
    assert advice.take(EchoGenerator(), "fast", tmp_path, lambda: False) == "balanced"
    (tmp_path / advice.FILE).write_text("[]")
    assert advice.due(settings, tmp_path)


def test_who_types_meanwhile_spoils_the_measurement(tmp_path: Path) -> None:
    assert advice.take(slow(), "balanced", tmp_path, lambda: True) == ""
    assert advice.due(GenerationSettings(), tmp_path)


def loaded(generator: EchoGenerator) -> Services:
    services = make_services(lambda *_: generator)
    services.configure({})
    services.host.generator()
    return services


def test_the_answer_is_written_to_the_users_file_and_used(home: Path) -> None:
    services = loaded(slow())
    asked: list[tuple[str, str]] = []

    async def ask(sentence: str, button: str) -> bool:
        asked.append((sentence, button))
        return True

    asyncio.run(advise(services, ask, every_s=0.01))
    sentence = (
        "On this machine a completion with the default model takes over a second. Use the profile fast? "
        "Its model is not here yet: inglenook models pull smollm2-135m"
    )
    assert asked == [(sentence, "Use fast")]
    assert 'profile = "fast"' in settings_file().read_text()
    assert services.settings.generation.profile == "fast"
    assert services.chosen
    services.close()


def test_a_no_changes_nothing_and_is_not_asked_again(home: Path) -> None:
    services = loaded(slow())
    asked: list[str] = []

    async def ask(sentence: str, _: str) -> bool:
        asked.append(sentence)
        return False

    for _ in range(2):
        asyncio.run(advise(services, ask, every_s=0.01))
    assert len(asked) == 1
    assert not settings_file().exists()
    services.close()
