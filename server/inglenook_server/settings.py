"""What a user can set, with every default in one place. Knows nothing of editors, models on disk, or the command line.

Settings come from the user's `settings.toml` and from overrides (command-line flags, the editor's configuration), in
that order. A value that can't be used gives its default and one message; nothing here raises for a bad value.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, get_origin, get_type_hints

from cattrs import Converter
from cattrs.errors import StructureHandlerNotFoundError

FILE_NAME = "settings.toml"

Engine = Literal["auto", "openvino", "transformers", "openai", "echo"]
T = TypeVar("T")


def _number(default: int, low: int, high: int) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class GenerationSettings:
    """Which model runs, and on what."""

    profile: str = "balanced"
    """Which model of the registry: "fast", "balanced" or "quality", from the smallest to the largest."""
    model: str = ""
    """A model's name; overrides the profile. A path, the whole of it, is accepted from the user's own file only."""
    engine: Engine = "auto"
    """"openai" sends text to `endpoint`, and is accepted from the user's own file and command line only."""
    endpoint: str = ""
    """Where a server speaks the OpenAI protocol, as in http://127.0.0.1:8080/v1; from the user's own file only. Its key
    comes from INGLENOOK_API_KEY or the system's keyring."""
    threads: int = _number(0, 0, 256)
    """CPU threads of the engine; 0 lets the engine choose."""
    idle_minutes: int = _number(15, 0, 24 * 60)
    """Minutes without a request after which the model's memory is given back; 0 keeps it."""


@dataclass(frozen=True)
class CompletionSettings:
    """Inline completion."""

    enabled: bool = True
    """Whether suggestions are made at all."""
    max_tokens: int = _number(20, 1, 256)
    """Tokens of a suggestion that ends with its line."""
    max_block_tokens: int = _number(48, 1, 512)
    """Tokens of a suggestion that may fill a block of several lines."""
    multi_line: bool = True
    """Whether a suggestion may span lines where the syntax opens a block."""
    prompt_tokens: int = _number(768, 64, 32_768)
    """Upper bound of the prompt. A longer prompt shows the model more, and a new one takes longer to read."""
    max_suffix_tokens: int = _number(96, 0, 4_096)
    """Tokens of the text below the cursor. They stand after the text above it, so they are read anew at every key. An
    instruction-tuned model is shown none, unless it was measured to complete better with them, as that of "quality"."""
    cross_file: bool = True
    """Whether snippets of other files may stand in the prompt."""
    max_snippets: int = _number(6, 0, 16)
    """Snippets of other files in one prompt; 0 shows none."""
    debounce_ms: int = _number(60, 0, 5_000)
    """Shortest pause before an automatic request reaches the model; 0 is none. The pause adapts to the typist."""
    max_debounce_ms: int = _number(400, 0, 5_000)
    """Longest pause before an automatic request reaches the model."""
    languages_off: tuple[str, ...] = ()
    """Languages without completion, by the names editors use: "markdown", "python"."""
    min_confidence: int = _number(5, 0, 100)
    """Estimated chance in per cent that a suggestion is right; below it one is shown only when asked for."""
    gate: bool = True
    """Whether a small classifier decides when the model is asked a second time with snippets of other files. Without it
    the model is asked again whenever it was not sure and a snippet was found."""
    diagnostics: bool = False
    """Whether diagnostics of the editor's other servers near the cursor may stand in the prompt."""
    ahead: bool = True
    """Whether the server prepares, while it is idle, the completion that would follow the shown one."""
    ordinary: bool = False
    """Whether clients without inline completion get the text as an ordinary item, when they ask for completion."""
    statistics: bool = True
    """Whether counts of suggestions (never their text) are kept on this machine, for `inglenook stats`."""

    @property
    def looks_around(self) -> bool:
        """Whether a prompt may hold anything of other files."""
        return self.cross_file and self.max_snippets > 0


@dataclass(frozen=True)
class NextEditSettings:
    """Next edits: the same change, a renamed name's uses, offered where they are due."""

    enabled: bool = False
    """Whether the next edit is offered."""
    languages_off: tuple[str, ...] = ()
    """Languages without it, by the names editors use: "markdown", "python"."""


@dataclass(frozen=True)
class ChatSettings:
    """Chat and `inglenook ask`."""

    max_tokens: int = _number(256, 1, 8_192)
    """Tokens of an answer."""
    prompt_tokens: int = _number(1_200, 256, 131_072)
    """Upper bound of rules, retrieved spans, history and question together."""
    excerpt_tokens: int = _number(0, 0, 131_072)
    """Tokens of code that was found and is shown to the model. 0 goes by the model: 420 for one of less than a billion
    parameters, which answers sooner and no worse; 900 for a larger one."""
    max_spans: int = _number(5, 0, 50)
    """Retrieved spans shown to the model."""
    max_references: int = _number(10, 1, 50)
    """Ranked spans returned with an answer, those shown to the model among them."""
    history_turns: int = _number(4, 0, 100)
    """Earlier messages that may stay in the prompt."""


@dataclass(frozen=True)
class IndexSettings:
    """The workspace's index while a server runs."""

    background: bool = True
    """Index the workspace when the server starts."""
    watch: bool = True
    """Watch the workspace's folders for changes made outside the editor."""
    tier: int = _number(1, 1, 2)
    """1 searches by words, names and static vectors. 2 also has the encoder embed the chunks, in the background."""
    on_battery: bool = False
    """Whether the encoder also works while the machine runs on battery."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set."""

    generation: GenerationSettings = field(default_factory=GenerationSettings)
    completion: CompletionSettings = field(default_factory=CompletionSettings)
    next_edit: NextEditSettings = field(default_factory=NextEditSettings)
    chat: ChatSettings = field(default_factory=ChatSettings)
    index: IndexSettings = field(default_factory=IndexSettings)


def settings_file() -> Path:
    """Where the user's settings live: `INGLENOOK_CONFIG` (a folder), else the platform's configuration folder."""
    folder = os.environ.get("INGLENOOK_CONFIG")
    if folder:
        return Path(folder) / FILE_NAME
    from platformdirs import user_config_path

    return user_config_path("inglenook") / FILE_NAME


def load(overrides: Mapping[str, object] | None = None, *, trusted: bool = True) -> tuple[Settings, list[str]]:
    """The user's file with `overrides` on top, and one message for each value that could not be used.

    `overrides` has the file's shape, `{"generation": {"profile": "fast"}}`; camelCase keys are accepted. Overrides
    that are not `trusted` (an editor mixes the opened workspace's settings in) may name models of the registry but
    no path: a cloned repository must not choose what is loaded or where text goes.
    """
    messages: list[str] = []
    layers: list[tuple[str, Mapping[str, object], bool]] = []
    path = settings_file()
    try:
        layers.append((str(path), tomllib.loads(path.read_text(encoding="utf-8")), True))
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        messages.append(f"{path} can't be read, so the defaults are used: {error}.")
    if overrides:
        layers.append(("the given settings", overrides, trusted))
    settings = Settings()
    for source, values, trust in layers:
        settings = _merge(settings, values, source, trust, messages)
    return settings, messages


def _merge(base: T, values: Mapping[str, object], source: str, trusted: bool, messages: list[str], at: str = "") -> T:
    assert dataclasses.is_dataclass(base)
    assert not isinstance(base, type)
    known = {item.name: item for item in dataclasses.fields(base)}
    hints = get_type_hints(type(base))
    changes: dict[str, Any] = {}
    for key, value in values.items():
        name = _snake(str(key))
        where = f"{at}{name}"
        if name not in known:
            messages.append(f"Unknown setting {where} in {source}; it is ignored.")
            continue
        current = getattr(base, name)
        if dataclasses.is_dataclass(hints[name]):
            if isinstance(value, Mapping):
                changes[name] = _merge(current, value, source, trusted, messages, f"{where}.")
            else:
                messages.append(f"{where} in {source} is not a table; it is ignored.")
            continue
        problem, structured = _structure(value, hints[name], known[name].metadata)
        if not problem and not trusted:
            problem = _untrusted(where, str(structured))
        if problem:
            messages.append(f"{where} = {value!r} in {source} can't be used ({problem}); {current!r} is used.")
        else:
            changes[name] = structured
    return dataclasses.replace(base, **changes)


def _structure(value: object, wanted: Any, metadata: Mapping[str, Any]) -> tuple[str, Any]:
    if get_origin(wanted) is tuple and not isinstance(value, list | tuple):
        return "a list of texts is wanted", None
    try:
        structured = _converter().structure(value, wanted)
    except StructureHandlerNotFoundError:
        raise
    except Exception as error:  # cattrs lets whatever the type's constructor raises pass through
        return (str(error) or type(error).__name__), None
    low, high = metadata.get("low"), metadata.get("high")
    if low is not None and high is not None and not low <= structured <= high:
        return f"it must be from {low} to {high}", None
    return "", structured


@functools.cache
def _converter() -> Converter:
    """Strict about scalars: "false" is not a bool and "3" is not a number."""
    converter = Converter()

    def strict(kind: type, words: str) -> None:
        def hook(value: Any, _: Any) -> Any:
            if type(value) is not kind:
                raise ValueError(f"{words} is wanted")
            return value

        converter.register_structure_hook(kind, hook)

    strict(bool, "true or false")
    strict(int, "a whole number")
    strict(str, "text")
    return converter


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).replace("-", "_").lower()


def _untrusted(where: str, value: str) -> str:
    """Why a value of a source that may be a stranger's is refused, or empty."""
    if where == "generation.model" and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*|", value):
        return "a path is accepted from the user's own settings file only"
    if (where == "generation.endpoint" and value) or (where == "generation.engine" and value == "openai"):
        return "where text is sent is decided in the user's own settings file only"
    return ""
