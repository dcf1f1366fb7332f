from inglenook_server.chat.request import TextPiece
from inglenook_server.chat.writer import Writer

from tests.privacy.drawn import drawn


def written(*pieces: str) -> tuple[Writer, list[str]]:
    shown: list[str] = []
    writer = Writer(lambda event: shown.append(event.text) if isinstance(event, TextPiece) else None, "Why?")
    for piece in pieces:
        writer.write(piece)
    writer.finish()
    return writer, shown


def test_the_pieces_add_up_to_the_text() -> None:
    writer, shown = written("It waits ", "![x](https://evil.exa", "mple) for <b>", "the tide.")
    assert "".join(shown) == writer.text == "It waits x (`https://evil.example`) for \\<b>the tide."
    assert writer.said == "It waits ![x](https://evil.example) for <b>the tide."


def test_what_repeats_itself_is_cut_and_what_is_left_draws_nothing() -> None:
    writer, _ = written("Begin. ", *("It waits `![x](https://evil.example) <b>` for it. " for _ in range(40)))
    assert writer.looped
    assert len(writer.text) < 200
    for end in range(len(writer.text)):
        cut, _ = written(writer.text[:end])
        assert drawn(cut.text) == []


def test_rows_of_tests_and_tables_in_code_are_no_loop() -> None:
    rows = [f"    assert add({number}, {number + 1}) == {2 * number + 1}\n" for number in range(20)]
    writer, _ = written("So:\n\n```python\n", "def test_add():\n", *rows, "```\n", "That is all.")
    assert not writer.looped
    assert writer.said.endswith("That is all.")
    again, _ = written("```python\nx = 1\n```\n", *("It waits for the tide to come in again. " for _ in range(20)))
    assert again.looped
