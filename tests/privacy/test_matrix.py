"""Every secret rule and every ignore rule x every source x every sink. See `samples` for where the rules come from."""

import logging
import shutil
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_indexer.secrets.redact import is_secret_path
from inglenook_indexer.update.explain_file import withheld
from inglenook_indexer.watch.watcher import Watcher
from inglenook_server.chat.answer import answer
from inglenook_server.chat.request import make_request
from inglenook_server.completion.complete import complete
from inglenook_server.documents import Document
from inglenook_server.errors import RequestError
from inglenook_server.features.inline_completion import searchable
from inglenook_server.features.surroundings import SurroundingsSource
from inglenook_server.generation.base import Message
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.session.services import make_services
from inglenook_server.settings import ChatSettings, CompletionSettings

from tests.privacy.samples import contents, pieces, secret_paths

CONTENTS = contents()
PATHS = secret_paths()
IGNORED = {
    ".gitignore": ("kept_out.py", "private/a.py", "gen/deep/b.py"),
    ".git/info/exclude": ("excluded.py",),
    ".inglenookignore": ("notes_of_mine.md",),
    "built in": ("node_modules/m/index.js", "dist/out.js", "poetry.lock", "app.min.js", "big.py", "api_pb2.py"),
}
SOURCES = ("disk", "buffer", "watch", "update")


def canary(path):
    """A word that stands in one file only."""
    return "zebra" + "".join(letter for letter in path.lower() if letter.isalpha()) + "canary"


def file_of(number, text):
    """Code around a sample, the same for every rule, so that each is found by the same question."""
    return (
        f'"""Module about harbours."""\n\n\ndef harbour_{number}(ship):\n    return dock(ship)\n\n\n{text}\n\nx = 1\n'
    )


def write(root, path, text):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8", newline="")


def lay_out(root, source, index):
    """All samples, by way of one source. Returns what must not be seen."""
    hidden = [piece for _, secrets in CONTENTS.values() for one in secrets for piece in pieces(one)]
    files = {f"src/m{n}.py": file_of(n, text) for n, (text, _) in enumerate(CONTENTS.values())}
    kept_out = {path: f"{canary(path)} = {canary(path)}\n" for path in PATHS.values()}
    kept_out |= {path: f"{canary(path)} = 1\n" for paths in IGNORED.values() for path in paths}
    kept_out["big.py"] += "x = 1\n" * 200_000
    hidden += [canary(path) for path in kept_out]
    rules = {
        ".gitignore": "kept_out.py\nprivate/\n/gen/**/b.py\n",
        ".git/info/exclude": "excluded.py\n",
        ".git/HEAD": "ref: refs/heads/main\n",
        ".inglenookignore": "notes_of_mine.md\n" + "".join(f"!{pattern}\n" for pattern in PATHS),
    }
    for path, text in rules.items():
        write(root, path, text)
    write(root, "src/harbour.py", file_of("main", "y = 2"))
    everything = {**files, **kept_out}
    if source == "disk":
        for path, text in everything.items():
            write(root, path, text)
        index.refresh()
    elif source == "buffer":
        index.refresh()
        for path, text in everything.items():
            index.shadow(path, text)
    elif source == "update":
        index.refresh()
        for path, text in everything.items():
            write(root, path, text)
        index.update([root / path for path in everything])
    else:
        index.refresh()
        watched(root, index, everything)
    return hidden


def watched(root, index, everything):
    """Write while a watcher looks, and reconcile what it tells until the last file is in."""
    done = threading.Event()
    failures: list[Exception] = []

    def on_paths(paths):
        try:
            index.update(paths)
        except Exception as error:
            failures.append(error)
        if failures or {f"src/m{len(CONTENTS) - 1}.py", "src/last.py"} <= set(index.files()):
            done.set()

    watcher = Watcher(root, on_paths, debounce_s=0.1)
    watcher.start()
    try:
        for path, text in everything.items():
            write(root, path, text)
        write(root, "src/last.py", "z = 3\n")
        assert done.wait(30), "the watcher did not tell of the last file"
        assert not failures
    finally:
        watcher.stop()


@pytest.fixture(params=SOURCES, scope="module")
def laid(request, tmp_path_factory):
    """One workspace a source, indexed and asked, with everything that was logged and printed meanwhile."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "tree").mkdir()
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(handler.format(record))
    handler.setFormatter(logging.Formatter())
    root_logger = logging.getLogger()
    level = root_logger.level
    root_logger.addHandler(handler)
    root_logger.setLevel(logging.DEBUG)
    index = Index(folder / "tree", folder / "index")
    try:
        hidden = lay_out(folder / "tree", request.param, index)
        yield request.param, index, hidden, records
    finally:
        root_logger.removeHandler(handler)
        root_logger.setLevel(level)
        index.close()


def assert_clean(text, hidden, where):
    lower = text.lower()
    found = [word for word in hidden if word in lower]
    assert not found, f"{where} holds {len(found)} of {len(hidden)}, such as {found[:3]}"


def table_of(index):
    session = index._access.open()
    return session.store.client.to_arrow()


def test_every_rule_is_sampled():
    assert len(CONTENTS) > 60
    assert len(PATHS) > 80
    assert all(is_secret_path(path) for path in PATHS.values())


def test_no_column_of_the_store(laid):
    _, index, hidden, _ = laid
    table = table_of(index)
    for name in table.column_names:
        if not name.startswith(("vector", "encoded")):
            assert_clean("\n".join(map(str, table.column(name).to_pylist())), hidden, f"column {name}")


def test_no_byte_of_the_index_folder(laid):
    _, index, hidden, _ = laid
    for file in Path(index.folder).rglob("*"):
        if file.is_file():
            assert_clean(file.read_bytes().decode("latin-1"), hidden, file.name)


def test_the_samples_were_indexed_and_masked_in_place(laid):
    """Otherwise the rest of this matrix would prove nothing."""
    source, index, _, _ = laid
    for number, (name, (text, _)) in enumerate(CONTENTS.items()):
        path = f"src/m{number}.py"
        whole = file_of(number, text)
        found = [hit.chunk for hit in index.search(f"harbour_{number}", limit=50, path=path)]
        assert found, (source, name)
        for chunk in found:
            original = whole.encode()[chunk.start_byte : chunk.end_byte].decode()
            assert len(chunk.text) == len(original), name
            assert chunk.text.count("\n") == original.count("\n"), name
        assert any("**" in chunk.text for chunk in found), name


def reply_to(question, history=(), index=None):
    request = make_request(question, history)
    return answer(request, index=index, lease=lambda: nullcontext(EchoGenerator()), settings=ChatSettings())


def test_no_chat_prompt(laid):
    _, index, hidden, _ = laid
    questions = [(f"What does harbour_{n} dock?", "harbour") for n in range(0, len(CONTENTS), 3)]
    questions += [(f"Where is {word}?", word) for word in map(canary, list(PATHS.values())[:5])]
    for question, word in questions:  # an answer may say the word that it was asked about
        reply = reply_to(question, index=index)
        told = reply.prompt.replace(question, "") + reply.text.replace(question, "").replace(word, "")
        assert_clean(told, hidden, canary(question))
        assert not any(is_secret_path(one.path) for one in reply.references)


def test_no_completion_prompt_from_other_files(laid):
    _, index, hidden, _ = laid
    text = "def other(ship):\n    harbour = dock(ship)\n    password = harbour.key\n    return "
    completion = complete(
        path="src/open.py", text=text, offset=len(text), index=index, generator=EchoGenerator(),
        settings=CompletionSettings(),
    )  # fmt: skip
    assert completion.explanation.prompt
    assert_clean(completion.explanation.prompt, hidden, "prompt")


def test_no_log(laid):
    source, index, hidden, records = laid
    index.search("harbour password token")
    assert_clean("\n".join(records), hidden, f"log of {source}")


@pytest.mark.parametrize("name", CONTENTS)
def test_no_completion_prompt_from_the_open_file(name):
    """The recent edit: what is typed and not saved is in the buffer, before and behind the cursor."""
    text, secrets = CONTENTS[name]
    hidden = [piece for one in secrets for piece in pieces(one)]
    before, after = file_of(1, text), "\n" + file_of(2, text)
    completion = complete(
        path="src/open.py", text=before + "def f(a):\n    return " + after, offset=len(before) + 21, index=None,
        generator=EchoGenerator(), settings=CompletionSettings(max_suffix_tokens=2000, prompt_tokens=4000),
    )  # fmt: skip
    assert completion.explanation.prompt
    assert_clean(completion.explanation.prompt + completion.text, hidden, name)


def test_no_chat_prompt_from_what_is_attached():
    """Code reaches a chat as text of its messages: pasted, selected or attached by a client."""
    hidden = [piece for _, secrets in CONTENTS.values() for one in secrets for piece in pieces(one)]
    for text, _ in CONTENTS.values():
        history = [Message("user", f"Look:\n{text}\n"), Message("assistant", f"I saw\n{text}")]
        reply = reply_to(f"Explain this:\n```\n{text}\n```", history)
        assert_clean(reply.prompt + reply.text, hidden, text[:10])


@pytest.mark.parametrize("pattern", PATHS)
def test_a_secret_file_gets_no_completion_and_says_why(pattern):
    with pytest.raises(RequestError, match=r"gets no completion: .*(credentials|secrets)"):
        complete(
            path=PATHS[pattern], text="x = ", offset=4, index=None, generator=EchoGenerator(),
            settings=CompletionSettings(),
        )  # fmt: skip


@pytest.mark.parametrize("opened", ["before", "after"])
def test_no_prompt_from_open_files_recent_edits_and_complaints(tmp_path, opened):
    """Each sample stands in a tab, is typed into one, and is repeated by another server's diagnostic."""
    hidden = [piece for _, secrets in CONTENTS.values() for one in secrets for piece in pieces(one)]
    hidden += [canary(path) for path in PATHS.values()]
    services = make_services()
    services.open(tmp_path)
    around = SurroundingsSource(services)
    here = (tmp_path / "src" / "open.py").as_uri()

    def put(path, text, version=1):
        services.documents.put(Document((tmp_path / path).as_uri(), text, version, "python"))

    try:
        put("src/open.py", file_of(0, "y = 2"))
        prompts = []
        for number, (text, _) in enumerate(CONTENTS.values(), 1):
            path = f"src/m{number}.py"
            put(path, file_of(number, text if opened == "before" else "y = 2"))
            around.of(here)
            put(path, file_of(number, f"{text}\n\n\nz = {number}"), 2)
            around.set_diagnostics(here, [(5, f"bad line: {text}")])
            found = around.of(here)
            assert {edit.path for edit in found.edits} & {path}, "the edit was noticed"
            assert found.diagnostics
            completion = complete(
                path="src/open.py", text=file_of(0, "y = "), offset=len(file_of(0, "y = ")) - 8, index=None,
                generator=EchoGenerator(), settings=CompletionSettings(), surroundings=found,
            )  # fmt: skip
            prompts.append(f"{completion.explanation.prompt}\n{found}")
            services.documents.close((tmp_path / path).as_uri())
        for path in PATHS.values():
            put(path, f"{canary(path)} = 1\n")
            prompts.append(str(around.of(here)))
            services.documents.close((tmp_path / path).as_uri())
        assert_clean("\n".join(prompts), hidden, f"prompts of what was opened {opened}")
    finally:
        services.close()


def test_an_ignored_file_is_completed_from_its_own_text_only(tmp_path):
    for path in ("open.py", "kept_out.py", "deep/private/a.py"):
        write(tmp_path, path, "def harbour(ship):\n    return dock(ship)\n")
    write(tmp_path, ".gitignore", "kept_out.py\nprivate/\n")
    services = make_services()
    services.open(tmp_path)
    try:
        place = services.folders.of
        assert searchable(services, place(tmp_path / "open.py")) is services.folders.first.workspace.index
        assert searchable(services, place(tmp_path / "kept_out.py")) is None
        assert searchable(services, place(tmp_path / "deep/private/a.py")) is None
        assert searchable(services, place(tmp_path.parent / "elsewhere.py")) is None
    finally:
        services.close()


def test_the_doctor_tells_places_and_no_values(laid):
    source, index, hidden, _ = laid
    if source != "disk":
        pytest.skip("one source is enough: it reads the disk")
    listed = list(withheld(index.root))
    assert_clean("\n".join(map(str, listed)), [word for word in hidden if not word.startswith("zebra")], "doctor")
    ranges = {one.path for one in listed if one.line}
    whole = {one.path for one in listed if not one.line}
    assert {f"src/m{number}.py" for number in range(len(CONTENTS))} <= ranges
    for path in PATHS.values():
        assert path in whole or any(path.startswith(folder) for folder in whole if folder.endswith("/")), path


def test_a_secret_that_goes_in_later_takes_the_stored_version_with_it(tmp_path):
    """A file becomes secret, or ignored, by a rename or a new rule; what was stored of it goes."""
    index = Index(tmp_path / "tree" if (tmp_path / "tree").mkdir() is None else tmp_path, tmp_path / "index")
    write(index.root, "plain.txt", f"{canary('plain')}\n")
    write(index.root, "notes.md", f"{canary('notes')}\n")
    index.refresh()
    assert index.files() == ["notes.md", "plain.txt"]
    (index.root / "plain.txt").rename(index.root / ".env")
    write(index.root, ".gitignore", "notes.md\n")
    index.refresh()
    assert index.files() == [".gitignore"]
    assert_clean(str(table_of(index).column("text").to_pylist()), [canary("plain"), canary("notes")], "store")
    (index.root / ".env").rename(index.root / "innocent.txt")
    write(index.root, "innocent.txt", "DB_PASSWORD=Kj7x0pQz81mmV\nPORT=1\n")
    index.refresh()
    assert "innocent.txt" in index.files()
    assert_clean(str(table_of(index).column("text").to_pylist()), ["kj7x0pqz81mmv"], "store")
    index.close()
    shutil.rmtree(index.folder)
