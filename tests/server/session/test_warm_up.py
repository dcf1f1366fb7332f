"""What the first question would wait for is done once the client is ready, on the thread that searches."""

import threading

import pytest
from inglenook_indexer.secrets import detector
from inglenook_server.app import create_server
from inglenook_server.chat.questions import phrasebook as book
from inglenook_server.chat.questions.read import languages_for, warm
from inglenook_server.runtime.workers import Worker
from inglenook_server.session import warm_up as warming
from inglenook_server.session.services import make_services
from inglenook_server.session.warm_up import URGENCY, warm_up
from lsprotocol import types as lsp

from tests.waiting import TIMEOUT_S


@pytest.fixture
def services():
    made = make_services()
    yield made
    made.close()


def compiled(language):
    """Whether every phrasing of a language is."""
    before = book._compiled.cache_info().misses
    warm(language)
    return book._compiled.cache_info().misses == before


@pytest.mark.parametrize(
    ("locale", "languages"),
    [
        ("", ("en",)),
        ("en-GB", ("en",)),
        ("de", ("en", "de")),
        ("pt-br", ("en", "pt")),
        ("zh_CN", ("en", "zh")),
        ("xx", ("en",)),
    ],
)
def test_the_languages_of_a_locale(locale, languages):
    assert languages_for(locale) == languages


def test_questions_secrets_and_the_index_are_ready(services, workspace):
    root = workspace({"a.py": "def run():\n    pass\n"})
    services.open(root).updater.refresh().future.result(TIMEOUT_S)
    services.indexing.submit(lambda _: None).future.result(TIMEOUT_S)
    (folder,) = services.folders
    folder.workspace.index.close()
    book._compiled.cache_clear()
    book.phrasebook.cache_clear()
    for job in warm_up(services.searching, services.folders, "ja"):
        job.future.result(TIMEOUT_S)
    assert compiled("en")
    assert compiled("ja")
    assert not compiled("fr")
    assert detector._loaded.cache_info().currsize == 1
    assert folder.workspace.index._access.session is not None
    assert folder.workspace.index.similar_names("runn") == ["run"]


def test_a_folder_without_an_index_is_no_trouble(services, workspace):
    services.open(workspace({"a.py": "x = 1\n"}))
    jobs = warm_up(services.searching, services.folders)
    assert [job.future.result(TIMEOUT_S) for job in jobs] == [None] * 4


def test_a_question_does_not_wait_for_all_of_it():
    worker, held, order = Worker("test-warm-up"), threading.Event(), []
    try:
        worker.submit(lambda _: held.wait(TIMEOUT_S))
        jobs = warm_up(worker, [])
        for job in jobs:
            job.future.add_done_callback(lambda _: order.append("warm"))
        asked = worker.submit(lambda _: order.append("asked"), URGENCY - 1)
        held.set()
        asked.future.result(TIMEOUT_S)
        jobs[-1].future.result(TIMEOUT_S)
        assert order[0] == "asked"
    finally:
        worker.close()


async def test_it_begins_once_the_client_is_ready_and_off_the_loop(services, workspace, monkeypatch):
    threads, locales = [], []
    monkeypatch.setattr(warming, "load_rules", lambda: threads.append(threading.current_thread().name))
    monkeypatch.setattr(warming, "languages_for", lambda locale: locales.append(locale) or ())
    features = create_server(services).protocol.fm.features
    settings = {"settings": {"generation": {"engine": "echo"}}}
    features[lsp.INITIALIZE](
        lsp.InitializeParams(capabilities=lsp.ClientCapabilities(), locale="fr", initialization_options=settings)
    )
    services.on_initialized.clear()
    assert not services.searching.busy
    await features[lsp.INITIALIZED](lsp.InitializedParams())
    await services.searching.call(lambda _: None, URGENCY + 1)
    assert threads == ["inglenook-search"]
    assert locales == ["fr"]
