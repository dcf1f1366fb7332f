"""`python -m tests.vscode.walkthrough`: the walkthrough's pictures, of a first run with the default model.

It needs what a first run needs: the package index, ten minutes at most, and two gigabytes of disk.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, expect

from tests.vscode.first_run import FirstRun, opened
from tests.vscode.package import CLIENT
from tests.vscode.test_editor import GHOST_MS, TYPED
from tests.vscode.workbench import Workbench

PICTURES = CLIENT / "media" / "walkthrough"
MARGIN_PX = 12


def snap(workbench: Workbench, name: str, *shown: Locator, most: tuple[int, int] = (1280, 800)) -> None:
    """The part of the window that holds what is shown, in both schemes; of a large one the upper left."""
    for scheme in ("light", "dark"):
        workbench.dress(scheme)
        clip = around(workbench, *shown)
        clip |= {"width": min(clip["width"], most[0]), "height": min(clip["height"], most[1])}
        workbench.page.screenshot(path=PICTURES / f"{name}-{scheme}.png", clip=clip)


def around(workbench: Workbench, *shown: Locator) -> FloatRect:
    """What encloses all of them, and a margin."""
    boxes = [box for one in shown if (box := one.bounding_box()) is not None]
    window = workbench.page.viewport_size or {"width": 1280, "height": 800}
    left = max(0.0, min(box["x"] for box in boxes) - MARGIN_PX)
    top = max(0.0, min(box["y"] for box in boxes) - MARGIN_PX)
    right = min(window["width"], max(box["x"] + box["width"] for box in boxes) + MARGIN_PX)
    bottom = min(window["height"], max(box["y"] + box["height"] for box in boxes) + MARGIN_PX)
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def main() -> None:
    """Walk, and take a picture at each step."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="inglenook-walkthrough-") as folder:
        scratch = Path(folder)
        with opened(scratch, {}, scratch) as workbench:
            first = FirstRun(workbench)
            first.asks()
            snap(workbench, "set-up", workbench.notification("has to be set up once"), workbench.status)
            first.set_up()
            first.server_answers()
            first.indexed()
            snap(workbench, "model", workbench.notification("need a model"), workbench.status)
            first.cited()
            snap(workbench, "ask", workbench.page.locator(".part.sidebar"), most=(324, 300))
            first.model()
            workbench.open("shop/receipt.py")
            workbench.editor.click()
            workbench.page.keyboard.press("Control+End")
            workbench.page.keyboard.type(TYPED, delay=15)
            expect(workbench.ghost_text.first).to_be_visible(timeout=GHOST_MS)
            snap(workbench, "complete", workbench.page.locator(".part.editor"), most=(640, 560))
    sys.stdout.write(f"{PICTURES}\n")


if __name__ == "__main__":
    main()
