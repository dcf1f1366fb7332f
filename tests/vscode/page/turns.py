"""Messages of the extension, as the page tests and their pictures use them. Plain data."""

from __future__ import annotations

from typing import Any

Message = dict[str, Any]

POOL = {"uri": "file:///w/src/net/pool.py", "path": "src/net/pool.py", "startLine": 12, "endLine": 30}
TASKS = {"uri": "file:///w/src/net/tasks.py", "path": "src/net/tasks.py", "startLine": 141, "endLine": 141}
PLACES: list[Message] = [
    {**POOL, "signature": "class Pool(Generic[Job]):", "doc": "Runs jobs on threads, a bounded number at a time."},
    {**TASKS, "signature": "def cancel_tasks(loop: Loop, *, timeout: float = 5.0) -> list[Task]:", "doc": ""},
    {
        "uri": "file:///w/README.md",
        "path": "README.md",
        "startLine": 3,
        "endLine": 9,
        "signature": "",
        "doc": "How the pool is set up.",
    },
]
TEXT = """`Pool` runs jobs on a bounded number of threads, see `src/net/pool.py:12-30`. It is stopped by \
`cancel_tasks` (`src/net/a_very_long_name_of_a_module.py:141`), which waits at most 5 seconds:

```python
pool = Pool(size=8, name="downloads", on_error=lambda job, error: log.error("%s failed: %s", job, error))
pool.run(job)
```

- Jobs that raise are **kept** for a retry.
- The rest is dropped."""


def turn(number: int, role: str, text: str = "", **more: Any) -> Message:
    """One turn with nothing else in it than what is given."""
    blank = {
        "id": number,
        "role": role,
        "text": text,
        "attached": [],
        "sources": [],
        "places": [],
        "reading": 0,
        "state": "done",
        "origin": "",
        "model": "",
        "cost": "",
        "struck": 0,
        "remark": "",
        "note": "",
    }
    return {**blank, **more}


def chip(key: str, label: str, tokens: int = -1, problem: str = "") -> Message:
    """One chip."""
    return {"key": key, "label": label, "title": f"{label} goes along", "tokens": tokens, "problem": problem}
