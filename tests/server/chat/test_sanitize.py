"""What a model writes, as a renderer of Markdown with everything switched on would draw it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from inglenook_server.chat.sanitize import LONGEST, Sanitizer, closed, sanitized

from tests.cost import faults
from tests.privacy.drawn import drawn

QUESTION = "What does https://named.example/a do?"
SHOWN = [
    ("It closes the pool.", "="),
    ("![x](https://evil.example/?q=how)", "x (`https://evil.example/?q=how`)"),
    ("![](https://evil.example/a.png)", "`https://evil.example/a.png`"),
    ("Click [here](command:workbench.action.quit).", "Click here (`command:workbench.action.quit`)."),
    ("[a](https://evil.example) and [b](//evil.example/b)", "a (`https://evil.example`) and b (`//evil.example/b`)"),
    ('[a](https://evil.example "title")', "a (`https://evil.example`)"),
    ("See https://evil.example/a, it is there.", "See `https://evil.example/a`, it is there."),
    ("See <https://evil.example>.", "See `https://evil.example`."),
    ("Mail <a@evil.example>.", "Mail `a@evil.example`."),
    ("See www.evil.example.", "See `www.evil.example`."),
    ("vscode://x/y and vscode:extension/x", "`vscode://x/y` and `vscode:extension/x`"),
    ("data:text/html;base64,QQ== javascript:alert(1)", "`data:text/html;base64,QQ==` `javascript:alert(1`)"),
    ("![a][b]\n\n[b]: https://evil.example", "!\\[a\\][b]\n\n[b\\]: `https://evil.example`"),
    ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
    ("<img src=x onerror=y>", "\\<img src=x onerror=y>"),
    ("<!-- a -->", "\\<!-- a -->"),
    ("A `List<String>` is no List<String>, and 1 < 2.", "A `List<String>` is no List\\<String>, and 1 < 2."),
    ("`![x](https://evil.example)`", "="),
    ("``a ` b`` and `c`", "="),
    ("An open ` mark", "An open \\` mark"),
    ("`\n`[x](https://evil.example)`", "\\`\n`[x](https://evil.example)`"),
    ("| `a | [x](https://evil.example)` |", "| \\`a | x (`https://evil.example`)\\` |"),
    ("`int | None`", "="),
    ("```py\n![x](https://evil.example)\n<b>\n```\nhttps://evil.example", "```py\n![x](https://evil.example)\n<b>\n```\n`https://evil.example`"),
    ("1. a\n   ```py\n   x = 1\n     y\n   ```\nb", "1. a\n```py\nx = 1\n  y\n```\nb"),
    ("- ```\n  [x](https://evil.example)", "- \\`\\`\\`\n  x (`https://evil.example`)"),
    ("> ~~~\n[x](//e)", "> \\~\\~\\~\nx (`//e`)"),
    ("~~gone~~", "="),
    ("\\[x](//e) \\`a\\`", "\\[x\\](//e) \\`a\\`"),
    ("a`b`https://evil.example`c`", "a`b` `https://evil.example` `c`"),
    ("See [the page](https://named.example/a), https://named.example/a or https://named.example/b.",
     "See [the page](https://named.example/a), https://named.example/a or `https://named.example/b`."),
    ("![x](https://named.example/a)", "x (`https://named.example/a`)"),
    ("Schlüssel: ja. 注意：是。 std::vector x[1][2]", "Schlüssel: ja. 注意：是。 std::vector x[1\\][2]"),
    ("a\r[x](//e)", "ax (`//e`)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_what_is_shown(text: str, shown: str) -> None:
    assert sanitized(text, QUESTION) == (text if shown == "=" else shown)


def test_the_renderer_draws_what_is_not_sanitized() -> None:
    """Else the next tests would prove nothing."""
    raw = "![a](https://e.example) <b>x</b> [l](https://e.example) <https://e.example>\n\n<div>\n"
    kinds = [one.split(" ")[0] for one in drawn(raw)]
    assert kinds == ["image", "html_inline", "html_inline", "link_open", "link_open", "html_block"]


PARTS = (
    "`", "``", "```", "````", "~", "~~~", "[", "]", "(", ")", "![", "](", "][", "]:", "<", ">", "!", "\\", "|", "\n",
    "\n\n", " ", "   ", "    ", "- ", "> ", "1. ", "# ", "a", "x", "://", "https://e.example/q", "command:x",
    "www.e.example", "<b>", "<div>", "</div>", "<!--", "-->", "<?", "[l](https://e.example)", "![p](//e.example)",
    "[r]: //e.example", "[r]", "\n---\n", "\n|-|-|\n", "\t", "\r", "&lt;", "*", "_", "\"t\"",
    "https://named.example/a", ".", ":", "py", "data:",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PARTS), max_size=24).map("".join)


@given(TEXTS)
def test_no_renderer_draws_anything(text: str) -> None:
    found = drawn(sanitized(text, QUESTION))
    assert [one for one in found if one != "link_open https://named.example/a"] == []


@given(TEXTS, st.lists(st.integers(1, 9), max_size=40))
def test_the_cut_into_pieces_is_no_matter_and_no_beginning_draws_anything(text: str, steps: list[int]) -> None:
    one, shown, at = Sanitizer(QUESTION), "", 0
    for step in steps:
        shown += one.feed(text[at : at + step])
        at += step
        assert [each for each in drawn(shown) if each != "link_open https://named.example/a"] == []
    shown += one.feed(text[at:]) + one.finish()
    assert shown == sanitized(text, QUESTION)


@given(TEXTS)
def test_what_is_sanitized_twice_is_still_harmless_and_loses_no_word(text: str) -> None:
    assume('"t"' not in text)  # the title of a link is left out
    shown = sanitized(text, QUESTION)
    assert drawn(sanitized(shown)) == [one for one in drawn(shown) if "named" not in one]
    letters = [one for one in text if one.isalpha()]
    assert [one for one in shown if one.isalpha()] == letters


@pytest.mark.parametrize(
    "text",
    [
        f"{'`' * (LONGEST + 3)}a``` [x](https://e.example)",
        f"`{'a' * LONGEST}` [x](https://e.example)",
        f"`{'a' * (LONGEST - 2)}`` [x](https://e.example)`",
        f"[{'a' * LONGEST}](https://e.example)",
        f"[x](https://e.example/{'a' * LONGEST})",
        f"<b {'a' * LONGEST}>",
        f"```\n{'`' * (LONGEST + 3)}\n[x](https://e.example)",
        f"~~~ {'a' * LONGEST}\n~~~\n[x](https://e.example)",
        f"```\n{' ' * 3}{'`' * (LONGEST + 3)}\n<b>",
    ],
)
def test_what_is_longer_than_is_looked_at_acts_no_more(text: str) -> None:
    assert drawn(sanitized(text)) == []
    one = Sanitizer()
    assert drawn("".join(map(one.feed, text)) + one.finish()) == []


def test_a_sentence_is_not_held_back() -> None:
    one = Sanitizer()
    assert one.feed("It closes `a`. The") == "It closes `a`. "
    assert one.feed(" pool.") == "The pool."


def _streamed(text: str) -> str:
    one = Sanitizer(text[:200])
    return "".join(one.feed(text[at : at + 50]) for at in range(0, len(text), 50)) + one.finish()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("```\n<b>", "```\n<b>\n```"),
        ("~~~~\n```\n<b>", "~~~~\n```\n<b>\n~~~~"),
        ("```\n``` x\n<b>", "```\n``` x\n<b>\n```"),
        ("```\n<b>\n```", "```\n<b>\n```"),
        ("a", "a"),
    ],
)
def test_a_block_of_code_is_closed(text: str, shown: str) -> None:
    assert closed(text) == shown


@given(st.text("`~ab \n<!["))
def test_no_block_of_code_stays_open(text: str) -> None:
    assert sanitized(closed(text) + "\n\n<b>").endswith("\n\\<b>")


def test_cost() -> None:
    units = ("![", "](", "[a](b", "` ", "`` ` ", "<a ", "https://a", "a:", "~~~\n", "```\n", "```", "\\", "x\n`", "| `")
    assert faults(sanitized, *units) == []
    assert faults(_streamed, *units) == []
