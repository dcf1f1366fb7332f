"""`inglenook models use` and `inglenook models bench`: choose a profile, and what this machine does with each model."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from inglenook_server.cli.console import emit_json, err, out, waiting
from inglenook_server.errors import InglenookError, ModelDamaged, ModelMissing, SettingsError, UnknownModel

if TYPE_CHECKING:
    from inglenook_server.generation.benchmark import Bench
    from inglenook_server.settings import GenerationSettings

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def use(
    profile: Annotated[str, typer.Argument(help="fast, balanced or quality; without one, measure and suggest.")] = "",
    model: Annotated[str, typer.Option(help="For quality: your own .gguf file, OpenVINO or safetensors folder.")] = "",
    endpoint: Annotated[str, typer.Option(help="For quality: your own server that speaks the OpenAI protocol.")] = "",
    as_json: Json = False,
) -> None:
    """Choose the model that completes and answers, from the next request on.

        inglenook models use fast
        inglenook models use quality
        inglenook models use quality --model ~/models/qwen2.5-coder-7b.gguf
        inglenook models use quality --endpoint http://127.0.0.1:8080/v1

    Without a profile: take ten seconds to measure this machine, and suggest one.
    """
    from inglenook_server.models import QUALITY, find, model_for, typed
    from inglenook_server.settings import load, settings_file
    from inglenook_server.settings_file import change

    if not profile:
        suggestion(as_json)
        return
    settings, _ = load()
    model = typed(model)
    values = {"profile": profile, "model": model, "engine": "auto"}
    if profile != QUALITY and (model or endpoint):
        raise SettingsError("--model and --endpoint belong to the profile quality.", "inglenook models use quality")
    if endpoint:
        values |= {"engine": "openai", "endpoint": endpoint}
    else:
        find(model_for(profile, model))
        if settings.generation.profile == profile and not model and settings.generation.engine != "openai":
            values["engine"] = settings.generation.engine
    change(settings_file(), "generation", values)
    if as_json:
        emit_json({"profile": profile, "file": str(settings_file())})
        return
    err().print(f"The profile is {profile}, written to {settings_file()}.")
    _say_if_missing(values.get("endpoint", ""), profile, values["model"])


def bench(as_json: Json = False) -> None:
    """Measure what this machine does with each installed model: some ten seconds each."""
    rows = measured(_installed())
    if as_json:
        emit_json({"models": [{"name": name, **asdict(row)} for name, row in rows.items()]})
        return
    table = Table(box=None, pad_edge=False)
    for title in ("Model", "Cold first token", "Warm first token", f"Warm, {_tokens()} tokens", "Tokens/s", "Memory"):
        table.add_column(title, justify="left" if title == "Model" else "right")
    for name, row in rows.items():
        table.add_row(
            name,
            f"{row.cold_first_token_ms:,.0f} ms",
            f"{row.warm_first_token_ms:,.0f} ms",
            f"{row.warm_total_ms:,.0f} ms",
            f"{row.decode_tps:,.0f}",
            f"{row.memory_bytes / 1e6:,.0f} MB",
        )
    out().print(table)


def suggestion(as_json: bool) -> None:
    """Measure the model of the first profile that is here, and say which profile suits the machine."""
    from inglenook_server.generation.benchmark import suggest
    from inglenook_server.models import profiles

    here = _installed()
    for profile in ("balanced", "fast"):
        name = profiles()[profile]
        if name in here:
            break
    else:
        raise ModelMissing("There is no model here to measure with.", "inglenook models pull smollm2-135m")
    total = measured([name])[name].warm_total_ms
    best = suggest({profile: total})
    if as_json:
        emit_json({"profile": best, "measured": name, "warm_total_ms": total})
    else:
        out().print(f"{name}: a warm completion of {_tokens()} tokens takes {total:,.0f} ms here.")
        out().print(f"Suggested: inglenook models use {best}")


def measured(names: list[str]) -> dict[str, Bench]:
    """Load and time each model, one after the other; one that can't be loaded is said and left out."""
    import psutil

    from inglenook_server.generation.benchmark import measure
    from inglenook_server.generation.load import load_generator

    rows = {}
    console = err()
    for name in names:
        before = psutil.Process().memory_info().rss
        with waiting(console, f"Measuring {name} …"):
            try:
                with closing(load_generator(_settings(name))) as generator:
                    if (row := measure(generator, memory_before=before)) is not None:
                        rows[name] = row
            except InglenookError as error:
                console.print(f"{name}: {error.message} {error.mend}", style="yellow")
    return rows


def _settings(name: str) -> GenerationSettings:
    from inglenook_server.settings import load

    settings, _ = load()
    engine = settings.generation.engine if settings.generation.engine in ("openvino", "transformers") else "auto"
    return replace(settings.generation, model=name, engine=engine)


def _installed() -> list[str]:
    from inglenook_server.models import installed, list_models

    names = []
    for spec in list_models():
        if spec.kind == "generator":
            try:
                names.append(installed(spec.name).name)
            except (ModelMissing, ModelDamaged):
                continue
    return names


def _tokens() -> int:
    from inglenook_server.generation.benchmark import TOKENS

    return TOKENS


def _say_if_missing(endpoint: str, profile: str, model: str) -> None:
    from inglenook_server.models import installed, model_for

    if endpoint:
        return
    try:
        installed(model_for(profile, model))
    except (ModelMissing, ModelDamaged, UnknownModel) as error:
        err().print(error.message, style="yellow")
        err().print(f"→ {error.mend}", style="cyan")
