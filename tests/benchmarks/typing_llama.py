"""The same keys into a plain client of llama.cpp: it asks after a pause, and keeps suggestions as llama.vim does.

Same model, same window, same most tokens as ours; the engine keeps its prompt cache. A request waits until 150 ms have
passed without a key; the next key ends it. What was suggested is found again while it is typed: by what stood before
and behind the cursor, up to 128 characters back.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from inglenook_server.completion.prompting.prompt import SUFFIX_SHARE
from inglenook_server.generation.base import Infill
from inglenook_server.generation.prompts.prompter import Prompter
from inglenook_server.generation.prompts.token_budget import TokenCounter, head, tail
from inglenook_server.models import installed
from inglenook_server.settings import CompletionSettings

from tests.benchmarks.editor import Asked
from tests.benchmarks.generators import fills_in
from tests.benchmarks.trace import Key

PAUSE_S = 0.15
KEPT = 250
"""Suggestions in the cache (llama.vim)."""
BACK = 128
"""Characters that may have been typed into one of them (llama.vim)."""
CONTEXT = 2_048


class Client:
    """One model, and what it has suggested."""

    def __init__(self, model: str) -> None:
        from llama_cpp import Llama

        here = installed(model)
        threads = os.cpu_count() or 1
        self._prompter = Prompter(here.openvino, model)
        self._counter = TokenCounter(self._prompter.count)
        self._settings = CompletionSettings()
        self._engine = Llama(
            str(here.gguf), n_ctx=CONTEXT, n_batch=512, n_threads=threads, n_threads_batch=threads, verbose=False
        )
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, str], str] = OrderedDict()

    def known(self, before: str, after: str) -> str:
        """The rest of a suggestion that is being typed, or empty."""
        for back in range(min(BACK, len(before)) + 1):
            made = self._cache.get((before[: len(before) - back], after))
            if made is not None and len(made) > back and made.startswith(before[len(before) - back :]):
                return made[back:]
        return ""

    def write(self, before: str, after: str, stop: threading.Event) -> str:
        """A suggestion of one line. Ends at the next token once `stop` is set; then nothing is kept."""
        with self._lock:
            if stop.is_set():
                return ""
            settings, room = self._settings, self._settings.prompt_tokens
            suffix = ""
            if fills_in(self._prompter):
                suffix = head(after, min(int(room * SUFFIX_SHARE), settings.max_suffix_tokens), self._counter)
            prefix = tail(before, room - self._counter.text(suffix), self._counter)
            ids = self._prompter.encode(Infill(prefix, suffix)).ids
            decode, text = self._prompter.tokenizer.decoder(), ""
            ends = self._prompter.tokenizer.special_ids
            for made, token in enumerate(self._engine.generate(ids, temp=0.0), 1):
                if token in ends or stop.is_set():
                    break
                text += decode([token])
                if "\n" in text or made >= settings.max_tokens:
                    break
        if stop.is_set():
            return ""
        text = text.partition("\n")[0]
        self._cache[before, after] = text
        while len(self._cache) > KEPT:
            self._cache.popitem(last=False)
        return text


async def type_region(client: Client, before: str, after: str, keys: Sequence[Key]) -> list[dict[str, Any]]:
    """Type `keys` between `before` and `after` at their own pace, asking as the client does."""
    typed = before
    asked: list[Asked] = []
    clock = time.perf_counter()
    for number, key in enumerate(keys):
        clock += key.gap_ms / 1000
        await asyncio.sleep(max(0.0, clock - time.perf_counter()))
        typed += key.character
        last = number + 1 == len(keys)
        looks = not last and keys[number + 1].thinking
        left = float("inf") if last else clock + keys[number + 1].gap_ms / 1000 - time.perf_counter()
        asked.append(await _ask(client, typed, after, left, len(typed) - len(before), looks))
    return [asdict(one) for one in asked]


async def _ask(client: Client, typed: str, after: str, left: float, position: int, looks: bool) -> Asked:
    """One key's request, which has `left` seconds until the next key ends it."""
    started = time.perf_counter()
    took = lambda: (time.perf_counter() - started) * 1000  # noqa: E731
    if known := client.known(typed, after):
        return Asked(position, took(), False, known, looks)
    if left <= PAUSE_S:
        await asyncio.sleep(max(0.0, left))
        return Asked(position, took(), True, "", looks)
    await asyncio.sleep(PAUSE_S)
    stop = threading.Event()
    writing = asyncio.create_task(asyncio.to_thread(client.write, typed, after, stop))
    done, _ = await asyncio.wait({writing}, timeout=None if left == float("inf") else max(0.0, left - PAUSE_S))
    if not done:
        stop.set()
        return Asked(position, took(), True, "", looks)
    return Asked(position, took(), False, writing.result(), looks)
