"""What the benchmarks do through a real server over stdio: type, ask for completions, save, search."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from inglenook_server.protocol import methods
from inglenook_server.protocol.explain import ExplainParams, ExplainResult
from pygls.exceptions import JsonRpcException

from tests.benchmarks.trace import Key
from tests.e2e.harness import Editor, OpenDocument, session

WARMING_CHARACTERS = 10
"""Typed between the request that warms the prompt and the one that is timed."""


def change_to_searchable(root: Path, environment: dict[str, str], count: int) -> list[float]:
    """Save a file with a new word `count` times; milliseconds from each save to the search that finds the word."""
    os.environ.update(environment)
    return asyncio.run(_changes(root, count))


async def _changes(root: Path, count: int) -> list[float]:
    times = []
    async with session(root, settings={"generation": {"engine": "echo"}}) as editor:
        await editor.indexed()
        path = next(file for file in sorted(root.rglob("*.py")) if file.stat().st_size > 2_000)
        name = path.relative_to(root).as_posix()
        document = editor.open(name)
        original = document.text
        await editor.search("warm", 1)  # the server opens its index by itself as well, once it has settled
        for number in range(count):
            word = f"quokka{number}wombat"
            editor.change(document, f"{original}\n\ndef {word}():\n    return {number}\n")
            editor.close(document)  # so that the store must find it, and not the unsaved buffer
            started = time.perf_counter()
            editor.save(document, name)
            while not any(word in hit.text for hit in await editor.search(word, 3)):
                if time.perf_counter() - started > 30:
                    raise TimeoutError(f"{word} did not become searchable")
                await asyncio.sleep(0.005)
            times.append((time.perf_counter() - started) * 1000)
            document = editor.open(name)
    return times


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a trace."""

    position: int
    """Characters of the region typed so far."""
    ms: float
    """Until the answer, or until the next key cancelled it."""
    cancelled: bool
    suggestion: str
    thinking: bool
    """Whether the pause after this key is one in which a person looks."""


async def type_region(
    editor: Editor, path: str, before: str, after: str, keys: Sequence[Key]
) -> list[dict[str, object]]:
    """Type `keys` between `before` and `after` at their own pace, asking after every key as editors do."""
    document = editor.open(path, before + after)
    typed = before
    asked: list[Asked] = []
    pending: asyncio.Task[Asked] | None = None
    clock = time.perf_counter()
    for number, key in enumerate(keys):
        clock += key.gap_ms / 1000
        await asyncio.sleep(max(0.0, clock - time.perf_counter()))
        if pending is not None:
            if not pending.done():
                editor.cancel(str(len(asked)))
            asked.append(await pending)
        typed += key.character
        editor.change(document, typed + after)
        looks = number + 1 < len(keys) and keys[number + 1].thinking
        position = len(typed) - len(before)
        pending = asyncio.create_task(_ask(editor, document, typed, position, looks, str(len(asked))))
        await asyncio.sleep(0)
    if pending is not None:
        asked.append(await pending)
    editor.close(document)
    return [asdict(one) for one in asked]


async def _ask(
    editor: Editor, document: OpenDocument, typed: str, position: int, thinking: bool, message_id: str
) -> Asked:
    started = time.perf_counter()
    suggestion, cancelled = "", False
    try:
        suggestion = await editor.complete(document, *cursor(typed), invoked=False, message_id=message_id)
    except (JsonRpcException, asyncio.CancelledError):
        cancelled = True
    return Asked(position, (time.perf_counter() - started) * 1000, cancelled, suggestion, thinking)


async def warm_requests(
    editor: Editor, path: str, before: str, region: str, after: str, positions: Sequence[int]
) -> list[dict[str, object]]:
    """At each position of the region: one request ten characters earlier to warm the prompt, then the timed one."""
    rows: list[dict[str, object]] = []
    document = editor.open(path, before + after)
    for position in positions:
        for offset in (max(position - WARMING_CHARACTERS, 0), position):
            typed = before + region[:offset]
            editor.change(document, typed + after)
            started = time.perf_counter()
            text = await editor.complete(document, *cursor(typed))
            ms = (time.perf_counter() - started) * 1000
        row: dict[str, object] = {"position": position, "ms": ms, "text": text}
        if text:  # an empty answer is not explained: what is explained is the last suggestion
            why: ExplainResult = await editor.request(methods.EXPLAIN.name, ExplainParams())
            row |= {
                "expected": region[position : position + len(text)],
                "prompt_tokens": why.usage.prompt_tokens,
                "generated_tokens": why.usage.generated_tokens,
                "first_token_ms": why.usage.first_token_ms,
                "timings": why.timings,
            }
        rows.append(row)
    editor.close(document)
    return rows


def cursor(text: str) -> tuple[int, int]:
    """Line and UTF-16 character at the end of `text`."""
    last = text.rsplit("\n", 1)[-1]
    return text.count("\n"), len(last.encode("utf-16-le")) // 2
