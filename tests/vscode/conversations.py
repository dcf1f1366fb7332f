"""`python -m tests.vscode.conversations [--light]`: conversations about a real repository, pictured in the real editor.

Flask, as the benchmark `chat` has it, and the default model. The pictures land in `artefacts/conversations`; a person
looks at them and asks whether they would be shown to a friend.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import expect

from tests.benchmarks.chat_corpora import FIT, workspace
from tests.vscode.package import REPOSITORY
from tests.vscode.picture import opened
from tests.vscode.test_chat import new_chat
from tests.vscode.test_editor import ANSWER_MS, ask

ARTEFACTS = REPOSITORY / "artefacts" / "conversations"
CONVERSATIONS = {
    "defined": ("Where is `Flask.make_response` defined?", "Who calls it?"),
    "purpose": ("What does `stream_with_context` do?", "How does it keep the request context?"),
    "impact": ("What breaks if I change `get_root_path`?",),
    "prose": ("How is the session cookie signed?",),
    "places": ("Where are templates loaded from?", "Which tests cover `render_template`?"),
    "explained": ("/explain url_for",),
}


def main() -> None:
    """Ask each of them in a new conversation, and keep its picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--light", action="store_true", help="in a light theme")
    arguments = parser.parse_args()
    scheme: Literal["dark", "light"] = "light" if arguments.light else "dark"
    with tempfile.TemporaryDirectory(prefix="inglenook-conversations-") as folder:
        scratch = Path(folder)
        repository = Path(shutil.copytree(workspace(FIT[0]), scratch / FIT[0].name))
        with opened(repository, scratch, ARTEFACTS, scheme) as workbench:
            for name, questions in CONVERSATIONS.items():
                new_chat(workbench)
                for question in questions:
                    answer = ask(workbench, question)
                    expect(answer).not_to_have_attribute("aria-busy", "true", timeout=ANSWER_MS)
                sys.stdout.write(f"{workbench.screenshot(f'{name}-{scheme}')}\n")


if __name__ == "__main__":
    main()
