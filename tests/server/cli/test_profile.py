from __future__ import annotations

import json

import pytest
from inglenook_server.cli import run
from inglenook_server.generation.base import Generator
from inglenook_server.generation.benchmark import measure, suggest
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import load


def chosen() -> tuple[str, str, str, str]:
    settings, messages = load()
    assert messages == []
    generation = settings.generation
    return generation.profile, generation.model, generation.engine, generation.endpoint


def test_one_step_chooses_the_model(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "use", "fast"]) == 0
    assert chosen() == ("fast", "", "auto", "")
    assert run(["models", "use", "quality"]) == 0
    assert chosen() == ("quality", "", "auto", "")
    assert run(["models", "use", "quality", "--endpoint", "http://127.0.0.1:8080/v1"]) == 0
    assert chosen() == ("quality", "", "openai", "http://127.0.0.1:8080/v1")
    assert run(["models", "use", "balanced"]) == 0
    assert chosen() == ("balanced", "", "auto", "http://127.0.0.1:8080/v1")
    file = tmp_path / "mine.gguf"
    file.write_bytes(b"GGUF")
    assert run(["models", "use", "quality", "--model", str(file)]) == 0
    assert chosen()[:3] == ("quality", str(file), "auto")
    assert run(["models", "use", "quality"]) == 0
    assert chosen()[:3] == ("quality", "", "auto"), "without a model of one's own it is ours again"
    assert "inglenook models pull" in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.parametrize("arguments", [["nothing"], ["fast", "--model", "x"], ["quality", "--model", "/nowhere.gguf"]])
def test_what_can_not_be_used_changes_nothing(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "use", *arguments]) == 1
    assert chosen() == ("balanced", "", "auto", "")
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("measured", "profile"),
    [
        ({}, "balanced"),
        ({"balanced": 700.0}, "balanced"),
        ({"balanced": 2500.0}, "fast"),
        ({"fast": 250.0}, "balanced"),
        ({"fast": 900.0}, "fast"),
        ({"fast": 900.0, "balanced": 900.0}, "balanced"),
    ],
)
def test_a_measurement_suggests_a_profile(measured: dict[str, float], profile: str) -> None:
    assert suggest(measured) == profile


def test_the_measurement_is_of_warm_prompts() -> None:
    generator: Generator = EchoGenerator(lambda _: "word " * 50, token_ms=2)
    row = measure(generator, memory_before=0)
    assert row.prompt_tokens > 100
    assert row.warm_first_token_ms >= 2
    assert 50 < row.decode_tps < 600
    assert row.warm_total_ms >= 24 * 2


@pytest.mark.model
def test_bench_tells_of_each_installed_model(fast_model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "bench", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["models"]
    row = next(one for one in rows if one["name"] == fast_model)
    assert row["cold_first_token_ms"] > 0
    assert row["decode_tps"] > 0
