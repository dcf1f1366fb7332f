"""The chat page as its user meets it: what it draws, what its keys do, what it says back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.vscode.page.harness import ChatPage, open_page
from tests.vscode.page.turns import PLACES, POOL, TASKS, TEXT, chip, turn

pytestmark = [pytest.mark.editor, pytest.mark.timeout(300)]

PENDING = turn(2, "assistant", state="pending")
QUESTION = turn(1, "user", "How is a job cancelled?", attached=["pool.py:12-30"])


def test_places_come_first_then_the_reading_then_the_text_and_one_list_is_left(chat: ChatPage) -> None:
    answer = chat.page.locator(".turn.assistant")
    chat.post(type="add", turns=[QUESTION, PENDING])
    expect(answer.locator(".waiting")).to_have_text("Looking through the workspace")
    expect(chat.page.locator(".attached")).to_have_text("with pool.py:12-30")
    chat.post(type="places", places=PLACES)
    expect(answer.locator(".place")).to_have_count(3)
    expect(answer.locator(".place").first).to_contain_text("class Pool(Generic[Job]):")
    expect(answer.locator(".waiting")).to_have_text("Reading what was found")
    chat.post(type="reading", tokens=1420)
    expect(answer.locator(".waiting")).to_have_text("Reading 1,420 tokens")
    chat.post(type="delta", text="It is ")
    chat.post(type="delta", text="**stopped**.")
    expect(answer.locator(".body strong")).to_have_text("stopped")
    expect(answer.locator(".waiting")).to_have_count(0)
    expect(answer.locator(".place")).to_have_count(3)
    expect(answer).to_have_attribute("aria-busy", "true")
    done = turn(2, "assistant", "It is **stopped**.", places=PLACES, sources=[POOL], origin="model", model="m")
    chat.post(type="end", turn=done)
    expect(answer).not_to_have_attribute("aria-busy", "true")
    expect(answer.locator(".place")).to_have_count(0)
    expect(answer.locator(".source")).to_have_count(1)
    answer.locator(".source").click()
    opened = {"path": "src/net/pool.py", "startLine": 12, "endLine": 30, "uri": POOL["uri"]}
    assert chat.waits_for("open") == {"type": "open", **opened}


def test_an_answer_that_used_nothing_folds_what_was_found(chat: ChatPage) -> None:
    chat.post(type="show", turns=[QUESTION, turn(2, "assistant", "A decorator wraps a function.", places=PLACES)])
    expect(chat.page.get_by_text("3 places were found")).to_be_visible()
    expect(chat.page.locator(".place").first).to_be_hidden()
    chat.page.get_by_text("3 places were found").click()
    expect(chat.page.locator(".place").first).to_be_visible()


def test_an_answer_of_the_index_lists_only_what_it_has_not_linked(chat: ChatPage) -> None:
    text = "It is defined at `src/net/pool.py:12-30`."
    for sources, listed in (([POOL], 0), ([POOL, TASKS], 1)):
        chat.post(type="show", turns=[QUESTION, turn(2, "assistant", text, origin="index", sources=sources)])
        expect(chat.page.locator(".source")).to_have_count(listed)
    expect(chat.page.locator(".source")).to_contain_text("tasks.py")


@pytest.mark.parametrize(
    ("more", "label", "title"),
    [
        ({"origin": "index"}, "From the index", "No model was asked."),
        ({"origin": "model", "model": "m", "cost": "9 tokens, 1.0 s"}, "By the model (m)", "9 tokens, 1.0 s"),
    ],
)
def test_an_answer_says_who_wrote_it(chat: ChatPage, more: dict[str, str], label: str, title: str) -> None:
    chat.post(type="show", turns=[QUESTION, turn(2, "assistant", "So it is.", **more)])
    expect(chat.page.locator(".origin")).to_have_text(label)
    assert title in (chat.page.locator(".origin").get_attribute("title") or "")
    assert "tokens" not in chat.page.locator(".transcript").inner_text()


@pytest.mark.parametrize(("struck", "sentence"), [(1, "1 sentence was left out"), (2, "2 sentences were left out")])
def test_sentences_that_were_left_out_are_counted(chat: ChatPage, struck: int, sentence: str) -> None:
    chat.post(type="show", turns=[QUESTION, turn(2, "assistant", "So.", struck=struck)])
    expect(chat.page.locator(".remark")).to_contain_text(sentence)


def test_what_others_wrote_is_text_everywhere(chat: ChatPage) -> None:
    evil = '<img src="http://evil.test/x" onerror="window.evil=1"><b>b</b> ![i](http://evil.test/i.png)'
    place = {**POOL, "path": f"src/{evil}", "signature": evil, "doc": evil}
    chat.post(type="show", turns=[turn(1, "user", evil, attached=[evil]), turn(2, "assistant", state="pending")])
    chat.post(type="places", places=[place])
    chat.post(type="chips", chips=[chip("here", evil, 3, evil)])
    expect(chat.page.locator(".place .doc")).to_have_text(evil)
    change = {**POOL, "path": evil, "title": evil, "state": "open"}
    answer = turn(
        2, "assistant", f"{evil} [x](command:quit)", sources=[place], model=evil, origin="model", change=change
    )
    chat.post(type="end", turn={**answer, "remark": evil, "note": evil})
    expect(chat.page.locator(".change h2")).to_have_text(evil)
    chat.post(type="show", turns=[])
    chat.post(type="welcome", examples=[evil], kept=[{"id": "1", "title": evil, "when": evil}])
    expect(chat.page.locator(".example")).to_have_text(evil)
    assert chat.page.locator("img, b").count() == 0
    assert chat.page.evaluate("window.evil") is None


def test_a_web_address_is_the_only_link_of_an_answer(chat: ChatPage) -> None:
    text = "[a](https://a.test) [b](command:x) [c](javascript:alert(1)) [d](file:///etc/passwd) [e](vscode://x)"
    chat.post(type="show", turns=[QUESTION, turn(2, "assistant", text)])
    links = chat.page.locator(".body a")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "https://a.test")


@pytest.mark.parametrize("width", [220, 260, 340])
def test_a_citation_does_not_break_within_its_numbers_and_long_code_has_a_scroll_bar(
    browser: Browser, width: int
) -> None:
    with open_page(browser, width=width) as chat:
        chat.post(type="show", turns=[QUESTION, turn(2, "assistant", TEXT, sources=[TASKS])])
        numbers = chat.page.locator(".body .cite .lines")
        expect(numbers).to_have_text([":12-30", ":141"])
        assert numbers.evaluate_all("all => all.map(one => one.getClientRects().length)") == [1, 1]
        bar = chat.page.locator(".code pre").evaluate("e => e.offsetHeight - e.clientHeight")
        assert bar > 0
        assert chat.page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_chips_show_their_tokens_or_why_they_stay_and_can_be_left_out(chat: ChatPage) -> None:
    chips = [chip("here", "pool.py:3-9", 1214), chip("picked-1", ".env", problem="It is a file of secrets.")]
    chat.post(type="chips", chips=[*chips, chip("", "AGENTS.md", 96)])
    rows = chat.page.locator(".chip")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("1,214")
    expect(rows.nth(1)).to_have_attribute("title", ".env does not go along. It is a file of secrets.")
    expect(rows.nth(2).get_by_role("button")).to_have_count(0)
    chat.page.get_by_role("button", name="Leave out pool.py:3-9").click()
    assert chat.waits_for("detach")["key"] == "here"
    chat.page.get_by_role("button", name="Add something that goes along").click()
    chat.waits_for("attach")


ITEMS = [
    {"label": "/explain", "insert": "/explain", "detail": ""},
    {"label": "/error", "insert": "/error", "detail": ""},
]


def suggest(chat: ChatPage, typed: str, start: int, end: int) -> None:
    asked = len(chat.sent("complete"))
    chat.box.press_sequentially(typed)
    request = chat.waits_for("complete", asked + 1)
    chat.page.wait_for_function("text => window.sent.findLast(m => m.type === 'complete')?.text === text", arg=typed)
    request = chat.sent("complete")[-1]
    assert request["offset"] == len(typed)
    chat.post(type="suggestions", request=request["request"], start=start, end=end, items=ITEMS)
    expect(chat.page.get_by_role("option")).to_have_count(2)


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (("Enter",), "/explain "),
        (("Tab",), "/explain "),
        (("ArrowDown", "Enter"), "/error "),
        (("ArrowUp", "Tab"), "/error "),
        (("Escape",), "/e"),
    ],
)
def test_a_command_is_completed_as_it_is_typed(chat: ChatPage, keys: tuple[str, ...], left: str) -> None:
    suggest(chat, "/e", 0, 2)
    expect(chat.box).to_have_attribute("aria-activedescendant", "suggestion-0")
    for key in keys:
        chat.box.press(key)
    expect(chat.box).to_have_value(left)
    expect(chat.page.get_by_role("listbox")).to_be_hidden()
    expect(chat.box).to_be_focused()
    assert not chat.sent("ask")


def test_a_name_in_the_middle_of_a_question_is_completed_by_a_click_and_late_suggestions_are_dropped(
    chat: ChatPage,
) -> None:
    suggest(chat, "why @e", 4, 6)
    chat.page.get_by_role("option", name="/error").click()
    expect(chat.box).to_have_value("why /error ")
    old = chat.sent("complete")[-1]["request"]
    chat.post(type="suggestions", request=old, start=0, end=1, items=ITEMS)
    chat.box.press("End")
    expect(chat.page.get_by_role("listbox")).to_be_hidden()
    for text in ("a/b and c", "to me@home.test", "@done and", '@"all done" so'):  # nothing is being named
        chat.box.fill(text)
    assert chat.sent("complete")[-1]["request"] == old


def test_enter_while_an_answer_is_written_says_so_and_keeps_the_text(chat: ChatPage) -> None:
    chat.post(type="add", turns=[QUESTION, PENDING])
    chat.page.get_by_role("button", name="Stop").wait_for()
    chat.box.fill("And then?")
    chat.box.press("Enter")
    expect(chat.page.get_by_text("An answer is being written. Esc stops it.")).to_be_visible()
    expect(chat.box).to_have_value("And then?")
    assert not chat.sent("ask")
    chat.box.press("Escape")
    chat.waits_for("stop")
    chat.post(type="end", turn=turn(2, "assistant", "It", state="stopped", note="Stopped"))
    expect(chat.page.get_by_text("An answer is being written.")).to_have_count(0)
    chat.box.press("Enter")
    assert chat.waits_for("ask")["text"] == "And then?"


def test_arrow_up_brings_earlier_questions_back(chat: ChatPage) -> None:
    later = turn(3, "user", "And who calls it?")
    chat.post(type="show", turns=[QUESTION, turn(2, "assistant", "So."), later, turn(4, "assistant", "They do.")])
    expect(chat.page.locator(".turn")).to_have_count(4)
    for key, value in (
        ("ArrowUp", "And who calls it?"),
        ("ArrowUp", "How is a job cancelled?"),
        ("ArrowUp", "How is a job cancelled?"),
        ("ArrowDown", "And who calls it?"),
        ("ArrowDown", ""),
    ):
        chat.box.press(key)
        expect(chat.box).to_have_value(value)
    chat.box.fill("my own words")
    chat.box.press("ArrowUp")
    expect(chat.box).to_have_value("my own words")


def test_a_question_is_edited_and_asked_in_place_of_the_first_one(chat: ChatPage) -> None:
    chat.post(type="show", turns=[QUESTION, turn(2, "assistant", "So.")])
    chat.page.get_by_role("button", name="Edit and ask again").click()
    expect(chat.box).to_have_value("How is a job cancelled?")
    assert chat.waits_for("edit")["turn"] == 1
    chat.box.press("Escape")
    expect(chat.box).to_have_value("")
    chat.page.get_by_role("button", name="Edit and ask again").click()
    chat.box.fill("How is it stopped?")
    chat.box.press("Enter")
    assert chat.waits_for("ask") == {"type": "ask", "text": "How is it stopped?", "instead": 1}


def test_only_the_last_answer_can_be_given_again_and_each_can_be_copied(chat: ChatPage) -> None:
    again = turn(4, "assistant", "They **do**.")
    chat.post(type="show", turns=[QUESTION, turn(2, "assistant", "So."), turn(3, "user", "Who?"), again])
    expect(chat.page.get_by_role("button", name="Answer again")).to_have_count(1)
    chat.page.locator(".turn").last.get_by_role("button", name="Copy the answer").click()
    assert chat.waits_for("copy")["text"] == "They **do**."
    chat.page.get_by_role("button", name="Answer again").click()
    chat.waits_for("regenerate")


def test_a_proposed_change_is_shown_applied_and_then_said_to_be(chat: ChatPage) -> None:
    change = {**POOL, "title": "Document Pool", "state": "open"}
    answer = turn(2, "assistant", "This says what it does.", change=change)
    chat.post(type="show", turns=[QUESTION, answer])
    card = chat.page.get_by_role("region", name="Proposed change: Document Pool")
    for name, what in (("Show change", "show"), ("Apply", "apply")):
        card.get_by_role("button", name=name).click()
        assert chat.waits_for("change", len(chat.sent("change")))["what"] == what
    chat.post(type="update", turn={**answer, "change": {**change, "state": "applied"}})
    expect(card.get_by_role("button")).to_have_count(0)
    expect(card).to_contain_text("Applied.")


def test_an_error_gives_way_when_the_fault_is_mended(chat: ChatPage) -> None:
    chat.post(type="show", turns=[QUESTION, turn(2, "assistant", state="failed", note="No model is there.")])
    expect(chat.page.get_by_role("alert")).to_contain_text("No model is there.")
    chat.post(type="update", turn=turn(2, "assistant", state="stopped", note="Not answered"))
    expect(chat.page.get_by_role("alert")).to_have_count(0)
    expect(chat.page.get_by_text("Not answered")).to_be_visible()
    chat.page.get_by_role("button", name="Answer again").click()
    chat.waits_for("regenerate")


def test_an_empty_chat_offers_questions_and_earlier_conversations(chat: ChatPage) -> None:
    chat.post(type="show", turns=[])
    kept = [{"id": "abc", "title": "Who calls run?", "when": "14:05"}]
    chat.post(type="welcome", examples=["What is in `pool.py`?"], kept=kept)
    chat.page.get_by_role("button", name="Who calls run?").click()
    assert chat.waits_for("load")["conversation"] == "abc"
    chat.page.get_by_role("button", name="All conversations").click()
    chat.waits_for("history")
    chat.page.get_by_role("button", name="What is in `pool.py`?").click()
    assert chat.waits_for("ask")["text"] == "What is in `pool.py`?"


def test_the_draft_outlives_the_page(chat: ChatPage) -> None:
    chat.box.fill("half a ques")
    chat.page.reload()
    expect(chat.box).to_have_value("half a ques")
    assert chat.waits_for("draft")["text"] == "half a ques"


def test_a_screen_reader_hears_where_an_answer_stands(chat: ChatPage) -> None:
    spoken = chat.page.locator(".spoken[role=status]")
    chat.post(type="add", turns=[QUESTION, PENDING])
    for message, said in (
        ({"type": "places", "places": PLACES}, "3 places found."),
        ({"type": "reading", "tokens": 420}, "Reading 420 tokens."),
        ({"type": "end", "turn": turn(2, "assistant", "So.")}, "The answer is complete."),
    ):
        chat.post(**message)
        expect(spoken).to_have_text(said)


@pytest.mark.parametrize("theme", ["dark", "light", "contrast"])
def test_every_control_has_a_name_and_is_reached_by_the_keyboard(browser: Browser, theme: str) -> None:
    with open_page(browser, theme=theme, width=220) as chat:
        change = {**POOL, "title": "Document Pool", "state": "open"}
        answer = turn(2, "assistant", TEXT, sources=[POOL], change=change, origin="model", model="m")
        chat.post(type="show", turns=[QUESTION, answer])
        chat.post(type="chips", chips=[chip("here", "pool.py", 4)])
        expect(chat.page.locator(".chip")).to_have_count(1)
        names = chat.page.locator("button:visible, a:visible, textarea").evaluate_all(
            "all => all.map(e => e.getAttribute('aria-label') || e.innerText)"
        )
        assert all(name.strip() for name in names)
        chat.page.evaluate("document.body.focus()")
        reached = set()
        for _ in range(len(names) + 4):
            chat.page.keyboard.press("Tab")
            reached.add(
                chat.page.evaluate(
                    "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
                )
            )
        missed = {name for name in names if name not in reached} - {"Send (Enter)"}  # nothing is typed yet
        assert not missed
