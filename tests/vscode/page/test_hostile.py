"""The chat page given hostile answers, names and documentation: what it draws, what it asks for, what it sends."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.privacy.injections import injections
from tests.vscode.page.harness import ChatPage
from tests.vscode.page.turns import turn

pytestmark = [pytest.mark.editor, pytest.mark.timeout(300)]

ACTING = (
    "img, iframe, script, style, link, object, embed, form, video, audio, svg image, base, meta, [onerror], [onload]"
)
"""What could fetch or run something, in what was drawn of an answer."""
ANSWERS = [
    "![x](https://evil.example/a.png?q=1)",
    "![x][r]\n\n[r]: https://evil.example/a.png",
    "<img src='https://evil.example/a.png' onerror='window.pwned = 1'>",
    "<script>window.pwned = 1</script>\n\n<svg onload='window.pwned = 1'></svg>",
    "<iframe src='https://evil.example'></iframe><style>@import 'https://evil.example/a.css';</style>",
    "<link rel=stylesheet href=https://evil.example/a.css><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "[a](javascript:window.pwned=1) [b](data:text/html,x) [c](command:workbench.action.quit) [d](vscode://evil/x)",
    "[a](JaVaScRiPt:window.pwned=1) [b](\tcommand:x) [c](file:///etc/passwd) [d](//evil.example) [e](vscode-webview://x)",
    "<javascript:window.pwned=1> <command:x> <data:text/html,x>",
    "```html\n<img src=https://evil.example/a.png onerror='window.pwned = 1'>\n```",
    "```<img/src=x/onerror=window.pwned=1>\na\n```",
    '`a.py:1" onmouseover="window.pwned=1` a.py:1"onclick="window.pwned=1"',
    "&lt;img src=x onerror=window.pwned=1&gt; &#60;script&#62;window.pwned=1&#60;/script&#62;",
    "| a |\n|---|\n| `x | ![y](https://evil.example/a.png)` |\n",
]


def drawn(chat: ChatPage) -> list[str]:
    """What could act in what the transcript shows, and where its links go that are no places."""
    found: list[str] = chat.page.evaluate(
        """acting => [...document.querySelectorAll('.transcript')].flatMap(one => [
            ...[...one.querySelectorAll(acting)].map(each => each.outerHTML),
            ...[...one.querySelectorAll('a:not(.cite)')].map(each => `link ${each.getAttribute('href')}`),
            ...[...one.querySelectorAll('*')].flatMap(each => [...each.attributes])
                .filter(each => each.name.startsWith('on') || each.name === 'style').map(each => each.name),
        ])""",
        ACTING,
    )
    return [one for one in found if not one.startswith(("link http://", "link https://"))]


@pytest.mark.parametrize("text", ANSWERS)
def test_nothing_of_an_answer_acts(chat: ChatPage, text: str) -> None:
    """Even where the server had let it through: the page is the second lock."""
    chat.post(type="add", turns=[turn(1, "user", text), turn(2, "assistant", state="pending")])
    for at in range(0, len(text), 7):
        chat.post(type="delta", text=text[at : at + 7])
    chat.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert drawn(chat) == []
    place = {"uri": "file:///a", "path": text, "startLine": 1, "endLine": 2, "signature": text, "doc": text}
    done = turn(3, "assistant", text, note=text, remark=text, places=[place], sources=[place], model=text)
    chat.post(type="show", turns=[turn(1, "user", text), done])
    expect(chat.page.locator(".turn.assistant")).to_have_count(1)
    assert drawn(chat) == []


def test_what_acts_would_be_seen(chat: ChatPage) -> None:
    """Else the others would prove nothing."""
    chat.post(type="show", turns=[turn(1, "assistant", "It waits.")])
    expect(chat.page.locator(".turn.assistant")).to_have_count(1)
    html = "<form></form><a href='command:x'>x</a><p style='color: red'></p>"
    chat.page.evaluate(
        "html => document.querySelector('.transcript .body').insertAdjacentHTML('beforeend', html)", html
    )
    assert drawn(chat) == ["<form></form>", "link command:x", "style"]


def test_nothing_of_a_hostile_file_acts(chat: ChatPage) -> None:
    turns = []
    for number, case in enumerate(injections()):
        place = {"uri": "file:///a", "path": case.path, "startLine": 1, "endLine": 2}
        place |= {"signature": case.text, "doc": case.text}
        more = {"places": [place], "sources": [place], "origin": "model", "model": case.path}
        turns.append(turn(number + 1, "assistant", f"{case.text}\n\n```{case.text}\n```\n", **more))
    chat.post(type="show", turns=turns)
    expect(chat.page.locator(".turn.assistant")).to_have_count(len(turns))
    assert drawn(chat) == []


def test_a_click_on_what_was_drawn_runs_no_command(chat: ChatPage) -> None:
    text = "\n\n".join(ANSWERS)
    chat.post(type="show", turns=[turn(1, "assistant", text)])
    for link in chat.page.locator(".turn.assistant a.cite").all():
        link.click()
    said = chat.page.evaluate("window.sent.map(one => one.type)")
    assert set(said) <= {"ready", "open"}, json.dumps(said)
