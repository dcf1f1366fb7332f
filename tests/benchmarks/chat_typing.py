"""Typing while a chat is answered and while none is: `python -m tests.benchmarks.chat_typing [rounds]`.

Types a region of one of this repository's files at a person's pace through a real server with the default model, in
turns alone and beside questions that the model answers one after the other, and prints milliseconds of completions
that the model answered, as JSON. `answers` says how many chats were answered meanwhile: 0 would mean that nothing was
measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.editor import type_region
from tests.benchmarks.result import percentile
from tests.benchmarks.trace import trace
from tests.benchmarks.typing_beside import FILE, FIRST, copied
from tests.benchmarks.typing_trace import TYPED_THROUGH_MS, models
from tests.e2e.harness import Editor, session

QUESTIONS = (
    "How does the writer commit whole files in one version of the table?",
    "Why does the scheduler join a generation that is under way?",
    "How does the watcher tell hints from changes?",
    "How are excerpts cut to the lines that matter?",
)


async def typed(root: Path, path: str, before: str, region: str, after: str, *, chat: bool) -> dict[str, float]:
    """One pass: the figures of one server."""
    answers = 0

    async def ask(editor: Editor) -> None:
        nonlocal answers
        while True:
            await editor.chat(("user", QUESTIONS[answers % len(QUESTIONS)]), token=f"beside-{answers}")
            answers += 1

    async with session(root, settings={"index": {"tier": 1}}) as editor:
        await editor.ready()
        await editor.chat(("user", QUESTIONS[-1]))
        asking = asyncio.ensure_future(ask(editor)) if chat else None
        asked = await type_region(editor, path, before, after, trace(region))
        if asking is not None:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking
    times = [float(str(one["ms"])) for one in asked if one["suggestion"] and float(str(one["ms"])) > TYPED_THROUGH_MS]
    return {
        "chat": chat,
        "answers": answers,
        "keys": len(asked),
        "answered": len(times),
        "p50_ms": round(percentile(times, 50), 1),
        "p95_ms": round(percentile(times, 95), 1),
        "wait_per_key_ms": round(sum(float(str(one["ms"])) for one in asked) / len(asked), 1),
    }


def main(rounds: int) -> None:
    """With and without a chat in turns."""
    os.environ.setdefault("INGLENOOK_MODELS", str(models()))
    for _ in range(rounds):
        for chat in (False, True):
            with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as scratch:
                root = copied(Path(scratch))
                text = (root / FILE).read_text("utf-8")
                begin = text.index(FIRST)
                region = text[begin:].rstrip("\n")
                after = text[begin + len(region) :]
                (root / FILE).write_text(text[:begin], "utf-8")
                row = asyncio.run(typed(root, FILE, text[:begin], region, after, chat=chat))
                sys.stdout.write(json.dumps(row) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
