"""A text that kills a grammar costs its own symbols, and nothing else: neither this process nor its memory."""

import json
import sys
import threading

import psutil
import pytest
from inglenook_indexer.chunks.chunk import HARMLESS, Chunker, GuardedChunker
from inglenook_indexer.system.ipc import Gone
from inglenook_indexer.system.limited_process import MEMORY, LimitedProcess

from tests.indexer.symbols.samples import LANGUAGE_TABLE

CHUNKER = GuardedChunker()

GREEDY = [
    *(("java", "a=>", 8_000), ("c", "a=>", 8_000), ("rust", "%w(", 8_000), ("typescript", "a<b,", 80_000)),
    *(("java", "a<", 80_000), ("csharp", "<a", 20_000), ("cpp", "%w(", 40_000), ("bash", "a|", 80_000)),
]
"""Language, what is repeated, characters: takes gigabytes, all at the end."""
SLOW = [("python", "~>", 20_000), ("csharp", "|-", 10_000)]
"""The same: takes minutes."""
limited = pytest.mark.skipif(sys.platform != "linux", reason="the system limits no memory")


def repeated(unit: str, size: int) -> str:
    return (unit * size)[:size]


@limited
@pytest.mark.parametrize(("language", "unit", "size"), [*GREEDY, *SLOW])
def test_it_is_cut_by_lines_and_the_next_as_ever(language, unit, size, caplog):
    import resource

    text = repeated(unit, size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chunks = CHUNKER.chunk("a", language, text)
    assert "".join(chunk.text for chunk in chunks) == text
    assert "its grammar failed" in caplog.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes
    code = LANGUAGE_TABLE["python"][0] * 4
    assert CHUNKER.chunk("a.py", "python", code) == Chunker().chunk("a.py", "python", code)


@pytest.mark.parametrize("language", sorted(LANGUAGE_TABLE))
def test_ordinary_code_has_the_chunks_that_it_had(language):
    text = LANGUAGE_TABLE[language][0] * 40
    assert len(text) > HARMLESS
    assert CHUNKER.chunk("a", language, text) == Chunker().chunk("a", language, text)


@pytest.mark.parametrize("brackets", ["(", "[", "{", "()", "a.b("])
@pytest.mark.parametrize("language", ["python", "typescript", "cpp", "scala"])
def test_deep_nesting_is_survived(language, brackets):
    text = repeated(brackets, 100_000)
    assert "".join(chunk.text for chunk in CHUNKER.chunk("a", language, text)) == text


def test_a_notebook_is_cut_by_cell_also_when_a_grammar_dies():
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": [source]}
        for source in ("x = 1", repeated("~>", 40_000))
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    chunks = GuardedChunker().chunk("a.ipynb", "notebook", text)
    assert any(chunk.text.strip() == "x = 1" for chunk in chunks)


@limited
def test_a_language_that_dies_again_and_again_is_given_up(monkeypatch, caplog):
    monkeypatch.setattr("inglenook_indexer.system.limited_process.DEATHS", 1)
    chunker = GuardedChunker()
    for _ in range(3):
        chunker.chunk("a", "java", repeated("a=>", 4_000))
    assert caplog.text.count("(1 texts ended it lately)") == 2
    code = LANGUAGE_TABLE["java"][0] * 40
    assert not any(chunk.defines for chunk in chunker.chunk("a", "java", code))
    assert any(chunk.defines for chunk in chunker.chunk("a", "python", LANGUAGE_TABLE["python"][0] * 40))


@limited
def test_a_language_that_was_given_up_is_tried_again_later(monkeypatch):
    monkeypatch.setattr("inglenook_indexer.system.limited_process.DEATHS", 1)
    chunker = GuardedChunker()
    chunker.chunk("a", "java", repeated("a=>", 4_000))
    monkeypatch.setattr("inglenook_indexer.system.limited_process.DEATHS_S", 0.0)
    assert any(chunk.defines for chunk in chunker.chunk("a", "java", LANGUAGE_TABLE["java"][0] * 40))


def test_one_that_somebody_else_ended_says_nothing_of_a_text():
    chunker = GuardedChunker()
    code = LANGUAGE_TABLE["python"][0] * 40
    expected = chunker.chunk("a", "python", code)
    chunker._process._process.kill()
    chunker._process._process.wait()
    assert chunker.chunk("a", "python", code) == expected
    assert not any(chunker._process._died.values())


@limited
def test_its_memory_is_limited():
    limited_process = LimitedProcess("inglenook_indexer.chunks.chunk")
    limited_process.ask(("a", "python", "x"), 1)
    assert psutil.Process(limited_process._process.pid).rlimit(psutil.RLIMIT_AS) == (MEMORY, MEMORY)


def test_threads_take_turns():
    limited_process = LimitedProcess("inglenook_indexer.chunks.chunk")
    texts = [f"def f{number}(): pass\n" for number in range(40)]
    answers: dict[str, str] = {}

    def ask(text: str) -> None:
        answers[text] = "".join(chunk.text for chunk in limited_process.ask(("a.py", "python", text), len(text)))

    threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {text: text for text in texts}


def test_an_error_there_is_one_here_and_ends_nothing():
    limited_process = LimitedProcess("inglenook_indexer.chunks.chunk")
    with pytest.raises(Gone, match="TypeError"):
        limited_process.ask("nonsense", 8)
    assert limited_process.ask(("a", "python", "x"), 1)
