"""Cost is linear in every text that goes along with a question, and in the question."""

import pytest
from inglenook_indexer.types import Symbol
from inglenook_server.chat.attachments import client_texts, documents
from inglenook_server.chat.attachments.attach import attached
from inglenook_server.chat.attachments.documents import Lines
from inglenook_server.chat.attachments.instructions import _paragraphs, _visible
from inglenook_server.chat.attachments.mentions import mentions
from inglenook_server.chat.attachments.outlines import beginning, digest, lines_of, outline, words_of
from inglenook_server.chat.attachments.types import Given
from inglenook_server.chat.command_names import COMMANDS
from inglenook_server.chat.suggest import suggest
from inglenook_server.generation.prompts.token_budget import TokenCounter

from tests.cost import faults

TOKENS = 200
WORDS = words_of("where is the ab pool and a b x read")


def counter():
    return TokenCounter(lambda line: len(line) // 4 + 1)


def told(text):
    """A file with a definition in every tenth line, in full and in short."""
    lines = lines_of(text)
    symbols = [
        Symbol(f"f{at}", "function", "a.py", at, min(at + 9, len(lines)), "python") for at in range(1, len(lines), 10)
    ]
    source = Lines("a.py", lines, symbols)
    shapes = [documents.file(source, "a", WORDS), documents.cursor(Given("cursor", "a.py", "", 9, 9), source)]
    selected = documents.selection(Given("selection", "a.py", "", 1, len(lines)), source)
    return (
        list(outline(symbols, lines)),
        digest(lines, symbols, WORDS, TOKENS, counter()),
        digest(lines, [], WORDS, 10**9, counter()),
        [shape(tokens, counter()) for shape in (*shapes, selected) for tokens in (TOKENS, 10**9)],
    )


def given(text):
    some = [
        Given("selection", "Untitled-1", "", 1, 9, text, outside=True),
        Given("file", "Untitled-2", text=text, outside=True),
        Given("terminal", text=text),
        Given("problems", text=text),
        Given("diff", text=text),
    ]
    return attached(text, some, None, "", counter(), TOKENS)


TEXTS = {
    "names": (mentions, ("@", "@ ", "@a ", '@"', '@"a" ', "@a/b.py:1-2 ", "@a(", "`@", "@\n", "@a\ndef f\n", "```\n")),
    "what is typed": (
        lambda text: [suggest(text, at, None, COMMANDS) for at in (0, len(text) // 2, len(text))],
        ("@", "/", '@"'),
    ),
    "a file": (told, ("ab\n", "def f(a,\n", "@a\n")),
    "a terminal": (
        lambda text: client_texts.telling(client_texts.terminal(text), TOKENS, counter()),
        ("\x1b[", "\x1b]", "\x1b[0", "\r", "error\n", "\x1b"),
    ),
    "problems": (lambda text: client_texts.telling(client_texts.problems(text), TOKENS, counter()), ("a:1: b\n", ":1")),
    "a diff": (client_texts.diff, ("diff --git a/x b/x\n", "--- a/x\n", "diff --git a b/")),
    "lines that tell": (lambda text: client_texts.telling(text, TOKENS, counter()), ("error\n", "a\n")),
    "instructions": (
        lambda text: (_visible(text), _paragraphs(text, TOKENS, counter()), beginning(text, TOKENS, counter())),
        ("<!--", "-->", "<!---->", "a\n\n"),
    ),
    "all of it": (given, ("@a ", "@diff ")),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_cost_is_linear(name):
    work, units = TEXTS[name]
    assert faults(work, *units) == []
