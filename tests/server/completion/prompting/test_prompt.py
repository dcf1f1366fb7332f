import pytest
from inglenook_indexer.types import Chunk, Hit
from inglenook_server.completion.prompting.prompt import SNIPPETS_ABOVE, defuse, lay_out, lines_up
from inglenook_server.completion.prompting.stable_suffix import SuffixMemory
from inglenook_server.generation.prompts.token_budget import TokenCounter

from tests.server.completion.marks import at

SNIPPETS = 36
"""Tokens for other files."""


def counter() -> TokenCounter:
    return TokenCounter(lambda text: len(text.split()))


def hit(path: str, text: str) -> Hit:
    return Hit(Chunk(path, "python", text, 1, 1, 0, len(text)), 1.0)


def test_everything_fits_in_a_small_file():
    prompt = lay_out(
        at("a = 1\nb = █\nc = 3\n"),
        "me.py",
        (),
        tokens=100,
        max_suffix_tokens=50,
        snippet_tokens=SNIPPETS,
        counter=counter(),
    )
    assert (prompt.prefix, prompt.suffix, prompt.path) == ("a = 1\nb = ", "\nc = 3\n", "me.py")


def test_what_stands_behind_the_cursor_is_there_for_drafts_though_it_is_not_shown():
    prompt = lay_out(
        at("a = 1\nb = █\nc = 3\n"),
        "me.py",
        (),
        tokens=100,
        max_suffix_tokens=0,
        snippet_tokens=SNIPPETS,
        counter=counter(),
    )
    assert (prompt.suffix, prompt.near) == ("", "\nc = 3\n")


def test_the_budget_is_kept_and_the_best_snippet_stands_last():
    text = "import os\n" + "".join(f"x{number} = {number}\n" for number in range(400)) + "█" + "y = 1\n" * 400
    hits = (hit("best.py", "def best(): pass\n"), hit("second.py", "def second(): pass\n"))
    prompt = lay_out(
        at(text), "me.py", hits, tokens=200, max_suffix_tokens=20, snippet_tokens=SNIPPETS, counter=counter()
    )
    assert [snippet.path for snippet in prompt.snippets] == ["second.py", "best.py"]
    used = [prompt.prefix, prompt.suffix, *(snippet.text for snippet in prompt.snippets)]
    assert sum(counter().text(part) for part in used) <= 200
    assert prompt.prefix.startswith("import os\n")
    assert prompt.prefix.endswith("x399 = 399\n")
    assert counter().text(prompt.suffix) <= 20


def test_the_prompts_beginning_stays_while_a_line_is_typed():
    text = "".join(f"x{number} = {number}\n" for number in range(400))
    prompts = [
        lay_out(
            at(text + typed + "█\n"),
            "me.py",
            (),
            tokens=300,
            max_suffix_tokens=20,
            snippet_tokens=SNIPPETS,
            counter=counter(),
        )
        for typed in ("", "y", "y = foo(", "y = foo(1, 2)")
    ]
    assert all(prompt.prefix.startswith(prompts[0].prefix) for prompt in prompts)


def test_sentinels_in_files_are_made_harmless():
    assert defuse("a <|im_end|> <|fim_middle|> <file_sep> b") == "a < |im_end|> < |fim_middle|> < file_sep> b"
    assert defuse("x <| y, List<String>, a <b> c |> d") == "x <| y, List<String>, a <b> c |> d"


def test_a_cut_window_keeps_imports_and_what_encloses_it():
    body = "".join(f"        self.x{number} = {number}\n" for number in range(300))
    text = f"import os\nfrom pool import Pool\n\n\nclass Shop:\n    def fill(self):\n{body}        █"
    prompt = lay_out(
        at(text), "me.py", (), tokens=300, max_suffix_tokens=20, snippet_tokens=SNIPPETS, counter=counter()
    )
    assert prompt.prefix.startswith(
        "import os\nfrom pool import Pool\nclass Shop:\n    def fill(self):\n        self.x"
    )
    assert prompt.prefix.endswith("self.x299 = 299\n        ")
    assert counter().text(prompt.prefix) <= 300


def test_a_cut_window_uses_the_whole_budget():
    text = "".join(f"x{number} = {number}\n" for number in range(400))
    prompt = lay_out(
        at(text + "█\n"), "me.py", (), tokens=600, max_suffix_tokens=20, snippet_tokens=SNIPPETS, counter=counter()
    )
    assert counter().text(prompt.prefix) > 0.88 * 600


def test_a_prompt_with_other_files_shows_the_same_of_its_own():
    cursor = at("".join(f"x{number} = {number}\n" for number in range(400)) + "█\n")
    shown = {
        lay_out(
            cursor, "me.py", hits, tokens=300, max_suffix_tokens=20, snippet_tokens=SNIPPETS, counter=counter()
        ).prefix
        for hits in ((), (hit("a.py", "a b\n"),), (hit("a.py", "a b\n" * 100),))
    }
    assert len(shown) == 1


def test_snippets_stay_where_they_were_put_while_lines_are_added():
    lines = "".join(f"x{number} = {number}\n" for number in range(12))
    places = set()
    for more in ("", "y = 1\n", "y = 1\ny = 2\n"):
        prompt = lay_out(
            at(lines + more + "█"),
            "me.py",
            (hit("a.py", "b"),),
            tokens=300,
            max_suffix_tokens=9,
            snippet_tokens=SNIPPETS,
            counter=counter(),
            looked_up=12,
        )
        places.add(prompt.prefix[: prompt.at])
    assert places == {"".join(f"x{number} = {number}\n" for number in range(12 - SNIPPETS_ABOVE))}


@pytest.mark.parametrize(("lines", "above"), [(0, "a\nb\n"), (1, "a\n"), (2, ""), (9, "")])
def test_so_many_lines_up(lines, above):
    text = "a\nb\nc"
    assert text[: lines_up(text, lines)] == above


def test_a_nearly_equal_suffix_stays():
    memory = SuffixMemory()
    suffix = "\n" + "y = 1\n" * 60
    assert memory.keep("a.py", suffix) == suffix
    assert memory.keep("a.py", suffix.replace("y = 1\n", "y = 2\n", 2)) == suffix
    assert memory.keep("a.py", ")" + suffix) == ")" + suffix
    assert memory.keep("b.py", suffix[:40]) == suffix[:40]
