import os
from pathlib import Path

import pytest
from inglenook_server.settings import Settings, load, settings_file


def write(text: str) -> Path:
    path = settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_without_a_file():
    assert load() == (Settings(), [])


def test_the_config_folder_comes_from_the_environment():
    assert settings_file().parent == Path(os.environ["INGLENOOK_CONFIG"])


def test_the_users_file_and_overrides_on_top():
    write('[generation]\nprofile = "fast"\nthreads = 2\n[completion]\nmax-tokens = 12\n')
    settings, messages = load({"generation": {"threads": 1}, "chat": {"maxTokens": 99}})
    assert not messages
    assert (settings.generation.profile, settings.generation.threads) == ("fast", 1)
    assert (settings.completion.max_tokens, settings.chat.max_tokens) == (12, 99)


@pytest.mark.parametrize(
    ("table", "key", "value", "says"),
    [
        ("generation", "threads", "two", "whole number"),
        ("generation", "threads", True, "whole number"),
        ("generation", "threads", -1, "from 0 to 256"),
        ("generation", "engine", "cuda", "engine"),
        ("completion", "enabled", "false", "true or false"),
        ("completion", "maxTokens", 1e9, "whole number"),
        ("completion", "max_tokens", None, "whole number"),
        ("generation", "profile", ["fast"], "text"),
    ],
)
def test_a_bad_value_gives_its_default_and_one_message(table, key, value, says):
    settings, messages = load({table: {key: value}})
    assert settings == Settings()
    assert len(messages) == 1
    assert says in messages[0]


def test_one_bad_value_leaves_its_neighbours():
    settings, messages = load({"generation": {"threads": "x", "profile": "fast"}})
    assert settings.generation.profile == "fast"
    assert len(messages) == 1


@pytest.mark.parametrize("overrides", [{"nonsense": 1}, {"chat": {"nonsense": 1}}, {"chat": 3}])
def test_unknown_names_are_said_and_ignored(overrides):
    settings, messages = load(overrides)
    assert settings == Settings()
    assert len(messages) == 1


@pytest.mark.parametrize("content", ["[generation\n", b"\xff\xfe="])
def test_an_unreadable_file_gives_the_defaults(content):
    path = write("")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    settings, messages = load()
    assert settings == Settings()
    assert len(messages) == 1
    assert str(path) in messages[0]


PATHS = [
    "../evil",
    "/tmp/m.gguf",
    "~/m",
    "~",
    "C:\\m",
    "https://example.org/m",
    "evil/",
    ".evil",
    "a b",
    "a\n",
    "\u2215x",
]


@pytest.mark.parametrize("model", PATHS)
def test_an_opened_workspace_can_not_choose_a_path(model):
    settings, messages = load({"generation": {"model": model}}, trusted=False)
    assert settings.generation.model == ""
    assert len(messages) == 1
    assert load({"generation": {"model": model}})[0].generation.model == model


@pytest.mark.parametrize(
    "generation",
    [
        {"engine": "openai"},
        {"endpoint": "http://127.0.0.1:9/v1"},
        {"engine": "openai", "endpoint": "https://example.org/v1", "profile": "quality"},
    ],
)
def test_an_opened_workspace_can_not_choose_where_text_goes(generation):
    settings, messages = load({"generation": generation}, trusted=False)
    assert (settings.generation.engine, settings.generation.endpoint) == ("auto", "")
    assert len(messages) == len({"engine", "endpoint"} & set(generation))


def test_an_editor_may_name_a_model_of_the_registry():
    settings, messages = load({"generation": {"model": "smollm2-135m"}}, trusted=False)
    assert (settings.generation.model, messages) == ("smollm2-135m", [])
