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
from inglenook_server.adapters import data, evaluate, samples
from inglenook_server.chat.citations import Citations
from inglenook_server.chat.excerpts import Excerpt, cut_excerpts, render
from inglenook_server.chat.loops import is_looping
from inglenook_server.chat.prompt import cut_question, trim_history
from inglenook_server.completion import brackets, confidence, prompt, stop, worth
from inglenook_server.completion.budget import TokenCounter, fitting, head, tail
from inglenook_server.completion.cache import Made, SuggestionCache
from inglenook_server.completion.cursor import Cursor
from inglenook_server.completion.edit_log import EditLog
from inglenook_server.completion.expected import expected
from inglenook_server.completion.filters.chain import clean
from inglenook_server.completion.finish import Finish
from inglenook_server.completion.sources import definitions, related, similar, usages
from inglenook_server.completion.sources.complaints import complaints
from inglenook_server.completion.sources.place import Complaint, Place, Surroundings
from inglenook_server.completion.starts import StartMemory
from inglenook_server.completion.suffixes import SuffixMemory
from inglenook_server.completion.syntax import Syntax
from inglenook_server.completion.trigger import decide, in_word
from inglenook_server.generation import remote_prompt
from inglenook_server.generation.base import Infill, Message, Options, Snippet
from inglenook_server.generation.drafts import Drafts
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.generation.fim import infill_prompt
from inglenook_server.generation.remote_knowledge import Knowledge
from inglenook_server.generation.remote_wire import events
from inglenook_server.generation.stream import TextStream
from inglenook_server.stats.survival import Span, share_left

from tests.cost import Work, faults

TOKENS = 200
SYNTAX = Syntax()
KNOWLEDGE = Knowledge("a", 4096, None, "suffix")


def around(text: str) -> tuple[Cursor, ...]:
    """A cursor at the end of a text, at its start, and in its middle."""
    half = len(text) // 2
    return Cursor(text, ""), Cursor("", text), Cursor(text[:half], text[half:])


def counter() -> TokenCounter:
    return TokenCounter(lambda line: len(line) // 4 + 1)


def found(text: str) -> Hit:
    return Hit(Chunk("src/a.py", "python", text, 1, 1 + text.count("\n"), 0, len(text)), 1.0, {})


def at(cursor: Cursor, text: str) -> Place:
    complaint = Complaint(1, text)
    return Place(cursor, "b.py", "python", None, Surroundings({"c.py": text}, (), (complaint,)))


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


def cited(text: str, step: int) -> str:
    citations = Citations([Excerpt("src/a.py", 1, 9, text)])
    return (
        "".join(citations.feed(text[place : place + step]) for place in range(0, len(text), step)) + citations.finish()
    )


def looping(text: str) -> object:
    return [is_looping(text[place : place + 480]) for place in range(0, len(text), 20_000)]


def excerpts(text: str) -> object:
    some = cut_excerpts([found(text)], 10**9, 5, counter())
    return render(some), cut_excerpts([found(text)], TOKENS, 5, counter())


def asked(text: str) -> object:
    earlier = [Message("user", text), Message("assistant", text)]
    return cut_question(text, TOKENS, counter()), trim_history(earlier, 10**9, 4, counter())


def watched(text: str, shape: str) -> object:
    cursor = Cursor("def f():\n    ", "\n")
    finish = Finish(cursor, shape, "python", SYNTAX)  # type: ignore[arg-type]
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
            starts=StartMemory(),
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
        [complaints(place) for place in places],
        definitions.signature(symbol, text),
        usages.statement(text.split("\n"), 1),
    )


def judged(text: str) -> object:
    return [
        (worth.features(cursor, "b.py", [found(text)], -0.5), confidence.features(-0.5, text, cursor, [found(text)]))
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
    cache.put(("a",), text, text, Made(text[:200]))
    return cache.get(("a",), text, text), cache.get(("a",), text, ")" + text)


def gaps(text: str) -> object:
    rng = random.Random(1)
    places = range(0, len(text), samples.STRIDE_CHARS)
    found = [samples.cut_gap(text, place, rng.choice(samples.KINDS), rng) for place in places]
    return found, evaluate.choose_positions([data.Document("a.py", text, "python")], 8, 1)


def prompted(text: str) -> object:
    infill = Infill(text, text, "a.py", (Snippet("b.py", text),), len(text) // 2)
    return infill_prompt(infill, None), remote_prompt.body_for(infill, Options(), KNOWLEDGE), remote_prompt.count(text)


def drafted(text: str) -> object:
    drafts = Drafts([ord(letter) for letter in text[: len(text) // 8]])
    return [drafts.propose(4) for _ in range(4)]


TEXTS: dict[str, tuple[Work, tuple[str, ...]]] = {
    "positions": (positions, ("\U0001f600\n",)),
    "lines": (lambda text: (documents.split_lines(text), documents.utf16_length(text)), ()),
    "a URI": (lambda text: (documents.scheme(f"file:///{text}"), documents.title(text)), ("%20", "a/")),
    "two versions of a text": (compared, ("ab\n",)),
    "citations in one piece": (
        lambda text: cited(text, len(text)),
        ("[1", "[1,", "a.py:1 ", "a/a.", "a+a.", "[", "[ ", "`a"),
    ),
    "citations in pieces": (lambda text: cited(text, 40), ("[1,", "a/b", "[", "```\n")),
    "circles": (looping, ("ab ",)),
    "excerpts": (excerpts, ("```\n", "<|a")),
    "a question": (asked, ("<|im_end|>",)),
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
    "where a text stops": (lambda text: [stop.stop_strings(one, "block", "python") for one in around(text)], ()),
    "a name that is awaited": (
        lambda text: [
            expected(replace(one, prefix=f"from a import bcd\n{one.prefix}"), ["bcd"], "python") for one in around(text)
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
