"""`python -m tests.vscode.page.pictures FOLDER`: the chat page in its states, in three themes, and narrow."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.vscode.page.harness import ChatPage, open_browser, open_page
from tests.vscode.page.turns import PLACES, POOL, TASKS, TEXT, chip, turn
from tests.vscode.setup import find

LOOKS = (("dark", 340), ("light", 340), ("contrast", 340), ("dark", 220), ("light", 560))
CHIPS = [
    chip("here", "pool.py:12-30", 214),
    chip("picked-1", "src/net/", 1840),
    chip("picked-2", ".env", problem="It is a file of secrets."),
    chip("", "AGENTS.md", 96),
]
CHANGE = {**POOL, "title": "Document Pool.run", "state": "open"}


def empty(page: ChatPage) -> None:
    kept = [
        {"id": "1", "title": "Who calls Pool.run, and what happens when it raises?", "when": "14:05"},
        {"id": "2", "title": "/explain", "when": "yesterday"},
    ]
    page.post(type="show", turns=[])
    page.post(type="welcome", examples=["What is in `pool.py`?", "Who calls `run`?", "What has changed?"], kept=kept)


def reading(page: ChatPage) -> None:
    asked = turn(1, "user", "How is a job cancelled?", attached=["pool.py:12-30"])
    page.post(type="show", turns=[asked, turn(2, "assistant", state="pending", places=PLACES, reading=420)])


def answered(page: ChatPage) -> None:
    done = turn(2, "assistant", TEXT, places=PLACES, sources=[POOL, TASKS], origin="model", model="qwen2.5-coder-0.5b")
    done |= {"struck": 2, "cost": "166 tokens, 3.2 s"}
    page.post(type="show", turns=[turn(1, "user", "How is a job cancelled?", attached=["pool.py"]), done])


def changed(page: ChatPage) -> None:
    known = turn(
        2, "assistant", "`run` is called in 2 places: `src/net/tasks.py:141` and `README.md:3`.", origin="index"
    )
    change = turn(4, "assistant", "This says what it does.", origin="model", model="qwen2.5-coder-0.5b", change=CHANGE)
    page.post(type="show", turns=[turn(1, "user", "Who calls `run`?"), known, turn(3, "user", "/doc"), change])


def failed(page: ChatPage) -> None:
    why = turn(2, "assistant", state="failed", note="The model qwen2.5-coder-0.5b is not on this machine yet.")
    page.post(type="show", turns=[turn(1, "user", "What does this project do?"), why])


def completing(page: ChatPage) -> None:
    answered(page)
    page.box.fill("@po")
    request = page.waits_for("complete")["request"]
    items = [
        {"label": "@src/net/pool.py", "insert": "@src/net/pool.py", "detail": "file"},
        {"label": "@Pool", "insert": "@Pool", "detail": "class, src/net/pool.py:12"},
        {"label": "@post_mortem_of_a_worker", "insert": "@post", "detail": "function, src/net/tasks.py:208"},
    ]
    page.post(type="suggestions", request=request, start=0, end=3, items=items)
    page.page.get_by_role("option").first.wait_for()


def busy(page: ChatPage) -> None:
    reading(page)
    page.page.get_by_role("button", name="Stop").wait_for()
    page.box.fill("And who calls it?")
    page.box.press("Enter")


STATES = (empty, reading, answered, changed, failed, completing, busy)


def main(folder: Path) -> None:
    """Take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_browser(find().chromium) as browser:
        for theme, width in LOOKS:
            for state in STATES:
                with open_page(browser, theme=theme, width=width, height=640) as page:
                    page.post(type="chips", chips=CHIPS)
                    state(page)
                    page.page.evaluate(
                        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
                    )
                    page.page.screenshot(path=folder / f"{theme}-{width}-{state.__name__}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
