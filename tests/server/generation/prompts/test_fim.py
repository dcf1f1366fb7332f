from __future__ import annotations

import pytest
from inglenook_server.generation.base import Infill, Snippet
from inglenook_server.generation.prompts.fim import find_sentinels, infill_prompt

QWEN = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>", "<|file_sep|>")
SMOLLM = ("<repo_name>", "<file_sep>", "<filename>")
STAR = ("<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<repo_name>", "<file_sep>")
CODESTRAL = ("[PREFIX]", "[SUFFIX]", "[MIDDLE]")
SANTA = ("<fim-prefix>", "<fim-suffix>", "<fim-middle>")
OTHER = (Snippet("lib/a.py", "def a():\n    pass\n"),)


def shown(infill: Infill, vocabulary: tuple[str, ...]) -> str:
    sentinels = find_sentinels({token: number for number, token in enumerate(vocabulary)}.get)
    return "".join(map(str, infill_prompt(infill, sentinels)))


@pytest.mark.parametrize(
    ("infill", "vocabulary", "expected"),
    [
        (Infill("x = ", "\ny"), QWEN, "<|fim_prefix|>x = <|fim_suffix|>\ny<|fim_middle|>"),
        (Infill("x = "), QWEN, "<|fim_prefix|>x = <|fim_suffix|><|fim_middle|>"),
        (
            Infill("x = ", "\ny", "b.py", OTHER),
            QWEN,
            "<|repo_name|>workspace\n<|file_sep|>lib/a.py\ndef a():\n    pass\n<|file_sep|>b.py\n"
            "<|fim_prefix|>x = <|fim_suffix|>\ny<|fim_middle|>",
        ),
        (
            Infill("x = ", "\ny", "b.py", OTHER),
            SANTA,
            "<fim-prefix># From lib/a.py:\n# def a():\n#     pass\n\nx = <fim-suffix>\ny<fim-middle>",
        ),
        (Infill("x = ", "\ny", "b.py"), SMOLLM, "x = "),
        (Infill("x = ", "\ny"), CODESTRAL, "[SUFFIX]\ny[PREFIX]x = "),
        (
            Infill("x = ", "\ny", "b.py", OTHER),
            STAR,
            "<repo_name>workspace\n<file_sep>lib/a.py\ndef a():\n    pass\n<file_sep>b.py\n"
            "<fim_prefix>x = <fim_suffix>\ny<fim_middle>",
        ),
        (Infill("let x = ", "", "b.ts", OTHER), (), "// From lib/a.py:\n// def a():\n//     pass\n\nlet x = "),
        (Infill(""), (), ""),
    ],
)
def test_prompts(infill: Infill, vocabulary: tuple[str, ...], expected: str) -> None:
    assert shown(infill, vocabulary) == expected


@pytest.mark.parametrize(
    ("chats", "fills_in", "unlearned"), [(False, False, False), (True, False, True), (True, True, False)]
)
def test_chatting_unlearns_filling_in_unless_it_was_measured(chats: bool, fills_in: bool, unlearned: bool) -> None:
    known = {token: number for number, token in enumerate(QWEN)}.get
    sentinels = find_sentinels(known, chats=chats, fills_in=fills_in)
    assert sentinels is not None
    assert sentinels.unlearned == unlearned
    assert (sentinels.file is None) == chats, "what separates files is another question"


def test_a_model_that_was_taught_to_chat_sees_other_files_as_comments_where_they_are_put():
    known = {token: number for number, token in enumerate(QWEN)}.get
    infill = Infill("a = 1\nx = ", "\ny", "b.py", OTHER, at=6)
    text = "".join(map(str, infill_prompt(infill, find_sentinels(known, chats=True))))
    comments = "# From lib/a.py:\n# def a():\n#     pass\n\n"
    assert text == f"<|fim_prefix|>a = 1\n{comments}x = <|fim_suffix|>\ny<|fim_middle|>"
    assert "".join(map(str, infill_prompt(infill, None))) == f"a = 1\n{comments}x = "


def test_a_model_that_was_taught_to_chat_goes_on_where_it_is_shown_nothing_behind_the_cursor():
    sentinels = find_sentinels({token: number for number, token in enumerate(QWEN)}.get, chats=True)
    assert "".join(map(str, infill_prompt(Infill("x = "), sentinels))) == "x = "
