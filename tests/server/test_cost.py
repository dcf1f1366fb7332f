"""Cost is linear in every text that the server takes, from an editor, a model or the wire: each function, its worst
shapes.

A function that by contract gets little text is called through whoever cuts it. What watches a text while it is
generated is asked once a token, and gets `completion.max_block_tokens` at most.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from inglenook_indexer.types import Chunk, Hit, Symbol
from inglenook_server import documents, settings
from inglenook_server.chat.claims.checker import Checker
from inglenook_server.chat.claims.index_facts import IndexFacts
from inglenook_server.chat.excerpts import Excerpt, cut_excerpts, render
from inglenook_server.chat.loops import is_looping
from inglenook_server.chat.places import Place as FoundPlace
from inglenook_server.chat.prompt import cut_question, trim_history
from inglenook_server.chat.questions.languages import language_of
from inglenook_server.chat.questions.read import MAX_QUESTION, read
from inglenook_server.cli.chat_room import command
from inglenook_server.completion.cache import CachedSuggestion, SuggestionCache
from inglenook_server.completion.cleaning import stop_strings
from inglenook_server.completion.cleaning.early_stop import EarlyStop
from inglenook_server.completion.cleaning.filters.chain import clean
from inglenook_server.completion.context.edit_log import EditLog
from inglenook_server.completion.context.sources import definitions, related, similar, usages
from inglenook_server.completion.context.sources.diagnostics import diagnostics
from inglenook_server.completion.context.sources.place import Diagnostic, Place, Surroundings
from inglenook_server.completion.prompting import confidence, prompt, retrieval_gate
from inglenook_server.completion.prompting.awaited_name import awaited_name
from inglenook_server.completion.prompting.stable_suffix import SuffixMemory
from inglenook_server.completion.prompting.window_start import WindowStarts
from inglenook_server.completion.syntax import brackets
from inglenook_server.completion.syntax.blocks import Syntax
from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.completion.syntax.trigger import decide, in_word
from inglenook_server.conversations import markdown, record
from inglenook_server.conversations import types as talks
from inglenook_server.conversations.prepare import prepare
from inglenook_server.conversations.titles import title_of
from inglenook_server.generation.base import Infill, Message, Options, Snippet
from inglenook_server.generation.draft_tokens import Drafts
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.generation.prompts.fim import infill_prompt
from inglenook_server.generation.prompts.token_budget import TokenCounter, fitting, head, tail
from inglenook_server.generation.remote import request_body
from inglenook_server.generation.remote.capabilities import Capabilities
from inglenook_server.generation.remote.http import events
from inglenook_server.generation.stream import TextStream
from inglenook_server.stats.survival import Span, share_left
from inglenook_server.training import data, evaluate, samples

from tests.cost import Work, faults

TOKENS = 200
SYNTAX = Syntax()
KNOWLEDGE = Capabilities("a", 4096, None, "suffix")


def around(text: str) -> tuple[Cursor, ...]:
    """A cursor at the end of a text, at its start, and in its middle."""
    half = len(text) // 2
    return Cursor(text, ""), Cursor("", text), Cursor(text[:half], text[half:])


def counter() -> TokenCounter:
    return TokenCounter(lambda line: len(line) // 4 + 1)


def found(text: str) -> Hit:
    return Hit(Chunk("src/a.py", "python", text, 1, 1 + text.count("\n"), 0, len(text)), 1.0, {})


def at(cursor: Cursor, text: str) -> Place:
    diagnostic = Diagnostic(1, text)
    return Place(cursor, "b.py", "python", None, Surroundings({"c.py": text}, (), (diagnostic,)))


def positions(text: str) -> object:
    last = documents.position_at(text, len(text))
    return documents.offset_at(text, *last), documents.apply_change(text, (0, 0), last, "x")


def compared(text: str) -> object:
    other = text[: len(text) // 2] + "+" + text[len(text) // 2 :]
    log, suffixes = EditLog(), SuffixMemory()
    log.look({"a": text})
    suffixes.keep("a", text)
    changed = Span(text, 0, len(text)).after(text, other)
    return log.look({"a": other}), suffixes.keep("a", other), changed, share_left(text[:-9] + "x", other)


def checked(text: str, step: int) -> str:
    checker = Checker([Excerpt("src/a.py", 1, 9, text)], IndexFacts(None), text)
    return "".join(checker.feed(text[place : place + step]) for place in range(0, len(text), step)) + checker.finish()


def looping(text: str) -> object:
    return [is_looping(text[place : place + 480]) for place in range(0, len(text), 20_000)]


def excerpts(text: str) -> object:
    lines = text.split("\n")
    places = [FoundPlace("a.py", 1, len(lines))]

    def cut(tokens: int) -> tuple[Excerpt, ...]:
        return cut_excerpts(places, lambda _: lines, lambda line: {"x"} & {line[:1]}, tokens, tokens, counter())

    return render(cut(10**9)), cut(TOKENS)


def asked(text: str) -> object:
    earlier = [Message("user", text), Message("assistant", text)]
    return cut_question(text, TOKENS, counter()), trim_history(earlier, 10**9, 4, counter())


def asked_of_the_index(text: str) -> object:
    pieces = [text[place : place + MAX_QUESTION].replace("\n", " ") for place in range(0, len(text), 8_000)]
    return read(text), language_of(text), [read(piece) for piece in pieces]


def watched(text: str, shape: str) -> object:
    cursor = Cursor("def f():\n    ", "\n")
    finish = EarlyStop(cursor, shape, "python", SYNTAX)  # type: ignore[arg-type]
    step = len(text) // 16 + 1
    for place in range(0, len(text), step):
        finish.push(text[place : place + step])
    return finish.reached


def cleaned(text: str, language: str) -> object:
    near = (Cursor(text, "\n" + text), Cursor(f"{text}\nx = (", ")\n"), Cursor("\n\n", text))
    short = text[:400]
    return [
        [clean(short, cursor, shape, "length", language, SYNTAX) for shape in ("line", "block")]  # type: ignore[arg-type]
        for cursor in near
    ] + [clean(text, Cursor("def f():\n    ", "\n"), "block", "length", language, SYNTAX)]


def laid_out(text: str) -> object:
    return [
        prompt.lay_out(
            cursor,
            "a.py",
            [found(text)],
            tokens=TOKENS,
            max_suffix_tokens=50,
            snippet_tokens=50,
            counter=counter(),
            suffixes=SuffixMemory(),
            starts=WindowStarts(),
        )
        for cursor in around(text)
    ]


def looked_around(text: str) -> object:
    symbol = Symbol("f", "class", "a.py", 1, 10**9, "python")
    places = [at(cursor, text) for cursor in around(text)]
    cursors = [place.cursor for place in places]
    return (
        [similar.in_own_file(place) + similar.in_open_files(place) for place in places],
        [similar.similar(place, [similar.Passage("c.py", "python", text, 1)]) for place in places],
        [
            (definitions.looked_up(cursor), definitions.called(cursor), definitions.bound_names(cursor))
            for cursor in cursors
        ],
        [definitions.awaited(cursor, [found(text[:2_000])]) for cursor in cursors],
        [related.retrieval_query(cursor) for cursor in cursors],
        [diagnostics(place) for place in places],
        definitions.signature(symbol, text),
        usages.statement(text.split("\n"), 1),
    )


def judged(text: str) -> object:
    return [
        (
            retrieval_gate.features(cursor, "b.py", [found(text)], -0.5),
            confidence.features(-0.5, text, cursor, [found(text)]),
        )
        for cursor in around(text)
    ]


def streamed(text: str, step: int) -> str:
    stream = TextStream(("\n\n", "\nreturn value", text[:200] + "y"), "")
    for place in range(0, len(text), step):
        stream.push(text[place : place + step])
    return stream.text


def sent(text: str, step: int) -> object:
    raw = text.encode("utf-8", "replace")

    async def blocks() -> AsyncIterator[bytes]:
        for place in range(0, len(raw), step):
            yield raw[place : place + step]

    async def take() -> list[object]:
        return [event async for event in events(blocks())]

    return asyncio.run(take())


def remembered(text: str) -> object:
    cache = SuggestionCache()
    cache.put(("a",), text, text, CachedSuggestion(text[:200]))
    return cache.get(("a",), text, text), cache.get(("a",), text, ")" + text)


def gaps(text: str) -> object:
    rng = random.Random(1)
    places = range(0, len(text), samples.STRIDE_CHARS)
    found = [samples.cut_gap(text, place, rng.choice(samples.KINDS), rng) for place in places]
    return found, evaluate.choose_positions([data.Document("a.py", text, "python")], 8, 1)


def prompted(text: str) -> object:
    infill = Infill(text, text, "a.py", (Snippet("b.py", text),), len(text) // 2)
    return infill_prompt(infill, None), request_body.body_for(infill, Options(), KNOWLEDGE), request_body.count(text)


def drafted(text: str) -> object:
    drafts = Drafts([ord(letter) for letter in text[: len(text) // 8]])
    return [drafts.propose(4) for _ in range(4)]


def kept(text: str) -> object:
    both = (talks.Message("user", text), talks.Message("assistant", text))
    info = talks.Info("a", title_of(text), 0.0, 2)
    file = record.written(info, both)
    return prepare(both), record.read("a", file, 0.0), markdown.document(talks.Conversation(info, both)), command(text)


TEXTS: dict[str, tuple[Work, tuple[str, ...]]] = {
    "positions": (positions, ("\U0001f600\n",)),
    "lines": (lambda text: (documents.split_lines(text), documents.utf16_length(text)), ()),
    "a URI": (lambda text: (documents.scheme(f"file:///{text}"), documents.title(text)), ("%20", "a/")),
    "two versions of a text": (compared, ("ab\n",)),
    "claims in one piece": (
        lambda text: checked(text, len(text)),
        ("[1", "[1,", "a.py:1 ", "a/a.", "a+a.", "[", "[ ", "`a", "`a` calls `b`. ", "is a in 1 ", "- `a`\n"),
    ),
    "claims in pieces": (lambda text: checked(text, 40), ("[1,", "a/b", "[", "```\n", "`a_b` in a.py. ", "a. ")),
    "circles": (looping, ("ab ",)),
    "excerpts": (excerpts, ("```\n", "<|a")),
    "a question": (asked, ("<|im_end|>",)),
    "a conversation that is kept": (kept, ("```\n", "![", "<a", "/new ", "~~~")),
    "a conversation that is damaged": (
        lambda text: record.read("a", text, 0.0),
        ('{"role": "user", "content": "a"}\n', "[", '{"a":', '"\\u202e', "1.9", "NaN\n"),
    ),
    "a question that the index may answer": (
        asked_of_the_index,
        ("who calls ", "where is a ", "谁调用", "どこで", "a's ", "please hey ", "l'", "in a/ of a/ "),
    ),
    "brackets": (
        lambda text: [(brackets.nesting(text, one), brackets.outermost(text, one)) for one in ("python", "c", "go")],
        ('"""', "`", "//", '"\\', "'''"),
    ),
    "whether and how to suggest": (
        lambda text: [
            (in_word(one), decide(one, multi_line=True, language="python", syntax=SYNTAX)) for one in around(text)
        ],
        ("lambda ", "lambda:", "a: # ", "def f():\n", "{"),
    ),
    "closers behind a cursor": (lambda text: decide(Cursor("x", text), multi_line=True), (") ", ");", ":;", ")")),
    "where a text stops": (
        lambda text: [stop_strings.stop_strings(one, "block", "python") for one in around(text)],
        (),
    ),
    "a name that is awaited": (
        lambda text: [
            awaited_name(replace(one, prefix=f"from a import bcd\n{one.prefix}"), ["bcd"], "python")
            for one in around(text)
        ],
        ("import a, ", "as a, ", "def a"),
    ),
    "filters": (lambda text: cleaned(text, "python"), ("a b\n", "x = f(", "# From a:\n")),
    "filters of C": (lambda text: cleaned(text, "c"), ("a;\n", "if (a) {\n")),
    "a line that is generated": (lambda text: watched(text, "line"), ("ab ", "# From ")),
    "a block that is generated": (lambda text: watched(text, "block"), ("ab\n", "    a\n")),
    "a prompt": (laid_out, ("import a\n", "from a import (\n", "    a\n", "<|a")),
    "budgets": (
        lambda text: [head(text, TOKENS, counter()), tail(text, TOKENS, counter()), fitting([text], TOKENS, counter())],
        (),
    ),
    "other files": (
        looked_around,
        ("import a\n", "from a import b, ", "from a import (", "abc(", "abc)", "abc.", "class a(", "# "),
    ),
    "what is known of a suggestion": (judged, ("abc ",)),
    "suggestions made before": (remembered, (")",)),
    "a text that streams": (lambda text: streamed(text, 64), ("\nretur", "\n ")),
    "a text in one piece": (lambda text: streamed(text, len(text)), ("\nretur",)),
    "a server's events": (lambda text: sent(text, 100), ("data: {}\n", "data:")),
    "prompts for models": (prompted, ("a\n",)),
    "drafts": (drafted, ("ab",)),
    "the echo": (lambda text: EchoGenerator(token_ms=0).count(text), (" a",)),
    "training text": (lambda text: (gaps(text), data.without_masks(text)), ("*****", "ab cd ef\n")),
    "the name of a setting": (settings._snake, ("aB",)),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_cost_is_linear(name: str) -> None:
    work, units = TEXTS[name]
    assert faults(work, *units) == []
